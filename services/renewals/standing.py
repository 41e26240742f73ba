"""The people of an allocation: their month by the ledger, their room, their turn."""

import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import CompoundSelect, Text, and_, cast, func, null, select, union_all
from sqlalchemy.orm import Session

from db.models import (
    AllocationTurn,
    Renewal,
    RenewalAllocation,
    Staff,
    StaffLanguage,
    StaffLeave,
    StaffLine,
    StaffRole,
)
from services.actor import Actor
from services.renewals.effort import Effort
from services.renewals.placing import Case, Person, Placing, place
from services.renewals.rules import Windows
from services.renewals.scope import led_by
from services.rule_tables import rules as rules_in_force
from services.working_calendar import WorkingCalendar, calendar_of
from terms.people import Language, Role
from terms.policies import Line

_LOTS = 1 << 62


@dataclass(frozen=True, slots=True)
class Book:
    """The rules an allocation goes by on a day."""

    windows: Windows
    remind: int
    effort: Effort
    needs_registration: bool

    @classmethod
    def read(cls, session: Session, on: date) -> "Book":
        keys = ("renewal.windows", "renewal.effort", "renewal.registration_required")
        known = rules_in_force(session, keys, on=on)
        return cls(
            Windows.of(known["renewal.windows"]),
            max(known["renewal.windows"]["reminders"], default=0),
            Effort.of(known["renewal.effort"]),
            bool(known["renewal.registration_required"]),
        )


def month_start(day: date) -> date:
    """The first day of the month whose effort is levelled on ``day``."""
    return day.replace(day=1)


def specialists(session: Session, actor: Actor, day: date, book: Book) -> list[Person]:
    """The specialists in the actor's scope as they stand on a day, in the order of turns.

    Whoever was given a case longest ago comes first; of those who never were, by the lot drawn
    for them (``draw_turns``).
    """
    calendar = calendar_of(session, since=month_start(day))
    given_on, given_id = (
        select(column)
        .where(RenewalAllocation.staff_id == Staff.id)
        .order_by(RenewalAllocation.allocated_on.desc(), RenewalAllocation.id.desc())
        .limit(1)
        .scalar_subquery()
        for column in (RenewalAllocation.allocated_on, RenewalAllocation.id)
    )
    load = (
        select(func.count())
        .where(Renewal.assignee_id == Staff.id, Renewal.is_open)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Staff.id,
            Staff.team_id,
            Staff.branch_id,
            Staff.weekly_capacity,
            Staff.registration_number,
            Staff.in_service_from,
            Staff.in_service_to,
            AllocationTurn.drawn,
            load.label("open_cases"),
            given_on.label("given_on"),
            given_id.label("given_id"),
        )
        .join(StaffRole, and_(StaffRole.staff_id == Staff.id, StaffRole.role == Role.SPECIALIST))
        .outerjoin(AllocationTurn, AllocationTurn.staff_id == Staff.id)
        .where(led_by(actor))
    ).all()
    lines: defaultdict[int, set[Line]] = defaultdict(set)
    languages: defaultdict[int, set[Language]] = defaultdict(set)
    for staff_id, line, language in session.execute(_skills()):
        if line is not None:
            lines[staff_id].add(Line(line))
        else:
            languages[staff_id].add(Language(language))
    given = month_effort(session, [row.id for row in rows], day)
    away = _away(session, day)
    people = []
    in_turn = sorted(
        rows, key=lambda row: (row.given_on or date.min, row.given_id or 0, row.drawn or 0)
    )
    for row in in_turn:
        here = [
            each
            for each in _worked(calendar, day)
            if row.in_service_from <= each
            and (row.in_service_to is None or row.in_service_to >= each)
            and not any(first <= each <= last for first, last in away[row.id])
        ]
        people.append(
            Person(
                id=row.id,
                team_id=row.team_id,
                branch_id=row.branch_id,
                load=given.get(row.id, 0),
                weekly_capacity=row.weekly_capacity,
                days=len(here),
                room=book.effort.room(
                    weekly_capacity=row.weekly_capacity,
                    prepare_days=book.windows.prepare,
                    open_cases=row.open_cases,
                ),
                lines=frozenset(lines[row.id]),
                languages=frozenset(languages[row.id]),
                is_absent=day not in here,
                is_registered=bool(row.registration_number),
            )
        )
    return people


def dealt(
    session: Session, cases: Sequence[Case], *, actor: Actor, day: date, book: Book
) -> Placing:
    """The cases decided among the specialists in the actor's scope; nothing is written."""
    if not cases:
        return Placing(())
    people = specialists(session, actor, day, book)
    return place(cases, people, needs_registration=book.needs_registration)


def draw_turns(session: Session, *, at: datetime) -> None:
    """Draw a lot for every specialist of whom the ledger says nothing yet; once and for good."""
    known = select(AllocationTurn.staff_id)
    given = select(RenewalAllocation.id).where(RenewalAllocation.staff_id == StaffRole.staff_id)
    without = session.scalars(
        select(StaffRole.staff_id).where(
            StaffRole.role == Role.SPECIALIST,
            StaffRole.staff_id.not_in(known),
            ~given.exists(),
        )
    ).all()
    for staff_id in without:
        session.add(AllocationTurn(staff_id=staff_id, drawn=secrets.randbelow(_LOTS), drawn_at=at))
    session.flush()


def month_effort(session: Session, staff_ids: list[int], day: date) -> dict[int, int]:
    """Effort the ledger gave each person this month up to ``day``, less what was taken away."""
    span = RenewalAllocation.allocated_on.between(month_start(day), day)
    sums = [
        select(column, (sign * func.sum(RenewalAllocation.effort)).label("effort"))
        .where(column.in_(staff_ids), span)
        .group_by(column)
        for sign, column in (
            (1, RenewalAllocation.staff_id),
            (-1, RenewalAllocation.from_staff_id),
        )
    ]
    total: defaultdict[int, int] = defaultdict(int)
    for staff_id, effort in session.execute(union_all(*sums)):
        total[staff_id or 0] += int(effort)
    return dict(total)


def _skills() -> CompoundSelect[Any]:
    """Lines people are authorised for and languages they speak; one of both in each row."""
    return union_all(
        select(StaffLine.staff_id, cast(StaffLine.line, Text), cast(null(), Text)),
        select(StaffLanguage.staff_id, cast(null(), Text), cast(StaffLanguage.language, Text)),
    )


def _worked(calendar: WorkingCalendar, day: date) -> list[date]:
    """Working days of the month up to ``day``; ``day`` itself whatever it is."""
    first = month_start(day)
    days = [first + timedelta(days=each) for each in range((day - first).days + 1)]
    return [each for each in days if each == day or calendar.is_working(each)]


def _away(session: Session, day: date) -> defaultdict[int, list[tuple[date, date]]]:
    away: defaultdict[int, list[tuple[date, date]]] = defaultdict(list)
    rows = session.execute(
        select(StaffLeave.staff_id, StaffLeave.from_on, StaffLeave.to_on).where(
            StaffLeave.from_on <= day, StaffLeave.to_on >= month_start(day)
        )
    )
    for staff_id, first, last in rows:
        away[staff_id].append((first, last))
    return away
