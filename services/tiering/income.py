"""Income of one service year, and the stars it makes (R26, R28, R34; rules §1).

Money is whole fen. What pays for more than one service year is spread over the whole service
period by days; the shares of all years add up to the amount, to the fen.

Pure: no session, no clock, no I/O.
"""

from calendar import isleap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from terms.policies import IncomeKind

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ServiceYear:
    """Both days included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the income ledger. ``first`` and ``last`` are the service period it pays for."""

    kind: IncomeKind
    booked_on: date
    amount_fen: int
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class YearIncome:
    """Income of one service year in fen; realised and expected kept apart."""

    realised_fen: int
    expected_fen: int

    @property
    def total_fen(self) -> int:
        return self.realised_fen + self.expected_fen


@dataclass(frozen=True, slots=True)
class Push:
    """In the month of ``on`` the income that has come in makes so many stars."""

    on: date
    stars: int
    is_up: bool


def anniversary(anchor: date, year: int) -> date:
    """The day of ``anchor`` in ``year``; 29 February is the last of the month in common years
    (Civil Code art. 202)."""
    if anchor.month == 2 and anchor.day == 29 and not isleap(year):
        return date(year, 2, 28)
    return anchor.replace(year=year)


def service_year(anchor: date, on: date) -> ServiceYear:
    """The service year that holds ``on``; they begin on the anniversaries of ``anchor``."""
    first = anniversary(anchor, on.year)
    if first > on:
        first = anniversary(anchor, on.year - 1)
    return ServiceYear(first, anniversary(anchor, first.year + 1) - DAY)


def share_fen(entry: Entry, year: ServiceYear) -> int:
    """What of ``entry`` belongs to ``year``, in fen.

    A service period of one year or less belongs to the service year it begins in, whole; an entry
    without a period to the year it was booked in. A longer one is spread by days.
    """
    if entry.first is None or entry.last is None:
        return entry.amount_fen if year.first <= entry.booked_on <= year.last else 0
    if entry.last < anniversary(entry.first, entry.first.year + 1):
        return entry.amount_fen if year.first <= entry.first <= year.last else 0
    total = (entry.last - entry.first).days + 1
    before = min(max((year.first - entry.first).days, 0), total)
    until = min(max((year.last - entry.first).days + 1, 0), total)
    return entry.amount_fen * until // total - entry.amount_fen * before // total


def touches(entry: Entry, year: ServiceYear) -> bool:
    """Whether a part of ``entry`` belongs to ``year``, be it nothing in fen."""
    first, last = entry.first, entry.last
    if first is None or last is None:
        return year.first <= entry.booked_on <= year.last
    if last < anniversary(first, first.year + 1):
        return year.first <= first <= year.last
    return first <= year.last and last >= year.first


def year_income(entries: Sequence[Entry], year: ServiceYear) -> YearIncome:
    """Realised and expected income of ``year``."""
    sums = dict.fromkeys(IncomeKind, 0)
    for entry in entries:
        sums[entry.kind] += share_fen(entry, year)
    return YearIncome(sums[IncomeKind.REALISED], sums[IncomeKind.EXPECTED])


def stars(income_fen: int, from_fen: Sequence[int]) -> int:
    """1 to 5 by the income of one service year.

    Args:
        from_fen: the income from which a client has 2, 3, 4 and 5 stars, rising.
    """
    return 1 + sum(income_fen >= least for least in from_fen)


def pushes(
    entries: Sequence[Entry], anchor: date, on: date, from_fen: Sequence[int]
) -> tuple[Push, ...]:
    """The months in which income coming in as expected changes the stars, up to a year ahead.

    Until the service year ends only what is realised counts, and each expected entry from the month
    it is booked in; when the next one begins, all that is known of it.
    """
    year = service_year(anchor, on)
    have = year_income([each for each in entries if each.kind is IncomeKind.REALISED], year)
    income, now = have.realised_fen, stars(have.realised_fen, from_fen)
    steps: list[tuple[date, int]] = []
    coming = sorted(
        (each for each in entries if each.kind is IncomeKind.EXPECTED and each.booked_on >= on),
        key=lambda each: each.booked_on,
    )
    for entry in coming:
        if entry.booked_on <= year.last:
            income += share_fen(entry, year)
            steps.append((entry.booked_on, stars(income, from_fen)))
    after = service_year(anchor, year.last + DAY)
    steps.append((after.first, stars(year_income(entries, after).total_fen, from_fen)))
    by_month = {day.replace(day=1): reached for day, reached in steps}
    found = []
    for month, reached in by_month.items():
        if reached != now:
            found.append(Push(month, reached, reached > now))
            now = reached
    return tuple(found)
