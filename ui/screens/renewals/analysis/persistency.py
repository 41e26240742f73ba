"""Persistency: what each month's long-term policies still paid in month 13 and 25 (rules §7)."""

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import charts.renewal_rates as drawn
from services import measures, renewals
from services.actor import Actor
from services.changes import Chapter
from services.measures import Figure
from services.renewals import Cohort, CohortFilter
from terms.renewal_analysis import Dimension
from ui.components.choices import without_icon
from ui.components.figure import figure
from ui.screens.renewals import address
from ui.screens.renewals.analysis import cohort, parts
from ui.session import today
from ui.shared import read_shared
from words import _, current_locale
from words.labels import label
from words.renewal_analysis import bar_name, group_key

COHORTS, GROUPS, YEAR = "renewals.cohorts", "renewals.persistency", "renewals.year"
CODE = "renewals.persistency"


def draw(actor: Actor, bar: DeltaGenerator) -> None:
    """Draw the cohorts, the breakdown of the final ones, and what the figures mean."""
    on, least = today(), parts.fewest()
    year = 25 if address.asked("year") == "25" else 13
    by = parts.dimension(actor, renewals.OF_COHORT)
    about: dict[str, Any] = {"actor": actor, "months": year, "on": on}
    groups = read_shared(renewals.cohorts_by, Chapter.RENEWALS, **about, by=by, fewest=least)
    code = parts.picked(by)
    name = parts.name_of(actor, by, code, groups)
    which = {} if code is None else {"by": by, "code": code}
    found = read_shared(renewals.cohorts, Chapter.RENEWALS, **about, **which)
    at = read_shared(renewals.counted_at, Chapter.RENEWALS, actor=actor)
    with bar:
        parts.filter_line(by, name)
    with st.container(horizontal=True, key="renewals-analysis-choices"):
        _year_control(year)
        parts.by_control(actor, renewals.OF_COHORT, chosen=by)
    if not found:
        st.markdown(
            _("No long-term policy of your scope has come to its month {n} yet.").format(n=year)
        )
        return
    final = renewals.final_cohorts(year, on)
    days = {
        "from": final[0].isoformat(),
        "to": renewals.last_day(final[-1]).isoformat(),
        "months": str(year),
    }
    picked = parts.which_bar(by, code)
    settled = tuple(each for each in found if each.is_final)
    shown = _figure(settled, {**days, **picked})
    with st.container(horizontal=True, key="renewals-persistency-figures"):
        figure(shown, key="all", is_small=sum(each.policies for each in settled) < least)
    what = _("cover began {first} to {last}").format(
        first=renewals.as_month(final[0]), last=renewals.as_month(final[-1])
    )
    left, right = st.columns(2, gap="small")
    with left, st.container(border=True, height="stretch"):
        parts.charted(
            parts.of_bar(
                _("Who pays on after {n} months?").format(n=year),
                "" if code is None else bar_name(by, name),
            ),
            _rows(found, least),
            drawn.cohorts(current_locale().value, st.context.theme.type or "light"),
            key=COHORTS,
            sets=("month",),
            note=parts.unit_note(
                _("per cent"), _("by month the cover began; grey: few policies or not final"), at
            ),
            counted=[],
            columns={
                "month": _("Cover began in"),
                "said": _("Persistency"),
                "policies": _("Policies"),
                "state": _("State"),
            },
        )
    with right, st.container(border=True, height="stretch"):
        parts.charted(
            _("Where do clients stop paying?"),
            _bars(by, groups, shown, least),
            drawn.rates(current_locale().value, st.context.theme.type or "light"),
            key=GROUPS,
            sets=("bar",),
            note=parts.unit_note(_("per cent"), what, at),
            counted=[]
            if len(groups) == renewals.MOST_BARS
            else [_by(by, groups, {**days, "by": by.value})],
            is_small=sum(each.policies for each in groups) < least,
            columns={
                "name": label(by),
                "said": _("Persistency"),
                "policies": _("Policies"),
            },
        )
    st.caption(
        _(
            "Yearly premium of the policies whose instalments of that month were paid by the end of"
            " grace ÷ yearly premium of all policies of the cohort. Lapsed policies stay in; final"
            " from month {n}. What is left out is the rule “Left out of persistency”."
        ).format(n=year + 2)
    )
    month = parts.picked_month()
    cohort.draw(actor, CohortFilter(year, month, None if code is None else by, code or ""))


def _year_control(year: int) -> None:
    st.session_state[YEAR] = year

    def put() -> None:
        address.put(year=str(st.session_state[YEAR]), bar=None, month=None)

    st.segmented_control(
        _("Month"),
        list(renewals.YEARS),
        key=YEAR,
        required=True,
        format_func=without_icon(lambda months: _("{n} months").format(n=months)),
        label_visibility="collapsed",
        on_change=put,
    )


def _figure(found: tuple[Cohort, ...], about: dict[str, str]) -> Figure:
    return measures.figure(
        CODE,
        sum(each.received_fen for each in found),
        of=sum(each.premium_fen for each in found),
        about=about,
    )


def _by(by: Dimension, groups: tuple[Cohort, ...], about: dict[str, str]) -> Figure:
    return measures.figure(
        CODE,
        sum(each.received_fen for each in groups),
        of=sum(each.premium_fen for each in groups),
        parts=tuple(((group_key(by, each.name),), each.received_fen) for each in groups),
        about=about,
    )


def _row(name: str, each: Cohort, least: int) -> dict[str, Any]:
    said = parts.rate_said(
        each.received_fen, each.premium_fen, each.policies, least, kept=each.kept
    )
    return {
        "name": name,
        "rate": each.received_fen / each.premium_fen if each.premium_fen else 0.0,
        "said": said,
        "short": said.partition(" · ")[0],
        "is_small": each.policies < least or not each.is_final,
        "policies": each.policies,
        "state": _("final") if each.is_final else _("not final yet"),
    }


def _rows(found: tuple[Cohort, ...], least: int) -> list[dict[str, Any]]:
    return [{"month": each.code, **_row(each.code[2:], each, least)} for each in found]


def _bars(
    by: Dimension, groups: tuple[Cohort, ...], whole: Figure, least: int
) -> list[dict[str, Any]]:
    rows = [
        {
            "bar": parts.code_in_address(each.code),
            **_row(bar_name(by, each.name), each, least),
            "whole": None,
        }
        for each in groups
    ]
    if rows and whole.of:
        rows[0]["whole"] = whole.value / whole.of
    return rows
