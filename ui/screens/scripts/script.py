"""One script: the text in use, what is being prepared, what was before."""

import streamlit as st

from services import scripts
from services.actor import Actor
from services.permissions import Permission
from services.scripts import ScriptCard, VersionRow
from ui.components.choices import without_icon
from ui.screens.scripts import draft, history
from ui.screens.scripts.said import both, waiting_link
from ui.session import now, read, save, tell_later, today
from words import _, formats
from words.labels import badge
from words.markdown import plain, quiet, sentence, tag
from words.scripts import found_said, title

TAB = "scripts.tab"


def draw(actor: Actor, place: str) -> None:
    """Draw the script at ``place``."""
    card = read(scripts.script_card, actor=actor, place=place, on=today())
    with st.container(border=True, key="scripts-card"):
        st.subheader(plain(title(card)), anchor=False)
        st.markdown(" ".join(_marks(card)))
        shows = {}
        if card.in_force is not None:
            shows["text"] = _("In use")
        if card.draft is not None:
            shows["draft"] = _("Draft")
        if card.versions:
            shows["history"] = _("History")
        shown = st.segmented_control(
            _("Show"),
            list(shows),
            key=f"{TAB}-{place}-{'-'.join(shows)}",
            default="draft" if card.draft is not None else next(iter(shows)),
            required=True,
            format_func=without_icon(shows.__getitem__),
            label_visibility="collapsed",
        )
        match shown:
            case "draft":
                draft.draw(actor, card)
            case "history":
                history.draw(card)
                _prepare(actor, card)
            case _:
                assert card.in_force is not None
                _in_use(actor, card, card.in_force)


def _marks(card: ScriptCard) -> list[str]:
    marks = [badge(card.state)]
    if card.in_force is not None:
        said = _("version {n}, since {day}").format(
            n=card.in_force.number, day=formats.local_day(card.in_force.from_at)
        )
        marks.append(tag("gray", said))
        if card.in_force.needs_confirmation:
            marks.append(tag("orange", _("confirm with compliance"), "gavel"))
    return marks


def _in_use(actor: Actor, card: ScriptCard, version: VersionRow) -> None:
    _flagged(card)
    both(version.text_zh, version.text_en)
    if version.approved_by:
        said = _("Asked by {asked}, approved by {approved}: {why}").format(
            asked=plain(version.asked_by),
            approved=plain(version.approved_by),
            why=plain(version.why),
        )
        st.markdown(quiet(said))
    else:
        st.markdown(quiet(_("Shipped with the software.")))
    _prepare(actor, card)
    if actor.may(Permission.SCRIPT_EDIT) or actor.may(Permission.SCRIPT_APPROVE):
        _withdrawing(actor, version)


def _flagged(card: ScriptCard) -> None:
    found = (*card.found_zh, *card.found_en)
    refused = [each for each in found if each.is_refused]
    if refused:
        st.error(
            sentence(
                _("Words that are forbidden now: {words}. Take it out of use or change it.").format(
                    words=found_said(refused)
                )
            ),
            icon=":material/block:",
        )


def _prepare(actor: Actor, card: ScriptCard) -> None:
    if card.waits:
        waiting_link(card)
    elif card.draft is None and actor.may(Permission.SCRIPT_EDIT):
        st.button(
            _("Prepare the next version"),
            key="scripts.change",
            type="primary",
            icon=":material/edit:",
            on_click=_start,
            args=(actor, card.place),
        )


def _start(actor: Actor, place: str) -> None:
    save(scripts.start_draft, actor=actor, place=place, at=now())


def _withdrawing(actor: Actor, version: VersionRow) -> None:
    with st.popover(_("Take out of use"), icon=":material/block:", key="scripts.withdrawing"):
        st.markdown(_("Nobody is shown this text any more, from now on. The version is kept."))
        key = f"scripts.withdraw-why-{version.id}"
        st.text_area(_("Why it goes out of use"), key=key, height=80)
        st.button(
            _("Take out of use now"),
            key="scripts.withdraw",
            on_click=_withdraw,
            args=(actor, version, key),
        )


def _withdraw(actor: Actor, version: VersionRow, key: str) -> None:
    place = save(
        scripts.withdraw,
        actor=actor,
        version_id=version.id,
        why=st.session_state.get(key) or "",
        at=now(),
        seen_version=version.version,
    )
    if place is not None:
        tell_later(_("The script is out of use."))
