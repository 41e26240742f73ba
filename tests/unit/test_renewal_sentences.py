"""Every English reason fits the two lines its row of the queue has."""

from dataclasses import replace
from datetime import UTC, date, datetime
from textwrap import wrap

import pytest

from services.renewals import Above, Why
from terms.people import Locale
from terms.renewals import AboveCode, RefusalReason, WhyCode
from words import in_locale
from words.renewals import why

LETTERS = 32
"""Letters that fit a line of the column at its narrowest."""
ON = date(2026, 11, 20)
LATER = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
ALONE = [
    Why(code=code, days=days, percent=12, count=count, at=LATER, reason=RefusalReason.PRICE)
    for code in WhyCode
    if code not in (WhyCode.MOST_AT_RISK, WhyCode.PINNED)
    for days in (0, 1, 47)
    for count in (0, 3)
]
FIRST = [
    Why(
        code=WhyCode.MOST_AT_RISK,
        also=one.code,
        days=one.days,
        percent=one.percent,
        count=one.count,
        at=one.at,
        reason=one.reason,
    )
    for one in ALONE
    if not one.code.value.startswith("appointment")
]


PINNED = [replace(one, code=WhyCode.PINNED, also=one.code) for one in ALONE]


@pytest.mark.parametrize("reason", ALONE + FIRST + PINNED, ids=lambda one: f"{one.code}-{one.also}")
def test_an_english_reason_takes_two_lines_at_most(reason: Why) -> None:
    with in_locale(Locale.EN):
        lines = wrap(why(reason, on=ON), LETTERS)
    assert len(lines) <= 2, lines


ABOVE = [
    Above(code, 18_640_000, 11_892_000)
    for code in AboveCode
    if code is not AboveCode.PINNED_EARLIER
]


@pytest.mark.parametrize("reason", PINNED, ids=lambda one: f"{one.also}-{one.days}-{one.count}")
def test_so_does_a_pin_that_is_older_than_the_next(reason: Why) -> None:
    earlier = Above(AboveCode.PINNED_EARLIER, 0, 0)
    with in_locale(Locale.EN):
        lines = wrap(why(reason, on=ON, above=earlier), LETTERS)
    assert len(lines) <= 2, lines


@pytest.mark.parametrize("above", ABOVE, ids=lambda one: one.code)
@pytest.mark.parametrize("reason", ALONE, ids=lambda one: f"{one.code}-{one.days}-{one.count}")
def test_it_still_does_where_it_says_why_it_stands_above_the_next(
    reason: Why, above: Above
) -> None:
    if reason.code.value.startswith("appointment") or reason.code is WhyCode.CALLED_TODAY:
        return
    with in_locale(Locale.EN):
        lines = wrap(why(reason, on=ON, above=above), LETTERS)
    assert len(lines) <= 2, lines
