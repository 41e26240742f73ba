"""The chart of a client's file: which cover runs from when to when."""

from datetime import date
from functools import lru_cache
from typing import Any

import altair as alt

from charts.look import finished, palette
from words import N_, _, in_locale

TERMS = N_("Terms of the client's policies over time, bars from the first to the last day")
STATES = ("running", "soon", "overdue", "over")


@lru_cache(maxsize=32)
def terms(locale: str, theme: str, on: date) -> dict[str, Any]:
    """One bar per policy from its first to its last day, today as a dashed rule.

    Rows: ``name``, ``from_on`` and ``to_on`` (ISO), ``state`` (one of ``STATES``), ``said`` (the
    direct label), ``status`` and ``premium`` for the tooltip.
    """
    with in_locale(locale):
        colours = palette(theme)
        shades = [colours.primary, colours.at_risk, colours.overdue, colours.waiting]
        down = alt.Y(
            "name:N",
            sort=None,
            title=None,
            axis=alt.Axis(domain=False, ticks=False, labelColor=colours.ink, labelLimit=270),
        )
        bars = (
            alt.Chart(alt.NamedData("rows"))
            .mark_bar(height=12, cornerRadius=2)
            .encode(
                x=alt.X(
                    "from_on:T", title=None, axis=alt.Axis(format="%Y-%m", tickCount=8, grid=True)
                ),
                x2=alt.X2("to_on:T"),
                y=down,
                color=alt.Color(
                    "state:N", scale=alt.Scale(domain=list(STATES), range=shades), legend=None
                ),
                tooltip=[
                    alt.Tooltip("name:N", title=_("Policy")),
                    alt.Tooltip("from_on:N", title=_("From")),
                    alt.Tooltip("said:N", title=_("Until")),
                    alt.Tooltip("status:N", title=_("Status")),
                    alt.Tooltip("premium:N", title=_("Premium, yuan")),
                ],
            )
        )
        ends = (
            alt.Chart(alt.NamedData("rows"))
            .mark_text(align="left", dx=5, fontSize=11, color=colours.quiet)
            .encode(x="to_on:T", y=down, text="said:N")
        )
        today = (
            alt.Chart(alt.NamedData("rows"))
            .transform_calculate(today=f"toDate('{on.isoformat()}')")
            .mark_rule(strokeDash=[4, 3], color=colours.ink, aria=False)
            .encode(x="today:T")
        )
        chart = alt.LayerChart(layer=[bars, ends, today])
        return finished(chart, theme=theme, description=_(TERMS))
