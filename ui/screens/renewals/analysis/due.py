"""Which week will break us: open cases by the week they fall due, against what can be worked."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import charts.renewals as drawn
from services import measures, renewals
from services.actor import Actor
from services.changes import Chapter
from services.measures import Figure
from services.renewals import CaseFilter, OpenCases, WeekCapacity, WeekDue
from terms.people import Scope
from terms.renewal_analysis import Dimension
from terms.renewals import RenewalState
from ui.components.figure import figure
from ui.screens.renewals import address
from ui.screens.renewals.analysis import behind, parts
from ui.session import today
from ui.shared import read_shared
from words import _, current_locale, formats
from words.labels import label
from words.renewal_analysis import bar_name, group_key

WEEKS, GROUPS = "renewals.by-week", "renewals.open-by"
STEPS = {state: place for place, state in enumerate(drawn.WEEK_STATES)}
WEEKS_AHEAD = 14
"""Weeks capacity is worked out for: as far as cases are opened ahead."""


def draw(actor: Actor, bar: DeltaGenerator) -> None:
    """Draw the weeks, whose cases they are, and the cases of what was clicked."""
    table = read_shared(renewals.weeks_due, Chapter.RENEWALS, actor=actor)
    if not table:
        st.markdown(
            _("No case has been opened in your scope yet; cases are opened every working day.")
        )
        st.page_link("../pages/my_day.py", label=_("To my day"), icon=":material/checklist:")
        return
    by = parts.dimension(actor, tuple(Dimension))
    code, week, state = parts.picked(by), address.day("week"), address.word("state", RenewalState)
    groups = read_shared(
        renewals.open_by, Chapter.RENEWALS, actor=actor, by=by, week=week, state=state
    )
    name = parts.name_of(actor, by, code, groups)
    which: dict[str, Any] = {} if code is None else {"by": by, "code": code}
    at = None
    if renewals.is_counted(actor):
        at = read_shared(renewals.counted_at, Chapter.RENEWALS, actor=actor)
    if code is not None:
        table = read_shared(renewals.weeks_of, Chapter.RENEWALS, actor=actor, **which)
    capacity: tuple[WeekCapacity, ...] = ()
    if code is None or by in renewals.PLACES:
        capacity = read_shared(
            renewals.capacity_by_week,
            Chapter.RULES,
            actor=actor,
            from_on=today(),
            weeks=WEEKS_AHEAD,
            **which,
        )
    with bar:
        parts.filter_line(by, name)
    with st.container(horizontal=True, key="renewals-analysis-choices"):
        parts.by_control(actor, tuple(Dimension), chosen=by)
    left, right = st.columns([5, 3], gap="small")
    about, is_kept = parts.which_bar(by, code), code is not None or actor.scope is Scope.ALL
    of_bar = "" if code is None else bar_name(by, name)
    with left, st.container(border=True, height="stretch"):
        _sentence(table, capacity, about)
        parts.charted(
            parts.of_bar(_("Which week will break us?"), of_bar),
            _weeks(table, capacity),
            drawn.due_by_week(
                current_locale().value,
                st.context.theme.type or "light",
                has_capacity=bool(capacity),
            ),
            key=WEEKS,
            sets=("week", "state"),
            note=parts.unit_note(
                _("cases"),
                _what(capacity),
                at if is_kept else None,
            ),
            counted=[counted("renewals.due_by_week", table, ("week_on", "state"), about)],
            beneath=[counted("renewals.premium_by_week", table, ("week_on", "state"), about)],
            columns={
                "week": _("Week from"),
                "state_name": _("State"),
                "cases": _("Cases"),
                "premium": _("Premium ¥"),
            },
        )
    with right, st.container(border=True, height="stretch"):
        _groups(by, groups, week, state, at)
    behind.draw(actor, _filter(by, code, week, state))


def _what(capacity: tuple[WeekCapacity, ...]) -> str:
    if not capacity:
        return _("open cases by the week they fall due")
    return _("open cases by the week they fall due; dashed: what can be worked")


def _filter(
    by: Dimension, code: str | None, week: date | None, state: RenewalState | None
) -> CaseFilter:
    return CaseFilter(
        due_from=week,
        due_to=week + timedelta(days=6) if week else None,
        states=(state,) if state else (),
        dimension=None if code is None else by,
        code=code or "",
    )


def _groups(
    by: Dimension,
    groups: tuple[OpenCases, ...],
    week: date | None,
    state: RenewalState | None,
    at: datetime | None,
) -> None:
    """Whose, or of what, the open cases are: all of them, or those of the week that was clicked."""
    all_cases, least = (groups[0].all_cases if groups else 0), parts.fewest()
    rows = [
        {
            "bar": parts.code_in_address(each.code),
            "name": bar_name(by, each.name),
            "cases": each.cases,
            "said": parts.share(each.cases, all_cases, least),
            "premium": parts.premium(each.premium_fen),
        }
        for each in groups
    ]
    about = {"by": by.value, **(_week(week) if week else {})}
    if state is not None:
        about["state"] = state.value
    whole = measures.figure(
        "renewals.open_by_group",
        all_cases,
        parts=parts.each_bar(tuple(((group_key(by, each.name),), each.cases) for each in groups)),
        about=about,
    )
    said = (
        _("open cases")
        if week is None
        else _("week from {day}").format(day=formats.short_day(week))
    )
    parts.charted(
        _("Whose are they?") if by in renewals.PLACES else _("What are they?"),
        rows,
        drawn.open_by(current_locale().value, st.context.theme.type or "light"),
        key=GROUPS,
        sets=("bar",),
        note=parts.unit_note(_("cases"), said, at),
        counted=[whole],
        columns={"name": label(by), "cases": _("Cases"), "premium": _("Premium ¥")},
    )


def _sentence(
    table: tuple[WeekDue, ...], capacity: tuple[WeekCapacity, ...], about: dict[str, str]
) -> None:
    """The week that is worst, named; its capacity opens. Nothing where there is none to compare."""
    if not any(each.cases for each in capacity):
        return
    due = Counter[date]()
    for each in table:
        due[each.week_on] += each.cases
    weeks = [(each, due[each.week_on]) for each in capacity]
    over = [(each, cases) for each, cases in weeks if cases > each.cases]
    worst, cases = max(weeks, key=lambda pair: (pair[1] - pair[0].cases, pair[1]))
    said = {
        "day": formats.short_day(worst.week_on),
        "due": f"{cases:,}",
        "capacity": f"{worst.cases:,}",
    }
    if over:
        text = "▲ " + _(
            "The week from {day} breaks us: {due} cases fall due, {capacity} can be worked, {more}"
            " too many. Weeks over capacity: {weeks} of {all}."
        ).format(**said, more=f"{cases - worst.cases:,}", weeks=len(over), all=len(weeks))
    else:
        text = _(
            "No week is over capacity. The tightest begins on {day}: {due} cases fall due,"
            " {capacity} can be worked."
        ).format(**said)
    if worst.away_days:
        text += " " + _("Leave of {n} working days is taken off.").format(n=worst.away_days)
    provisional = next((each.week_on for each in capacity if each.is_provisional), None)
    if provisional is not None:
        text += " " + _(
            "Capacity from the week of {day} on is provisional: no official calendar yet."
        ).format(day=formats.short_day(provisional))
    with st.container(key="renewals-worst-week", horizontal=True, vertical_alignment="center"):
        st.markdown(text, width="content")
        figure(
            measures.figure(
                "renewals.week_capacity", worst.cases, about={**_week(worst.week_on), **about}
            )
        )


def _week(first: date) -> dict[str, str]:
    return {"from": first.isoformat(), "to": (first + timedelta(days=6)).isoformat()}


def counted(
    code: str,
    table: Sequence[Any],
    by: tuple[str, ...],
    about: dict[str, str] | None = None,
) -> Figure:
    """The chart's numbers as one figure: the whole, and what each bar shows.

    Stages of the funnel hold one another, so that the first is the whole; everything else adds up.
    """
    column = "premium_fen" if "premium" in code else "cases"
    numbers = [getattr(each, column) for each in table]
    names = [tuple(str(getattr(each, name)) for name in by) for each in table]
    whole = max(numbers, default=0) if by == ("stage",) else sum(numbers)
    return measures.figure(
        code,
        whole,
        parts=tuple(zip(names, numbers, strict=True)),
        about=about,
    )


def _weeks(table: tuple[WeekDue, ...], capacity: tuple[WeekCapacity, ...]) -> list[dict[str, Any]]:
    """One row per bar; what belongs to the whole week stands on its first."""
    known = {each.week_on: each.cases for each in capacity}
    bars = sorted(
        (each for each in table if each.state in STEPS),
        key=lambda each: (each.week_on, STEPS[each.state]),
    )
    totals, seen = Counter[date](), set[date]()
    for each in bars:
        totals[each.week_on] += each.cases
    rows = []
    for each in bars:
        is_first = each.week_on not in seen
        seen.add(each.week_on)
        rows.append(
            {
                "week": f"{each.week_on:%m-%d}",
                "week_on": each.week_on.isoformat(),
                "state": each.state.value,
                "state_name": label(each.state),
                "step": STEPS[each.state],
                "cases": each.cases,
                "premium": parts.premium(each.premium_fen),
                "total": totals[each.week_on] if is_first else None,
                "capacity": known.get(each.week_on) if is_first else None,
            }
        )
    return rows
