"""How every chart looks: colours of both themes, fonts that write Chinese, and the cached spec.

A chart is a function ``spec(locale, theme)`` that gives a Vega-Lite dict without data, built once
per language and theme; the screen draws it with ``st.vega_lite_chart(rows, spec, theme=None)``.
"""

from dataclasses import dataclass
from typing import Any

import altair as alt

FONT = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, Source Sans, sans-serif"
PICK = "pick"
"""The selection a click on a bar makes; its fields filter the list beneath."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme (``design.md``); ``steps`` go from quiet to strong."""

    ink: str
    quiet: str
    line: str
    primary: str
    overdue: str
    at_risk: str
    waiting: str
    steps: tuple[str, ...]
    inside: str
    """Text on a bar of ``primary``."""
    on_quiet: str
    """Text on a bar of ``waiting``."""


PALETTES = {
    "light": Palette(
        ink="#101C18",
        quiet="#5B6B66",
        line="#DCE5E1",
        primary="#0B6B4B",
        overdue="#B3261E",
        at_risk="#E0A100",
        waiting="#A9B8B3",
        steps=("#A9B8B3", "#E0A100", "#8BC3AA", "#338E69", "#0B6B4B"),
        inside="#FFFFFF",
        on_quiet="#101C18",
    ),
    "dark": Palette(
        ink="#E6EEEA",
        quiet="#A9B8B3",
        line="#2C3A35",
        primary="#3FBF8F",
        overdue="#F2867D",
        at_risk="#E8B44A",
        waiting="#5B6B66",
        steps=("#5B6B66", "#E8B44A", "#236650", "#2F8A6C", "#3FBF8F"),
        inside="#101C18",
        on_quiet="#FFFFFF",
    ),
}


def palette(theme: str) -> Palette:
    """The colours of ``light`` or ``dark``; light for anything else."""
    return PALETTES.get(theme, PALETTES["light"])


def finished(chart: alt.LayerChart, *, theme: str, description: str) -> dict[str, Any]:
    """``chart`` as a spec in the look of ``theme``, without data.

    Args:
        description: what a screen reader says of the chart; translated.
    """
    colours = palette(theme)
    spec = (
        chart.properties(width="container", description=description)
        .configure(font=FONT, background="transparent")
        .configure_view(stroke=None)
        .configure_axis(
            domainColor=colours.line,
            tickColor=colours.line,
            gridColor=colours.line,
            labelColor=colours.quiet,
            titleColor=colours.quiet,
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
        )
        .configure_legend(
            labelColor=colours.ink,
            labelFontSize=12,
            orient="top",
            direction="horizontal",
            title=None,
            symbolType="square",
        )
        .configure_text(color=colours.ink, fontSize=12)
        .to_dict(validate=False)
    )
    return _without_data(spec)


def _without_data(spec: dict[str, Any]) -> dict[str, Any]:
    bare = {name: value for name, value in spec.items() if name not in {"data", "datasets"}}
    if "layer" in bare:
        bare["layer"] = [_without_data(layer) for layer in bare["layer"]]
    return bare
