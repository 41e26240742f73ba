"""Charts: specs Vega-Lite accepts, in both languages and themes, built once, without data."""

import altair as alt
import pytest

from charts import client_tiers, look, renewal_rates, renewals
from terms.renewals import RenewalState

SPECS = (
    renewals.due_by_week,
    renewals.funnel,
    renewals.open_by,
    renewals.refusal_reasons,
    renewal_rates.rates,
    renewal_rates.refused,
    renewal_rates.waits,
    renewal_rates.months,
    renewal_rates.cohorts,
)
DRAWN = (*SPECS, client_tiers.waterfall)
LOOKS = [(locale, theme) for locale in ("zh_CN", "en") for theme in ("light", "dark")]


@pytest.mark.parametrize("spec", DRAWN, ids=lambda spec: spec.__name__)
@pytest.mark.parametrize(("locale", "theme"), LOOKS)
def test_vega_lite_accepts_the_spec(spec, locale, theme) -> None:
    alt.LayerChart.from_dict({**spec(locale, theme), "data": {"name": "rows"}}, validate=True)


@pytest.mark.parametrize("spec", DRAWN, ids=lambda spec: spec.__name__)
def test_a_spec_carries_no_data_and_is_built_once(spec) -> None:
    made = spec("en", "light")
    assert made is spec("en", "light")
    assert "datasets" not in made
    assert not any("data" in layer for layer in (made, *made["layer"]))


@pytest.mark.parametrize("spec", DRAWN, ids=lambda spec: spec.__name__)
def test_languages_and_themes_differ(spec) -> None:
    assert len({repr(spec(locale, theme)) for locale, theme in LOOKS}) == len(LOOKS)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.__name__)
def test_a_click_on_a_bar_can_be_read(spec) -> None:
    names = {param["name"] for param in spec("en", "light")["params"]}
    assert look.PICK in names


def test_bars_stand_on_zero_and_name_their_unit() -> None:
    for spec, side in ((renewals.due_by_week, "y"), (renewals.funnel, "x")):
        axis = spec("zh_CN", "light")["layer"][0]["encoding"][side]
        assert axis["title"] == "件"
        assert axis.get("scale", {}).get("zero", True)


def test_weeks_without_capacity_have_no_line_of_it() -> None:
    with_it, without = (
        renewals.due_by_week("en", "light", has_capacity=each) for each in (True, False)
    )
    marks = [[layer["mark"]["type"] for layer in each["layer"]] for each in (with_it, without)]
    assert marks == [["bar", "text", "line"], ["bar", "text"]]


def test_every_open_state_has_a_series() -> None:
    assert set(renewals.WEEK_STATES) == {state for state in RenewalState if state.is_open}


def test_an_unknown_theme_is_drawn_light() -> None:
    assert look.palette("sepia") == look.PALETTES["light"]
