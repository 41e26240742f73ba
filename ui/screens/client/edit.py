"""The edit form: typed text is kept as a draft at once, and survives a refusal side by side.

The form remembers what the file held when it was opened (``base``). Saving sends only what
differs from it. If somebody saved in between, what they changed and I did not is taken over; what
both of us changed is shown as two texts to choose from.
"""

from datetime import date
from typing import Any

import streamlit as st

from services import clients, drafts
from services.actor import Actor
from services.clients import ClientFile
from services.errors import ChangedMeanwhile
from ui.components.asking import forget, form, form_button
from ui.screens.client import contact_data, fields
from ui.screens.client.fields import Field
from ui.session import now, read, refusal, save, tell_later, today
from words import _
from words.clients import client_title, conflict
from words.labels import label
from words.markdown import plain, quiet

FORM = "client.edit"
TAKE, WAS_DRAFT = "client.edit-take", "client.edit-was-draft"
BASE, VERSION, BOTH, SAID = (
    "client.edit-base",
    "client.edit-version",
    "client.edit-both",
    "client.edit-said",
)
KEY = "client.edit-{name}"
_DRAFT_VERSION = "version"
_DRAFT_BASE = "base:"


def button(actor: Actor, file: ClientFile) -> None:
    """The screen's primary button; it opens the form."""
    is_open = form_button(
        _("Edit"),
        "client.edit",
        prepare=lambda: _prepare(actor, file),
        icon=":material/edit:",
        type="primary",
    )
    if is_open:
        title = _("Edit {who}").format(who=plain(client_title(file.name, file.number)))
        form(title, _form, actor, file.number, width="large")


def fill_button(actor: Actor, file: ClientFile) -> None:
    """Opens the form where what is missing is filled in."""
    elsewhere = {item for item in file.missing if item in fields.ELSEWHERE}
    if elsewhere and elsewhere == set(file.missing):
        contact_data.button(actor, file, file.policyholder, label=_("Fill in"), key="client.fill")
        return
    form_button(
        _("Fill in"),
        "client.edit",
        prepare=lambda: _prepare(actor, file),
        key="client.fill",
        icon=":material/edit_note:",
    )


def _prepare(actor: Actor, file: ClientFile) -> None:
    """Fill the widgets from the draft, or from the file where there is none."""
    kept = read(drafts.kept, actor=actor, form=FORM, subject=file.number)
    base = fields.texts(file)
    version = file.version
    if kept.get(_DRAFT_VERSION):
        version = int(kept[_DRAFT_VERSION])
        base |= {
            name.removeprefix(_DRAFT_BASE): text
            for name, text in kept.items()
            if name.startswith(_DRAFT_BASE)
        }
    st.session_state[BASE], st.session_state[VERSION] = base, version
    st.session_state[BOTH], st.session_state[SAID] = {}, ""
    st.session_state[WAS_DRAFT] = bool(kept)
    for field in fields.of(file.client_type):
        _put(field.name, kept.get(field.name, base[field.name]))


def _put(name: str, text: str) -> None:
    """Give the field's widget its text."""
    field = fields.BY_NAME[name]
    value: Any = text
    if field.enum is not None:
        value = field.enum(text) if text else None
    elif field.is_date:
        value = date.fromisoformat(text) if text else None
    st.session_state[KEY.format(name=name)] = value


def _typed(shown: tuple[Field, ...]) -> dict[str, str]:
    """The texts in the form now."""
    found = {}
    for field in shown:
        value = st.session_state.get(KEY.format(name=field.name))
        found[field.name] = "" if value is None else str(value)
    return found


def _form(actor: Actor, number: str) -> None:
    file = read(clients.client_file, actor=actor, number=number, on=today())
    shown = fields.of(file.client_type)
    with st.container():
        if st.session_state.get(WAS_DRAFT):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(_("What you typed last time and did not save is still here."))
                st.button(
                    _("Discard it"),
                    key="client.edit-discard",
                    type="tertiary",
                    on_click=_discard,
                    args=(actor, file),
                )
        _both_texts(file)
        for section in dict.fromkeys(field.section for field in shown):
            st.markdown(f"**{_(section)}**")
            of_section = [field for field in shown if field.section == section]
            with st.grid(3, min_column_width=220):
                for field in of_section:
                    if not field.is_long:
                        _widget(field, actor, number, shown, file)
            for field in of_section:
                if field.is_long:
                    _widget(field, actor, number, shown, file)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(quiet(_("Your text is kept while you type.")))
            st.space("stretch")
            if st.button(_("Save"), key="client.edit-save", type="primary", shortcut="Mod+Enter"):
                _save(actor, file, shown)


def _widget(
    field: Field, actor: Actor, number: str, shown: tuple[Field, ...], file: ClientFile
) -> None:
    key, name = KEY.format(name=field.name), fields.title(field.name)
    common: dict[str, Any] = {
        "key": key,
        "on_change": _keep_draft,
        "args": (actor, number, shown),
    }
    if field.enum is not None:
        st.selectbox(
            name,
            list(field.enum),
            index=0 if field.name == "stage" else None,
            format_func=label,
            placeholder="–",
            **common,
        )
    elif field.is_date:
        st.date_input(name, min_value=date(1880, 1, 1), max_value=today(), **common)
    elif field.is_long:
        st.text_area(name, max_chars=field.limit, height=90, **common)
    else:
        holder = None
        if field.name == "id_number":
            holder = file.policyholder.id_masked
        st.text_input(name, max_chars=field.limit, live=True, placeholder=holder, **common)


def _changed(shown: tuple[Field, ...]) -> dict[str, str]:
    base = st.session_state[BASE]
    return {name: text for name, text in _typed(shown).items() if text != base.get(name, "")}


def _keep_draft(actor: Actor, number: str, shown: tuple[Field, ...]) -> None:
    """Keep what differs from the file, with what the file held, as the actor's draft."""
    changed = _changed(shown)
    base = st.session_state[BASE]
    body = {_DRAFT_VERSION: str(st.session_state[VERSION]), **changed}
    body |= {_DRAFT_BASE + name: base.get(name, "") for name in changed}
    if changed:
        save(drafts.keep, actor=actor, form=FORM, subject=number, body=body, at=now())
    else:
        save(drafts.drop, actor=actor, form=FORM, subject=number)


def _discard(actor: Actor, file: ClientFile) -> None:
    save(drafts.drop, actor=actor, form=FORM, subject=file.number)
    st.session_state[BASE], st.session_state[VERSION] = fields.texts(file), file.version
    st.session_state[BOTH], st.session_state[SAID] = {}, ""
    st.session_state[WAS_DRAFT] = False
    for name, text in fields.texts(file).items():
        _put(name, text)


def _save(actor: Actor, file: ClientFile, shown: tuple[Field, ...]) -> None:
    saved = save(
        clients.edit,
        actor=actor,
        number=file.number,
        data=fields.as_data(_changed(shown)),
        at=now(),
        on=today(),
        seen_version=st.session_state[VERSION],
    )
    if saved is not None:
        save(drafts.drop, actor=actor, form=FORM, subject=file.number)
        tell_later(_("Saved."))
        forget()
        st.rerun()
    refused = refusal()
    if isinstance(refused, ChangedMeanwhile):
        st.session_state[SAID] = conflict(refused)
        st.session_state[BOTH] = _rebase(actor, file.number, shown)
        st.rerun()


def _rebase(actor: Actor, number: str, shown: tuple[Field, ...]) -> dict[str, str]:
    """Take over what only the other person changed; what both changed, with my text."""
    file = read(clients.client_file, actor=actor, number=number, on=today())
    base, theirs = st.session_state[BASE], fields.texts(file)
    mine = _changed(shown)
    both = {}
    for field in shown:
        name = field.name
        if theirs[name] == base.get(name, ""):
            continue
        if name in mine and mine[name] != theirs[name]:
            both[name] = mine[name]
        else:
            st.session_state[TAKE] = {**st.session_state.get(TAKE, {}), name: theirs[name]}
    st.session_state[BASE], st.session_state[VERSION] = theirs, file.version
    return both


def _both_texts(file: ClientFile) -> None:
    """Both texts of every field that two people changed, and the choice between them."""
    for name, text in st.session_state.pop(TAKE, {}).items():
        _put(name, text)
    if st.session_state.get(SAID):
        st.warning(plain(st.session_state[SAID]), icon=":material/group:")
    both: dict[str, str] = st.session_state.get(BOTH, {})
    if not both:
        if st.session_state.get(SAID):
            st.markdown(_("You changed other fields: nothing collides. Save again."))
        return
    now_there = fields.texts(file)
    for name, mine in both.items():
        st.markdown(f"**{fields.title(name)}**")
        left, right = st.columns(2)
        with left, st.container(border=True):
            st.markdown(quiet(_("What you typed")))
            st.text(fields.said(name, mine))
            st.button(
                _("Keep mine"),
                key=f"client.edit-mine-{name}",
                on_click=_choose,
                args=(name, mine),
            )
        with right, st.container(border=True):
            st.markdown(quiet(_("What the file holds now")))
            st.text(fields.said(name, now_there[name]))
            st.button(
                _("Take this"),
                key=f"client.edit-theirs-{name}",
                on_click=_choose,
                args=(name, now_there[name]),
            )
    st.markdown(_("Choose for each field, or write a text of your own below; then save again."))


def _choose(name: str, text: str) -> None:
    _put(name, text)
    st.session_state[BOTH] = {
        other: mine for other, mine in st.session_state[BOTH].items() if other != name
    }
    if not st.session_state[BOTH]:
        st.session_state[SAID] = ""
