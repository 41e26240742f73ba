"""How soon a client was called: working time from opening a case to its first contact."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from db.models import Renewal
from services.rule_tables import rule
from services.working_calendar import WorkingCalendar, calendar_of, local_date
from terms.renewals import ContactOutcome


@dataclass(frozen=True, slots=True)
class Office:
    """Rule ``calendar.working_hours`` in minutes after midnight."""

    start: int
    break_start: int
    break_end: int
    end: int

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> "Office":
        def minute(name: str) -> int:
            clock = time.fromisoformat(str(value[name]))
            return clock.hour * 60 + clock.minute

        return cls(minute("start"), minute("break_start"), minute("break_end"), minute("end"))

    @property
    def day(self) -> int:
        """Working minutes of a whole day."""
        return self.until(24 * 60)

    def until(self, minute: int) -> int:
        """Working minutes of a day up to ``minute``."""
        morning = min(minute, self.break_start) - self.start
        afternoon = min(minute, self.end) - self.break_end
        return max(morning, 0) + max(afternoon, 0)


def working_minutes(
    calendar: WorkingCalendar, office: Office, *, from_on: date, at: datetime, zone: ZoneInfo
) -> int:
    """Working minutes from the start of ``from_on`` to ``at``; 0 where that is before it.

    A contact outside working hours counts as at the end of the working time before it.
    """
    last = local_date(at, zone)
    if last < from_on:
        return 0
    before = calendar.working_days_between(from_on, last)
    before += calendar.is_working(from_on) - calendar.is_working(last)
    local = at.astimezone(zone)
    of_day = office.until(local.hour * 60 + local.minute) if calendar.is_working(last) else 0
    return before * office.day + of_day


def count_contact(
    session: Session, renewal: Renewal, outcome: ContactOutcome, *, at: datetime, zone: ZoneInfo
) -> None:
    """Count a contact in its case; the first one tells how long the client waited for it."""
    renewal.contacts += 1
    renewal.effective_contacts += outcome is ContactOutcome.REACHED
    if renewal.first_contact_minutes is None:
        office = Office.of(rule(session, "calendar.working_hours", local_date(at, zone)))
        renewal.first_contact_minutes = working_minutes(
            calendar_of(session, since=renewal.opened_on),
            office,
            from_on=renewal.opened_on,
            at=at,
            zone=zone,
        )
