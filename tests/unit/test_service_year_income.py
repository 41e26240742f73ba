"""Income of one service year to the fen, and the stars it makes."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.tiering import (
    Entry,
    Push,
    ServiceYear,
    pushes,
    service_year,
    share_fen,
    stars,
    year_income,
)
from terms.policies import IncomeKind

R, E = IncomeKind.REALISED, IncomeKind.EXPECTED
FROM = (100_000, 500_000, 2_000_000, 10_000_000)
"""Fen from which a client has two, three, four and five stars."""


@pytest.mark.parametrize(
    ("anchor", "on", "first", "last"),
    [
        (date(2024, 3, 1), date(2026, 11, 20), date(2026, 3, 1), date(2027, 2, 28)),
        (date(2024, 3, 1), date(2027, 3, 1), date(2027, 3, 1), date(2028, 2, 29)),
        (date(2024, 2, 29), date(2025, 2, 27), date(2024, 2, 29), date(2025, 2, 27)),
        (date(2024, 2, 29), date(2025, 2, 28), date(2025, 2, 28), date(2026, 2, 27)),
        (date(2024, 2, 29), date(2028, 2, 28), date(2027, 2, 28), date(2028, 2, 28)),
        (date(2024, 2, 29), date(2028, 2, 29), date(2028, 2, 29), date(2029, 2, 27)),
        (date(2026, 1, 1), date(2026, 12, 31), date(2026, 1, 1), date(2026, 12, 31)),
        (date(2026, 12, 31), date(2026, 11, 20), date(2025, 12, 31), date(2026, 12, 30)),
    ],
)
def test_a_service_year_runs_from_anniversary_to_anniversary(
    anchor: date, on: date, first: date, last: date
) -> None:
    assert service_year(anchor, on) == ServiceYear(first, last)


YEAR = ServiceYear(date(2026, 3, 1), date(2027, 2, 28))


@pytest.mark.parametrize(
    ("entry", "fen"),
    [
        # three years of 1,096 days paid at once: 365 of them are this year's
        (Entry(R, date(2026, 3, 1), 300_000, date(2026, 3, 1), date(2029, 2, 28)), 99_908),
        # the leap year of the same contract holds 366
        (Entry(R, date(2025, 3, 1), 300_000, date(2025, 3, 1), date(2028, 2, 29)), 99_909),
        # a part of the year: 92 of 730 days before it begins
        (Entry(R, date(2025, 12, 1), 73_000, date(2024, 12, 1), date(2026, 11, 30)), 27_500),
        # exactly a year belongs to the year it begins in, whole
        (Entry(R, date(2026, 9, 1), 50_001, date(2026, 9, 1), date(2027, 8, 31)), 50_001),
        # under twelve months too, though it ends in the next
        (Entry(R, date(2027, 2, 1), 7_777, date(2027, 2, 1), date(2027, 6, 30)), 7_777),
        (Entry(R, date(2026, 2, 1), 7_777, date(2026, 2, 1), date(2026, 6, 30)), 0),
        # a day more than a year is spread
        (Entry(R, date(2026, 3, 1), 366_00, date(2026, 3, 1), date(2027, 3, 1)), 365_00),
        # without a period it belongs to the year it was booked in
        (Entry(R, date(2027, 2, 28), 12_345), 12_345),
        (Entry(R, date(2027, 3, 1), 12_345), 0),
        # what is paid back is spread the same way
        (Entry(R, date(2026, 3, 1), -300_000, date(2026, 3, 1), date(2029, 2, 28)), -99_909),
    ],
)
def test_the_share_of_a_service_year_to_the_fen(entry: Entry, fen: int) -> None:
    assert share_fen(entry, YEAR) == fen


@given(
    some.integers(-10_000_000, 10_000_000),
    some.dates(date(2000, 1, 1), date(2040, 1, 1)),
    some.integers(1, 9_000),
    some.dates(date(2000, 1, 1), date(2024, 12, 31)),
)
def test_the_shares_of_all_years_are_the_amount(
    fen: int, first: date, days: int, anchor: date
) -> None:
    entry = Entry(R, first, fen, first, first + timedelta(days=days - 1))
    year, total = service_year(anchor, first), 0
    while year.first <= first + timedelta(days=days):
        total += share_fen(entry, year)
        year = service_year(anchor, year.last + timedelta(days=1))
    assert total == fen


def test_several_policies_add_up_and_stay_apart() -> None:
    found = year_income(
        [
            Entry(R, date(2026, 3, 1), 300_000, date(2026, 3, 1), date(2029, 2, 28)),
            Entry(R, date(2026, 9, 1), 50_001, date(2026, 9, 1), date(2027, 8, 31)),
            Entry(E, date(2026, 12, 1), 40_000, date(2026, 12, 1), date(2027, 11, 30)),
            Entry(E, date(2027, 12, 1), 40_000, date(2027, 12, 1), date(2028, 11, 30)),
        ],
        YEAR,
    )
    assert (found.realised_fen, found.expected_fen, found.total_fen) == (149_909, 40_000, 189_909)


@pytest.mark.parametrize(
    ("fen", "count"),
    [(-5, 1), (0, 1), (99_999, 1), (100_000, 2), (500_000, 3), (1_999_999, 3), (10_000_000, 5)],
)
def test_stars_begin_exactly_at_their_income(fen: int, count: int) -> None:
    assert stars(fen, FROM) == count


def test_the_month_actual_income_pushes_the_stars_up_and_the_next_year_down() -> None:
    entries = [
        Entry(R, date(2026, 4, 1), 90_000),
        Entry(E, date(2026, 12, 10), 9_000),
        Entry(E, date(2026, 12, 20), 2_000),
        Entry(E, date(2027, 1, 5), 450_000),
        Entry(E, date(2027, 6, 1), 120_000),
    ]
    assert pushes(entries, date(2024, 3, 1), date(2026, 11, 20), FROM) == (
        Push(date(2026, 12, 1), 2, True),
        Push(date(2027, 1, 1), 3, True),
        Push(date(2027, 3, 1), 2, False),
    )


def test_income_that_was_expected_and_did_not_come_pushes_nothing() -> None:
    entries = [Entry(R, date(2026, 4, 1), 90_000), Entry(E, date(2026, 10, 1), 900_000)]
    assert pushes(entries, date(2024, 3, 1), date(2026, 11, 20), FROM) == ()
