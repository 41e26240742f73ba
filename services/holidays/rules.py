"""Reading an official notice, and what is odd about it. Pure: no session, no clock.

A notice of the State Council names each holiday with its days, how many they are, and the weekend
days that are worked in exchange (调休)::

    一、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）上班。
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

_WEEKDAYS = "一二三四五六日"
_YEAR = re.compile(r"(?:关于)?\s*(20\d\d)\s*年\s*(?:部分)?\s*(?:节假日|放假)")
_ANY_YEAR = re.compile(r"(20\d\d)\s*年")
_NUMBER = re.compile(r"国办发\S{0,6}?[\[(〔]?20\d\d[\])〕]?\s*\d+\s*号")
_HEADING = re.compile(r"^\s*[(]?[一二三四五六七八九十]+[)]?[、.:]?\s*([^:\d]{2,16}?)\s*:")
_DAY = re.compile(
    r"(?:(20\d\d)\s*年)?\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日\s*(?:\(([^)]*)\))?"
    r"(?:\s*(?:至|到|-|—|~)\s*(?:(20\d\d)\s*年)?\s*(?:(\d{1,2})\s*月)?\s*(\d{1,2})\s*日\s*"
    r"(?:\(([^)]*)\))?)?"
)
_COUNT = re.compile(r"(?:共|放假)\s*(\d{1,2})\s*天")
_SAID = re.compile(rf"(?:周|星期)([{_WEEKDAYS}天])")
LONGEST_NAME = 40
LONGEST_HOLIDAY = 16


class NoticeProblem(StrEnum):
    """What is odd about a notice; ``words.holidays`` says it."""

    NO_YEAR = "no_year"
    NOTHING_FOUND = "nothing_found"
    BAD_DATE = "bad_date"
    WRONG_WEEKDAY = "wrong_weekday"
    WRONG_COUNT = "wrong_count"
    BOTH = "both"
    MAKE_UP_ON_WEEKDAY = "make_up_on_weekday"
    TOO_LONG = "too_long"
    OTHER_YEAR = "other_year"
    YEAR_LEFT_OUT = "year_left_out"
    NO_KIND = "no_kind"


@dataclass(frozen=True, slots=True)
class Odd:
    """One thing to put right before a notice can be asked for."""

    problem: NoticeProblem
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NoticeDay:
    """One day a notice names."""

    day: date
    is_working: bool
    name: str

    @property
    def is_make_up(self) -> bool:
        """Worked although it is a weekend day."""
        return self.is_working and self.day.weekday() >= 5


@dataclass(frozen=True, slots=True)
class Notice:
    """What was read: the year it orders, the days it names, and what is odd about them.

    ``year`` None: single days of covered years, not the order of a whole one.
    """

    year: int | None
    days: tuple[NoticeDay, ...]
    source: str
    odd: tuple[Odd, ...]
    is_list: bool = False
    """A list of days; of a year that is covered it changes these days alone."""


def read_text(text: str) -> Notice:
    """Read what was pasted: the wording of a notice, or lines of date, kind and name."""
    lines = [line for line in unicodedata.normalize("NFKC", text).splitlines() if line.strip()]
    if any(_LISTED.match(line) for line in lines):
        return read_rows([re.split(r"[,;\t|]", line) for line in lines])
    return read_notice(text)


def settled(notice: Notice, *, until: date | None) -> Notice:
    """A list of days of covered years changes those days; of a year to come it orders the year."""
    if notice.is_list and notice.year and until is not None and notice.year <= until.year:
        return replace(notice, year=None)
    return notice


def read_notice(text: str) -> Notice:
    """Read the wording of an official notice; never raises, what is odd is told."""
    plain = unicodedata.normalize("NFKC", text)
    year = _year_of(plain)
    number = _NUMBER.search(plain)
    odd: list[Odd] = []
    if year is None:
        return Notice(None, (), "", (Odd(NoticeProblem.NO_YEAR, {}),))
    days: dict[date, NoticeDay] = {}
    name = ""
    for sentence in _sentences(plain):
        heading = _HEADING.match(sentence)
        if heading:
            name = heading[1].strip()
        found = _Sentence(sentence[heading.end() :] if heading else sentence, year, name)
        for day in found.days:
            if day.day in days and days[day.day].is_working != day.is_working:
                odd.append(Odd(NoticeProblem.BOTH, {"day": day.day}))
            days[day.day] = day
        odd.extend(found.odd)
    notice = f"国务院办公厅 {number[0]}" if number else ""
    ordered = tuple(sorted(days.values(), key=lambda each: each.day))
    if not ordered and not odd:
        odd.append(Odd(NoticeProblem.NOTHING_FOUND, {}))
    odd.extend(_oddities(ordered))
    return Notice(year, ordered, notice, tuple(odd))


def _year_of(text: str) -> int | None:
    found = _YEAR.search(text) or _ANY_YEAR.search(_NUMBER.sub("", text))
    return int(found[1]) if found else None


def _sentences(text: str) -> Iterator[str]:
    """Sentences of the notice; a heading in a line of its own belongs to the next line."""
    waiting = ""
    for line in re.split(r"[。\n;]", text):
        if not line.strip():
            continue
        if _HEADING.match(line + ":") and not _DAY.search(line):
            waiting = line.strip().rstrip(":") + ":"
            continue
        yield waiting + line
        waiting = ""


class _Sentence:
    """The days of one sentence: free or worked, and whether their count is the one it says."""

    def __init__(self, text: str, year: int, name: str) -> None:
        self.days: list[NoticeDay] = []
        self.odd: list[Odd] = []
        self._year, self._name = year, name[:LONGEST_NAME]
        unspoken: list[date] = []
        free = 0
        said = None
        for clause in re.split(r"[,]", text):
            unspoken.extend(self._dates(clause))
            count = _COUNT.search(clause)
            said = int(count[1]) if count else said
            if "上班" in clause:
                self.days.extend(NoticeDay(day, True, self._name) for day in unspoken)
                unspoken = []
            elif "放假" in clause or "休息" in clause:
                free += len(unspoken)
                self.days.extend(NoticeDay(day, False, self._name) for day in unspoken)
                unspoken = []
        if said is not None and free and said != free:
            data = {"name": self._name, "said": said, "found": free}
            self.odd.append(Odd(NoticeProblem.WRONG_COUNT, data))

    def _dates(self, clause: str) -> Iterator[date]:
        for found in _DAY.finditer(clause):
            first = self._date(found[1], found[2], found[3], found[4], found[0])
            if first is None:
                continue
            if found[7] is None:
                yield first
                continue
            last = self._date(
                found[5] or first.year, found[6] or first.month, found[7], found[8], found[0]
            )
            if last is None:
                continue
            length = (last - first).days + 1
            if not 1 <= length <= LONGEST_HOLIDAY:
                self.odd.append(Odd(NoticeProblem.TOO_LONG, {"text": found[0].strip()}))
                continue
            yield from (first + timedelta(days=step) for step in range(length))

    def _date(
        self, year: str | int | None, month: str | int, day: str, beside: str | None, text: str
    ) -> date | None:
        try:
            found = date(int(year or self._year), int(month), int(day))
        except ValueError:
            self.odd.append(Odd(NoticeProblem.BAD_DATE, {"text": text.strip()}))
            return None
        said = _SAID.search(beside or "")
        if said and _WEEKDAYS.index(said[1].replace("天", "日")) != found.weekday():
            self.odd.append(
                Odd(NoticeProblem.WRONG_WEEKDAY, {"day": found, "said": f"周{said[1]}"})
            )
        return found


_KINDS = {
    **dict.fromkeys(("放假", "休", "休息", "假", "节假日", "holiday", "off", "rest", "0"), False),
    **dict.fromkeys(
        ("上班", "班", "补班", "调休上班", "工作", "工作日", "work", "working", "1"), True
    ),
}
_LISTED = re.compile(r"^\s*20\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?\s*[,;\t|]")
_ISO = re.compile(r"^\D?(20\d\d)\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})\D?(?:\s+00:00.*)?$")


def read_rows(rows: Iterable[Sequence[str]]) -> Notice:
    """Read a table of days: date, holiday or working day, name. A heading row is passed over.

    Whole years: the table orders the year it names most days of.
    """
    days: dict[date, NoticeDay] = {}
    odd: list[Odd] = []
    for at, row in enumerate(rows):
        cells = [unicodedata.normalize("NFKC", cell or "").strip() for cell in row]
        if not any(cells):
            continue
        day = next((found for cell in cells if (found := _ISO.match(cell))), None)
        if day is None:
            if at:
                odd.append(Odd(NoticeProblem.BAD_DATE, {"text": " ".join(cells)[:60]}))
            continue
        rest = [cell for cell in cells if cell and cell != day.string]
        kind = next((_KINDS[cell.lower()] for cell in rest if cell.lower() in _KINDS), None)
        name = next((cell for cell in rest if cell.lower() not in _KINDS), "")
        try:
            when = date(int(day[1]), int(day[2]), int(day[3]))
        except ValueError:
            odd.append(Odd(NoticeProblem.BAD_DATE, {"text": day.string}))
            continue
        if kind is None:
            odd.append(Odd(NoticeProblem.NO_KIND, {"day": when}))
            continue
        if when in days and days[when].is_working != kind:
            odd.append(Odd(NoticeProblem.BOTH, {"day": when}))
        days[when] = NoticeDay(when, kind, name[:LONGEST_NAME])
    ordered = tuple(sorted(days.values(), key=lambda each: each.day))
    if not ordered and not odd:
        odd.append(Odd(NoticeProblem.NOTHING_FOUND, {}))
    years = [day.day.year for day in ordered]
    year = max(set(years), key=years.count) if years else None
    odd.extend(_oddities(ordered))
    return Notice(year, ordered, "", tuple(odd), is_list=True)


def _oddities(days: Iterable[NoticeDay]) -> Iterator[Odd]:
    for each in days:
        if each.is_working and each.day.weekday() < 5:
            yield Odd(NoticeProblem.MAKE_UP_ON_WEEKDAY, {"day": each.day})


def planned(notice: Notice) -> tuple[NoticeDay, ...]:
    """Every day the notice orders: of a whole year also those it does not name, Monday to Friday
    worked."""
    named = {each.day: each for each in notice.days}
    if notice.year is None:
        return notice.days
    first = date(notice.year, 1, 1)
    whole = [
        first + timedelta(days=step) for step in range((date(notice.year + 1, 1, 1) - first).days)
    ]
    ordinary = {day: NoticeDay(day, day.weekday() < 5, "") for day in whole}
    return tuple(sorted({**ordinary, **named}.values(), key=lambda each: each.day))


def out_of_place(notice: Notice, *, first: date | None, until: date | None) -> tuple[Odd, ...]:
    """What does not fit the calendar there is: a year left out, days beyond the year.

    Args:
        first: the first day covered now.
        until: the last day covered now.
    """
    if until is None or first is None:
        return ()
    odd = []
    last = until
    if notice.year is not None:
        if notice.year > until.year + 1:
            missing = until.year + 1
            odd.append(Odd(NoticeProblem.YEAR_LEFT_OUT, {"year": notice.year, "missing": missing}))
        last = max(until, date(notice.year, 12, 31))
    odd.extend(
        Odd(NoticeProblem.OTHER_YEAR, {"day": each.day})
        for each in notice.days
        if not first <= each.day <= last
    )
    return tuple(odd)
