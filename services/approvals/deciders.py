"""Who may decide a request: by right, or as the substitute of somebody on leave.

Nobody decides their own, by whatever way: the asker is left out before anything else is asked, so
standing in for a colleague does not help. A substitute decides what the colleague could have
decided, as long as the leave lasts and both are in service, and needs the client's file to be
open to them like anybody else. A substitute's substitute has no say.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session, aliased

from db.models import Approval, Client, Staff, StaffLeave, StaffRole
from services import people
from services.access import may_open
from services.actor import Actor
from services.approvals.kinds import Kind, all_kinds
from services.permissions import ROLE_PERMISSIONS, Permission, permissions_of
from terms.approvals import ApprovalKind
from terms.people import Role

MOST_DECIDERS = 30


@dataclass(frozen=True, slots=True)
class Represented:
    """A colleague on leave in whose place the actor may decide, and which kinds."""

    staff_id: int
    name: str
    kinds: frozenset[ApprovalKind]


@dataclass(frozen=True, slots=True)
class Reach:
    """What an actor may decide: by own right, and in whose place."""

    actor: Actor
    own: frozenset[ApprovalKind]
    represented: tuple[Represented, ...]

    def condition(self, *, on: date) -> ColumnElement[bool]:
        """The condition on ``approval`` outer joined to ``client``."""
        if self.actor.staff_id is None:
            return false()
        ways: list[ColumnElement[bool]] = [Approval.kind.in_(self.own)] if self.own else []
        ways += [
            and_(Approval.kind.in_(each.kinds), Approval.asked_by_id != each.staff_id)
            for each in self.represented
        ]
        if not ways:
            return false()
        return and_(
            Approval.asked_by_id != self.actor.staff_id,
            or_(*ways),
            or_(Approval.client_id.is_(None), may_open(self.actor, on=on)),
        )

    def place_of(self, approval: Approval) -> Represented | None:
        """In whose place the actor would decide; None where they may by their own right."""
        if approval.kind in self.own:
            return None
        return next(
            each
            for each in self.represented
            if approval.kind in each.kinds and approval.asked_by_id != each.staff_id
        )


def reach_of(session: Session, *, actor: Actor, on: date) -> Reach:
    """What ``actor`` may decide on the day ``on``; two statements at most."""
    own = _kinds_for(actor.permissions)
    if actor.staff_id is None:
        return Reach(actor, frozenset(), ())
    rows = session.execute(
        select(StaffLeave.staff_id, Staff.name, StaffRole.role)
        .join(Staff, Staff.id == StaffLeave.staff_id)
        .join(StaffRole, StaffRole.staff_id == Staff.id)
        .where(
            StaffLeave.substitute_id == actor.staff_id,
            StaffLeave.from_on <= on,
            StaffLeave.to_on >= on,
            in_service(Staff, on),
        )
        .distinct()
        .order_by(StaffLeave.staff_id)
    )
    roles: dict[tuple[int, str], list[Role]] = {}
    for staff_id, name, role in rows:
        roles.setdefault((staff_id, name), []).append(role)
    represented = tuple(
        Represented(staff_id, name, gained)
        for (staff_id, name), held in roles.items()
        if (gained := _kinds_for(permissions_of(held)))
    )
    return Reach(actor, own, represented)


def deciders_of(
    session: Session, *, kind: Kind, asked_by_id: int, client_id: int | None, on: date
) -> tuple[Staff, ...]:
    """Who may decide such a request today: in service, substitutes for those on leave; at most
    ``MOST_DECIDERS``, those of the asker's own branch first."""
    substitute = aliased(Staff)
    roles = [role for role, given in ROLE_PERMISSIONS.items() if given & kind.decide]
    branch_id = session.scalar(select(Staff.branch_id).where(Staff.id == asked_by_id))
    rows = session.execute(
        select(Staff, substitute)
        .outerjoin(
            StaffLeave,
            and_(
                StaffLeave.staff_id == Staff.id,
                StaffLeave.from_on <= on,
                StaffLeave.to_on >= on,
                StaffLeave.substitute_id.is_not(None),
            ),
        )
        .outerjoin(
            substitute,
            and_(substitute.id == StaffLeave.substitute_id, in_service(substitute, on)),
        )
        .where(
            Staff.id.in_(select(StaffRole.staff_id).where(StaffRole.role.in_(roles))),
            Staff.id != asked_by_id,
            in_service(Staff, on),
        )
        .order_by(Staff.branch_id.is_not_distinct_from(branch_id).desc(), Staff.id)
        .limit(2 * MOST_DECIDERS)
    )
    found: dict[int, Staff] = {}
    for person, stands_in in rows:
        one = stands_in or person
        if one.id == asked_by_id or one.id in found:
            continue
        if client_id is None or _may_open(session, one, client_id=client_id, on=on):
            found[one.id] = one
    return tuple(found.values())[:MOST_DECIDERS]


def in_service(staff: type[Staff], on: date) -> ColumnElement[bool]:
    """The condition that ``staff`` works here on the day ``on``."""
    return and_(
        staff.in_service_from <= on,
        or_(staff.in_service_to.is_(None), staff.in_service_to >= on),
    )


def _may_open(session: Session, staff: Staff, *, client_id: int, on: date) -> bool:
    actor = people.actor_named(session, username=staff.username, on=on)
    if actor is None:
        return False
    seen = session.scalar(select(Client.id).where(Client.id == client_id, may_open(actor, on=on)))
    return seen is not None


def _kinds_for(held: Collection[Permission]) -> frozenset[ApprovalKind]:
    return frozenset(name for name, kind in all_kinds().items() if kind.decide & frozenset(held))
