"""Charts of the tier screens: where clients stand, how they moved, how the money is spread.

Their rows carry codes for clicks and translated words for reading, so a spec depends on language
and theme only.
"""

from functools import cache
from typing import Any

import altair as alt

from charts.look import PICK, finished, palette
from terms.tiering import Tier
from words import N_, _, in_locale
from words import tiering as _tiers  # noqa: F401 - what the tiers are called
from words.labels import LABELS

BY_PLACE = N_("Share of the value tiers by branch or team, stacked bars")
BARS = N_("Clients, bars")
GRID = N_("Clients by two classes, a table of shades")
SCORES = N_("Clients by points with the limits between tiers, bars")
SPREAD = N_("What part of the clients holds what part of the sum, a curve")
FLOWS = N_("Who came to each class and who left it, bars to the right and to the left")

_TIERS = [tier.value for tier in Tier]
_SHADES = {
    "light": ("#C3CFCA", "#7DB89C", "#0B6B4B"),
    "dark": ("#42524C", "#2F8A6C", "#3FBF8F"),
}
_HEAT = {"light": ("#EEF4F1", "#0B6B4B"), "dark": ("#1D2924", "#3FBF8F")}
_TURNS = {"light": 0.8, "dark": 0.58}
"""From which shade on the text of a cell is light on dark, or dark on light."""
_ON_DARK = {"light": "#FFFFFF", "dark": "#101815"}


@cache
def by_place(locale: str, theme: str) -> dict[str, Any]:
    """Bars of 100 %: one per place, split by value tier.

    Rows: ``place`` (what a click chooses), ``name``, ``value`` (code), ``tier_name``, ``step``
    (place in the stack), ``clients``, ``share`` (0 to 1), ``said`` (the direct label).
    """
    with in_locale(locale):
        colours = palette(theme)
        pick = alt.selection_point(name=PICK, fields=["place", "value"])
        down = alt.Y(
            "name:N",
            sort=None,
            title=None,
            axis=alt.Axis(domain=False, ticks=False, labelColor=colours.ink, labelLimit=150),
        )
        across = alt.X(
            "share:Q",
            stack="normalize",
            title=_("share of the clients"),
            axis=alt.Axis(format="%", tickCount=5, domain=False),
        )
        bars = (
            alt.Chart(alt.NamedData("rows"))
            .mark_bar(cursor="pointer", height=18)
            .encode(
                x=across,
                y=down,
                color=_tier_colour(theme),
                order=alt.Order("step:Q"),
                opacity=alt.condition(pick, alt.value(1), alt.value(0.35)),
                tooltip=[
                    alt.Tooltip("name:N", title=" "),
                    alt.Tooltip("tier_name:N", title=_("Value tier")),
                    alt.Tooltip("said:N", title=_("clients")),
                ],
            )
            .add_params(pick)
        )
        chart = alt.LayerChart(layer=[bars]).properties(height=alt.Step(30))
        return finished(chart, theme=theme, description=_(BY_PLACE))


@cache
def bars(locale: str, theme: str) -> dict[str, Any]:
    """One bar per code, its number beside it.

    Rows: ``code`` (what a click chooses), ``name``, ``clients``, ``said`` (the number in words).
    """
    with in_locale(locale):
        colours = palette(theme)
        pick = alt.selection_point(name=PICK, fields=["code"])
        down = alt.Y(
            "name:N",
            sort=None,
            title=None,
            axis=alt.Axis(domain=False, ticks=False, labelColor=colours.ink, labelLimit=200),
        )
        across = alt.X(
            "clients:Q",
            title=_("clients"),
            axis=alt.Axis(tickCount=4, tickMinStep=1, domain=False),
            scale=alt.Scale(padding=36, zero=True),
        )
        drawn = (
            alt.Chart(alt.NamedData("rows"))
            .mark_bar(color=colours.primary, cursor="pointer", cornerRadiusEnd=2, height=18)
            .encode(
                x=across,
                y=down,
                opacity=alt.condition(pick, alt.value(1), alt.value(0.35)),
                tooltip=[
                    alt.Tooltip("name:N", title=" "),
                    alt.Tooltip("said:N", title=_("clients")),
                ],
            )
            .add_params(pick)
        )
        labels = (
            alt.Chart(alt.NamedData("rows"))
            .mark_text(align="left", dx=5)
            .encode(x=alt.X("clients:Q"), y=down, text=alt.Text("clients:Q", format=","))
        )
        chart = alt.LayerChart(layer=[drawn, labels]).properties(height=alt.Step(30))
        return finished(chart, theme=theme, description=_(BARS))


@cache
def grid(locale: str, theme: str, down: str, across: str) -> dict[str, Any]:
    """Classes by classes, the more clients the stronger the shade.

    Rows: ``down`` and ``across`` (what a click chooses), ``down_name``, ``across_name``,
    ``clients``, ``shade`` (0 to 1), ``said`` (what stands in the cell).

    Args:
        down: what the rows are; translated by the caller's language.
        across: what the columns are.
    """
    with in_locale(locale):
        colours = palette(theme)
        pick = alt.selection_point(name=PICK, fields=["down", "across"])
        axis = alt.Axis(
            domain=False, ticks=False, labelColor=colours.ink, labelAngle=0, labelLimit=120
        )
        above = alt.Axis(
            domain=False,
            ticks=False,
            labelColor=colours.ink,
            labelAngle=0,
            labelLimit=120,
            labelExpr="split(datum.label, ' · ')",
            labelPadding=24,
            orient="top",
        )
        x = alt.X("across_name:N", sort=None, title=across, axis=above)
        y = alt.Y("down_name:N", sort=None, title=down, axis=axis)
        cells = (
            alt.Chart(alt.NamedData("rows"))
            .mark_rect(cursor="pointer", stroke=colours.line, strokeWidth=1)
            .encode(
                x=x,
                y=y,
                color=alt.Color(
                    "shade:Q",
                    scale=alt.Scale(domain=[0, 1], range=list(_HEAT.get(theme, _HEAT["light"]))),
                    legend=None,
                ),
                opacity=alt.condition(pick, alt.value(1), alt.value(0.45)),
                tooltip=[
                    alt.Tooltip("down_name:N", title=down),
                    alt.Tooltip("across_name:N", title=across),
                    alt.Tooltip("said:N", title=_("clients")),
                ],
            )
            .add_params(pick)
        )
        texts = (
            alt.Chart(alt.NamedData("rows"))
            .mark_text()
            .encode(
                x=x,
                y=y,
                text="said:N",
                color=alt.condition(
                    f"datum.shade > {_TURNS.get(theme, _TURNS['light'])}",
                    alt.value(_ON_DARK.get(theme, _ON_DARK["light"])),
                    alt.value(colours.ink),
                ),
            )
        )
        chart = alt.LayerChart(layer=[cells, texts]).properties(height=alt.Step(46))
        return finished(chart, theme=theme, description=_(GRID))


@cache
def scores(locale: str, theme: str) -> dict[str, Any]:
    """How many clients have how many points; the limits between tiers as dashed rules.

    Rows: ``score``, ``clients``, ``tier`` (code), ``tier_name``; and for each limit one with
    ``limit`` (the score it begins at), its ``tier`` and ``said``.
    """
    with in_locale(locale):
        colours = palette(theme)
        drawn = (
            alt.Chart(alt.NamedData("rows"))
            .transform_filter("isValid(datum.score)")
            .transform_calculate(left="datum.score - 0.45", right="datum.score + 0.45")
            .mark_bar()
            .encode(
                x=alt.X(
                    "left:Q",
                    bin="binned",
                    title=_("points"),
                    scale=alt.Scale(domainMin=0, nice=True),
                    axis=alt.Axis(grid=False, tickMinStep=5),
                ),
                x2="right:Q",
                y=alt.Y("clients:Q", title=_("clients"), axis=alt.Axis(tickCount=4, domain=False)),
                color=_tier_colour(theme, "tier"),
                tooltip=[
                    alt.Tooltip("score:Q", title=_("points")),
                    alt.Tooltip("clients:Q", title=_("clients")),
                    alt.Tooltip("tier_name:N", title=_("tier")),
                ],
            )
        )
        limits = alt.Chart(alt.NamedData("rows")).transform_filter("isValid(datum.limit)")
        at = alt.X("limit:Q", title=_("points"))
        rules = limits.mark_rule(strokeDash=[4, 3], color=colours.ink, aria=False).encode(x=at)
        left, right = (
            limits.transform_filter(f"datum.tier {sign} '{Tier.MID.value}'")
            for sign in ("==", "!=")
        )
        texts = [
            mark.encode(x=at, y=alt.value(0), text="said:N")
            for mark in (
                left.mark_text(align="right", dx=-4, dy=4, baseline="top", fontSize=11),
                right.mark_text(align="left", dx=4, dy=4, baseline="top", fontSize=11),
            )
        ]
        chart = alt.LayerChart(layer=[drawn, rules, *texts]).properties(height=220)
        return finished(chart, theme=theme, description=_(SCORES))


@cache
def spread(locale: str, theme: str) -> dict[str, Any]:
    """The cumulative share of a sum, those who have most first; a dashed line where all have the
    same.

    Rows: ``clients`` and ``held`` (0 to 1), ``even`` (the same as ``clients``), ``said`` (of the
    fifth alone).
    """
    with in_locale(locale):
        colours = palette(theme)
        percent = alt.Axis(format="%", tickCount=5, domain=False)
        across = alt.X("clients:Q", title=_("part of the clients"), axis=percent)
        up = alt.Y("held:Q", title=_("part of the sum"), axis=percent)
        base = alt.Chart(alt.NamedData("rows"))
        even = base.mark_line(strokeDash=[4, 3], color=colours.quiet).encode(
            x=across, y=alt.Y("even:Q")
        )
        curve = base.mark_line(color=colours.primary, strokeWidth=2.5).encode(
            x=across,
            y=up,
            tooltip=[
                alt.Tooltip("clients:Q", format=".0%", title=_("part of the clients")),
                alt.Tooltip("held:Q", format=".1%", title=_("part of the sum")),
            ],
        )
        fifth = base.transform_filter("isValid(datum.said)")
        point = fifth.mark_point(filled=True, size=80, color=colours.primary, opacity=1).encode(
            x=across, y=up
        )
        name = fifth.mark_text(align="left", dx=9, dy=8, fontWeight="bold").encode(
            x=across, y=up, text="said:N"
        )
        chart = alt.LayerChart(layer=[even, curve, point, name]).properties(height=220)
        return finished(chart, theme=theme, description=_(SPREAD))


@cache
def flows(locale: str, theme: str, *, has_unknown: bool = False) -> dict[str, Any]:
    """Per class who came (to the right) and who left (to the left); rises and falls by colour.

    Rows: ``name`` (the class), ``clients`` (below 0: left), ``way`` (``up``, ``down`` or
    ``other``), ``way_name``, ``other`` (where from or to), ``said``.

    Args:
        has_unknown: whether classes may be not known, so that a move is neither up nor down.
    """
    with in_locale(locale):
        colours = palette(theme)
        names = {"up": _("rose"), "down": _("fell")}
        if has_unknown:
            names["other"] = _("became known, or unknown")
        said = " : ".join(f"datum.label == '{way}' ? '{name}'" for way, name in names.items())
        drawn = (
            alt.Chart(alt.NamedData("rows"))
            .mark_bar(height=20)
            .encode(
                x=alt.X(
                    "clients:Q",
                    title=_("left ← clients → came"),
                    scale=alt.Scale(padding=16),
                    axis=alt.Axis(
                        tickCount=6, tickMinStep=1, domain=False, labelExpr="abs(datum.value)"
                    ),
                ),
                y=alt.Y(
                    "name:N",
                    sort=None,
                    title=None,
                    axis=alt.Axis(domain=False, ticks=False, labelColor=colours.ink),
                ),
                color=alt.Color(
                    "way:N",
                    scale=alt.Scale(
                        domain=list(names),
                        range=[colours.primary, colours.at_risk, colours.waiting][: len(names)],
                    ),
                    legend=alt.Legend(labelExpr=f"{said} : datum.label"),
                ),
                tooltip=[
                    alt.Tooltip("said:N", title=" "),
                    alt.Tooltip("way_name:N", title=_("Direction")),
                ],
            )
        )
        zero = (
            alt.Chart(alt.NamedData("rows"))
            .mark_rule(color=colours.quiet, aria=False)
            .encode(x=alt.datum(0, type="quantitative"))
        )
        chart = alt.LayerChart(layer=[drawn, zero]).properties(height=alt.Step(36))
        return finished(chart, theme=theme, description=_(FLOWS))


def _tier_colour(theme: str, field: str = "value") -> alt.Color:
    names = " : ".join(f"datum.label == '{tier}' ? '{_(LABELS[Tier][tier])}'" for tier in _TIERS)
    return alt.Color(
        f"{field}:N",
        scale=alt.Scale(domain=_TIERS, range=list(_SHADES.get(theme, _SHADES["light"]))),
        legend=alt.Legend(labelExpr=f"{names} : datum.label"),
    )
