"""The only writers of people: signing in and out, passwords, roles, joining and leaving."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, cast

import bcrypt
from sqlalchemy import CursorResult, Delete, Update, delete, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from db.models import (
    SignInAttempt,
    SignInSession,
    SignInTicket,
    Staff,
    StaffLanguage,
    StaffLine,
    StaffRole,
)
from services import audit
from services.actor import Actor
from services.errors import BusinessError, ChangedMeanwhile, NotFound
from services.people import rules
from services.people.queries import failures_since, roles_of
from services.permissions import Permission
from services.rule_tables import rule
from terms.people import AuthSource, Language, Locale, Role
from terms.policies import Line


class WrongPassword(BusinessError):
    """Name and password do not belong together; unknown names say the same."""

    code = "wrong_password"


class NameLocked(BusinessError):
    """Too many wrong passwords; data: ``minutes`` until it opens."""

    code = "name_locked"


class PasswordTooShort(BusinessError):
    """Data: ``shortest``, in characters."""

    code = "password_too_short"


class PasswordTooLong(BusinessError):
    """Data: ``longest``, in bytes."""

    code = "password_too_long"


class PasswordTooCommon(BusinessError):
    code = "password_too_common"


class PasswordHoldsUsername(BusinessError):
    code = "password_holds_username"


class PasswordUnchanged(BusinessError):
    code = "password_unchanged"


class UsernameTaken(BusinessError):
    """Data: ``username``."""

    code = "username_taken"


class UsernameInvalid(BusinessError):
    """A user name has 2 to 40 letters, digits, dots, dashes or underscores."""

    code = "username_invalid"


class OwnRoles(BusinessError):
    """Nobody changes their own roles or records their own departure."""

    code = "own_roles"


class LastAdministrator(BusinessError):
    """The company would be left without an administrator."""

    code = "last_administrator"


@dataclass(frozen=True, slots=True)
class PasswordCheck:
    """Whether a typed name and password belong together."""

    username: str
    staff_id: int | None
    """Whose they are; None when they do not fit."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A fresh sign-in: the session to run under and the ticket its browser turns into a cookie."""

    session_id: str
    ticket: str = field(repr=False)
    staff_id: int


@dataclass(frozen=True, slots=True)
class StaffCard:
    """A member of staff as the operations leave them."""

    id: int
    username: str
    name: str
    roles: tuple[Role, ...]
    in_service_to: date | None
    version: int


def hash_password(password: str, *, rounds: int = 12) -> str:
    """The bcrypt hash of ``password``, as streamlit-authenticator's ``Hasher`` makes it."""
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(rounds)).decode()


def check_password_rules(password: str, *, username: str) -> None:
    """Refuse a weak password.

    Raises:
        PasswordTooShort, PasswordTooLong, PasswordTooCommon, PasswordHoldsUsername.
    """
    if rules.is_too_short(password):
        raise PasswordTooShort(shortest=rules.SHORTEST_PASSWORD)
    if rules.is_too_long(password):
        raise PasswordTooLong(longest=rules.LONGEST_PASSWORD)
    if rules.holds_username(password, username):
        raise PasswordHoldsUsername()
    if rules.is_common(password):
        raise PasswordTooCommon()


@cache
def _nobodys_hash() -> bytes:
    """What an unknown name's password is checked against, so that both answers take as long."""
    return bcrypt.hashpw(secrets.token_bytes(16), bcrypt.gensalt(12))


def check_password(session: Session, *, username: str, password: str, on: date) -> PasswordCheck:
    """Compare name and password; a read, so that the slow hash holds no lock.

    An unknown name, one that may not enter any more, and one without a password cost the same
    hash as a known one and answer the same.
    """
    name = rules.normalised_username(username)[:80]
    staff = session.execute(
        select(Staff.id, Staff.password_hash)
        .where(Staff.username == name, Staff.auth_source == AuthSource.PASSWORD)
        .where(Staff.password_hash.is_not(None))
        .where(or_(Staff.in_service_to.is_(None), Staff.in_service_to >= on))
    ).one_or_none()
    stored = staff.password_hash.encode() if staff else _nobodys_hash()
    fits = _fits(password, stored) and staff is not None
    return PasswordCheck(username=name, staff_id=staff.id if staff and fits else None)


def sign_in(
    session: Session,
    *,
    check: PasswordCheck,
    at: datetime,
    address: str | None = None,
    browser: str | None = None,
) -> Entry | WrongPassword | NameLocked:
    """Count the attempt and open a session when the password was right and the name is open.

    A refusal is returned, not raised: the attempt's row must be kept, and what is raised rolls
    the transaction back. While a name is locked attempts are neither counted nor believed.

    Args:
        at: the real instant.
    """
    limits = rule(session, "people.lockout", at.date())
    since = at - timedelta(minutes=limits["minutes"])
    failures = failures_since(session, username=check.username, since=since)
    if rules.is_locked(failures, allowed=limits["failures"]):
        return NameLocked(minutes=limits["minutes"])
    fits = check.staff_id is not None
    session.add(
        SignInAttempt(username=check.username, tried_at=at, succeeded=fits, address=address)
    )
    session.flush()
    if check.staff_id is None:
        if rules.is_locked(failures + 1, allowed=limits["failures"]):
            return NameLocked(minutes=limits["minutes"])
        return WrongPassword(left=limits["failures"] - failures - 1)
    length = rule(session, "people.session", at.date())
    token = secrets.token_urlsafe(32)
    entry = Entry(
        session_id=rules.session_id_of(token),
        ticket=secrets.token_urlsafe(32),
        staff_id=check.staff_id,
    )
    session.add(
        SignInSession(
            id=entry.session_id,
            staff_id=check.staff_id,
            created_at=at,
            last_seen_at=at,
            expires_at=at + timedelta(minutes=length["absolute_minutes"]),
            idle_minutes=length["idle_minutes"],
            address=address,
            browser=(browser or "")[:200] or None,
        )
    )
    session.add(
        SignInTicket(
            id=rules.session_id_of(entry.ticket), token=token, expires_at=at + rules.TICKET_LIVES
        )
    )
    return entry


def _fits(password: str, stored: bytes) -> bool:
    if rules.is_too_long(password):
        password = ""  # bcrypt refuses it; the empty one costs the same and never fits
    try:
        return bcrypt.checkpw(password.encode(), stored)
    except ValueError:  # a NUL byte, or no hash
        return False


def redeem_ticket(session: Session, *, ticket: str, at: datetime) -> str | None:
    """The session token behind a one-time ticket, for the cookie; None when it is no longer good.

    The ticket is gone afterwards, good or not.
    """
    row = session.get(SignInTicket, rules.session_id_of(ticket))
    if row is None:
        return None
    token, is_good = row.token, at < row.expires_at
    taken = _touched(session, delete(SignInTicket).where(SignInTicket.id == row.id))
    return token if is_good and taken == 1 else None


def touch(session: Session, *, session_id: str, at: datetime) -> None:
    """Write down that the session was used."""
    session.execute(
        update(SignInSession)
        .where(SignInSession.id == session_id, SignInSession.last_seen_at < at)
        .values(last_seen_at=at)
    )


def sign_out(session: Session, *, session_id: str, at: datetime) -> int:
    """End one session.

    Returns:
        1, or 0 when it had ended before.
    """
    return _touched(
        session,
        update(SignInSession)
        .where(SignInSession.id == session_id, SignInSession.revoked_at.is_(None))
        .values(revoked_at=at, revoked_why="signed_out"),
    )


def revoke_sessions(
    session: Session, *, staff_id: int, why: str, at: datetime, but: str | None = None
) -> int:
    """End every session of a member of staff, except the session ``but``.

    Returns:
        Sessions ended.
    """
    condition = [SignInSession.staff_id == staff_id, SignInSession.revoked_at.is_(None)]
    if but is not None:
        condition.append(SignInSession.id != but)
    return _touched(
        session, update(SignInSession).where(*condition).values(revoked_at=at, revoked_why=why)
    )


def clear_old_sign_ins(session: Session, *, before: datetime) -> int:
    """Forget sessions, tickets and attempts that ended before ``before``.

    Returns:
        Rows forgotten.
    """
    return sum(
        _touched(session, statement)
        for statement in (
            delete(SignInSession).where(SignInSession.expires_at < before),
            delete(SignInTicket).where(SignInTicket.expires_at < before),
            delete(SignInAttempt).where(SignInAttempt.tried_at < before),
        )
    )


def change_password(
    session: Session,
    *,
    actor: Actor,
    old_password: str,
    new_password: str,
    at: datetime,
    keep_session: str | None = None,
) -> StaffCard:
    """Change one's own password; every other session of the person ends.

    Raises:
        WrongPassword: ``old_password`` is not the present one.
        PasswordUnchanged and what ``check_password_rules`` raises.

    Audit: ``people:change_password``.
    """
    staff = _staff(session, actor.own_id)
    if staff.password_hash is None or not _fits(old_password, staff.password_hash.encode()):
        raise WrongPassword()
    if new_password == old_password:
        raise PasswordUnchanged()
    check_password_rules(new_password, username=staff.username)
    staff.password_hash = hash_password(new_password)
    staff.must_change_password = False
    staff.password_changed_at = at
    staff.updated_at = at
    ended = revoke_sessions(
        session, staff_id=staff.id, why="password_changed", at=at, but=keep_session
    )
    _record(session, actor, "people:change_password", staff, at, sessions_ended=ended)
    return _card(session, staff)


def choose_locale(session: Session, *, actor: Actor, locale: Locale, at: datetime) -> StaffCard:
    """Keep the language a person reads.

    Audit: ``people:choose_locale`` with the language before and after.
    """
    staff = _staff(session, actor.own_id)
    before, staff.locale, staff.updated_at = staff.locale, locale, at
    _record(session, actor, "people:choose_locale", staff, at, before=before, after=locale)
    return _card(session, staff)


def create_user(
    session: Session,
    *,
    actor: Actor,
    username: str,
    name: str,
    roles: Iterable[Role],
    at: datetime,
    in_service_from: date,
    password: str | None = None,
    password_hash: str | None = None,
    must_change_password: bool = True,
    branch_id: int | None = None,
    department_id: int | None = None,
    team_id: int | None = None,
    registration_number: str | None = None,
    weekly_capacity: int = 150,
    lines: Iterable[Line] = (),
    languages: Iterable[Language] = (),
    locale: Locale = Locale.ZH,
    is_demo: bool = False,
) -> StaffCard:
    """Add a member of staff who may sign in (or not yet, without a password).

    Args:
        password: checked against the password rules, then hashed.
        password_hash: ready-made instead of ``password``, for many accounts at once.

    Raises:
        NotPermitted: the actor lacks ``staff:manage``.
        UsernameInvalid, UsernameTaken, and what ``check_password_rules`` raises.

    Audit: ``people:create``.
    """
    actor.require(Permission.STAFF_MANAGE)
    username = rules.normalised_username(username)
    if not rules.is_username(username):
        raise UsernameInvalid(username=username)
    if session.scalar(select(Staff.id).where(Staff.username == username)) is not None:
        raise UsernameTaken(username=username)
    if password is not None:
        check_password_rules(password, username=username)
        password_hash = hash_password(password)
    staff = Staff(
        username=username,
        name=name.strip(),
        branch_id=branch_id,
        department_id=department_id,
        team_id=team_id,
        registration_number=registration_number,
        weekly_capacity=weekly_capacity,
        in_service_from=in_service_from,
        locale=locale,
        auth_source=AuthSource.PASSWORD,
        password_hash=password_hash,
        must_change_password=must_change_password,
        password_changed_at=at if password_hash else None,
        is_demo=is_demo,
        created_at=at,
        updated_at=at,
    )
    session.add(staff)
    session.flush()
    given = sorted(set(roles))
    session.add_all(StaffRole(staff_id=staff.id, role=role) for role in given)
    session.add_all(StaffLine(staff_id=staff.id, line=line) for line in sorted(set(lines)))
    session.add_all(
        StaffLanguage(staff_id=staff.id, language=language) for language in sorted(set(languages))
    )
    session.flush()
    _record(session, actor, "people:create", staff, at, username=username, roles=given)
    return _card(session, staff)


def set_roles(
    session: Session,
    *,
    actor: Actor,
    staff_id: int,
    roles: Iterable[Role],
    at: datetime,
    seen_version: int,
) -> StaffCard:
    """Give a member of staff exactly these roles; their sessions end.

    Raises:
        NotPermitted: the actor lacks ``staff:manage``.
        OwnRoles: the actor means themselves.
        LastAdministrator: nobody else would be an administrator.
        ChangedMeanwhile: somebody saved the person after ``seen_version``.

    Audit: ``people:set_roles`` with the roles before and after.
    """
    actor.require(Permission.STAFF_MANAGE)
    if actor.staff_id == staff_id:
        raise OwnRoles()
    staff = _staff(session, staff_id, seen_version)
    before, after = roles_of(session, staff_id), tuple(sorted(set(roles)))
    if Role.ADMINISTRATOR in before and Role.ADMINISTRATOR not in after:
        _keep_an_administrator(session, leaving=staff_id)
    session.execute(delete(StaffRole).where(StaffRole.staff_id == staff_id))
    session.add_all(StaffRole(staff_id=staff_id, role=role) for role in after)
    staff.updated_at = at
    flag_modified(staff, "updated_at")
    ended = revoke_sessions(session, staff_id=staff_id, why="roles_changed", at=at)
    _record(
        session,
        actor,
        "people:set_roles",
        staff,
        at,
        before=list(before),
        after=list(after),
        sessions_ended=ended,
    )
    return _card(session, staff)


def depart(
    session: Session,
    *,
    actor: Actor,
    staff_id: int,
    last_day: date,
    on: date,
    at: datetime,
    seen_version: int,
) -> StaffCard:
    """Record a departure: after ``last_day`` the person cannot sign in any more.

    Their sessions end now when ``last_day`` is before ``on``, else by themselves on the day.

    Raises:
        NotPermitted: the actor lacks ``staff:manage``.
        OwnRoles: the actor means themselves.
        LastAdministrator: nobody else would be an administrator.
        ChangedMeanwhile: somebody saved the person after ``seen_version``.

    Audit: ``people:depart``.
    """
    actor.require(Permission.STAFF_MANAGE)
    if actor.staff_id == staff_id:
        raise OwnRoles()
    staff = _staff(session, staff_id, seen_version)
    if Role.ADMINISTRATOR in roles_of(session, staff_id):
        _keep_an_administrator(session, leaving=staff_id)
    before, staff.in_service_to, staff.updated_at = staff.in_service_to, last_day, at
    ended = 0
    if last_day < on:
        ended = revoke_sessions(session, staff_id=staff_id, why="departed", at=at)
    _record(
        session,
        actor,
        "people:depart",
        staff,
        at,
        before=before.isoformat() if before else None,
        after=last_day.isoformat(),
        sessions_ended=ended,
    )
    return _card(session, staff)


def _touched(session: Session, statement: Update | Delete) -> int:
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return cast("CursorResult[Any]", result).rowcount


def _staff(session: Session, staff_id: int, seen_version: int | None = None) -> Staff:
    staff = session.get(Staff, staff_id)
    if staff is None:
        raise NotFound(kind="staff")
    if seen_version is not None and staff.version != seen_version:
        raise ChangedMeanwhile(at=staff.updated_at)
    return staff


def _keep_an_administrator(session: Session, *, leaving: int) -> None:
    other = session.scalar(
        select(Staff.id)
        .join(StaffRole, StaffRole.staff_id == Staff.id)
        .where(
            StaffRole.role == Role.ADMINISTRATOR,
            Staff.id != leaving,
            Staff.in_service_to.is_(None),
        )
        .limit(1)
    )
    if other is None:
        raise LastAdministrator()


def _record(
    session: Session, actor: Actor, event: str, staff: Staff, at: datetime, **detail: object
) -> None:
    audit.record(
        session,
        actor=actor,
        event=event,
        subject="staff",
        subject_id=staff.id,
        at=at,
        detail=detail,
    )


def _card(session: Session, staff: Staff) -> StaffCard:
    session.flush()
    return StaffCard(
        id=staff.id,
        username=staff.username,
        name=staff.name,
        roles=roles_of(session, staff.id),
        in_service_to=staff.in_service_to,
        version=staff.version,
    )
