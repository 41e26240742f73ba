"""Who may decide a request: by right, or as the substitute of somebody on leave.

Nobody decides their own, by whatever way: the asker is left out before anything else is asked, so
standing in for a colleague does not help. A substitute decides what the colleague could have
decided, as long as the leave lasts and both are in service, and needs the client's file to be
open to them like anybody else. A substitute's substitute has no say.
"""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import Session, aliased

from db.models import Approval, Client, Staff, StaffLeave, StaffRole
from services import people
from services.access import may_open
from services.actor import Actor
from services.approvals.kinds import Kind, all_kinds, kind_of
from services.permissions import ROLE_PERMISSIONS
from terms.people import Role

MOST_DECIDERS = 30


def may_decide(actor: Actor, *, on: date) -> ColumnElement[bool]:
    """The condition on ``approval`` outer joined to ``client`` that leaves what ``actor`` may
    decide on the day ``on``."""
    if actor.staff_id is None:
        return false()
    ways: list[ColumnElement[bool]] = []
    for name, kind in all_kinds().items():
        if actor.permissions & kind.decide:
            ways.append(Approval.kind == name)
        else:
            in_place = _away(actor.staff_id, kind, on=on).correlate(Approval).exists()
            ways.append(and_(Approval.kind == name, in_place))
    return and_(
        Approval.asked_by_id != actor.staff_id,
        or_(*ways),
        or_(Approval.client_id.is_(None), may_open(actor, on=on)),
    )


def in_place_of(session: Session, *, actor: Actor, approval: Approval, on: date) -> Staff | None:
    """The colleague on leave in whose place ``actor`` decides; None where they may themselves."""
    kind = kind_of(approval.kind)
    if actor.permissions & kind.decide:
        return None
    found = _away(actor.own_id, kind, on=on, asked_by_id=approval.asked_by_id)
    return session.scalars(select(Staff).where(Staff.id.in_(found)).order_by(Staff.id)).first()


def _away(
    substitute_id: int, kind: Kind, *, on: date, asked_by_id: int | None = None
) -> Select[Any]:
    """Who is on leave, could decide ``kind`` and did not ask for it, and is stood in for."""
    away = aliased(Staff)
    asked_by = Approval.asked_by_id if asked_by_id is None else asked_by_id
    return (
        select(away.id)
        .join(StaffLeave, StaffLeave.staff_id == away.id)
        .join(StaffRole, StaffRole.staff_id == away.id)
        .where(
            StaffLeave.substitute_id == substitute_id,
            StaffLeave.from_on <= on,
            StaffLeave.to_on >= on,
            StaffRole.role.in_(_roles_for(kind)),
            away.id != asked_by,
            in_service(away, on),
        )
    )


def deciders_of(
    session: Session, *, kind: Kind, asked_by_id: int, client_id: int | None, on: date
) -> tuple[Staff, ...]:
    """Who may decide such a request today: in service, substitutes for those on leave; at most
    ``MOST_DECIDERS``, those of the asker's own branch first."""
    substitute = aliased(Staff)
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
            Staff.id.in_(select(StaffRole.staff_id).where(StaffRole.role.in_(_roles_for(kind)))),
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


def _roles_for(kind: Kind) -> list[Role]:
    return [role for role, given in ROLE_PERMISSIONS.items() if given & kind.decide]
