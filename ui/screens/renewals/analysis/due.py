"""Which week will break us: open cases by the week they fall due, against what can be worked."""

from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import charts.renewals as drawn
from services import measures, renewals
from services.actor import Actor
from services.changes import Chapter
from services.measures import Figure
from services.renewals import CaseFilter, WeekCapacity
from terms.renewals import RenewalState
from ui.components.figure import figure
from ui.screens.renewals import address
from ui.screens.renewals.analysis import behind, parts
from ui.session import today
from ui.shared import read_shared
from words import _, current_locale, formats
from words.labels import LABELS

WEEKS = "renewals.by-week"
WEEKS_AHEAD = 14
"""Weeks capacity is worked out for: as far as cases are opened ahead."""


def draw(actor: Actor, bar: DeltaGenerator) -> None:
    """Draw the weeks, and the cases of the one that was clicked."""
    table = read_shared(renewals.due_by_week, Chapter.RENEWALS, actor=actor)
    if not len(table):
        st.markdown(
            _("No case has been opened in your scope yet; cases are opened every working day.")
        )
        st.page_link("../pages/my_day.py", label=_("To my day"), icon=":material/checklist:")
        return
    capacity = read_shared(
        renewals.capacity_by_week, Chapter.RULES, actor=actor, from_on=today(), weeks=WEEKS_AHEAD
    )
    with bar:
        parts.filter_line()
    with st.container(border=True):
        _sentence(table, capacity)
        parts.charted(
            _("Which week will break us?"),
            _weeks(table, capacity),
            drawn.due_by_week(current_locale().value, st.context.theme.type or "light"),
            key=WEEKS,
            note=parts.unit_note(
                _("cases"), _("open cases by the week they fall due; dashed: what can be worked")
            ),
            counted=[counted("renewals.due_by_week", table, ("week_on", "state"))],
            beneath=[counted("renewals.premium_by_week", table, ("week_on", "state"))],
            columns={
                "week": _("Week from"),
                "state_name": _("State"),
                "cases": _("Cases"),
                "premium": _("Premium ¥"),
            },
        )
    behind.draw(actor, _filter())


def _filter() -> CaseFilter:
    week, state = address.day("week"), address.word("state", RenewalState)
    return CaseFilter(
        due_from=week,
        due_to=week + timedelta(days=6) if week else None,
        states=(state,) if state else (),
    )


def _sentence(table: pd.DataFrame, capacity: tuple[WeekCapacity, ...]) -> None:
    """The week that is worst, named; its capacity opens."""
    due = table.groupby(table["week_on"].dt.date)["cases"].sum().to_dict()
    weeks = [(each, int(due.get(each.week_on, 0))) for each in capacity]
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
    with st.container(key="renewals-worst-week", horizontal=True, vertical_alignment="center"):
        st.markdown(text, width="content")
        figure(measures.figure("renewals.week_capacity", worst.cases, about=_week(worst.week_on)))


def _week(first: date) -> dict[str, str]:
    return {"from": first.isoformat(), "to": (first + timedelta(days=6)).isoformat()}


def counted(
    code: str,
    table: pd.DataFrame,
    by: tuple[str, ...],
    about: dict[str, str] | None = None,
) -> Figure:
    """The chart's numbers as one figure: the whole, and what each bar shows.

    Stages of the funnel hold one another, so that the first is the whole; everything else adds up.
    """
    column = "premium_fen" if "premium" in code else "cases"
    numbers = [int(number) for number in table[column]]
    names = [[_code(each) for each in table[name]] for name in by]
    whole = max(numbers, default=0) if by == ("stage",) else sum(numbers)
    return measures.figure(
        code,
        whole,
        parts=tuple(zip(zip(*names, strict=True), numbers, strict=True)),
        about=about,
    )


def _code(cell: Any) -> str:
    return f"{cell:%Y-%m-%d}" if isinstance(cell, datetime) else str(cell)


def _weeks(table: pd.DataFrame, capacity: tuple[WeekCapacity, ...]) -> pd.DataFrame:
    places = {state.value: place for place, state in enumerate(drawn.WEEK_STATES)}
    rows = table[table["state"].isin(list(places))].copy()
    known = {f"{each.week_on:%Y-%m-%d}": each.cases for each in capacity}
    week_on = pd.to_datetime(rows["week_on"])
    rows["week"] = week_on.dt.strftime("%m-%d")
    rows["week_on"] = week_on.dt.strftime("%Y-%m-%d")
    rows["step"] = rows["state"].map(places)
    rows = rows.sort_values(["week_on", "step"], ignore_index=True)
    rows["state_name"] = [_(LABELS[RenewalState][state]) for state in rows["state"]]
    rows["premium"] = [formats.money(int(fen)) for fen in rows["premium_fen"]]
    total = rows.groupby("week_on")["cases"].transform("sum").astype("float")
    is_first = ~rows["week_on"].duplicated()
    rows["total"] = total.where(is_first)
    rows["capacity"] = rows["week_on"].map(known).astype("float").where(is_first)
    return rows.drop(columns="premium_fen")
