"""Handing a client's question to another department, and what became of it (R90)."""

import streamlit as st

from services import referrals
from services.actor import Actor
from services.permissions import Permission
from services.referrals import ReferralRow
from terms.referrals import ReferralKind, ReferralState
from ui.components.asking import forget, form, form_button
from ui.components.choices import without_icon
from ui.session import now, read, save, tell_later, today
from words import _, formats
from words.labels import badge
from words.markdown import plain, quiet, tag
from words.referrals import kind_name

REFER = "referring.ask"


def refer_button(actor: Actor, number: str, *, renewal_id: int | None = None) -> None:
    """The button, and the form while it stands open.

    Args:
        number: the client's business number.
        renewal_id: the case it came up in.
    """
    if not actor.may(Permission.CLIENT_WRITE):
        return
    if form_button(
        _("Ask another department"), REFER, icon=":material/contact_support:", type="tertiary"
    ):
        form(_("Ask another department"), _ask, actor, number, renewal_id, width="small")


def referral_list(actor: Actor, number: str) -> None:
    """The questions about a client with their answers; one's own can be answered here."""
    for row in read(referrals.referrals_of, actor=actor, number=number, on=today()):
        _row(actor, row)


def _ask(actor: Actor, number: str, renewal_id: int | None) -> None:
    with st.container():
        kind: ReferralKind | None = st.segmented_control(
            _("What is it about?"),
            list(ReferralKind),
            key="referring.kind",
            default=ReferralKind.CLAIM_DOUBT,
            format_func=without_icon(kind_name),
            required=True,
        )
        kind = kind or ReferralKind.CLAIM_DOUBT
        people = dict(read(referrals.colleagues, actor=actor, kind=kind, on=today()))
        to = st.selectbox(
            _("Who answers"),
            list(people),
            key=f"referring.to-{kind.value}",
            index=None,
            placeholder=_("Choose a person"),
            format_func=lambda id: people.get(id, ""),
        )
        question = st.text_area(_("Question"), key="referring.question", max_chars=2000)
        st.markdown(quiet(_("The client's file opens to this person until the answer was read.")))
        pressed = st.button(_("Ask"), key="referring.go", type="primary", disabled=to is None)
        if not pressed or to is None:
            return
        due = save(
            referrals.ask,
            actor=actor,
            number=number,
            kind=kind,
            question=question,
            to_staff_id=to,
            renewal_id=renewal_id,
            at=now(),
        )
        if due is not None:
            tell_later(
                _("{name} was asked; the answer is due on {day}.").format(
                    name=people[to], day=formats.day(due)
                )
            )
            forget()
            st.rerun()


def _row(actor: Actor, row: ReferralRow) -> None:
    late = tag("red", _("overdue"), "error")
    mark = late if row.is_late else badge(row.state)
    asked = _("{who} asked {to} {time}").format(
        who=plain(row.asked_by), to=plain(row.to), time=formats.moment(row.asked_at, on=today())
    )
    with st.container(border=True, key=f"referring-{row.id}"):
        st.markdown(f"{mark} **{kind_name(row.kind)}** {quiet(asked)}")
        st.text(row.question)
        if row.answer is not None and row.answered_at is not None:
            when = formats.moment(row.answered_at, on=today())
            st.markdown(f":green[:material/reply:] {quiet(f'{plain(row.to)} · {when}')}")
            st.text(row.answer)
        elif row.state is ReferralState.OPEN:
            due = _("answer due on {day}").format(day=formats.day(row.due_on))
            if row.is_provisional:
                due += " · " + _("provisional: the calendar is not known that far")
            st.markdown(quiet(due))
        if row.may_answer:
            _answer(actor, row)
        if row.may_close and st.button(_("I have read it"), key=f"referring.close-{row.id}"):
            done = save(
                referrals.close,
                actor=actor,
                referral_id=row.id,
                at=now(),
                seen_version=row.version,
            )
            if done is not None:
                st.rerun()


def _answer(actor: Actor, row: ReferralRow) -> None:
    text = st.text_area(_("Answer"), key=f"referring.text-{row.id}", max_chars=2000)
    if not st.button(_("Send the answer"), key=f"referring.answer-{row.id}", type="primary"):
        return
    done = save(
        referrals.answer,
        actor=actor,
        referral_id=row.id,
        text=text,
        at=now(),
        seen_version=row.version,
    )
    if done is not None:
        tell_later(_("Answered."))
        st.rerun()
