"""Renewal rates: by clients, by policies, by premium and in time; the worst group first, month by
month, and the cases of what was clicked."""

from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import charts.renewal_rates as drawn
from services import measures, renewals
from services.actor import Actor
from services.changes import Chapter
from services.measures import Figure
from services.renewals import CaseFilter, Outcome
from terms.renewal_analysis import Dimension, RateOf
from ui.components.choices import without_icon
from ui.components.figure import figure
from ui.screens.renewals import address, case_list
from ui.screens.renewals.analysis import behind, parts
from ui.screens.renewals.analysis.parts import Span
from ui.session import today
from ui.shared import read_shared
from words import _, current_locale
from words.labels import label
from words.measures import name as figure_name
from words.renewal_analysis import bar_name, group_key

GROUPS, MONTHS, OF = "renewals.rates", "renewals.rate-months", "renewals.rate-of"
CODES = {
    RateOf.CLIENTS: "renewals.rate_clients",
    RateOf.POLICIES: "renewals.rate_policies",
    RateOf.PREMIUM: "renewals.rate_premium",
    RateOf.IN_TIME: "renewals.rate_in_time",
}


def draw(actor: Actor, bar: DeltaGenerator) -> None:
    """Draw the four rates, the breakdown, the months and the cases behind."""
    on = today()
    of = address.word("of", RateOf) or RateOf.CLIENTS
    by, period, least = parts.dimension(actor, tuple(Dimension)), parts.span(on), parts.fewest()
    about: dict[str, Any] = {"actor": actor, "first": period.first, "last": period.last}
    whole = read_shared(renewals.outcomes_by_month, Chapter.RENEWALS, **about)
    at = read_shared(renewals.counted_at, Chapter.RENEWALS, actor=actor)
    if not whole:
        _nothing(actor)
        return
    groups = read_shared(
        renewals.outcomes_by, Chapter.RENEWALS, **about, by=by, of=of, fewest=least
    )
    code = parts.picked(by)
    name = parts.name_of(actor, by, code, groups)
    with bar:
        parts.filter_line(by, name)
    with st.container(horizontal=True, key="renewals-analysis-choices"):
        _of_control(of)
        parts.by_control(actor, tuple(Dimension), chosen=by)
        parts.months_control()
    with st.container(horizontal=True, key="renewals-rate-figures"):
        for each in RateOf:
            shown = _figure(each, whole, period.about)
            figure(shown, key="all", is_small=_sample(each, whole) < least)
    note = parts.unit_note(_("per cent"), period.said(), at)
    left, right = st.columns(2, gap="small")
    with left, st.container(border=True, height="stretch"):
        parts.charted(
            _("Where do we lose most?"),
            _bars(by, of, groups, whole, least),
            drawn.rates(current_locale().value, st.context.theme.type or "light"),
            key=GROUPS,
            sets=("bar",),
            note=note,
            counted=[] if len(groups) == renewals.MOST_BARS else [_by(of, by, groups, period)],
            is_small=_sample(of, groups) < least,
            columns={
                "name": label(by),
                "said": figure_name(CODES[of]),
                "cases": _("Terms due"),
                "still_open": _("Still open"),
            },
        )
    with right, st.container(border=True, height="stretch"):
        _months(of, by, code, name, about, note, least)
    behind.draw(actor, _filter(period, by, code))


def _months(
    of: RateOf,
    by: Dimension,
    code: str | None,
    name: str,
    about: Mapping[str, Any],
    note: str,
    least: int,
) -> None:
    """The months of all, or of the bar that was clicked."""
    which = {} if code is None else {"by": by, "code": code}
    found = read_shared(renewals.outcomes_by_month, Chapter.RENEWALS, **about, **which)
    days = {"from": about["first"].isoformat(), "to": about["last"].isoformat()}
    said = {} if code is None else {"by": by.value, "code": code}
    question = parts.of_bar(_("In which month?"), "" if code is None else bar_name(by, name))
    parts.charted(
        question,
        [{"month": each.code, **_row(each.code[2:], of, each, least)} for each in found],
        drawn.months(current_locale().value, st.context.theme.type or "light"),
        key=MONTHS,
        sets=("month",),
        note=note,
        counted=[] if code is None else [_figure(of, found, {**days, **said})],
        apart="months",
        is_small=_sample(of, found) < least,
        columns={
            "month": _("Month due"),
            "said": figure_name(CODES[of]),
            "cases": _("Terms due"),
            "still_open": _("Still open"),
        },
    )


def _nothing(actor: Actor) -> None:
    if read_shared(renewals.counted_at, Chapter.RENEWALS, actor=actor) is None:
        st.markdown(_("Nothing is counted yet: the worker counts before work every working day."))
        return
    st.markdown(_("No term fell due in your scope in this period."))


def _of_control(of: RateOf) -> None:
    st.session_state[OF] = of

    def put() -> None:
        address.put(of=RateOf(st.session_state[OF]).value)
        st.session_state.pop(case_list.ROWS, None)

    st.segmented_control(
        _("Rate"),
        list(RateOf),
        key=OF,
        required=True,
        format_func=without_icon(label),
        label_visibility="collapsed",
        on_change=put,
    )


def _sample(of: RateOf, outcomes: tuple[Outcome, ...]) -> int:
    return sum(each.sample(of) for each in outcomes)


def _figure(of: RateOf, outcomes: tuple[Outcome, ...], about: dict[str, str]) -> Figure:
    pairs = [each.part(of) for each in outcomes]
    return measures.figure(
        CODES[of], sum(part for part, _ in pairs), of=sum(whole for _, whole in pairs), about=about
    )


def _by(of: RateOf, by: Dimension, groups: tuple[Outcome, ...], period: Span) -> Figure:
    """The bars as one figure: what each of them has in its numerator."""
    pairs = [(group_key(by, each.name), each.part(of)) for each in groups]
    return measures.figure(
        CODES[of],
        sum(part for _, (part, _) in pairs),
        of=sum(whole for _, (_, whole) in pairs),
        parts=tuple(((name,), part) for name, (part, _) in pairs),
        about={**period.about, "by": by.value},
    )


def _bars(
    by: Dimension,
    of: RateOf,
    groups: tuple[Outcome, ...],
    whole: tuple[Outcome, ...],
    least: int,
) -> list[dict[str, Any]]:
    rows = [
        {
            "bar": parts.code_in_address(each.code),
            **_row(bar_name(by, each.name), of, each, least),
            "whole": None,
        }
        for each in groups
    ]
    pairs = [each.part(of) for each in whole]
    all_of = sum(number for _, number in pairs)
    if rows and all_of:
        rows[0]["whole"] = sum(number for number, _ in pairs) / all_of
    return rows


def _row(name: str, of: RateOf, each: Outcome, least: int) -> dict[str, Any]:
    part, whole = each.part(of)
    sample = each.sample(of)
    kept = each.renewed if of is RateOf.PREMIUM else None
    said = parts.rate_said(part, whole, sample, least, kept=kept)
    return {
        "name": name,
        "rate": part / whole if whole else 0.0,
        "said": said,
        "short": said.partition(" · ")[0],
        "is_small": sample < least,
        "cases": each.cases,
        "still_open": each.still_open,
    }


def _filter(period: Span, by: Dimension, code: str | None) -> CaseFilter:
    month = parts.picked_month()
    return CaseFilter(
        due_from=period.first if month is None else month,
        due_to=period.last if month is None else renewals.last_day(month),
        dimension=None if code is None else by,
        code=code or "",
        only_terms=True,
        only_open=False,
    )
