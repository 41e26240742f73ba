"""The staff as they change: passwords, languages, joining, roles, leaving."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from db.models import Staff, StaffLanguage, StaffLine, StaffRole
from services import audit
from services.actor import Actor
from services.errors import BusinessError, ChangedMeanwhile, NotFound
from services.holdings import held_by
from services.people import rules
from services.people.passwords import (
    PasswordUnchanged,
    WrongPassword,
    check_password_rules,
    fits,
    hash_password,
)
from services.people.queries import roles_of
from services.people.signing_in import revoke_sessions
from services.permissions import Permission
from terms.people import AuthSource, Language, Locale, Role
from terms.policies import Line


class UsernameTaken(BusinessError):
    """Data: ``username``."""

    code = "username_taken"


class UsernameInvalid(BusinessError):
    """A user name has 2 to 40 letters, digits, dots, dashes or underscores."""

    code = "username_invalid"


class OwnRoles(BusinessError):
    """Nobody changes their own roles or records their own departure."""

    code = "own_roles"


class StillHolds(BusinessError):
    """Nobody leaves while something is theirs: it has to be handed over first.

    Data: ``held``, a tuple of ``Held``; ``name``.
    """

    code = "staff_still_holds"


class LastAdministrator(BusinessError):
    """The company would be left without an administrator."""

    code = "last_administrator"


@dataclass(frozen=True, slots=True)
class StaffCard:
    """A member of staff as the operations leave them."""

    id: int
    username: str
    name: str
    roles: tuple[Role, ...]
    in_service_to: date | None
    version: int


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
    if staff.password_hash is None or not fits(old_password, staff.password_hash.encode()):
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
        StillHolds: clients, open cases, promises or other things are theirs.

    Audit: ``people:depart``.
    """
    actor.require(Permission.STAFF_MANAGE)
    if actor.staff_id == staff_id:
        raise OwnRoles()
    staff = _staff(session, staff_id, seen_version)
    if Role.ADMINISTRATOR in roles_of(session, staff_id):
        _keep_an_administrator(session, leaving=staff_id)
    held = held_by(session, staff_id=staff_id, on=on)
    if held:
        raise StillHolds(held=held, name=staff.name)
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


def come_back(
    session: Session, *, actor: Actor, staff_id: int, at: datetime, seen_version: int
) -> StaffCard:
    """Take a recorded departure back: the person is in service again.

    Raises:
        NotPermitted: the actor lacks ``staff:manage``.
        OwnRoles: the actor means themselves.
        ChangedMeanwhile: somebody saved the person after ``seen_version``.

    Audit: ``people:come_back``.
    """
    actor.require(Permission.STAFF_MANAGE)
    if actor.staff_id == staff_id:
        raise OwnRoles()
    staff = _staff(session, staff_id, seen_version)
    before, staff.in_service_to, staff.updated_at = staff.in_service_to, None, at
    told = before.isoformat() if before else None
    _record(session, actor, "people:come_back", staff, at, before=told, after=None)
    return _card(session, staff)


def _staff(session: Session, staff_id: int, seen_version: int | None = None) -> Staff:
    staff = session.get(Staff, staff_id)
    if staff is None:
        raise NotFound(kind="staff")
    if seen_version is not None and staff.version != seen_version:
        raise ChangedMeanwhile(at=staff.updated_at)
    return staff


def _keep_an_administrator(session: Session, *, leaving: int) -> None:
    # two at once would each count on the other: the second waits here, then looks
    administrators = select(StaffRole.staff_id).where(StaffRole.role == Role.ADMINISTRATOR)
    held = select(Staff.id).where(Staff.id.in_(administrators)).order_by(Staff.id)
    session.execute(held.with_for_update()).all()
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
        detail={"staff_id": staff.id, **detail},
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
