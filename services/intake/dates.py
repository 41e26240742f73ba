"""Dates as they stand in real files: one column may mix several ways of writing.

The order of day and month is decided for every *way of writing* by itself (``02-24-11`` and
``2/24/2011`` are two), by what fits all of its values; where two orders fit equally the reading is
marked ambiguous and the person is asked.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from terms.intake import DateOrder

_YEAR_FIRST = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_SERIAL = re.compile(r"^\d{5}(\.\d+)?$")
_THREE = re.compile(r"^(\d{1,2})\s*([-/. ])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{2})$")
_DAY_NAME = re.compile(r"^(\d{1,2})[-/. ]*([a-z]{3,9})\.?,?[-/. ]*(\d{4}|\d{2})$")
_NAME_DAY = re.compile(r"^([a-z]{3,9})\.?[-/. ]*(\d{1,2})(?:st|nd|rd|th)?,?[-/. ]+(\d{4}|\d{2})$")
_CLOCK = re.compile(r"[T\s]+\d{1,2}:\d{2}(:\d{2})?(\.\d+)?\s*([ap]m)?(z|[+-]\d\d:?\d\d)?$", re.I)
_MONTH_NAMES = (
    "jan january|feb february|mar march|apr april|may|jun june|jul july|aug august"
    "|sep sept september|oct october|nov november|dec december"
)
_MONTHS = {
    name: number
    for number, names in enumerate(_MONTH_NAMES.split("|"), 1)
    for name in names.split()
}
_EXCEL_DAY_ZERO = date(1899, 12, 30)
_EARLIEST, _LATEST = 1900, 2150
_PREFERENCE = (DateOrder.MDY, DateOrder.DMY, DateOrder.YMD)


@dataclass(frozen=True, slots=True)
class DateReading:
    """How a column's dates are read.

    ``orders`` maps a way of writing (its separator and the digits of its year, ``"-2"``) to the
    order chosen; ``ambiguous`` names those where another order fits as well.
    """

    orders: Mapping[str, DateOrder]
    ambiguous: tuple[str, ...] = ()


def clean(text: str) -> str:
    """ASCII digits and signs, without a time of day."""
    return _CLOCK.sub("", unicodedata.normalize("NFKC", text).strip()).strip()


def decide(values: Iterable[str], *, on: date) -> DateReading:
    """Choose the order of every way of writing found in ``values``.

    Args:
        on: today, for years of two digits.
    """
    ways: dict[str, list[tuple[str, str, str]]] = {}
    for value in values:
        match = _THREE.match(clean(value))
        if match:
            first, separator, second, year = match.groups()
            ways.setdefault(f"{separator}{len(year)}", []).append((first, second, year))
    orders: dict[str, DateOrder] = {}
    doubtful: dict[str, list[DateOrder]] = {}
    for way, parts in ways.items():
        fits = {
            order: sum(_build(order, *part, on=on) is not None for part in parts)
            for order in _PREFERENCE
            if order is not DateOrder.YMD or way.endswith("2")
        }
        most = max(fits.values())
        best = [order for order, count in fits.items() if count == most and count]
        if len(best) == 1:
            orders[way] = best[0]
        elif best:
            doubtful[way] = best
    for way, best in doubtful.items():
        settled = [order for order in orders.values() if order in best]
        orders[way] = settled[0] if settled else _day_varies_most(ways[way], best)
    return DateReading(orders, tuple(way for way in doubtful))


def _day_varies_most(parts: list[tuple[str, str, str]], candidates: list[DateOrder]) -> DateOrder:
    """Among orders that fit alike, days take more different values than months do, and the year
    of two digits fewest."""
    spread = [len({part[place] for part in parts}) for place in range(3)]
    day_place = {DateOrder.MDY: 1, DateOrder.DMY: 0, DateOrder.YMD: 2}
    return max(candidates, key=lambda order: (spread[day_place[order]], -candidates.index(order)))


def parse(text: str, reading: DateReading, *, on: date) -> date | None:
    """The date a cell means; None when it is no date.

    Excel's day numbers, ``20240105``, ``2024年1月5日``, English month names and a trailing time
    of day are understood.
    """
    plain = clean(text)
    for pattern in (_YEAR_FIRST, _COMPACT):
        match = pattern.match(plain)
        if match:
            return _date(int(match[1]), int(match[2]), int(match[3]))
    match = _THREE.match(plain)
    if match:
        first, separator, second, year = match.groups()
        order = reading.orders.get(f"{separator}{len(year)}")
        return _build(order, first, second, year, on=on) if order else None
    if _SERIAL.match(plain):
        return _serial(float(plain))
    lower = plain.casefold()
    match = _DAY_NAME.match(lower)
    if match and match[2] in _MONTHS:
        return _date(_year(match[3], on), _MONTHS[match[2]], int(match[1]))
    match = _NAME_DAY.match(lower)
    if match and match[1] in _MONTHS:
        return _date(_year(match[3], on), _MONTHS[match[1]], int(match[2]))
    return None


def _build(order: DateOrder, first: str, second: str, last: str, *, on: date) -> date | None:
    match order:
        case DateOrder.MDY:
            return _date(_year(last, on), int(first), int(second))
        case DateOrder.DMY:
            return _date(_year(last, on), int(second), int(first))
        case DateOrder.YMD:
            return _date(_year(first, on), int(second), int(last)) if len(first) == 2 else None


def _year(text: str, on: date) -> int:
    """Two digits mean the year from 79 years back to 20 years ahead."""
    year = int(text)
    if len(text) > 2:
        return year
    year += on.year - on.year % 100
    return year - 100 if year > on.year + 20 else year


def _date(year: int, month: int, day: int) -> date | None:
    if not _EARLIEST <= year <= _LATEST:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _serial(number: float) -> date | None:
    day = _EXCEL_DAY_ZERO + timedelta(days=int(number))
    return day if 1920 <= day.year <= 2100 else None
