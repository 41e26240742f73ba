"""How the cases were given out: everybody's day and month, why each went where, what nobody has."""

from typing import Any

import pyarrow as pa
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from services import measures, renewals
from services.actor import Actor
from services.changes import Chapter
from services.permissions import Permission
from services.renewals import CaseFilter, GivenRow, PersonMonth, WaitingGroup
from terms.renewals import CaseClass
from terms.undo import UndoKind
from ui.components.choices import without_icon
from ui.components.earlier_acts import earlier_acts
from ui.components.figure import figure, figures
from ui.components.queue_table import (
    COMPACT_ROW,
    ROW,
    height,
    letters,
    name_column,
    names_of,
    wide,
)
from ui.components.undoing import begin_unpicked
from ui.screens.renewals import address, classing, recalling
from ui.screens.renewals.team import MOVED, Holder, bar_of
from ui.session import now, read, save, tell, today
from ui.shared import read_shared
from words import _, current_locale, formats
from words.labels import label
from words.markdown import plain
from words.renewal_allocation import effort, why_person, why_waiting
from words.renewal_classes import class_name

PEOPLE, CASES = "renewals.allocation-people", "renewals.allocation-cases"
GROUP = "renewals.allocation-group"
SHOWN = 50
FULL = 100
REASON_LETTERS = 54
"""A reason with more letters takes a second line, and the rows the room for it."""


def draw(actor: Actor, bar: DeltaGenerator) -> None:
    """Draw the shares, the cases of the person chosen with their reasons, and what waits."""
    asked: dict[str, Any] = {"actor": actor, "on": today()}
    people = read_shared(renewals.month_by_person, Chapter.RENEWALS, Chapter.RULES, **asked)
    waiting = read_shared(renewals.waiting_groups, Chapter.RENEWALS, Chapter.RULES, **asked)
    with bar:
        st.space("stretch")
        if actor.may(Permission.RENEWAL_ALLOCATE):
            recalling.draw(actor)
            _give_out(actor)
    if not people:
        st.markdown(_("No specialist stands in your scope yet."))
        return
    _figures(people)
    chosen = _chosen(people)
    _table(people, chosen)
    _given(actor, people[chosen])
    _waiting(waiting)
    _classed(actor)
    earlier_acts(actor, (UndoKind.REASSIGN,), key="renewals-allocation")


def _give_out(actor: Actor) -> None:
    """The morning's work by hand: open what falls due, give out what nobody has."""
    if not st.button(_("Extract and give out now"), key="renewals.give-out"):
        return
    found = save(renewals.extract, actor=actor, on=today(), at=now())
    done = save(renewals.allocate, actor=actor, on=today(), at=now()) if found else None
    if found is None or done is None:
        return
    tell(
        _("{created} cases opened, {given} given out, {left} could not be given.").format(
            created=f"{found.created:,}", given=f"{done.allocated:,}", left=f"{done.unallocated:,}"
        )
    )
    st.rerun()


def _figures(people: tuple[PersonMonth, ...]) -> None:
    months = [each.month_percent for each in people if each.month_percent is not None]
    squares = len(months) * sum(each**2 for each in months)
    figures(
        measures.figure("renewals.evenness", sum(months) ** 2, of=float(squares) or None),
        measures.figure("renewals.given_today", sum(each.given_today for each in people)),
        key="allocation",
    )
    st.caption(
        _(
            "Evenness is Jain's index of the months in %: 100% is the same for everybody. The "
            "month is effort given ÷ what the person could do on their working days so far."
        )
    )


def _chosen(people: tuple[PersonMonth, ...]) -> int:
    asked = address.asked("person")
    for place, person in enumerate(people):
        if asked and asked == person.name:
            return place
    return max(range(len(people)), key=lambda place: people[place].today.cases)


def _table(people: tuple[PersonMonth, ...], chosen: int) -> None:
    def pick() -> None:
        rows = st.session_state[PEOPLE]["selection"]["rows"]
        if rows:
            address.put(person=people[rows[0]].name)
            _unpick()

    wanted = {"selection": {"rows": [chosen]}}
    if st.session_state.get(PEOPLE, {}).get("selection", {}).get("rows") != [chosen]:
        st.session_state[PEOPLE] = wanted
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    months = [person.month_percent or 0 for person in people]
    st.dataframe(
        pa.table(
            {
                "name": [person.name for person in people],
                "team": [person.team_name or "–" for person in people],
                "month": months,
                "today": [person.today.cases for person in people],
                "today_effort": [person.today.effort / 10 for person in people],
                "today_premium": [formats.yuan(person.today.premium_fen) for person in people],
                "cases": [person.month.cases for person in people],
                "effort": [person.month.effort / 10 for person in people],
                "premium": [formats.yuan(person.month.premium_fen) for person in people],
                "state": [_state(person) for person in people],
            }
        ),
        key=PEOPLE,
        height=height(len(people), row=COMPACT_ROW, most=10),
        row_height=COMPACT_ROW,
        hide_index=True,
        column_config={
            "name": text(_("Specialist"), width=110),
            "team": text(_("Team"), width=110),
            "month": st.column_config.ProgressColumn(
                _("Load of the month"),
                help=_("Effort given this month ÷ what the person could do so far"),
                format="%d%%",
                min_value=0,
                max_value=max(FULL, *months),
                width=120,
            ),
            "today": number(_("Cases today"), width=85, format="localized"),
            "today_effort": number(_("Effort today"), width=85, format="%.1f"),
            "today_premium": number(_("Premium today ¥"), width=110, format="localized"),
            "cases": number(_("Cases, month"), width=85, format="localized"),
            "effort": number(_("Effort, month"), width=85, format="%.1f"),
            "premium": number(_("Premium, month ¥"), width=120, format="localized"),
            "state": text(_("State"), width=150),
        },
        on_select=pick,
        selection_mode="single-row-required",
        alt=_("Shares per person; Shift+Space opens what a person was given today"),
    )


def _state(person: PersonMonth) -> str:
    if person.away_until is not None:
        return "■ " + _("on leave until {day}").format(day=formats.short_day(person.away_until))
    if person.is_absent:
        return "■ " + _("not in service")
    if person.open_cases_room == 0:
        return "▲ " + _("at the ceiling")
    return _("takes cases")


def _given(actor: Actor, person: PersonMonth) -> None:
    where = classing.narrowed(CaseFilter())
    is_narrowed = where != CaseFilter()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(_("Given to {name} today").format(name=plain(person.name)), anchor=False)
        classing.button(is_narrowed=is_narrowed, on_change=_unpick)
    rows = read(
        renewals.given_to,
        actor=actor,
        on=today(),
        staff_id=person.staff_id,
        where=where,
        limit=SHOWN,
    )
    if not rows and is_narrowed:
        st.markdown(
            _("Nothing of this class was given to {name} today.").format(name=plain(person.name))
        )
        return
    if not rows:
        st.markdown(_("Nothing was given to {name} today.").format(name=plain(person.name)))
        return
    begin_unpicked(CASES, MOVED)
    picked = _cases(rows, pick_many=actor.may(Permission.RENEWAL_LEAD))
    if len(rows) == SHOWN:
        st.caption(_("The first {n} are shown.").format(n=SHOWN))
    if picked:
        holder = Holder(person.staff_id, person.name)
        bar_of(actor, holder, [rows[place] for place in picked])


def _unpick() -> None:
    st.session_state.pop(CASES, None)


def _cases(rows: tuple[GivenRow, ...], *, pick_many: bool) -> list[int]:
    text, number = st.column_config.TextColumn, st.column_config.NumberColumn
    reasons = [why_person(row) for row in rows]
    is_long = any(letters(reason) > REASON_LETTERS for reason in reasons)
    tall, most = (ROW, 8) if is_long else (COMPACT_ROW, 10)
    names = [row.client_name or row.client_number for row in rows]
    locale, wide_name = current_locale(), wide(176, 165)
    table = pa.table(
        {
            "name": names_of(names, locale, width=wide_name),
            "line": [label(row.line) for row in rows],
            "due": [row.due_on.isoformat() for row in rows],
            "effort": [effort(row.effort) for row in rows],
            "premium": [formats.yuan(row.premium_fen) for row in rows],
            "given": [label(row.cause) for row in rows],
            "why": reasons,
        }
    )
    st.dataframe(
        table,
        key=CASES,
        height=height(len(rows), row=tall, most=most),
        row_height=tall,
        hide_index=True,
        column_config={
            "name": name_column(locale, width=wide_name),
            "line": text(_("Line"), width=90),
            "due": text(_("Due"), width=95),
            "effort": text(_("Effort"), width=65),
            "premium": number(_("Premium ¥"), width=95, format="localized"),
            "given": text(_("Given as"), width=wide(95, 115)),
            "why": text(_("Why this person"), width="large"),
        },
        on_select="rerun" if pick_many else "ignore",
        selection_mode="multi-row",
        alt=_("Cases given today with the reason; Shift+Space picks"),
    )
    picked = st.session_state.get(CASES, {}).get("selection", {}).get("rows", [])
    return [place for place in picked if place < len(rows)] if pick_many else []


def _classed(actor: Actor) -> None:
    """What was given today and what nobody has, by the class chosen; read when one is."""
    by = address.word("group", CaseClass)
    st.session_state[GROUP] = by
    st.segmented_control(
        _("By class"),
        list(CaseClass),
        key=GROUP,
        format_func=without_icon(label),
        on_change=lambda: address.put(group=st.session_state[GROUP] or None),
    )
    if by is None:
        return
    rows = read_shared(
        renewals.classed, Chapter.RENEWALS, Chapter.RULES, actor=actor, on=today(), by=by
    )
    if not rows:
        st.markdown(_("Nothing was given today, and nothing waits."))
        return
    bands = read(renewals.case_classes, on=today()).bands
    text, number = st.column_config.TextColumn, st.column_config.NumberColumn
    st.dataframe(
        pa.table(
            {
                "class": [class_name(by, row.code, bands) for row in rows],
                "given": [row.given for row in rows],
                "effort": [row.given_effort / 10 for row in rows],
                "premium": [formats.yuan(row.given_premium_fen) for row in rows],
                "waiting": [row.waiting for row in rows],
                "waiting_premium": [formats.yuan(row.waiting_premium_fen) for row in rows],
            }
        ),
        key="renewals.allocation-classes",
        height=height(len(rows), row=COMPACT_ROW, most=14),
        row_height=COMPACT_ROW,
        hide_index=True,
        column_config={
            "class": text(label(by), width=200),
            "given": number(_("Given today"), width=100, format="localized"),
            "effort": number(_("Effort"), width=80, format="%.1f"),
            "premium": number(_("Premium ¥"), width=110, format="localized"),
            "waiting": number(_("Nobody has"), width=100, format="localized"),
            "waiting_premium": number(_("Premium nobody has ¥"), width=150, format="localized"),
        },
        alt=_("Cases given today and cases nobody has, by class"),
    )


def _waiting(waiting: tuple[WaitingGroup, ...]) -> None:
    st.subheader(_("What nobody has"), anchor=False)
    if not waiting:
        st.markdown(_("Everything is given to somebody."))
        return
    total = sum(group.count for group in waiting)
    figure(
        measures.figure("renewals.team_cases", total, about={"person": "nobody"}),
        key="allocation",
    )
    text, number = st.column_config.TextColumn, st.column_config.NumberColumn
    st.dataframe(
        pa.table(
            {
                "why": [why_waiting(group) for group in waiting],
                "count": [group.count for group in waiting],
                "line": [label(group.line) for group in waiting],
                "language": [label(group.language) if group.language else "–" for group in waiting],
                "team": [group.team_name or group.branch_name or "–" for group in waiting],
                "premium": [formats.yuan(group.premium_fen) for group in waiting],
            }
        ),
        key="renewals.allocation-waiting",
        height=height(len(waiting), row=COMPACT_ROW, most=8),
        row_height=COMPACT_ROW,
        hide_index=True,
        column_config={
            "why": text(_("Why"), width=220),
            "count": number(_("Cases"), width=70, format="localized"),
            "line": text(_("Line"), width=100),
            "language": text(_("Language"), width=90),
            "team": text(_("Team or branch"), width=140),
            "premium": number(_("Premium ¥"), width=110, format="localized"),
        },
        alt=_("Cases nobody has, by what leaves nobody"),
    )
