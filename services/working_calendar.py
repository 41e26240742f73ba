"""Working days: the national calendar as a table, and the clocks that count on it (rules, Days).

Day 0 is the event's date and is not counted (Civil Code 201); a deadline ends at 24:00. Past the
table's coverage Monday–Friday count as working days and the result is *provisional*.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Date, bindparam, func, select
from sqlalchemy.orm import Session

from db.models import CalendarDay
from services.rule_tables import rule

SHANGHAI = ZoneInfo("Asia/Shanghai")
"""The zone of the business day unless ``EVERGREEN_TIMEZONE`` says otherwise."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day of a clock; ``is_provisional`` when it ran past the official calendar."""

    on: date
    is_provisional: bool


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The official days known, by date; ``covered_until`` is the last of them, and nobody asks
    about a day before ``since``."""

    days: Mapping[date, bool]
    covered_until: date | None
    since: date = date.min

    def is_working(self, day: date) -> bool:
        """Whether ``day`` is worked; Monday–Friday where the calendar does not say.

        Raises:
            ValueError: the day lies before what was read of the calendar.
        """
        known = self.days.get(day)
        if known is not None:
            return known
        if day < self.since:
            raise ValueError(f"the calendar was read from {self.since} on, not from {day}")
        return day.weekday() < 5

    def is_provisional(self, day: date) -> bool:
        return self.covered_until is None or day > self.covered_until

    def add_working_days(self, start: date, days: int) -> Deadline:
        """The day that is ``days`` working days after ``start``, which is not counted."""
        day = start
        while days > 0:
            day += timedelta(days=1)
            if self.is_working(day):
                days -= 1
        return Deadline(day, self.is_provisional(day))

    def add_natural_days(self, start: date, days: int) -> Deadline:
        """``days`` natural days after ``start``; never provisional."""
        return Deadline(start + timedelta(days=days), False)

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after ``start`` up to and including ``end``; negative when it is past."""
        if end < start:
            return -self.working_days_between(end, start)
        day, count = start, 0
        while day < end:
            day += timedelta(days=1)
            count += self.is_working(day)
        return count

    def next_working_day(self, day: date) -> date:
        """``day`` itself if it is worked, else the first working day after it."""
        while not self.is_working(day):
            day += timedelta(days=1)
        return day

    def previous_working_day(self, day: date) -> date:
        """The last working day before ``day``."""
        day -= timedelta(days=1)
        while not self.is_working(day):
            day -= timedelta(days=1)
        return day


def calendar_of(session: Session, *, since: date = date.min) -> WorkingCalendar:
    """The calendar as the table holds it now.

    Args:
        since: the first day that will be asked about. The table begins in 2004; a clock that
            starts today needs a few months of it.
    """
    rows = {day: is_working for day, is_working in session.execute(_DAYS, {"since": since})}
    until = max(rows) if rows else coverage_ends_on(session)
    return WorkingCalendar(rows, until, since)


_DAYS = select(CalendarDay.day, CalendarDay.is_working).where(
    CalendarDay.day >= bindparam("since", type_=Date())
)


def coverage_ends_on(session: Session) -> date | None:
    """The last official day the table holds."""
    return session.scalar(select(func.max(CalendarDay.day)))


def coverage_ends_soon(session: Session, *, on: date) -> bool:
    """Whether fewer days of the calendar are left than rule ``calendar.coverage_warning`` says."""
    end = coverage_ends_on(session)
    warned: int = rule(session, "calendar.coverage_warning", on)["days"]
    return end is None or end < on + timedelta(days=warned)


def local_date(at: datetime, zone: ZoneInfo) -> date:
    """The business day of an instant."""
    return at.astimezone(zone).date()


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """24:00 of ``day`` in ``zone``: the instant a deadline of that day runs out."""
    return datetime.combine(day + timedelta(days=1), time.min, zone).astimezone(UTC)


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """00:00 of ``day`` in ``zone``."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


_OFFICIAL_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "Mid-autumn Festival": "中秋节",
    "National Day": "国庆节",
    "Anti-Fascist 70th Day": "抗战胜利纪念日",
}
"""The library's names → the words of the official notices, which the table holds."""


def seed_official_days(session: Session) -> int:
    """Fill an empty calendar from the national calendar's years known today.

    Returns:
        Days added; 0 when the table already holds any.
    """
    if coverage_ends_on(session) is not None:
        return 0
    import chinese_calendar

    holidays = chinese_calendar.constants.holidays
    make_up = chinese_calendar.constants.workdays
    first = date(min(holidays).year, 1, 1)
    last = date(max(holidays).year, 12, 31)
    rows = []
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        name = _OFFICIAL_NAMES.get(holidays.get(day) or make_up.get(day) or "")
        is_working = day in make_up or (day.weekday() < 5 and day not in holidays)
        rows.append(
            CalendarDay(
                day=day,
                is_working=is_working,
                is_make_up=day in make_up,
                name=name,
                source="国务院办公厅节假日安排 (chinesecalendar)",
            )
        )
    session.add_all(rows)
    return len(rows)
