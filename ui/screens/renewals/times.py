"""Appointments the form suggests: working time, soon, and in a few days."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

import streamlit as st

from services.working_calendar import SHANGHAI, WorkingCalendar, calendar_of
from ui.session import read

AFTERNOON, MORNING, LATE_MORNING, EARLY_AFTERNOON = time(16), time(9, 30), time(10), time(14, 30)
LEAD = timedelta(hours=1)
"""Today is offered only when this much of it is left before the appointment."""
A_FEW = 3
"""Working days a client usually asks for to think."""


APART = timedelta(minutes=30)
"""Two appointments closer than this clash."""
PREFERRED = {
    "morning": (time(11), MORNING, LATE_MORNING),
    "afternoon": (AFTERNOON, EARLY_AFTERNOON, time(15, 30)),
    "evening": (time(18), time(18), time(18, 30)),
}
"""A client's preferred time → later today, the next working day, in a few days."""


def suggested(
    at: datetime, *, preferred: str | None = None, taken: Sequence[datetime] = ()
) -> tuple[datetime, datetime, datetime]:
    """Three appointments after ``at``: later today or tomorrow, next day, in a few days.

    Args:
        preferred: when the client likes to be called: ``morning``, ``afternoon``, ``evening``.
        taken: what whoever calls has promised to others, rising; a time that clashes moves on.
    """
    first, second, third = suggestions(_calendar(), at, preferred=preferred)
    return _free(first, taken), _free(second, taken), _free(third, taken)


def clashes(at: datetime, taken: Sequence[datetime]) -> bool:
    """Whether an appointment at ``at`` is too close to one of ``taken``, which rise."""
    after = bisect_right(taken, at - APART)
    return after < len(taken) and taken[after] < at + APART


def _free(at: datetime, taken: Sequence[datetime]) -> datetime:
    moved = at
    while clashes(moved, taken) and moved - at < timedelta(hours=3):
        moved += APART
    return moved


def suggestions(
    calendar: WorkingCalendar, at: datetime, *, preferred: str | None = None
) -> tuple[datetime, datetime, datetime]:
    """``suggested`` by ``calendar``; local times of working days, rising."""
    local = at.astimezone(SHANGHAI)
    day = local.date()
    following = calendar.next_working_day(day + timedelta(days=1))
    later = calendar.add_working_days(day, A_FEW).on
    soon, usual, relaxed = PREFERRED.get(preferred or "", (AFTERNOON, MORNING, LATE_MORNING))
    today = _on(day, soon)
    if calendar.is_working(day) and local + LEAD <= today:
        return today, _on(following, usual), _on(later, relaxed)
    if preferred not in PREFERRED:
        return _on(following, MORNING), _on(following, EARLY_AFTERNOON), _on(later, LATE_MORNING)
    after = calendar.next_working_day(following + timedelta(days=1))
    return _on(following, usual), _on(after, usual), _on(max(later, after), relaxed)


def _on(day: date, at: time) -> datetime:
    return datetime.combine(day, at, SHANGHAI)


@st.cache_resource(ttl=600, max_entries=1, show_spinner=False)
def _calendar() -> WorkingCalendar:
    return read(calendar_of)
