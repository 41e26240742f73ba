"""Charts of the renewals analysis: which week will break us, where cases stop, why clients leave.

Their rows carry codes for clicks and translated words for reading, so a spec depends on language
and theme only.
"""

from functools import cache
from typing import Any

import altair as alt

from charts.look import PICK, finished, palette
from terms.renewals import RenewalState
from words import N_, _, in_locale
from words.labels import LABELS

WEEK_STATES = (
    RenewalState.EXTRACTED,
    RenewalState.ALLOCATED,
    RenewalState.CONTACTED,
    RenewalState.QUOTED,
    RenewalState.AGREED,
)
"""The series of ``due_by_week``, from nothing done to almost done."""

DUE_BY_WEEK = N_("Open cases by week due and state, stacked bars")
FUNNEL = N_("How many cases came how far, bars")
REASONS = N_("Refusals by reason, bars")
OPEN_BY = N_("Open cases by group, the most first, bars")


@cache
def due_by_week(locale: str, theme: str, *, has_capacity: bool = True) -> dict[str, Any]:
    """Stacked bars of open cases per week, capacity as a dashed rule.

    Rows: ``week`` (the axis label), ``week_on`` (ISO Monday), ``state`` (code), ``state_name``,
    ``step`` (place in the stack), ``cases``, ``premium`` (yuan, as text), ``total`` (of the week,
    on its first row only), ``capacity`` (cases that can be worked, likewise).
    """
    with in_locale(locale):
        colours = palette(theme)
        states = [state.value for state in WEEK_STATES]
        names = " : ".join(
            f"datum.label == '{state}' ? '{_(LABELS[RenewalState][state])}'" for state in states
        )
        pick = alt.selection_point(name=PICK, fields=["week_on", "state"])
        across = alt.X(
            "week:O",
            sort=None,
            title=_("Week from"),
            axis=alt.Axis(labelAngle=0, grid=False, labelOverlap=True, labelSeparation=6),
        )
        bars = (
            alt.Chart(alt.NamedData("rows"))
            .mark_bar(cursor="pointer", cornerRadius=1)
            .encode(
                x=across,
                y=alt.Y(
                    "cases:Q",
                    title=_("cases"),
                    axis=alt.Axis(tickCount=5, tickMinStep=1, format=",.0f", domain=False),
                ),
                color=alt.Color(
                    "state:N",
                    scale=alt.Scale(domain=states, range=list(colours.steps)),
                    legend=alt.Legend(
                        labelExpr=f"{names} : datum.label",
                        columns=alt.ExprRef("width < 420 ? 2 : 5"),
                    ),
                ),
                order=alt.Order("step:Q"),
                opacity=alt.condition(pick, alt.value(1), alt.value(0.35)),
                tooltip=[
                    alt.Tooltip("week:O", title=_("Week from")),
                    alt.Tooltip("state_name:N", title=_("State")),
                    alt.Tooltip("cases:Q", title=_("cases")),
                    alt.Tooltip("premium:N", title=_("Premium ¥")),
                ],
            )
            .add_params(pick)
        )
        totals = (
            alt.Chart(alt.NamedData("rows"))
            .mark_text(baseline="bottom", dy=-3)
            .encode(x=across, y=alt.Y("total:Q"), text=alt.Text("total:Q"))
            .transform_filter("isValid(datum.total)")
        )
        capacity = (
            alt.Chart(alt.NamedData("rows"))
            .mark_line(
                interpolate="step",
                strokeDash=[5, 4],
                color=colours.overdue,
                strokeWidth=2,
                aria=False,
            )
            .encode(
                x=across,
                y=alt.Y("capacity:Q"),
                tooltip=[
                    alt.Tooltip("week:O", title=_("Week from")),
                    alt.Tooltip("capacity:Q", title=_("Capacity")),
                ],
            )
            .transform_filter("isValid(datum.capacity)")
        )
        layers = [bars, totals, capacity] if has_capacity else [bars, totals]
        chart = alt.LayerChart(layer=layers).properties(height=230)
        return finished(chart, theme=theme, description=_(DUE_BY_WEEK))


@cache
def funnel(locale: str, theme: str) -> dict[str, Any]:
    """One bar per stage, its number and its share of all beside it.

    Rows: ``stage`` (code), ``name``, ``cases``, ``said`` (the direct label).
    """
    with in_locale(locale):
        return _bars("stage", theme=theme, axis=_("cases"), description=_(FUNNEL))


@cache
def refusal_reasons(locale: str, theme: str) -> dict[str, Any]:
    """One bar per reason, most frequent first.

    Rows: ``reason`` (code), ``name``, ``cases``, ``said`` (the direct label).
    """
    with in_locale(locale):
        return _bars("reason", theme=theme, axis=_("cases"), description=_(REASONS))


@cache
def open_by(locale: str, theme: str) -> dict[str, Any]:
    """One bar per group, most cases first.

    Rows: ``bar`` (code), ``name``, ``cases``, ``said`` (the direct label).
    """
    with in_locale(locale):
        return _bars("bar", theme=theme, axis=_("cases"), description=_(OPEN_BY))


def _bars(code: str, *, theme: str, axis: str, description: str) -> dict[str, Any]:
    colours = palette(theme)
    pick = alt.selection_point(name=PICK, fields=[code])
    down = alt.Y(
        "name:N",
        sort=None,
        title=None,
        axis=alt.Axis(domain=False, ticks=False, labelColor=colours.ink, labelLimit=150),
    )
    bars = (
        alt.Chart(alt.NamedData("rows"))
        .mark_bar(color=colours.primary, cursor="pointer", cornerRadiusEnd=2, height=18)
        .encode(
            x=alt.X(
                "cases:Q",
                title=axis,
                axis=alt.Axis(tickCount=4, tickMinStep=1, format=",.0f", domain=False),
            ),
            y=down,
            opacity=alt.condition(pick, alt.value(1), alt.value(0.35)),
            tooltip=[alt.Tooltip("name:N", title=" "), alt.Tooltip("said:N", title=axis)],
        )
        .add_params(pick)
    )
    labels = (
        alt.Chart(alt.NamedData("rows"))
        .mark_text(align="left", dx=5)
        .encode(x=alt.X("cases:Q"), y=down, text="said:N")
    )
    chart = alt.LayerChart(layer=[bars, labels]).properties(height=alt.Step(30))
    return finished(chart, theme=theme, description=description)
