"""Changing the picked clients together: the bar, and the dialog that previews before it acts."""

from collections.abc import Sequence

import streamlit as st

from services import clients
from services.actor import Actor
from services.clients import ClientRow, TogetherChange, TogetherField, TogetherPlan
from terms.people import Language
from terms.renewals import ContactChannel
from ui.components import asking
from ui.components.choices import without_icon
from ui.session import now, read, save, tell_later, today
from words import _, ngettext
from words.clients import client_title
from words.labels import label
from words.markdown import plain
from words.together import done_sentence, field_title, left_out_text

FIELD, VALUE, GO, OPEN = (
    "clients.together-field",
    "clients.together-value",
    "clients.together-go",
    "clients.together",
)
DONE = "clients.together-done"
"""Session state: the act is done, so the list begins with nothing picked."""
NAMED = 12
"""Clients named in the preview before the rest is counted."""


def bar(actor: Actor, picked: Sequence[ClientRow]) -> None:
    """Draw what can be done with the picked clients; it stands beside the count, so that the
    table does not move under the hand that picks."""
    said = ngettext("{n} client picked", "{n} clients picked", len(picked))
    st.markdown(f"**{said.format(n=len(picked))}**", width="content")
    if asking.form_button(_("Change together…"), OPEN, icon=":material/edit_note:"):
        numbers = tuple(row.number for row in picked)
        asking.form(_("Change clients together"), _form, actor, numbers)


def _form(actor: Actor, numbers: tuple[str, ...]) -> None:
    field = st.segmented_control(
        _("What to change"),
        list(TogetherField),
        key=FIELD,
        required=True,
        default=TogetherField.OWNER,
        format_func=without_icon(lambda one: field_title(TogetherField(one))),
    )
    value = _value(actor, TogetherField(field or TogetherField.OWNER))
    if value is None:
        return
    change = TogetherChange(TogetherField(field or TogetherField.OWNER), value)
    plan = read(clients.preview_together, actor=actor, numbers=numbers, change=change, on=today())
    _preview(plan, change)
    if not st.button(_("Change them"), key=GO, type="primary", disabled=not plan.changing):
        return
    done = save(
        clients.change_together,
        actor=actor,
        seen={row.number: row.version for row in plan.rows},
        change=change,
        at=now(),
        on=today(),
    )
    if done is not None:
        asking.forget()
        st.session_state[DONE] = True
        tell_later(done_sentence(done))
        st.rerun()


def _value(actor: Actor, field: TogetherField) -> int | str | None:
    """The new value a person chooses; None while nothing is chosen."""
    key = f"{VALUE}-{field.value}"
    match field:
        case TogetherField.OWNER:
            people = read(clients.owner_choices, actor=actor, on=today())
            place = st.selectbox(
                _("New owner"),
                range(len(people)),
                key=key,
                index=None,
                placeholder=_("Choose a person"),
                format_func=lambda at: " · ".join(
                    part for part in (people[at].name, people[at].team) if part
                ),
            )
            return None if place is None else people[place].staff_id
        case TogetherField.PREFERRED_CHANNEL:
            channel = st.selectbox(
                _("New preferred channel"),
                list(ContactChannel),
                key=key,
                index=None,
                placeholder=_("Choose"),
                format_func=label,
            )
            return None if channel is None else ContactChannel(channel).value
        case TogetherField.PREFERRED_LANGUAGE:
            language = st.selectbox(
                _("New preferred language"),
                list(Language),
                key=key,
                index=None,
                placeholder=_("Choose"),
                format_func=label,
            )
            return None if language is None else Language(language).value


def _preview(plan: TogetherPlan, change: TogetherChange) -> None:
    changing = plan.changing
    st.markdown(
        ngettext("{n} client changes:", "{n} clients change:", len(changing)).format(
            n=len(changing)
        )
    )
    lines = []
    for row in changing[:NAMED]:
        before = row.before or "–"
        if change.field is not TogetherField.OWNER and row.before:
            kind = ContactChannel if change.field is TogetherField.PREFERRED_CHANNEL else Language
            before = label(kind(row.before))
        name = plain(client_title(row.name, row.number))
        lines.append(_("- {name}, until now {before}").format(name=name, before=plain(before)))
    if len(changing) > NAMED:
        lines.append("- " + _("and {n} more").format(n=len(changing) - NAMED))
    st.markdown("\n".join(lines))
    left = [row for row in plan.rows if row.left_out is not None]
    if left:
        st.markdown(_("Left as they are:"))
        st.markdown(
            "\n".join(
                f"- {plain(client_title(row.name, row.number))}: {left_out_text(row.left_out)}"
                for row in left[:NAMED]
                if row.left_out is not None
            )
        )
    if change.field is TogetherField.OWNER:
        st.caption(
            _(
                "Team and branch come from the new owner. Open cases stay with whoever works them,"
                " who keeps the file open."
            )
        )
