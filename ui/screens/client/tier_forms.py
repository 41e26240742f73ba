"""Asking for a class by hand, and what people decided: who, why, until when, ended early."""

from datetime import date

import streamlit as st

from services import tiering
from services.actor import Actor
from services.approvals import WHY_LIMIT
from services.permissions import Permission
from services.tiering import CLASSES, OverrideRow, StandingCard
from terms.tiering import TierAxis
from ui.components.asking import forget, form, form_button
from ui.components.drafted import Draft
from ui.session import now, read, save, tell_later, today
from words import _, formats
from words.labels import label
from words.markdown import plain, quiet, tag
from words.tiering import class_text

AXIS, HELD, UNTIL, WHY = (
    "client.tier-axis",
    "client.tier-held",
    "client.tier-until",
    "client.tier-why",
)
DRAFT = Draft(
    "client.tier",
    {"axis": AXIS, "held": HELD, "until": UNTIL, "why": WHY},
    {"axis": TierAxis, "until": date.fromisoformat},
)


def button(actor: Actor, number: str, card: StandingCard) -> None:
    """Opens the form that asks for a class."""
    if form_button(
        _("Decide by hand"),
        "client.tier-override",
        prepare=lambda: DRAFT.restore(actor, number),
        icon=":material/person_edit:",
        help=_("Somebody else has to approve it"),
    ):
        form(_("Decide a class by hand"), _ask, actor, number, card)


def _ask(actor: Actor, number: str, card: StandingCard) -> None:
    keeping = DRAFT.keeping(actor, number)
    with st.container():
        DRAFT.notice(actor, number)
        axis = st.selectbox(
            _("Which classification?"),
            list(CLASSES),
            index=None,
            key=AXIS,
            format_func=label,
            placeholder=_("Choose"),
            **keeping,
        )
        classes = CLASSES[axis] if axis else ()
        if st.session_state.get(HELD) not in classes:
            st.session_state.pop(HELD, None)
        held = st.selectbox(
            _("Which class?"),
            classes,
            index=None,
            key=HELD,
            format_func=lambda one: class_text(axis or TierAxis.VALUE, one),
            placeholder=_("Choose"),
            disabled=axis is None,
            **keeping,
        )
        if axis is not None:
            said = _("By the rule: {by_rule}").format(by_rule=class_text(axis, card.by_rule(axis)))
            st.markdown(quiet(plain(said)))
        latest = read(tiering.latest_end, on=today())
        until = st.date_input(
            _("Holds until"),
            value=None,
            key=UNTIL,
            min_value=today(),
            max_value=latest,
            format="YYYY-MM-DD",
            help=_("At the latest {day}; then the rule counts again.").format(
                day=formats.day(latest)
            ),
            **keeping,
        )
        why = st.text_area(
            _("Why"),
            key=WHY,
            max_chars=WHY_LIMIT,
            height=90,
            placeholder=_("Size, influence, a particular need: what the numbers do not show."),
            **keeping,
        )
        is_ready = bool(axis and held and until)
        pressed = st.button(
            _("Ask for approval"), key="client.tier-ask", type="primary", disabled=not is_ready
        )
        if not pressed or axis is None or held is None or until is None:
            return
        asked = save(
            tiering.ask_override,
            actor=actor,
            number=number,
            axis=axis,
            held=held,
            until_on=until,
            why=why,
            on=today(),
            at=now(),
        )
        if asked is not None:
            DRAFT.drop(actor, number)
            tell_later(
                _("{number} is asked for. It holds once it is approved.").format(number=asked)
            )
            forget()
            st.rerun()


def decisions(actor: Actor, rows: tuple[OverrideRow, ...]) -> None:
    """What people decided about the client's classes; one in force can be ended."""
    may_end = actor.may(Permission.TIER_OVERRIDE) or actor.may(Permission.TIER_APPROVE)
    for row in rows:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(_decision(row))
            if may_end and row.holds_on(today()):
                st.space("stretch")
                if form_button(
                    _("End it"), f"client.tier-end-{row.id}", icon=":material/event_busy:"
                ):
                    form(_("End the decision"), _end, actor, row, width="small")


def _decision(row: OverrideRow) -> str:
    if row.holds_on(today()):
        state = tag("blue", _("in force until {day}").format(day=formats.day(row.until_on)))
    elif row.ended_at is not None:
        state = tag("gray", _("ended {day}").format(day=formats.local_day(row.ended_at)))
    else:
        state = tag("gray", _("over since {day}").format(day=formats.day(row.until_on)))
    who = (
        _("asked by {who}, approved by {other}, {number}").format(
            who=row.asked_by, other=row.decided_by, number=row.number
        )
        if row.number
        else _("taken over from another system")
    )
    held = _("{axis}: {held}").format(axis=label(row.axis), held=class_text(row.axis, row.held))
    what = f"**{held}** {state}"
    since = _("from {day}").format(day=formats.day(row.from_on))
    return f"{what} {plain(row.reason)}  \n{quiet(plain(f'{since} · {who}'))}"


def _end(actor: Actor, row: OverrideRow) -> None:
    with st.container():
        st.markdown(_("The class goes by the rule again at once."))
        why = st.text_input(_("Why"), key="client.tier-end-why", max_chars=WHY_LIMIT, live=True)
        if not st.button(
            _("End it"), key="client.tier-end", type="primary", disabled=not why.strip()
        ):
            return
        ended = save(
            tiering.end_override,
            actor=actor,
            override_id=row.id,
            why=why,
            on=today(),
            at=now(),
            seen_version=row.version,
        )
        if ended is not None:
            tell_later(_("{axis} goes by the rule again.").format(axis=label(ended)))
            forget()
            st.rerun()
