"""Appointments the form suggests: working time, soon, and in a few days."""

from datetime import date, datetime, time, timedelta

import streamlit as st

from services.working_calendar import SHANGHAI, WorkingCalendar, calendar_of
from ui.session import read

AFTERNOON, MORNING, LATE_MORNING, EARLY_AFTERNOON = time(16), time(9, 30), time(10), time(14, 30)
LEAD = timedelta(hours=1)
"""Today is offered only when this much of it is left before the appointment."""
A_FEW = 3
"""Working days a client usually asks for to think."""


def suggested(at: datetime) -> tuple[datetime, datetime, datetime]:
    """Three appointments after ``at``: later today or tomorrow morning, next day, in a few days."""
    return suggestions(_calendar(), at)


def suggestions(calendar: WorkingCalendar, at: datetime) -> tuple[datetime, datetime, datetime]:
    """``suggested`` by ``calendar``; local times of working days, rising."""
    local = at.astimezone(SHANGHAI)
    day = local.date()
    following = calendar.next_working_day(day + timedelta(days=1))
    later = calendar.add_working_days(day, A_FEW).on
    afternoon = _on(day, AFTERNOON)
    if calendar.is_working(day) and local + LEAD <= afternoon:
        return afternoon, _on(following, MORNING), _on(later, LATE_MORNING)
    return _on(following, MORNING), _on(following, EARLY_AFTERNOON), _on(later, LATE_MORNING)


def _on(day: date, at: time) -> datetime:
    return datetime.combine(day, at, SHANGHAI)


@st.cache_resource(ttl=600, max_entries=1, show_spinner=False)
def _calendar() -> WorkingCalendar:
    return read(calendar_of)
