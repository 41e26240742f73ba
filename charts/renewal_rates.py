"""Charts of rates: one bar per group, the worst first; the months or cohorts side by side."""

from functools import cache
from typing import Any

import altair as alt

from charts.look import PICK, finished, palette
from words import N_, _, in_locale

RATES = N_("Renewal rate by group, the lowest first, bars")
WAITS = N_("Working hours to the first contact by group, the longest first, bars")
REFUSED = N_("Share of cases refused by group, the largest first, bars")
MONTHS = N_("Renewal rate by month due, bars")
COHORTS = N_("Persistency by cohort month, bars")
WIDE_ENOUGH = "width > 360"
"""On a phone a column is narrower than its number, which the table beneath says."""


@cache
def rates(locale: str, theme: str) -> dict[str, Any]:
    """One bar per group; what rests on a small sample is grey, the whole is a dashed rule.

    Rows: ``bar`` (code), ``name``, ``rate`` (0 to 1), ``said`` (the direct label), ``is_small``,
    ``whole`` (the rate of all, on the first row only).
    """
    with in_locale(locale):
        return _down(theme, title=_("share"), description=_(RATES), is_share=True)


@cache
def waits(locale: str, theme: str) -> dict[str, Any]:
    """One bar per group; rows as ``rates``, ``rate`` in working hours."""
    with in_locale(locale):
        return _down(theme, title=_("working hours"), description=_(WAITS), is_share=False)


@cache
def refused(locale: str, theme: str) -> dict[str, Any]:
    """One bar per group as long as its share of refusals beside the others'; rows as ``rates``."""
    with in_locale(locale):
        return _down(
            theme, title=_("share"), description=_(REFUSED), is_share=True, is_whole_scale=False
        )


@cache
def months(locale: str, theme: str) -> dict[str, Any]:
    """One column per month due.

    Rows: ``month`` (code), ``name``, ``rate``, ``said``, ``is_small``.
    """
    with in_locale(locale):
        return _across(theme, title=_("Month due"), description=_(MONTHS))


@cache
def cohorts(locale: str, theme: str) -> dict[str, Any]:
    """One column per cohort, quiet where it is not final; rows as ``months``."""
    with in_locale(locale):
        return _across(theme, title=_("Cover began in"), description=_(COHORTS))


def _colour(theme: str) -> Any:
    colours = palette(theme)
    return alt.condition("datum.is_small", alt.value(colours.waiting), alt.value(colours.primary))


def _tooltip(title: str) -> list[alt.Tooltip]:
    return [alt.Tooltip("name:N", title=" "), alt.Tooltip("said:N", title=title)]


def _down(
    theme: str,
    *,
    title: str,
    description: str,
    is_share: bool,
    is_whole_scale: bool = True,
) -> dict[str, Any]:
    colours = palette(theme)
    pick = alt.selection_point(name=PICK, fields=["bar"])
    down = alt.Y(
        "name:N",
        sort=None,
        title=None,
        axis=alt.Axis(domain=False, ticks=False, labelColor=colours.ink, labelLimit=170),
    )
    axis = alt.Axis(tickCount=4, domain=False, format="%" if is_share else ",.0f")
    is_to_one = is_share and is_whole_scale
    scale = alt.Scale(domain=[0, 1]) if is_to_one else alt.Undefined
    across = alt.X("rate:Q", title=title, axis=axis, scale=scale)
    base = alt.Chart(alt.NamedData("rows"))
    bars = (
        base.mark_bar(cursor="pointer", cornerRadiusEnd=2, height=18)
        .encode(
            x=across,
            y=down,
            color=_colour(theme),
            opacity=alt.condition(pick, alt.value(1), alt.value(0.35)),
            tooltip=_tooltip(title),
        )
        .add_params(pick)
    )
    near = base.mark_text(align="left", dx=5).encode(x=across, y=down, text="said:N")
    labels = [near]
    if is_to_one:
        short = near.transform_filter("datum.rate < 0.5")
        long = (
            base.mark_text(align="right", dx=-6)
            .encode(
                x=across,
                y=down,
                text="said:N",
                color=alt.condition(
                    "datum.is_small", alt.value(colours.on_quiet), alt.value(colours.inside)
                ),
            )
            .transform_filter("datum.rate >= 0.5")
        )
        labels = [short, long]
    whole = (
        base.mark_rule(strokeDash=[4, 4], color=colours.ink, aria=False)
        .encode(x=alt.X("whole:Q"))
        .transform_filter("isValid(datum.whole)")
    )
    chart = alt.LayerChart(layer=[bars, *labels, whole]).properties(height=alt.Step(30))
    return finished(chart, theme=theme, description=description)


def _across(theme: str, *, title: str, description: str) -> dict[str, Any]:
    pick = alt.selection_point(name=PICK, fields=["month"])
    across = alt.X(
        "name:O",
        sort=None,
        title=title,
        axis=alt.Axis(labelAngle=0, grid=False, labelOverlap=True, labelSeparation=6),
    )
    up = alt.Y(
        "rate:Q",
        title=_("share"),
        axis=alt.Axis(tickCount=5, domain=False, format="%"),
        scale=alt.Scale(domain=[0, 1]),
    )
    base = alt.Chart(alt.NamedData("rows"))
    bars = (
        base.mark_bar(cursor="pointer", cornerRadiusEnd=2)
        .encode(
            x=across,
            y=up,
            color=_colour(theme),
            opacity=alt.condition(pick, alt.value(1), alt.value(0.35)),
            tooltip=_tooltip(title),
        )
        .add_params(pick)
    )
    labels = base.mark_text(baseline="bottom", dy=-3).encode(
        x=across,
        y=up,
        text="short:N",
        opacity=alt.condition(WIDE_ENOUGH, alt.value(1), alt.value(0)),
    )
    chart = alt.LayerChart(layer=[bars, labels]).properties(height=230)
    return finished(chart, theme=theme, description=description)
