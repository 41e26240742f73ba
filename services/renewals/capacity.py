"""Which week breaks us: the cases due in each week against what the people there can work."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session

from db.models import Staff, StaffLeave, StaffRole
from services.actor import Actor
from services.permissions import Permission
from services.renewals.scope import led_by
from services.working_calendar import WorkingCalendar, calendar_of
from terms.people import Role, Scope
from terms.renewal_analysis import Dimension

FULL_WEEK = 5
"""Working days a weekly capacity is for."""
DAYS = 7


@dataclass(frozen=True, slots=True)
class WeekCapacity:
    """What the specialists of a scope can work in one week."""

    week_on: date
    """Its Monday."""
    cases: int
    working_days: int
    away_days: int
    """Working days of leave, of all of them together."""
    is_provisional: bool = False
    """No official calendar reaches its end: Monday to Friday count."""


def capacity_by_week(
    session: Session,
    *,
    actor: Actor,
    from_on: date,
    weeks: int,
    by: Dimension | None = None,
    code: str = "",
) -> tuple[WeekCapacity, ...]:
    """Cases the actor's specialists can work in each week: weekly capacity × days there ÷ 5.

    A day there is a working day of the calendar in service and not on leave; of each person's week
    the whole cases count.

    Args:
        from_on: a day of the first week.
        weeks: how many weeks.
        by, code: only this person, team or branch, where ``by`` is given.

    Raises:
        NotPermitted: the actor lacks ``renewal:read``.
    """
    actor.require(Permission.RENEWAL_READ)
    first = monday(from_on)
    last = first + timedelta(days=DAYS * weeks)
    people = session.execute(specialists(actor, first, last, *of_bar(by, code))).all()
    calendar = calendar_of(session, since=first)
    leaves = _leaves(session, [person.id for person in people], first, weeks)
    found = []
    for place in range(weeks):
        week = first + timedelta(days=DAYS * place)
        worked = worked_days(calendar, week)
        total = away = 0
        for person in people:
            there = days_there(person, worked, leaves.get(person.id, ()))
            total += person.weekly_capacity * there // FULL_WEEK
            away += len(worked) - there
        is_provisional = calendar.is_provisional(week + timedelta(days=DAYS - 1))
        found.append(WeekCapacity(week, total, len(worked), away, is_provisional))
    return tuple(found)


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


PLACES = (Dimension.PERSON, Dimension.TEAM, Dimension.BRANCH)
"""What has a capacity of its own."""


def of_bar(by: Dimension | None, code: str) -> tuple[ColumnElement[bool], ...]:
    """The staff of one bar; nobody for a bar without people."""
    if by is None:
        return ()
    columns: dict[Dimension, Any] = {
        Dimension.PERSON: Staff.id,
        Dimension.TEAM: Staff.team_id,
        Dimension.BRANCH: Staff.branch_id,
    }
    return (columns[by] == int(code) if by in columns and code.isdecimal() else false(),)


def specialists(
    actor: Actor, first: date, last: date, *where: ColumnElement[bool]
) -> Select[*tuple[Any, ...]]:
    """The specialists of the actor's scope who are in service on a day of the span."""
    return (
        select(Staff.id, Staff.weekly_capacity, Staff.in_service_from, Staff.in_service_to)
        .join(StaffRole, and_(StaffRole.staff_id == Staff.id, StaffRole.role == Role.SPECIALIST))
        .where(
            whose(actor),
            *where,
            Staff.in_service_from <= last,
            or_(Staff.in_service_to.is_(None), Staff.in_service_to >= first),
        )
        .order_by(Staff.id)
    )


def whose(actor: Actor) -> ColumnElement[bool]:
    """The staff of the actor's scope; somebody who leads nobody is their own."""
    if actor.scope is Scope.OWN and actor.staff_id is not None:
        return Staff.id == actor.staff_id
    return led_by(actor)


def worked_days(calendar: WorkingCalendar, week: date) -> list[date]:
    """The working days of the week that begins on ``week``."""
    days = (week + timedelta(days=each) for each in range(DAYS))
    return [day for day in days if calendar.is_working(day)]


def days_there(person: Any, worked: list[date], leaves: tuple[tuple[date, date], ...]) -> int:
    """How many of the days the person is in service and not on leave."""
    stays = person.in_service_to is None or not worked or person.in_service_to >= worked[-1]
    if not leaves and stays and (not worked or person.in_service_from <= worked[0]):
        return len(worked)
    return sum(
        person.in_service_from <= day
        and (person.in_service_to is None or person.in_service_to >= day)
        and not any(first <= day <= last for first, last in leaves)
        for day in worked
    )


def _leaves(
    session: Session, staff_ids: list[int], first: date, weeks: int
) -> Mapping[int, tuple[tuple[date, date], ...]]:
    found: defaultdict[int, list[tuple[date, date]]] = defaultdict(list)
    rows = session.execute(
        select(StaffLeave.staff_id, StaffLeave.from_on, StaffLeave.to_on).where(
            StaffLeave.staff_id.in_(staff_ids),
            StaffLeave.to_on >= first,
            StaffLeave.from_on < first + timedelta(days=DAYS * weeks),
        )
    )
    for staff_id, from_on, to_on in rows:
        found[staff_id].append((from_on, to_on))
    return {staff_id: tuple(spans) for staff_id, spans in found.items()}


def there_in_week(session: Session, *, actor: Actor, week: date) -> dict[int, int]:
    """Staff id → days there in one week, for those whose days are not all of them."""
    people = session.execute(specialists(actor, week, week + timedelta(days=DAYS - 1))).all()
    worked = worked_days(calendar_of(session, since=week), week)
    leaves = _leaves(session, [person.id for person in people], week, 1)
    there = {person.id: days_there(person, worked, leaves.get(person.id, ())) for person in people}
    return {staff_id: days for staff_id, days in there.items() if days != len(worked)}
