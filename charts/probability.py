"""Charts of the renewal probability: does it come true, and what it goes by."""

from functools import cache
from typing import Any

import altair as alt

from charts.look import finished, palette
from words import N_, _, in_locale

RELIABILITY = N_("Renewal rate by probability given, points on the line of what was promised")
FACTORS = N_("How much each factor moves the probability, bars")


@cache
def reliability(locale: str, theme: str) -> dict[str, Any]:
    """What was promised against what came: a point per bin of probability, as large as its sample.

    Rows: ``mean`` and ``rate`` (0 to 1), ``readings``, ``said`` (the sample).
    """
    with in_locale(locale):
        colours = palette(theme)
        across = alt.X(
            "mean:Q",
            title=_("probability given"),
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format="%", tickCount=5, domain=False),
        )
        up = alt.Y(
            "rate:Q",
            title=_("share that renewed"),
            scale=alt.Scale(domain=[0, 1]),
            axis=alt.Axis(format="%", tickCount=5, domain=False),
        )
        ideal = (
            alt.Chart(alt.NamedData("rows"))
            .mark_line(color=colours.quiet, strokeDash=[4, 4])
            .encode(x=alt.X("promise:Q", scale=alt.Scale(domain=[0, 1])), y="promise:Q")
        )
        points = (
            alt.Chart(alt.NamedData("rows"))
            .transform_filter("isValid(datum.mean)")
            .mark_circle(color=colours.primary, opacity=0.9)
            .encode(
                x=across,
                y=up,
                size=alt.Size(
                    "readings:Q", legend=None, scale=alt.Scale(range=[40, 500], zero=False)
                ),
                tooltip=[
                    alt.Tooltip("mean:Q", title=_("probability given"), format=".1%"),
                    alt.Tooltip("rate:Q", title=_("share that renewed"), format=".1%"),
                    alt.Tooltip("readings:Q", title=_("readings"), format=","),
                ],
            )
        )
        names = (
            alt.Chart(alt.NamedData("rows"))
            .transform_filter("isValid(datum.mean)")
            .mark_text(align="center", dy=20, fontSize=11)
            .encode(x=across, y=up, text="said:N")
        )
        chart = alt.LayerChart(layer=[ideal, points, names]).properties(height=300)
        return finished(chart, theme=theme, description=_(RELIABILITY))


@cache
def factors(locale: str, theme: str) -> dict[str, Any]:
    """One bar per factor, the heaviest first.

    Rows: ``name``, ``weight`` (mean change of the log-odds), ``said`` (the direct label).
    """
    with in_locale(locale):
        colours = palette(theme)
        down = alt.Y(
            "name:N",
            sort=None,
            title=None,
            axis=alt.Axis(domain=False, ticks=False, labelColor=colours.ink, labelLimit=170),
        )
        bars = (
            alt.Chart(alt.NamedData("rows"))
            .mark_bar(color=colours.primary, cornerRadiusEnd=2, height=16)
            .encode(
                x=alt.X(
                    "weight:Q",
                    title=_("mean change of the log-odds"),
                    axis=alt.Axis(tickCount=4, domain=False),
                ),
                y=down,
                tooltip=[
                    alt.Tooltip("name:N", title=" "),
                    alt.Tooltip("said:N", title=_("mean change of the log-odds")),
                ],
            )
        )
        texts = (
            alt.Chart(alt.NamedData("rows"))
            .mark_text(align="left", dx=5)
            .encode(x=alt.X("weight:Q"), y=down, text="said:N")
        )
        chart = alt.LayerChart(layer=[bars, texts]).properties(height=alt.Step(26))
        return finished(chart, theme=theme, description=_(FACTORS))
