"""Reads about people: who is signed in, how often a name failed, who may sign in to the demo."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Integer, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session

from db.models import Branch, SignInAttempt, SignInSession, Staff, StaffRole
from services.actor import Actor
from services.people import rules
from services.permissions import permissions_of, scope_of
from services.rule_tables import rule
from services.working_calendar import SHANGHAI, local_date
from terms.people import Role, Scope


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that opens, and who it is."""

    actor: Actor
    session_id: str
    last_seen_at: datetime
    expires_at: datetime
    is_touch_due: bool
    """Whether its last use should be written down again."""


@dataclass(frozen=True, slots=True)
class DemoAccount:
    username: str
    name: str
    roles: tuple[Role, ...]


_SIGNED_IN = (
    select(
        SignInSession.last_seen_at,
        SignInSession.expires_at,
        SignInSession.idle_minutes,
        SignInSession.revoked_at,
        Staff.id,
        Staff.username,
        Staff.name,
        Staff.team_id,
        Staff.branch_id,
        Staff.registration_number,
        Staff.locale,
        Staff.must_change_password,
        Staff.in_service_to,
        StaffRole.role,
    )
    .join(Staff, Staff.id == SignInSession.staff_id)
    .outerjoin(StaffRole, StaffRole.staff_id == Staff.id)
    .where(SignInSession.id == bindparam("session_id"))
    .order_by(StaffRole.role)
)
"""Asked on every rerun, so built once."""


def signed_in_by(session: Session, *, session_id: str, at: datetime, on: date) -> SignedIn | None:
    """Who stands behind the session ``session_id``; None when it does not open any more.

    Args:
        at: the real instant, session limits count on it.
        on: the business day, employment counts on it.
    """
    rows = session.execute(_SIGNED_IN, {"session_id": session_id}).all()
    if not rows:
        return None
    found = rows[0]
    alive = rules.is_alive(
        last_seen_at=found.last_seen_at,
        expires_at=found.expires_at,
        idle_minutes=found.idle_minutes,
        revoked_at=found.revoked_at,
        at=at,
    )
    if not alive or (found.in_service_to is not None and found.in_service_to < on):
        return None
    roles = tuple(row.role for row in rows if row.role is not None)
    scope = scope_of(roles)
    return SignedIn(
        actor=Actor(
            staff_id=found.id,
            username=found.username,
            name=found.name,
            roles=roles,
            permissions=permissions_of(roles),
            scope=scope,
            team_id=found.team_id,
            branch_ids=branches_beneath(session, found.branch_id) if scope == Scope.BRANCH else (),
            registration_number=found.registration_number,
            locale=found.locale,
            must_change_password=found.must_change_password,
        ),
        session_id=session_id,
        last_seen_at=found.last_seen_at,
        expires_at=found.expires_at,
        is_touch_due=at >= found.last_seen_at + rules.TOUCH_EVERY,
    )


def still_signed_in(
    session: Session, *, session_ids: Iterable[str], at: datetime, on: date
) -> frozenset[str]:
    """Those of ``session_ids`` that still open, in one statement; instants as ``signed_in_by``."""
    rows = session.execute(
        select(
            SignInSession.id,
            SignInSession.last_seen_at,
            SignInSession.expires_at,
            SignInSession.idle_minutes,
            SignInSession.revoked_at,
            Staff.in_service_to,
        )
        .join(Staff, Staff.id == SignInSession.staff_id)
        .where(SignInSession.id.in_(sorted(session_ids)))
    )
    return frozenset(
        row.id
        for row in rows
        if (row.in_service_to is None or row.in_service_to >= on)
        and rules.is_alive(
            last_seen_at=row.last_seen_at,
            expires_at=row.expires_at,
            idle_minutes=row.idle_minutes,
            revoked_at=row.revoked_at,
            at=at,
        )
    )


def actor_of(session: Session, *, token: str, at: datetime, on: date) -> Actor | None:
    """Who holds the session cookie ``token``; None when it opens nothing (for plain routes)."""
    found = signed_in_by(session, session_id=rules.session_id_of(token), at=at, on=on)
    return found.actor if found else None


def actor_named(session: Session, *, username: str, on: date) -> Actor | None:
    """The member of staff ``username`` as an actor, for the command line's ``--as``."""
    staff = session.scalar(
        select(Staff).where(Staff.username == rules.normalised_username(username))
    )
    if staff is None or (staff.in_service_to is not None and staff.in_service_to < on):
        return None
    roles = roles_of(session, staff.id)
    scope = scope_of(roles)
    return Actor(
        staff_id=staff.id,
        username=staff.username,
        name=staff.name,
        roles=roles,
        permissions=permissions_of(roles),
        scope=scope,
        team_id=staff.team_id,
        branch_ids=branches_beneath(session, staff.branch_id) if scope == Scope.BRANCH else (),
        registration_number=staff.registration_number,
        locale=staff.locale,
        must_change_password=staff.must_change_password,
    )


def roles_of(session: Session, staff_id: int) -> tuple[Role, ...]:
    """The roles of a member of staff, in a fixed order."""
    return tuple(
        session.scalars(
            select(StaffRole.role).where(StaffRole.staff_id == staff_id).order_by(StaffRole.role)
        )
    )


def _beneath() -> Select[int]:
    first = select(Branch.id).where(Branch.id == bindparam("branch", type_=Integer()))
    tree = first.cte("tree", recursive=True)
    tree = tree.union(select(Branch.id).where(Branch.parent_id == tree.c.id))
    return select(tree.c.id).order_by(tree.c.id)


_BENEATH = _beneath()


def branches_beneath(session: Session, branch_id: int | None) -> tuple[int, ...]:
    """A branch and every branch beneath it."""
    if branch_id is None:
        return ()
    return tuple(session.scalars(_BENEATH, {"branch": branch_id}))


def failures_since(session: Session, *, username: str, since: datetime) -> int:
    """Wrong passwords for ``username`` after ``since`` and after its last success."""
    last_success = (
        select(func.max(SignInAttempt.tried_at))
        .where(SignInAttempt.username == username, SignInAttempt.succeeded.is_(True))
        .scalar_subquery()
    )
    found = session.scalar(
        select(func.count())
        .select_from(SignInAttempt)
        .where(
            SignInAttempt.username == username,
            SignInAttempt.succeeded.is_(False),
            SignInAttempt.tried_at > since,
            or_(last_success.is_(None), SignInAttempt.tried_at > last_success),
        )
    )
    return found or 0


def locked_until(session: Session, *, username: str, at: datetime) -> datetime | None:
    """When the name opens again; None while it is open."""
    limits = rule(session, "people.lockout", local_date(at, SHANGHAI))
    window = timedelta(minutes=limits["minutes"])
    failures = failures_since(session, username=username, since=at - window)
    if not rules.is_locked(failures, allowed=limits["failures"]):
        return None
    times = session.scalars(
        select(SignInAttempt.tried_at)
        .where(SignInAttempt.username == username, SignInAttempt.succeeded.is_(False))
        .order_by(SignInAttempt.tried_at.desc())
        .limit(limits["failures"])
    ).all()
    return times[-1] + window


def demo_accounts(session: Session) -> list[DemoAccount]:
    """The accounts of the demo company, shown at its sign-in form; none anywhere else."""
    rows = session.execute(
        select(Staff.username, Staff.name, StaffRole.role)
        .join(StaffRole, StaffRole.staff_id == Staff.id)
        .where(Staff.is_demo.is_(True), Staff.password_hash.is_not(None))
        .where(Staff.in_service_to.is_(None))
        .order_by(Staff.id, StaffRole.role)
    )
    found: dict[str, DemoAccount] = {}
    for username, name, role in rows:
        known = found.get(username)
        roles = (*known.roles, role) if known else (role,)
        found[username] = DemoAccount(username, name, roles)
    return list(found.values())
