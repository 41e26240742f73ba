"""The chart of a client's points: factor by factor until the sum, with the limits of the tiers."""

from functools import cache
from typing import Any

import altair as alt

from charts.look import finished, palette
from words import N_, _, in_locale

WATERFALL = N_("Points factor by factor until their sum, with the limits of the tiers, bars")
POINTS, OPEN, SUM, LIMIT = "points", "open", "sum", "limit"
"""Kinds of rows: a factor's points, what an unknown one could give, the sum, a tier's limit."""


@cache
def waterfall(locale: str, theme: str) -> dict[str, Any]:
    """One bar per factor that begins where the one before ended, and the sum from zero.

    Rows: ``kind``, ``name`` (the factor; of a limit: the tier that begins there), ``start`` and
    ``end`` (points; of a limit both are it), ``said`` (the direct label).
    """
    with in_locale(locale):
        colours = palette(theme)
        rows = alt.NamedData("rows")
        bars_only = f"datum.kind != '{LIMIT}'"
        down = alt.Y(
            "name:N",
            sort=None,
            title=None,
            axis=alt.Axis(domain=False, ticks=False, labelColor=colours.ink, labelLimit=190),
        )
        along = alt.X("start:Q", title=_("points"), axis=alt.Axis(tickCount=5, domain=False))
        bars = (
            alt.Chart(rows)
            .transform_filter(bars_only)
            .mark_bar(height=14, cornerRadius=2)
            .encode(
                x=along,
                x2=alt.X2("end:Q"),
                y=down,
                color=alt.Color(
                    "kind:N",
                    scale=alt.Scale(
                        domain=[POINTS, OPEN, SUM],
                        range=[colours.steps[2], colours.waiting, colours.primary],
                    ),
                    legend=None,
                ),
                opacity=alt.condition(f"datum.kind == '{OPEN}'", alt.value(0.45), alt.value(1)),
                tooltip=[
                    alt.Tooltip("name:N", title=_("Factor")),
                    alt.Tooltip("said:N", title=_("Points")),
                ],
            )
        )
        labels = (
            alt.Chart(rows)
            .transform_filter(bars_only)
            .mark_text(align="left", dx=5, fontSize=11)
            .encode(x="end:Q", y=down, text="said:N")
        )
        limits = (
            alt.Chart(rows)
            .transform_filter(f"datum.kind == '{LIMIT}'")
            .mark_rule(strokeDash=[4, 3], color=colours.ink, aria=False)
            .encode(x="end:Q", tooltip=[alt.Tooltip("said:N", title=" ")])
        )
        names = (
            alt.Chart(rows)
            .transform_filter(f"datum.kind == '{LIMIT}'")
            .mark_text(baseline="bottom", dy=-4, fontSize=11, color=colours.quiet)
            .encode(x="end:Q", y=alt.value(0), text="said:N")
        )
        chart = alt.LayerChart(layer=[bars, labels, limits, names]).properties(height=alt.Step(24))
        return finished(chart, theme=theme, description=_(WATERFALL))
