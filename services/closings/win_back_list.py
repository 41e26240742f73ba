"""The list of clients to win back, in the order they are to be called."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, false, func, or_, select, true, tuple_
from sqlalchemy.orm import Session

from db.models import Client, LostCase, Policy, Renewal, Staff, StaffRole
from services.access import may_open
from services.actor import Actor
from services.closings.rows import LostFilter, LostKey, LostRow
from services.permissions import Permission
from services.renewals.scope import led_by
from terms.closings import WinBackState
from terms.people import Role, Scope

PAGE = 50
MOST_COUNTED = 10_000
MAY_OWN = (Role.SPECIALIST, Role.TEAM_LEAD, Role.CLIENT_MANAGER)


def lost_cases(
    session: Session,
    *,
    actor: Actor,
    on: date,
    where: LostFilter | None = None,
    after: LostKey | None = None,
    limit: int = PAGE,
) -> tuple[LostRow, ...]:
    """Lost cases of the actor's scope, and those given to the actor; soonest call first.

    Raises:
        NotPermitted: the actor lacks ``renewal:read`` or ``client:read``.
    """
    actor.require(Permission.RENEWAL_READ)
    actor.require(Permission.CLIENT_READ)
    where = where or LostFilter()
    chosen = select(LostCase.id).where(*_conditions(actor, where))
    if after is not None:
        behind = tuple_(LostCase.due_on, LostCase.id) > tuple_(after.due_on, after.id)
        chosen = chosen.where(behind)
    if not where.mine:
        chosen = chosen.join(Client, Client.id == LostCase.client_id).where(
            or_(may_open(actor, on=on), LostCase.owner_id == actor.staff_id)
        )
    page = chosen.order_by(LostCase.due_on, LostCase.id).limit(limit).subquery()
    found = session.execute(_wide(page))
    return tuple(
        LostRow(
            id=lost.id,
            version=lost.version,
            client_number=number,
            client_name=name,
            line=lost.line,
            product=product,
            lost_on=lost.lost_on,
            reason=lost.reason,
            competitor=lost.competitor,
            competitor_premium_fen=lost.competitor_premium_fen,
            premium_fen=lost.premium_fen,
            state=lost.state,
            owner_id=lost.owner_id,
            owner_name=owner,
            due_on=lost.due_on,
            is_late=lost.state is WinBackState.OPEN and lost.due_on < on,
            settled_on=lost.settled_on,
            note=lost.note,
        )
        for lost, number, name, product, owner in found
    )


def lost_count(session: Session, *, actor: Actor, where: LostFilter | None = None) -> int:
    """How many there are, up to ``MOST_COUNTED``.

    Raises:
        NotPermitted: the actor lacks ``renewal:read``.
    """
    actor.require(Permission.RENEWAL_READ)
    counted = (
        select(LostCase.id)
        .where(*_conditions(actor, where or LostFilter()))
        .limit(MOST_COUNTED)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(counted)) or 0


def owners(session: Session, *, actor: Actor, on: date) -> tuple[tuple[int, str], ...]:
    """Who may be given a lost case by the actor: id and name.

    Raises:
        NotPermitted: the actor lacks ``renewal:lead``.
    """
    actor.require(Permission.RENEWAL_LEAD)
    found = session.execute(
        select(Staff.id, Staff.name)
        .where(
            led_by(actor),
            Staff.in_service_from <= on,
            or_(Staff.in_service_to.is_(None), Staff.in_service_to >= on),
            Staff.id.in_(select(StaffRole.staff_id).where(StaffRole.role.in_(MAY_OWN))),
        )
        .order_by(Staff.name, Staff.id)
        .limit(500)
    )
    return tuple((id, name) for id, name in found)


def _conditions(actor: Actor, where: LostFilter) -> list[ColumnElement[bool]]:
    conditions = [LostCase.owner_id == actor.staff_id if where.mine else _in_scope(actor)]
    if where.state is not None:
        conditions.append(LostCase.state == where.state)
    if where.unassigned:
        conditions.append(LostCase.owner_id.is_(None))
    return conditions


def _in_scope(actor: Actor) -> ColumnElement[bool]:
    match actor.scope:
        case Scope.ALL:
            return true()
        case Scope.BRANCH if actor.branch_ids:
            return LostCase.branch_id.in_(actor.branch_ids)
        case Scope.TEAM if actor.team_id is not None:
            return LostCase.team_id == actor.team_id
        case _ if actor.staff_id is not None:
            return LostCase.owner_id == actor.staff_id
        case _:
            return false()


def _wide(page: Subquery) -> Select[*tuple[Any, ...]]:
    return (
        select(LostCase, Client.number, Client.name, Policy.product, Staff.name)
        .join_from(page, LostCase, LostCase.id == page.c.id)
        .join(Client, Client.id == LostCase.client_id)
        .join(Renewal, Renewal.id == LostCase.renewal_id)
        .join(Policy, Policy.id == Renewal.policy_id)
        .outerjoin(Staff, Staff.id == LostCase.owner_id)
        .order_by(LostCase.due_on, LostCase.id)
    )
