"""Working hours: the hours of the working day (rule ``calendar.working_hours``), counted back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from services.working_calendar import SHANGHAI, WorkingCalendar


@dataclass(frozen=True, slots=True)
class WorkingDay:
    """The two stretches of a working day."""

    stretches: tuple[tuple[time, time], ...]

    @classmethod
    def of(cls, value: Mapping[str, str]) -> "WorkingDay":
        start, pause, back, end = (
            time.fromisoformat(value[name]) for name in ("start", "break_start", "break_end", "end")
        )
        return cls(((start, pause), (back, end)))


def hours_before(
    calendar: WorkingCalendar,
    hours_of_day: WorkingDay,
    *,
    at: datetime,
    hours: int,
    zone: ZoneInfo = SHANGHAI,
) -> datetime:
    """The instant from which exactly ``hours`` working hours had passed ``at``.

    Args:
        hours: at least 1.
    """
    left = timedelta(hours=hours)
    day = at.astimezone(zone).date()
    while True:
        if calendar.is_working(day):
            for start, end in reversed(hours_of_day.stretches):
                begins, ends = _at(day, start, zone), min(_at(day, end, zone), at)
                if ends <= begins:
                    continue
                if ends - begins >= left:
                    return (ends - left).astimezone(UTC)
                left -= ends - begins
        day -= timedelta(days=1)


def _at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, clock, zone)
