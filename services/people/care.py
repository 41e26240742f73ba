"""What an administrator does for a person: data, a new password, unlocking, ending sessions."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.orm import Session

from db.models import (
    Branch,
    Department,
    SignInAttempt,
    SignInSession,
    Staff,
    StaffLanguage,
    StaffLine,
    Team,
)
from services import audit
from services.actor import Actor
from services.errors import BusinessError, ChangedMeanwhile, NotFound
from services.people.operations import create_user
from services.people.passwords import hash_password
from services.people.signing_in import revoke_sessions
from services.permissions import Permission
from terms.people import Language, Locale, Role
from terms.policies import Line

_PASSWORD_BYTES = 12
CAPACITY_MOST = 2_000
NAME_LONGEST = 80
REGISTRATION_LONGEST = 40


class StaffDataWrong(BusinessError):
    """Data: ``field`` (``name``, ``registration_number``, ``weekly_capacity`` or ``place``)."""

    code = "staff_data_wrong"


class OwnPassword(BusinessError):
    """Administrators change their own password as everybody does, with the present one."""

    code = "own_password"


class NotLocked(BusinessError):
    """The name is open: there is nothing to unlock."""

    code = "name_not_locked"


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A one-time password, shown once; whoever signs in with it must choose their own."""

    username: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StaffData:
    """What an administrator writes about a person."""

    name: str
    branch_id: int | None
    department_id: int | None
    team_id: int | None
    registration_number: str | None
    weekly_capacity: int
    lines: tuple[Line, ...]
    languages: tuple[Language, ...]


def new_staff(
    session: Session,
    *,
    actor: Actor,
    username: str,
    data: StaffData,
    roles: Iterable[Role],
    locale: Locale,
    at: datetime,
    on: date,
) -> NewPassword:
    """Add a member of staff from ``on`` with a one-time password.

    Raises:
        NotPermitted: the actor lacks ``staff:manage``.
        UsernameInvalid, UsernameTaken, StaffDataWrong.

    Audit: ``people:create``.
    """
    actor.require(Permission.STAFF_MANAGE)
    name, number = _checked(session, data)
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    card = create_user(
        session,
        actor=actor,
        username=username,
        name=name,
        roles=roles,
        at=at,
        in_service_from=on,
        password_hash=hash_password(password),
        branch_id=data.branch_id,
        department_id=data.department_id,
        team_id=data.team_id,
        registration_number=number,
        weekly_capacity=data.weekly_capacity,
        lines=data.lines,
        languages=data.languages,
        locale=locale,
    )
    return NewPassword(username=card.username, password=password)


def edit_staff(
    session: Session,
    *,
    actor: Actor,
    staff_id: int,
    data: StaffData,
    at: datetime,
    seen_version: int,
) -> int:
    """Write a person's data down; a new team or branch changes what they may see at once.

    Returns:
        The person's new version.

    Raises:
        NotPermitted: the actor lacks ``staff:manage``.
        NotFound: there is no such person.
        ChangedMeanwhile: somebody saved the person after ``seen_version``.
        StaffDataWrong: no name, a registration number that is too long, a capacity outside 0 to
            2,000, or a team or department that is not of the branch.

    Audit: ``people:edit`` with what changed, before and after.
    """
    staff = _managed(session, actor, staff_id, seen_version)
    name, number = _checked(session, data)
    before = _told(session, staff)
    staff.name, staff.registration_number = name, number
    staff.branch_id, staff.team_id = data.branch_id, data.team_id
    staff.department_id, staff.weekly_capacity = data.department_id, data.weekly_capacity
    staff.updated_at = at
    _keep(session, StaffLine, "line", staff_id, data.lines)
    _keep(session, StaffLanguage, "language", staff_id, data.languages)
    session.flush()
    after = _told(session, staff)
    changed = [key for key in after if before[key] != after[key]]
    _record(
        session,
        actor,
        "people:edit",
        staff_id,
        at,
        before={key: before[key] for key in changed},
        after={key: after[key] for key in changed},
    )
    return staff.version


def reset_password(
    session: Session, *, actor: Actor, staff_id: int, at: datetime, seen_version: int
) -> NewPassword:
    """Give a person a one-time password; their sessions end, a locked name opens.

    Raises:
        NotPermitted: the actor lacks ``staff:manage``.
        NotFound, ChangedMeanwhile.
        OwnPassword: the actor means themselves.

    Audit: ``people:reset_password``; the password is nowhere.
    """
    if actor.staff_id == staff_id:
        actor.require(Permission.STAFF_MANAGE)
        raise OwnPassword
    staff = _managed(session, actor, staff_id, seen_version)
    password = secrets.token_urlsafe(_PASSWORD_BYTES)
    staff.password_hash = hash_password(password)
    staff.must_change_password = True
    staff.password_changed_at = staff.updated_at = at
    ended = revoke_sessions(session, staff_id=staff_id, why="password_reset", at=at)
    _forget_failures(session, staff.username)
    _record(session, actor, "people:reset_password", staff_id, at, sessions_ended=ended)
    return NewPassword(username=staff.username, password=password)


def unlock(session: Session, *, actor: Actor, staff_id: int, at: datetime) -> int:
    """Open a name that wrong passwords have locked.

    Returns:
        Failures forgotten.

    Raises:
        NotPermitted: the actor lacks ``staff:manage``.
        NotFound: there is no such person.
        NotLocked: there was nothing to forget.

    Audit: ``people:unlock``.
    """
    staff = _managed(session, actor, staff_id, None)
    forgotten = _forget_failures(session, staff.username)
    if not forgotten:
        raise NotLocked
    _record(session, actor, "people:unlock", staff_id, at, failures=forgotten)
    return forgotten


def end_sessions(
    session: Session, *, actor: Actor, staff_id: int, at: datetime, session_id: str | None = None
) -> int:
    """End one of a person's sessions, or all of them; open screens ask to sign in again.

    Args:
        at: the real instant.

    Returns:
        Sessions ended.

    Raises:
        NotPermitted: the actor lacks ``staff:manage``.
        NotFound: there is no such person, or the session had ended.

    Audit: ``people:end_sessions`` with how many.
    """
    _managed(session, actor, staff_id, None)
    if session_id is None:
        ended = revoke_sessions(session, staff_id=staff_id, why="ended_by_administrator", at=at)
    else:
        done = session.execute(
            update(SignInSession)
            .where(
                SignInSession.id == session_id,
                SignInSession.staff_id == staff_id,
                SignInSession.revoked_at.is_(None),
            )
            .values(revoked_at=at, revoked_why="ended_by_administrator"),
            execution_options={"synchronize_session": False},
        )
        ended = cast("CursorResult[Any]", done).rowcount
    if not ended:
        raise NotFound(kind="session")
    _record(session, actor, "people:end_sessions", staff_id, at, sessions_ended=ended)
    return ended


def _managed(session: Session, actor: Actor, staff_id: int, seen_version: int | None) -> Staff:
    actor.require(Permission.STAFF_MANAGE)
    staff = session.get(Staff, staff_id)
    if staff is None:
        raise NotFound(kind="staff")
    if seen_version is not None and staff.version != seen_version:
        raise ChangedMeanwhile(at=staff.updated_at)
    return staff


def _checked(session: Session, data: StaffData) -> tuple[str, str | None]:
    """Name and registration number as they are stored."""
    name, number = data.name.strip(), (data.registration_number or "").strip() or None
    if not 1 <= len(name) <= NAME_LONGEST:
        raise StaffDataWrong(field="name")
    if number is not None and len(number) > REGISTRATION_LONGEST:
        raise StaffDataWrong(field="registration_number")
    if not 0 <= data.weekly_capacity <= CAPACITY_MOST:
        raise StaffDataWrong(field="weekly_capacity")
    _check_place(session, data)
    return name, number


def _check_place(session: Session, data: StaffData) -> None:
    """A team and a department are of the branch they stand in."""
    for model, row_id in ((Team, data.team_id), (Department, data.department_id)):
        if row_id is None:
            continue
        branch_id = session.scalar(select(model.branch_id).where(model.id == row_id))
        if branch_id is None or branch_id != data.branch_id:
            raise StaffDataWrong(field="place")
    if data.branch_id is not None and session.get(Branch, data.branch_id) is None:
        raise StaffDataWrong(field="place")


def _told(session: Session, staff: Staff) -> dict[str, Any]:
    lines = select(StaffLine.line).where(StaffLine.staff_id == staff.id).order_by(StaffLine.line)
    languages = (
        select(StaffLanguage.language)
        .where(StaffLanguage.staff_id == staff.id)
        .order_by(StaffLanguage.language)
    )
    return {
        "name": staff.name,
        "branch_id": staff.branch_id,
        "department_id": staff.department_id,
        "team_id": staff.team_id,
        "registration_number": staff.registration_number,
        "weekly_capacity": staff.weekly_capacity,
        "lines": [line.value for line in session.scalars(lines)],
        "languages": [language.value for language in session.scalars(languages)],
    }


def _keep(
    session: Session, model: type[Any], column: str, staff_id: int, values: Iterable[Any]
) -> None:
    session.execute(delete(model).where(model.staff_id == staff_id))
    session.add_all(model(staff_id=staff_id, **{column: value}) for value in sorted(set(values)))


def _forget_failures(session: Session, username: str) -> int:
    done = session.execute(
        delete(SignInAttempt).where(
            SignInAttempt.username == username, SignInAttempt.succeeded.is_(False)
        ),
        execution_options={"synchronize_session": False},
    )
    return cast("CursorResult[Any]", done).rowcount


def _record(
    session: Session, actor: Actor, event: str, staff_id: int, at: datetime, **detail: object
) -> None:
    audit.record(
        session,
        actor=actor,
        event=event,
        subject="staff",
        subject_id=staff_id,
        at=at,
        detail={"staff_id": staff_id, **detail},
    )
