"""Charts of trying the rules of tiers: who goes from where to where, and what serving takes."""

from functools import cache
from typing import Any

import altair as alt

from charts.look import PICK, finished, palette
from words import N_, _, in_locale

MOVEMENTS = N_("Clients by the class they have and the class they would have, table of numbers")
EFFORT = N_("What serving the clients takes in per cent of what there is, bars")


@cache
def movements(locale: str, theme: str) -> dict[str, Any]:
    """A cell per class now (row) and class then (column).

    Rows: ``before`` and ``after`` (codes), ``before_name`` and ``after_name`` with their sums,
    ``before_place`` and ``after_place``, ``clients``, ``said`` (the number as people read it),
    ``share`` (of the row, 0 to 1), ``way`` (``same``, ``up``, ``down``).
    """
    with in_locale(locale):
        colours = palette(theme)
        pick = alt.selection_point(name=PICK, fields=["before", "after"], empty=False)
        across = alt.X(
            "after_name:O",
            sort=alt.EncodingSortField("after_place"),
            title=_("then, clients"),
            axis=alt.Axis(orient="top", labelAngle=0, domain=False, ticks=False, labelLimit=140),
        )
        down = alt.Y(
            "before_name:O",
            sort=alt.EncodingSortField("before_place"),
            title=_("now, clients"),
            axis=alt.Axis(domain=False, ticks=False, labelLimit=140),
        )
        base = alt.Chart(alt.NamedData("rows")).encode(x=across, y=down)
        cells = base.mark_rect(cursor="pointer", cornerRadius=2, strokeWidth=2).encode(
            color=alt.Color(
                "way:N",
                scale=alt.Scale(
                    domain=["same", "up", "down"],
                    range=[colours.waiting, colours.primary, colours.at_risk],
                ),
                legend=None,
            ),
            opacity=alt.Opacity(
                "share:Q", scale=alt.Scale(domain=[0, 1], range=[0.12, 0.7]), legend=None
            ),
            stroke=alt.condition(pick, alt.value(colours.ink), alt.value("transparent")),
            tooltip=[
                alt.Tooltip("before_name:N", title=_("now, clients")),
                alt.Tooltip("after_name:N", title=_("then, clients")),
                alt.Tooltip("said:N", title=_("clients")),
            ],
        )
        numbers = base.mark_text(fontSize=14).encode(text="said:N")
        chart = alt.LayerChart(layer=[cells.add_params(pick), numbers]).properties(
            height={"step": 46}
        )
        return finished(chart, theme=theme, description=_(MOVEMENTS))


@cache
def effort(locale: str, theme: str) -> dict[str, Any]:
    """What serving takes, then as a bar and now as a tick, in per cent of what there is.

    Rows: ``name``, ``before`` and ``after`` (per cent), ``said`` (both amounts in words),
    ``is_over`` (more than there is).
    """
    with in_locale(locale):
        colours = palette(theme)
        down = alt.Y("name:N", title=None, sort=None, axis=alt.Axis(domain=False, ticks=False))
        base = alt.Chart(alt.NamedData("rows"))
        bars = base.mark_bar(size=14, cornerRadius=2).encode(
            y=down,
            x=alt.X(
                "after:Q",
                title=_("% of what there is"),
                axis=alt.Axis(grid=False, tickCount=5, domain=False),
            ),
            color=alt.Color(
                "is_over:N",
                scale=alt.Scale(domain=[False, True], range=[colours.primary, colours.overdue]),
                legend=None,
            ),
            tooltip=[alt.Tooltip("name:N", title=" "), alt.Tooltip("said:N", title=" ")],
        )
        ticks = base.mark_tick(thickness=3, size=24, color=colours.ink).encode(
            y=down, x=alt.X("before:Q")
        )
        full = (
            alt.Chart(alt.NamedData("rows"))
            .mark_rule(strokeDash=[4, 3], color=colours.overdue)
            .encode(x=alt.datum(100))
        )
        chart = alt.LayerChart(layer=[bars, ticks, full]).properties(height={"step": 34})
        return finished(chart, theme=theme, description=_(EFFORT))
