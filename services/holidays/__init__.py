"""Holidays: the official notice of next year's holidays and make-up working days (调休).

The calendar that clocks count on is a table. An administrator pastes the notice's wording or
gives a table of days; it is read, checked (weekdays, counts, a year left out) and shown as a
difference, and a second person adopts it through ``services.approvals``. Single days may be set
apart in the same way, as some finance houses do not work make-up days. Adopting counts anew what
waits by working days. Where the calendar does not reach, Monday to Friday count and the result is
provisional; the screen and ``python -m jobs check`` say which clocks that concerns.
"""

from services.holidays.adopting import COVERAGE
from services.holidays.operations import NoticeOdd, SourceMissing, ask_adoption
from services.holidays.queries import (
    CalendarYear,
    Coverage,
    DayRow,
    NoticePreview,
    PastClock,
    Running,
    coverage,
    preview_notice,
    running_past,
    year_of,
)
from services.holidays.reading import read_file
from services.holidays.rules import Notice, NoticeDay, NoticeProblem, Odd, read_text

__all__ = [
    "COVERAGE",
    "CalendarYear",
    "Coverage",
    "DayRow",
    "Notice",
    "NoticeDay",
    "NoticeOdd",
    "NoticePreview",
    "NoticeProblem",
    "Odd",
    "PastClock",
    "Running",
    "SourceMissing",
    "ask_adoption",
    "coverage",
    "preview_notice",
    "read_file",
    "read_text",
    "running_past",
    "year_of",
]
