"""Quiet hours: told at or after the instant, never inside them, and as soon as they end."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as some

from services.notifications import Quiet, shows_at
from services.working_calendar import SHANGHAI, WorkingCalendar

MINUTES = some.integers(0, 24 * 60 - 1)
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
INSTANTS = some.integers(0, 366 * 24 * 60).map(lambda minutes: FIRST + timedelta(minutes=minutes))
WEEKDAYS = WorkingCalendar({}, None)


def minute(at: datetime) -> int:
    local = at.astimezone(SHANGHAI)
    return local.hour * 60 + local.minute


@given(INSTANTS, MINUTES, MINUTES, some.booleans())
def test_nobody_is_told_inside_their_quiet_hours(
    at: datetime, first: int, last: int, days_off: bool
) -> None:
    quiet = Quiet(first, last, days_off)
    told = shows_at(at, quiet=quiet, next_working_day=WEEKDAYS.next_working_day, zone=SHANGHAI)
    assert told >= at
    assert not quiet.holds(minute(told))
    assert not days_off or WEEKDAYS.is_working(told.astimezone(SHANGHAI).date())
    assert told - at < timedelta(days=1 if not days_off else 5)


@given(INSTANTS, MINUTES, MINUTES)
def test_what_comes_outside_of_them_is_told_at_once(at: datetime, first: int, last: int) -> None:
    quiet = Quiet(first, last)
    if not quiet.holds(minute(at)):
        assert shows_at(at, quiet=quiet, next_working_day=None, zone=SHANGHAI) == at
    else:
        told = shows_at(at, quiet=quiet, next_working_day=None, zone=SHANGHAI)
        assert minute(told) == last
        assert quiet.holds(minute(told - timedelta(minutes=1)))
