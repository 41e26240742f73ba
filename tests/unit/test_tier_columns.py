"""All clients at once decide as one client does."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as some

from services.tiering import columns, facts, rules, service_year, share_fen
from services.tiering.columns import GRADES, MISSING, RECEPTIONS, TIERS, Facts
from services.tiering.income import Entry
from terms.policies import IncomeKind
from terms.tiering import ReceptionClass, Tier
from tests.unit.test_tier_points import scales

EPOCH = date(1970, 1, 1)


@given(some.data(), some.booleans())
def test_columns_give_the_points_of_the_rules(data: some.DataObject, falls: bool) -> None:
    scale = data.draw(scales())
    if falls:
        scale = replace(scale, factors=tuple(turned(factor) for factor in scale.factors))
    size = data.draw(some.integers(1, 8))
    each = some.none() | some.integers(0, 600_000)
    known = {
        factor.factor: data.draw(some.lists(each, min_size=size, max_size=size))
        for factor in scale.factors
    }
    held = Facts(
        np.arange(size, dtype=np.int64),
        {
            name: np.array([MISSING if one is None else one for one in given], np.int64)
            for name, given in known.items()
        },
    )
    found = columns.score(scale, held)
    texts = columns.parts(scale, found).to_pylist()
    for row in range(size):
        one = rules.standing(scale, {name: given[row] for name, given in known.items()})
        assert found.score[row] == one.score
        assert TIERS[found.tier[row]] == one.tier.value
        assert TIERS[found.could[row]] == one.could_be.value
        assert texts[row] == ",".join(
            "-" if part.is_missing else str(part.points) for part in one.parts
        )


def turned(factor: rules.Scored) -> rules.Scored:
    """The same with the most points where it begins, as credit has tenure."""
    percents = [step.percent for step in reversed(factor.steps)]
    steps = zip(factor.steps, percents, strict=True)
    return replace(factor, steps=tuple(rules.Step(step.at, percent) for step, percent in steps))


@given(
    some.lists(some.sampled_from(ReceptionClass), min_size=5, max_size=5),
    some.lists(some.sampled_from(ReceptionClass), min_size=3, max_size=3),
    some.lists(some.tuples(some.none() | some.integers(1, 5), some.sampled_from(Tier)), min_size=1),
)
def test_reception_of_all_clients_is_the_reception_of_each(
    by_stars: list[ReceptionClass],
    by_value: list[ReceptionClass],
    clients: list[tuple[int | None, Tier]],
) -> None:
    rule = rules.Reception(tuple(by_stars), tuple(by_value))
    stars = np.array([MISSING if one is None else one for one, _ in clients], np.int64)
    value = np.array([TIERS.index(tier) for _, tier in clients], np.int8)
    found = columns.reception(rule, stars, value)
    assert [RECEPTIONS[place] for place in found] == [
        rule.class_of(one, tier).value for one, tier in clients
    ]


def test_grades_stand_in_the_order_of_the_tiers() -> None:
    assert list(GRADES) == [rules.GRADES[Tier(tier)].value for tier in TIERS]


def test_a_column_of_the_companys_own_may_have_gaps() -> None:
    scale = rules.Scale(
        (rules.Scored("extra:lifetime", 10, (rules.Step(5, 100),)),), mid=5, high=10
    )
    held = Facts(np.arange(3), {"extra:lifetime": np.array([5.0, 4.99, np.nan])})
    found = columns.score(scale, held)
    assert columns.parts(scale, found).to_pylist() == ["10", "0", "-"]
    assert [TIERS[place] for place in found.could] == ["high", "low", "high"]


@given(some.lists(some.tuples(some.integers(0, 2), some.integers(0, 2)), min_size=1))
def test_rows_of_the_matrix_are_the_old_counts_and_columns_the_new(
    moves: list[tuple[int, int]],
) -> None:
    old, new = (np.array(each, np.int8) for each in zip(*moves, strict=True))
    cells = columns.matrix(old, new)
    assert cells.sum(axis=1).tolist() == np.bincount(old, minlength=3).tolist()
    assert cells.sum(axis=0).tolist() == np.bincount(new, minlength=3).tolist()


days = some.dates(date(2015, 1, 1), date(2035, 12, 31))
entries = some.builds(
    Entry,
    some.sampled_from(list(IncomeKind)),
    days,
    some.integers(-5_000_000, 5_000_000),
)
periods = some.none() | some.tuples(days, some.integers(0, 3_000))


@settings(max_examples=200)
@given(some.lists(some.tuples(entries, periods), max_size=6), days, days)
def test_income_of_all_clients_is_the_income_of_each(
    drawn: list[tuple[Entry, tuple[date, int] | None]], anchor: date, on: date
) -> None:
    ledger = [
        Entry(one.kind, one.booked_on, one.amount_fen, *_period(period)) for one, period in drawn
    ]
    table = pa.table(
        {
            "client_id": pa.array([7] * len(ledger), pa.int64()),
            "realised": pa.array(
                [int(one.kind is IncomeKind.REALISED) for one in ledger], pa.int64()
            ),
            "booked_on": pa.array([one.booked_on.isoformat() for one in ledger], pa.string()),
            "amount_fen": pa.array([one.amount_fen for one in ledger], pa.int64()),
            "service_from": pa.array([_text(one.first) for one in ledger], pa.string()),
            "service_to": pa.array([_text(one.last) for one in ledger], pa.string()),
        }
    )
    ids = np.array([7], np.int64)
    anchors = np.array([(anchor - EPOCH).days], np.int64)
    realised, expected = facts._income(table, ids, anchors, on)  # type: ignore[arg-type]
    year = service_year(anchor, on)
    for kind, found in ((IncomeKind.REALISED, realised), (IncomeKind.EXPECTED, expected)):
        fen = sum(share_fen(one, year) for one in ledger if one.kind is kind)
        assert (0 if found[0] == MISSING else found[0]) == fen


def _period(period: tuple[date, int] | None) -> tuple[date | None, date | None]:
    return (None, None) if period is None else (period[0], period[0] + timedelta(days=period[1]))


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
