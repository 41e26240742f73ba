"""Points that add up, values that are missing, and the one change that lifts a client."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.tiering import Scale, attitude, faults, smallest_lift, standing
from services.tiering.rules import Scored, Step
from terms.clients import RiskLevel
from terms.tiering import Factor, Tier

SCALE = Scale(
    (
        Scored(Factor.PREMIUM, 50, (Step(1_000, 20), Step(5_000, 50), Step(20_000, 100))),
        Scored(Factor.LINES, 30, (Step(1, 33), Step(2, 66), Step(3, 100))),
        Scored(Factor.TENURE, 20, (Step(12, 50), Step(60, 100))),
    ),
    mid=40,
    high=75,
)
NAMES = [factor.value for factor in Factor]


@some.composite
def scales(draw: some.DrawFn) -> Scale:
    factors = []
    for name in draw(some.lists(some.sampled_from(NAMES), min_size=1, max_size=6, unique=True)):
        at = sorted(draw(some.sets(some.integers(1, 5_000), min_size=1, max_size=5)))
        per_cent = sorted(
            draw(some.sets(some.integers(1, 100), min_size=len(at), max_size=len(at)))
        )
        steps = tuple(Step(*pair) for pair in zip(at, per_cent, strict=True))
        factors.append(Scored(name, draw(some.integers(0, 60)), steps))
    most = sum(factor.most for factor in factors)
    mid = draw(some.integers(1, max(most, 1)))
    return Scale(tuple(factors), mid, draw(some.integers(mid + 1, max(most, mid) + 1)))


@some.composite
def facts(draw: some.DrawFn, scale: Scale) -> dict[str, Any]:
    each = some.none() | some.integers(0, 600_000)
    return {factor.factor: draw(each) for factor in scale.factors}


@given(some.data())
def test_the_points_of_the_factors_are_the_score(data: some.DataObject) -> None:
    scale = data.draw(scales())
    found = standing(scale, data.draw(facts(scale)))
    assert sum(part.points for part in found.parts) == found.score
    assert all(0 <= part.points <= part.most for part in found.parts)
    assert found.tier is scale.tier(found.score)


@given(some.data())
def test_the_smallest_change_lifts_by_one_and_a_little_less_does_not(
    data: some.DataObject,
) -> None:
    scale = data.draw(scales())
    known = data.draw(facts(scale))
    now, lift = standing(scale, known), smallest_lift(scale, known)
    if lift is None:
        for factor in scale.factors:
            if known[factor.factor] is None:
                continue
            most = {**known, factor.factor: 10**9}
            assert now.tier is Tier.HIGH or standing(scale, most).score < scale.needed(
                {Tier.LOW: Tier.MID, Tier.MID: Tier.HIGH}[now.tier]
            )
        return
    lifted = standing(scale, {**known, lift.factor: lift.to})
    assert lifted.score >= scale.needed(lift.tier)
    assert lifted.score - now.score == lift.points
    assert lift.to > known[lift.factor]
    less = standing(scale, {**known, lift.factor: lift.to - 1})
    assert less.tier is now.tier


@given(some.data())
def test_what_is_not_known_is_never_worth_more_than_it_could_be(data: some.DataObject) -> None:
    scale = data.draw(scales())
    known = data.draw(facts(scale))
    found = standing(scale, known)
    filled = {name: 10**9 if fact is None else fact for name, fact in known.items()}
    assert standing(scale, filled).tier is found.could_be
    assert {part.factor for part in found.missing} == {
        name for name, fact in known.items() if fact is None
    }


def test_a_client_in_the_waterfall() -> None:
    found = standing(SCALE, {"premium": 600_000, "lines": 2, "tenure": None})
    assert [(part.factor, part.points, part.is_missing) for part in found.parts] == [
        ("premium", 25, False),
        ("lines", 20, False),
        ("tenure", 0, True),
    ]
    assert (found.score, found.tier, found.could_be) == (45, Tier.MID, Tier.MID)


def test_the_change_somebody_can_work_on_goes_first() -> None:
    lift = smallest_lift(SCALE, {"premium": 0, "lines": 3, "tenure": 0})
    assert lift is not None
    assert (lift.factor, lift.to, lift.points, lift.tier) == ("premium", 100_000, 10, Tier.MID)
    timely = smallest_lift(SCALE, {"premium": 2_000_000, "lines": 2, "tenure": 40})
    assert timely is None or timely.factor != "tenure"


def test_no_single_change_is_said_to_lift_where_none_does() -> None:
    assert (
        smallest_lift(replace(SCALE, high=100), {"premium": 500_000, "lines": 1, "tenure": 12})
        is None
    )
    assert smallest_lift(SCALE, {"premium": 3_000_000, "lines": 3, "tenure": 60}) is None


@pytest.mark.parametrize(
    ("preference", "tolerance", "risk"),
    [
        (RiskLevel.LOW, RiskLevel.HIGH, 0),
        (RiskLevel.LOW, RiskLevel.LOW, 2),
        (RiskLevel.HIGH, RiskLevel.HIGH, 2),
        (RiskLevel.MID, RiskLevel.HIGH, 1),
        (RiskLevel.LOW, RiskLevel.MID, 1),
        (None, RiskLevel.MID, 1),
        (RiskLevel.LOW, None, 0),
        (None, None, None),
    ],
)
def test_where_preference_and_tolerance_disagree_the_higher_risk_wins(
    preference: RiskLevel | None, tolerance: RiskLevel | None, risk: int | None
) -> None:
    assert attitude(preference, tolerance) == risk


GOOD: dict[str, Any] = {
    "factors": [{"factor": "premium", "points": 60}, {"factor": "extra:lifetime", "points": 40}],
    "steps": [
        {"factor": "premium", "at": 1_000, "percent": 50},
        {"factor": "premium", "at": 9_000, "percent": 100},
        {"factor": "extra:lifetime", "at": 5, "percent": 100},
    ],
    "mid": 40,
    "high": 70,
}


def test_a_sound_scale_has_no_faults() -> None:
    assert faults(GOOD) == ()
    assert standing(Scale.of(GOOD), {"premium": 950_000, "extra:lifetime": 7.5}).score == 100


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"mid": 70}, ("mid", "not_below")),
        ({"mid": 0}, ("mid", "negative")),
        ({"high": 101}, ("high", "too_high")),
        ({"factors": [*GOOD["factors"], GOOD["factors"][0]]}, ("factors.2.factor", "doubled")),
        ({"factors": [{"factor": "premium", "points": -5}]}, ("factors.0.points", "negative")),
        ({"factors": [{"factor": "luck", "points": 5}]}, ("factors.0.factor", "unknown")),
        ({"steps": GOOD["steps"][:2]}, ("factors.1.factor", "no_steps")),
        ({"steps": [*GOOD["steps"], GOOD["steps"][2]]}, ("factors.1.factor", "doubled")),
        (
            {"steps": [*GOOD["steps"], {"factor": "premium", "at": 20_000, "percent": 60}]},
            ("factors.0.factor", "not_rising"),
        ),
    ],
)
def test_a_scale_that_cannot_stand_says_why(change: dict[str, Any], fault: tuple[str, str]) -> None:
    assert fault in faults({**GOOD, **change})
