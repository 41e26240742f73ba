"""One request: who asks, why, what exactly changes; and the decision with its word."""

import streamlit as st

from services import approvals
from services.actor import Actor
from services.approvals import ApprovalCard, Stance
from terms.approvals import ApprovalState
from ui.components.before_after import before_after
from ui.screens.approvals.listing import last_day
from ui.session import link_to, now, read, save, tell_later, today
from words import _, formats
from words import approvals as words
from words.labels import badge
from words.markdown import plain, quiet, strong

WORD = "approvals.word"


def draw_card(actor: Actor, number: str) -> None:
    """Draw the request ``number`` and what the person at the screen may do with it."""
    card = read(approvals.card, actor=actor, number=number, on=today(), at=now())
    row = card.row
    with st.container(border=True, key="approvals-card"):
        st.subheader(plain(words.title(row.kind, row.payload)), anchor=False)
        facts = _("{number} · asked by {who}, {when}").format(
            number=row.number, who=plain(row.asked_by), when=formats.date_time(row.asked_at)
        )
        st.markdown(f"{badge(row.state)} {facts}")
        if row.client_number:
            name = row.client_name or row.client_number
            link_to("client", name, icon=":material/person:", id=row.client_number)
        st.markdown(strong(_("Why")) + f"  \n{plain(card.why)}")
        ended = row.state is not ApprovalState.WAITING
        before_after(
            words.all_told(row.kind, row.payload, card.changes),
            before=_("Before") if ended else _("Now"),
            after=_("After") if row.state is ApprovalState.APPROVED else _("If approved"),
        )
        _end(card)
        match card.stance:
            case Stance.DECIDE:
                _decide(actor, card)
            case Stance.OWN:
                _own(actor, card)
            case _:
                _waits(card)


def _end(card: ApprovalCard) -> None:
    row = card.row
    if row.state in (ApprovalState.APPROVED, ApprovalState.REFUSED):
        who = plain(row.decided_by or "")
        if card.decided_for:
            who = _("{who} in place of {other}").format(who=who, other=plain(card.decided_for))
        decided = _("Decided by {who}, {when}").format(
            who=who, when=formats.date_time(row.decided_at)
        )
        st.markdown(f"**{decided}**  \n{plain(card.word)}")
    elif row.state is not ApprovalState.WAITING:
        st.markdown(quiet(formats.date_time(row.decided_at)))


def _waits(card: ApprovalCard) -> None:
    if card.waits_for:
        names = formats.listing([plain(name) for name in card.waits_for[:6]])
        until = formats.day_and_weekday(last_day(card.row))
        said = _("Waits for {names}, until {when}.").format(names=names, when=until)
        st.markdown(quiet(said))


def _own(actor: Actor, card: ApprovalCard) -> None:
    _waits(card)
    st.button(
        _("Take it back"),
        key="approvals.withdraw",
        icon=":material/undo:",
        on_click=_withdraw,
        args=(actor, card.number, card.version),
    )


def _withdraw(actor: Actor, number: str, version: int) -> None:
    done = save(approvals.withdraw, actor=actor, number=number, at=now(), seen_version=version)
    if done is not None:
        tell_later(_("{number} is taken back.").format(number=number))


def _decide(actor: Actor, card: ApprovalCard) -> None:
    if card.in_place_of:
        st.info(
            _("You decide in place of {name}, who is on leave.").format(
                name=plain(card.in_place_of)
            ),
            icon=":material/person_raised_hand:",
        )
    key = f"{WORD}-{card.number}"
    with st.form(f"approvals.form-{card.number}", border=False, enter_to_submit=False):
        st.text_area(
            _("Your word on it"),
            key=key,
            max_chars=approvals.WHY_LIMIT,
            height=80,
            placeholder=_("What speaks for it or against it; the asker reads it."),
        )
        with st.container(horizontal=True):
            st.form_submit_button(
                _("Approve"),
                key="approvals.approve",
                type="primary",
                icon=":material/check:",
                on_click=_approve,
                args=(actor, card.number, card.version, key),
            )
            st.form_submit_button(
                _("Refuse"),
                key="approvals.refuse",
                icon=":material/block:",
                on_click=_refuse,
                args=(actor, card.number, card.version, key),
            )
    _waits(card)


def _approve(actor: Actor, number: str, version: int, key: str) -> None:
    done = save(
        approvals.approve,
        actor=actor,
        number=number,
        word=st.session_state[key],
        on=today(),
        at=now(),
        seen_version=version,
    )
    _decided(number, done, _("{number} is approved and carried out."))


def _refuse(actor: Actor, number: str, version: int, key: str) -> None:
    done = save(
        approvals.refuse,
        actor=actor,
        number=number,
        word=st.session_state[key],
        on=today(),
        at=now(),
        seen_version=version,
    )
    _decided(number, done, _("{number} is refused. Nothing was changed."))


def _decided(number: str, done: ApprovalState | None, sentence: str) -> None:
    """Go to the next request once one is decided; a refusal leaves everything as it stands."""
    if done is not None:
        tell_later(sentence.format(number=number))
        st.query_params.pop("id", None)
