"""Signing in and out: attempts, sessions and the tickets that become cookies."""

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Delete, Update, delete, or_, select, update
from sqlalchemy.orm import Session

from db.models import SignInAttempt, SignInSession, SignInTicket, Staff
from services.errors import BusinessError
from services.people import rules
from services.people.passwords import WrongPassword, fits, nobodys_hash
from services.people.queries import failures_since
from services.rule_tables import rule
from services.working_calendar import SHANGHAI, local_date
from terms.people import AuthSource


class NameLocked(BusinessError):
    """Too many wrong passwords; data: ``minutes`` until it opens."""

    code = "name_locked"


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
    stored = staff.password_hash.encode() if staff else nobodys_hash()
    is_right = fits(password, stored)
    return PasswordCheck(username=name, staff_id=staff.id if staff and is_right else None)


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
    limits = rule(session, "people.lockout", local_date(at, SHANGHAI))
    since = at - timedelta(minutes=limits["minutes"])
    failures = failures_since(session, username=check.username, since=since)
    if rules.is_locked(failures, allowed=limits["failures"]):
        return NameLocked(minutes=limits["minutes"])
    session.add(
        SignInAttempt(
            username=check.username,
            tried_at=at,
            succeeded=check.staff_id is not None,
            address=address,
        )
    )
    session.flush()
    if check.staff_id is None:
        if rules.is_locked(failures + 1, allowed=limits["failures"]):
            return NameLocked(minutes=limits["minutes"])
        return WrongPassword(left=limits["failures"] - failures - 1)
    length = rule(session, "people.session", local_date(at, SHANGHAI))
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


def _touched(session: Session, statement: Update | Delete) -> int:
    result = session.execute(statement, execution_options={"synchronize_session": False})
    return cast("CursorResult[Any]", result).rowcount
