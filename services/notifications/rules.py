"""When a person is told: at once, or when their quiet hours are over."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Quiet:
    """Quiet from ``from_minute`` to ``to_minute`` after midnight; over midnight where it is
    later; never where the two are equal."""

    from_minute: int
    to_minute: int
    also_days_off: bool = False

    def holds(self, minute: int) -> bool:
        """Whether ``minute`` of a day is quiet."""
        if self.from_minute <= self.to_minute:
            return self.from_minute <= minute < self.to_minute
        return minute >= self.from_minute or minute < self.to_minute


def shows_at(
    at: datetime,
    *,
    quiet: Quiet | None,
    next_working_day: Callable[[date], date] | None,
    zone: ZoneInfo,
) -> datetime:
    """``at``, or the end of the quiet hours it falls into.

    Args:
        next_working_day: of the working calendar, the day itself where it is worked; needed where
            days off are quiet.
    """
    if quiet is None:
        return at
    told = at
    while True:
        local = told.astimezone(zone)
        day = local.date()
        worked = next_working_day(day) if quiet.also_days_off and next_working_day else day
        if worked != day:
            told = datetime.combine(worked, time.min, zone).astimezone(UTC)
        elif quiet.holds(minute := local.hour * 60 + local.minute):
            ends_on = day if minute < quiet.to_minute else day + timedelta(days=1)
            hour, rest = divmod(quiet.to_minute % DAY_MINUTES, 60)
            told = datetime.combine(ends_on, time(hour, rest), zone).astimezone(UTC)
        else:
            return told
