"""When a request is reminded of and when it runs out: rule ``approvals.times``."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.working_calendar import WorkingCalendar, end_of_day, start_of_day
from terms.approvals import ApprovalKind

DEFAULT = "default"
"""The entry of the rule for kinds it does not name."""


@dataclass(frozen=True, slots=True)
class Times:
    """Rule ``approvals.times`` for one kind, in working days."""

    remind_days: int
    expire_days: int

    @classmethod
    def of(cls, value: Mapping[str, Mapping[str, Any]], kind: ApprovalKind) -> "Times":
        found = value.get(kind.value, value[DEFAULT])
        return cls(int(found["remind_days"]), int(found["expire_days"]))

    def first_reminder(
        self, calendar: WorkingCalendar, *, on: date, zone: ZoneInfo
    ) -> datetime | None:
        """The morning after ``remind_days`` working days; None where nobody is reminded."""
        if self.remind_days <= 0:
            return None
        return start_of_day(calendar.add_working_days(on, self.remind_days).on, zone)

    def end(self, calendar: WorkingCalendar, *, on: date, zone: ZoneInfo) -> datetime:
        """24:00 of the last working day on which it may be decided."""
        return end_of_day(calendar.add_working_days(on, self.expire_days).on, zone)
