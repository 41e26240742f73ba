"""The staff as administrators see them: who is there, where, in which roles, signed in or not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session

from db.models import (
    Branch,
    Department,
    SignInSession,
    Staff,
    StaffLanguage,
    StaffLeave,
    StaffLine,
    StaffRole,
    Team,
)
from services.actor import Actor
from services.errors import NotFound
from services.holdings import Held, held_by
from services.people.leave import may_arrange_leave
from services.people.queries import locked_until, roles_of
from services.people.rules import is_alive, normalised_username
from services.permissions import Permission
from terms.people import Department as DepartmentKind
from terms.people import Language, LeaveKind, Locale, Role
from terms.policies import Line

MOST = 50
"""People on one page of the list."""
LEAVE_BACK = timedelta(days=90)
"""Leave that ended within this time is still shown."""


class StaffState(StrEnum):
    """Whom the list shows."""

    IN_SERVICE = "in_service"
    ON_LEAVE = "on_leave"
    LEFT = "left"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class StaffFilters:
    text: str = ""
    """A part of the name, the beginning of the user name, or the registration number."""
    branch_id: int | None = None
    team_id: int | None = None
    role: Role | None = None
    state: StaffState = StaffState.IN_SERVICE


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One person of the list."""

    id: int
    username: str
    name: str
    roles: tuple[Role, ...]
    branch: str | None
    team: str | None
    registration_number: str | None
    weekly_capacity: int
    on_leave_until: date | None
    in_service_to: date | None


@dataclass(frozen=True, slots=True)
class StaffPage:
    rows: tuple[StaffRow, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One browser somebody is signed in with."""

    id: str
    began_at: datetime
    last_seen_at: datetime
    address: str | None
    browser: str | None


@dataclass(frozen=True, slots=True)
class LeaveRow:
    """Days of leave, both ends included."""

    id: int
    version: int
    staff_id: int
    name: str
    username: str
    kind: LeaveKind
    from_on: date
    to_on: date
    substitute_id: int | None
    substitute: str | None


@dataclass(frozen=True, slots=True)
class StaffFile:
    """One person, whole."""

    id: int
    version: int
    username: str
    name: str
    roles: tuple[Role, ...]
    branch_id: int | None
    branch: str | None
    department_id: int | None
    department: DepartmentKind | None
    team_id: int | None
    team: str | None
    registration_number: str | None
    weekly_capacity: int
    lines: tuple[Line, ...]
    languages: tuple[Language, ...]
    locale: Locale
    in_service_from: date
    in_service_to: date | None
    has_password: bool
    must_change_password: bool
    locked_until: datetime | None
    sessions: tuple[OpenSession, ...]
    """For administrators only, else empty."""
    leaves: tuple[LeaveRow, ...]
    held: tuple[Held, ...]
    may_arrange_leave: bool


def staff_list(
    session: Session,
    *,
    actor: Actor,
    on: date,
    filters: StaffFilters = StaffFilters(),
    after: str | None = None,
    limit: int = MOST,
) -> StaffPage:
    """The staff by name, a page at a time.

    Args:
        after: ``StaffPage.next`` of the page before.

    Raises:
        NotPermitted: the actor lacks ``staff:read``.
    """
    actor.require(Permission.STAFF_READ)
    leave_until = (
        select(func.max(StaffLeave.to_on))
        .where(StaffLeave.staff_id == Staff.id, _covers(on))
        .scalar_subquery()
    )
    where = _conditions(filters, on)
    name, separator, row_id = (after or "").rpartition("~")
    if separator and row_id.isdecimal():
        where.append(tuple_(Staff.name, Staff.id) > tuple_(name, int(row_id)))
    found = session.execute(
        select(
            Staff.id,
            Staff.username,
            Staff.name,
            Branch.name.label("branch"),
            Team.name.label("team"),
            Staff.registration_number,
            Staff.weekly_capacity,
            leave_until.label("on_leave_until"),
            Staff.in_service_to,
        )
        .outerjoin(Branch, Branch.id == Staff.branch_id)
        .outerjoin(Team, Team.id == Staff.team_id)
        .where(*where)
        .order_by(Staff.name, Staff.id)
        .limit(limit + 1)
    ).all()
    page = found[:limit]
    roles = _roles_of(session, [row.id for row in page])
    rows = tuple(StaffRow(roles=roles.get(row.id, ()), **row._asdict()) for row in page)
    mark = f"{rows[-1].name}~{rows[-1].id}" if len(found) > limit else None
    return StaffPage(rows, mark)


def staff_file(
    session: Session, *, actor: Actor, username: str, on: date, at: datetime
) -> StaffFile:
    """One person by user name.

    Args:
        at: the real instant; sessions and locks count on it.

    Raises:
        NotPermitted: the actor lacks ``staff:read``.
        NotFound: there is no such person.
    """
    actor.require(Permission.STAFF_READ)
    found = session.execute(
        select(Staff, Branch.name, Team.name, Department.kind)
        .outerjoin(Branch, Branch.id == Staff.branch_id)
        .outerjoin(Team, Team.id == Staff.team_id)
        .outerjoin(Department, Department.id == Staff.department_id)
        .where(Staff.username == normalised_username(username))
    ).one_or_none()
    if found is None:
        raise NotFound(kind="staff")
    staff, branch, team, department = found
    manages = actor.may(Permission.STAFF_MANAGE)
    lines = select(StaffLine.line).where(StaffLine.staff_id == staff.id).order_by(StaffLine.line)
    languages = select(StaffLanguage.language).where(StaffLanguage.staff_id == staff.id)
    return StaffFile(
        id=staff.id,
        version=staff.version,
        username=staff.username,
        name=staff.name,
        roles=roles_of(session, staff.id),
        branch_id=staff.branch_id,
        branch=branch,
        department_id=staff.department_id,
        department=department,
        team_id=staff.team_id,
        team=team,
        registration_number=staff.registration_number,
        weekly_capacity=staff.weekly_capacity,
        lines=tuple(session.scalars(lines)),
        languages=tuple(session.scalars(languages.order_by(StaffLanguage.language))),
        locale=staff.locale,
        in_service_from=staff.in_service_from,
        in_service_to=staff.in_service_to,
        has_password=staff.password_hash is not None,
        must_change_password=staff.must_change_password,
        locked_until=locked_until(session, username=staff.username, at=at) if manages else None,
        sessions=_sessions(session, staff.id, at) if manages else (),
        leaves=leaves(session, actor=actor, on=on, staff_id=staff.id),
        held=held_by(session, staff_id=staff.id, on=on),
        may_arrange_leave=may_arrange_leave(actor, staff),
    )


def leaves(
    session: Session, *, actor: Actor, on: date, staff_id: int | None = None, limit: int = 200
) -> tuple[LeaveRow, ...]:
    """Leave that is running, to come, or ended of late; the earliest first.

    Raises:
        NotPermitted: the actor lacks ``staff:read``.
    """
    actor.require(Permission.STAFF_READ)
    substitute = Staff.__table__.alias("substitute")
    asked = (
        select(
            StaffLeave.id,
            StaffLeave.version,
            StaffLeave.staff_id,
            Staff.name,
            Staff.username,
            StaffLeave.kind,
            StaffLeave.from_on,
            StaffLeave.to_on,
            StaffLeave.substitute_id,
            substitute.c.name.label("substitute"),
        )
        .join(Staff, Staff.id == StaffLeave.staff_id)
        .outerjoin(substitute, substitute.c.id == StaffLeave.substitute_id)
        .where(StaffLeave.to_on >= (on - LEAVE_BACK if staff_id is not None else on))
        .order_by(StaffLeave.from_on, StaffLeave.id)
        .limit(limit)
    )
    if staff_id is not None:
        asked = asked.where(StaffLeave.staff_id == staff_id)
    return tuple(LeaveRow(**row) for row in session.execute(asked).mappings())


def colleagues(
    session: Session, *, actor: Actor, on: date, but: int | None = None
) -> tuple[tuple[int, str, str], ...]:
    """Who is in service, to choose a substitute from: id, name, team.

    Raises:
        NotPermitted: the actor lacks ``staff:read``.
    """
    actor.require(Permission.STAFF_READ)
    found = session.execute(
        select(Staff.id, Staff.name, Team.name.label("team"))
        .outerjoin(Team, Team.id == Staff.team_id)
        .where(_serves(on), Staff.id != (but or 0))
        .order_by(Staff.name, Staff.id)
    )
    return tuple((row.id, row.name, row.team or "") for row in found)


def _sessions(session: Session, staff_id: int, at: datetime) -> tuple[OpenSession, ...]:
    found = session.scalars(
        select(SignInSession)
        .where(
            SignInSession.staff_id == staff_id,
            SignInSession.revoked_at.is_(None),
            SignInSession.expires_at > at,
        )
        .order_by(SignInSession.last_seen_at.desc())
        .limit(50)
    )
    return tuple(
        OpenSession(row.id, row.created_at, row.last_seen_at, row.address, row.browser)
        for row in found
        if is_alive(
            last_seen_at=row.last_seen_at,
            expires_at=row.expires_at,
            idle_minutes=row.idle_minutes,
            revoked_at=row.revoked_at,
            at=at,
        )
    )


def _conditions(filters: StaffFilters, on: date) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    text = filters.text.strip()
    if text:
        where.append(
            or_(
                Staff.name.contains(text, autoescape=True),
                Staff.username.startswith(normalised_username(text), autoescape=True),
                Staff.registration_number == text,
            )
        )
    if filters.branch_id is not None:
        where.append(Staff.branch_id == filters.branch_id)
    if filters.team_id is not None:
        where.append(Staff.team_id == filters.team_id)
    if filters.role is not None:
        where.append(exists().where(StaffRole.staff_id == Staff.id, StaffRole.role == filters.role))
    match filters.state:
        case StaffState.IN_SERVICE:
            where.append(_serves(on))
        case StaffState.LEFT:
            where.append(Staff.in_service_to < on)
        case StaffState.ON_LEAVE:
            where.append(exists().where(StaffLeave.staff_id == Staff.id, _covers(on)))
    return where


def _serves(on: date) -> ColumnElement[bool]:
    return or_(Staff.in_service_to.is_(None), Staff.in_service_to >= on)


def _covers(on: date) -> ColumnElement[bool]:
    return and_(StaffLeave.from_on <= on, StaffLeave.to_on >= on)


def _roles_of(session: Session, ids: Sequence[int]) -> Mapping[int, tuple[Role, ...]]:
    found: dict[int, tuple[Role, ...]] = {}
    rows: Any = session.execute(
        select(StaffRole.staff_id, StaffRole.role)
        .where(StaffRole.staff_id.in_(ids))
        .order_by(StaffRole.role)
    )
    for staff_id, role in rows:
        found[staff_id] = (*found.get(staff_id, ()), role)
    return found
