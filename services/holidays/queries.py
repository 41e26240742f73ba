"""The calendar's years, how far it reaches, and which clocks run past it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Approval, CalendarDay, Engagement
from services.actor import Actor
from services.approvals import Change
from services.holidays import adopting
from services.holidays.rules import Notice, Odd, out_of_place, planned, settled
from services.permissions import Permission
from services.rule_tables import rules
from services.working_calendar import (
    SHANGHAI,
    WorkingCalendar,
    calendar_of,
    coverage_ends_on,
    end_of_day,
)
from terms.approvals import ApprovalState


@dataclass(frozen=True, slots=True)
class DayRow:
    """One day as the calendar holds it."""

    day: date
    is_working: bool
    is_make_up: bool
    name: str | None
    source: str


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """One year; no days where the calendar does not reach it."""

    year: int
    days: tuple[DayRow, ...]
    working_days: int

    @property
    def is_covered(self) -> bool:
        return bool(self.days)


class PastClock(StrEnum):
    """A kind of clock that counts working days; ``words.holidays`` says it."""

    APPROVALS = "approvals"
    ENGAGEMENTS = "engagements"


@dataclass(frozen=True, slots=True)
class Running:
    """Clocks that run past the covered days, so that their end is provisional."""

    clock: PastClock
    count: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far the official days reach."""

    first: date | None
    until: date | None
    ends_soon: bool
    running: tuple[Running, ...]
    safe_until: date | None
    """Started up to this day, the longest working-day clock of the rules ends inside."""


@dataclass(frozen=True, slots=True)
class NoticePreview:
    """What adopting a notice would change, or what is odd about it."""

    year: int | None
    """The year it orders as a whole; None for single days."""
    odd: tuple[Odd, ...]
    changes: tuple[Change, ...]


def coverage(session: Session, *, actor: Actor, on: date) -> Coverage:
    """How far the calendar reaches and what runs past it.

    Raises:
        NotPermitted: the actor lacks ``rule:read``.
    """
    actor.require(Permission.RULE_READ)
    calendar, limits = calendar_of(session), rules(session, _LIMITS, on=on)
    until = calendar.covered_until
    if until is None:
        return Coverage(None, None, ends_soon=True, running=(), safe_until=None)
    longest = max(
        int(limits["engagement.clocks"]["plan"]),
        *(int(each["expire_days"]) for each in limits["approvals.times"].values()),
    )
    warned = timedelta(days=limits["calendar.coverage_warning"]["days"])
    return Coverage(
        first=min(calendar.days),
        until=until,
        ends_soon=until < on + warned,
        running=tuple(_running(session, calendar, limits, on=on)),
        safe_until=_last_safe_start(calendar, until, longest),
    )


def running_past(session: Session, *, on: date) -> tuple[Running, ...]:
    """The clocks under way on ``on`` whose end lies beyond the official days."""
    calendar, limits = calendar_of(session), rules(session, _LIMITS, on=on)
    return tuple(_running(session, calendar, limits, on=on))


_LIMITS = ("approvals.times", "calendar.coverage_warning", "engagement.clocks")


def _running(
    session: Session, calendar: WorkingCalendar, limits: Mapping[str, Any], *, on: date
) -> Iterator[Running]:
    until = calendar.covered_until
    if until is None:
        return
    waiting = (
        select(func.count())
        .select_from(Approval)
        .where(
            Approval.state == ApprovalState.WAITING,
            Approval.expires_at > end_of_day(until, SHANGHAI),
        )
    )
    signed = _last_safe_start(calendar, until, int(limits["engagement.clocks"]["plan"]))
    started = (
        select(func.count())
        .select_from(Engagement)
        .where(Engagement.signed_on > signed, Engagement.signed_on <= on)
    )
    for clock, counted in ((PastClock.APPROVALS, waiting), (PastClock.ENGAGEMENTS, started)):
        count = session.scalar(counted) or 0
        if count:
            yield Running(clock, count)


def _last_safe_start(calendar: WorkingCalendar, until: date, days: int) -> date:
    """The last day from which ``days`` working days still end inside the official days."""
    day = until
    for _ in range(days):
        day = calendar.previous_working_day(day)
    return day


def year_of(session: Session, *, actor: Actor, year: int) -> CalendarYear:
    """Every day of ``year`` the calendar holds.

    Raises:
        NotPermitted: the actor lacks ``rule:read``.
    """
    actor.require(Permission.RULE_READ)
    rows = session.scalars(
        select(CalendarDay)
        .where(CalendarDay.day >= date(year, 1, 1), CalendarDay.day <= date(year, 12, 31))
        .order_by(CalendarDay.day)
    )
    days = tuple(
        DayRow(row.day, row.is_working, row.is_make_up, row.name, row.source) for row in rows
    )
    return CalendarYear(year, days, sum(day.is_working for day in days))


def placed(session: Session, *, notice: Notice) -> tuple[Notice, tuple[Odd, ...]]:
    """The notice as it acts on the calendar there is, and everything odd about it."""
    first = session.scalar(select(func.min(CalendarDay.day)))
    until = coverage_ends_on(session)
    found = settled(notice, until=until)
    return found, (*found.odd, *out_of_place(found, first=first, until=until))


def preview_notice(session: Session, *, actor: Actor, notice: Notice) -> NoticePreview:
    """What adopting ``notice`` would change.

    Raises:
        NotPermitted: the actor lacks ``rule:read``.
    """
    actor.require(Permission.RULE_READ)
    found, odd = placed(session, notice=notice)
    if odd:
        return NoticePreview(found.year, odd, ())
    payload = {"days": [(d.day.isoformat(), d.is_working, d.name) for d in planned(found)]}
    return NoticePreview(found.year, (), adopting.describe(session, payload))
