"""The analysis: which week breaks us, where cases stop, why clients say no; bars filter the list.

A click on a bar writes its filter into the address, so the list below, a reload and a link agree.
"""

from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import charts.renewals as drawn
from charts.look import PICK
from services import measures, renewals
from services.actor import Actor
from services.changes import Chapter
from services.measures import Figure
from services.permissions import Permission
from services.renewals import CaseFilter
from terms.renewals import RenewalState
from ui.components.figure import figure
from ui.screens.renewals import address, case_list
from ui.session import now, read, today
from ui.shared import read_shared
from words import _, current_locale, formats
from words.labels import LABELS
from words.markdown import plain
from words.renewals import refusal

WEEKS, STAGES, REASONS = "renewals.by-week", "renewals.funnel", "renewals.reasons"
DAYS_BACK, DAYS_AHEAD = 90, 30
"""The period of funnel and reasons: what fell due in the last quarter and what falls due next."""
FILTERS = ("week", "state", "stage", "reason")
STAGE_STATES = {
    "extracted": RenewalState.EXTRACTED,
    "contacted": RenewalState.CONTACTED,
    "quoted": RenewalState.QUOTED,
    "agreed": RenewalState.AGREED,
    "renewed": RenewalState.RENEWED,
}


def draw(actor: Actor, bar: DeltaGenerator) -> None:
    """Draw the three questions, and the cases behind the bar that was clicked."""
    on = today()
    first, last = on - timedelta(days=DAYS_BACK), on + timedelta(days=DAYS_AHEAD)
    weeks = read_shared(renewals.due_by_week, Chapter.RENEWALS, actor=actor)
    asked: dict[str, Any] = {"actor": actor, "from_on": first, "to_on": last}
    stages = read_shared(renewals.funnel, Chapter.RENEWALS, **asked)
    reasons = read_shared(renewals.refusal_reasons, Chapter.RENEWALS, **asked)
    if not len(weeks) and not stages["cases"].sum():
        st.markdown(
            _("No case has been opened in your scope yet; cases are opened every working day.")
        )
        st.page_link("../pages/my_day.py", label=_("To my day"), icon=":material/checklist:")
        return
    with bar:
        _filter_line()
    theme = st.context.theme.type or "light"
    locale = current_locale().value
    with st.container(border=True):
        _figure(
            _("Which week will break us?"),
            _weeks(weeks),
            drawn.due_by_week(locale, theme),
            key=WEEKS,
            counted=_counted("renewals.due_by_week", weeks, ("week_on", "state")),
            premium=_counted("renewals.premium_by_week", weeks, ("week_on", "state")),
            what=_("open cases by the week they fall due"),
            columns={
                "week": _("Week from"),
                "state_name": _("State"),
                "cases": _("Cases"),
                "premium": _("Premium ¥"),
            },
        )
    of_period = {"from": first.isoformat(), "to": last.isoformat()}
    least = read(measures.fewest, on=on)
    said = _("due {first} to {last}").format(first=first, last=last)
    named = {"name": _("Stage"), "cases": _("Cases"), "premium": _("Premium ¥")}
    left, right = st.columns(2, gap="small")
    with left, st.container(border=True, height="stretch"):
        _figure(
            _("Where do cases stop?"),
            _stages(stages, least),
            drawn.funnel(locale, theme),
            key=STAGES,
            counted=_counted("renewals.funnel", stages, ("stage",), of_period),
            premium=_counted("renewals.funnel_premium", stages, ("stage",), of_period),
            what=said,
            columns=named,
        )
    with right, st.container(border=True, height="stretch"):
        _figure(
            _("Why do clients say no?"),
            _reasons(reasons, least),
            drawn.refusal_reasons(locale, theme),
            key=REASONS,
            counted=_counted("renewals.refusals", reasons, ("reason",), of_period),
            premium=_counted("renewals.refusal_premium", reasons, ("reason",), of_period),
            what=said,
            columns={**named, "name": _("Reason")},
        )
    _list(actor, on, first, last)


def _figure(
    question: str,
    rows: pd.DataFrame,
    spec: dict[str, Any],
    *,
    key: str,
    counted: Figure,
    premium: Figure,
    what: str,
    columns: dict[str, str],
) -> None:
    """A chart with its question, unit, as-of time and sample size, and the same as a table."""
    st.subheader(question, anchor=False)
    note = _("Unit: cases · {what} · as of {time}").format(what=what, time=formats.date_time(now()))
    with st.container(
        key=f"{key}-note".replace(".", "-"), horizontal=True, vertical_alignment="center"
    ):
        st.markdown(f":small[:gray[{note}]]", width="content")
        figure(counted)
    if rows.empty:
        st.markdown(_("Nothing to count here yet."))
        return
    st.vega_lite_chart(
        rows,
        spec,
        key=key,
        theme=None,
        on_select=lambda: _clicked(key),
        selection_mode=PICK,
    )
    with st.expander(_("As a table"), key=f"{key}-table"):
        st.dataframe(
            rows[list(columns)].rename(columns=columns), hide_index=True, key=f"{key}-rows"
        )
        figure(premium)


def _counted(
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


def _clicked(key: str) -> None:
    picked = st.session_state[key]["selection"][PICK]
    st.session_state.pop(case_list.ROWS, None)
    first = picked[0] if picked else {}
    names = {"week_on": "week", "state": "state", "stage": "stage", "reason": "reason"}
    chosen = {names[field]: str(value) for field, value in first.items() if field in names}
    address.put(**{name: chosen.get(name) for name in FILTERS})


def _filter_line() -> None:
    """What the list is filtered by, and the way back."""
    said = []
    week, state = address.day("week"), address.asked("state")
    if week is not None:
        said.append(_("week from {day}").format(day=formats.short_day(week)))
    for code in (state, address.asked("stage")):
        if code in LABELS[RenewalState]:
            said.append(_(LABELS[RenewalState][code]))
    if address.asked("reason"):
        said.append(plain(refusal(address.asked("reason"))))
    if said:
        st.space("stretch")
        st.button(
            " · ".join(said),
            key="renewals.unfilter",
            icon=":material/close:",
            help=_("Show all cases again"),
            on_click=lambda: address.put(**dict.fromkeys(FILTERS)),
        )


def _list(actor: Actor, on: date, first: date, last: date) -> None:
    st.subheader(_("The cases behind it"), anchor=False)
    if not actor.may(Permission.CLIENT_READ):
        st.markdown(_("Your role sees the figures; the cases stay with those who work them."))
        return
    rows = read(
        renewals.case_list,
        actor=actor,
        on=on,
        where=_filter(first, last),
        limit=case_list.shown_rows() + 1,
    )
    if not rows:
        st.markdown(_("No case matches."))
        return
    shown = rows[: case_list.shown_rows()]
    case_list.draw(
        shown, actor=actor, where=_filter(first, last), total=len(rows), key="renewals.behind"
    )


def _filter(first: date, last: date) -> CaseFilter:
    """The address as a filter; open cases where nothing is asked."""
    week, state = address.day("week"), address.word("state", RenewalState)
    stage, reason = STAGE_STATES.get(address.asked("stage")), address.asked("reason")
    if stage is not None or reason:
        return CaseFilter(
            due_from=first,
            due_to=last,
            reached=stage,
            refusal_reason=reason or None,
            only_open=False,
        )
    return CaseFilter(
        due_from=week,
        due_to=week + timedelta(days=6) if week else None,
        states=(state,) if state else (),
    )


def _weeks(table: pd.DataFrame) -> pd.DataFrame:
    places = {state.value: place for place, state in enumerate(drawn.WEEK_STATES)}
    rows = table[table["state"].isin(list(places))].copy()
    week_on = pd.to_datetime(rows["week_on"])
    rows["week"] = week_on.dt.strftime("%m-%d")
    rows["week_on"] = week_on.dt.strftime("%Y-%m-%d")
    rows["step"] = rows["state"].map(places)
    rows = rows.sort_values(["week_on", "step"], ignore_index=True)
    rows["state_name"] = [_(LABELS[RenewalState][state]) for state in rows["state"]]
    rows["premium"] = [formats.money(int(fen)) for fen in rows["premium_fen"]]
    total = rows.groupby("week_on")["cases"].transform("sum").astype("float")
    rows["total"] = total.where(~rows["week_on"].duplicated())
    return rows.drop(columns="premium_fen")


def _share(cases: int, of: int, least: int) -> str:
    """``12 · 34%``; of a small sample ``12 / 20``."""
    if of < least:
        return f"{cases:,} / {of:,}"
    return f"{cases:,} · {formats.percent(cases / of)}"


def _stages(table: pd.DataFrame, least: int) -> pd.DataFrame:
    first = int(table["cases"].max()) if len(table) else 0
    rows = table[table["cases"] > 0].copy() if first else table.iloc[0:0].copy()
    rows["name"] = [_(LABELS[RenewalState][stage]) for stage in rows["stage"]]
    rows.loc[rows["stage"] == "extracted", "name"] = _("All cases")
    rows["said"] = [_share(cases, first, least) for cases in rows["cases"]]
    return _in_yuan(rows)


def _reasons(table: pd.DataFrame, least: int) -> pd.DataFrame:
    rows = table.head(8).copy()
    rows["name"] = [refusal(code) for code in rows["reason"]]
    all_cases = int(table["cases"].sum())
    rows["said"] = [_share(cases, all_cases, least) for cases in rows["cases"]]
    return _in_yuan(rows)


def _in_yuan(rows: pd.DataFrame) -> pd.DataFrame:
    rows["premium"] = [formats.money(int(fen)) for fen in rows["premium_fen"]]
    return rows.drop(columns="premium_fen").reset_index(drop=True)
