"""Pinning: a case somebody wants on top of its assignee's queue, whatever the order says.

The assignee pins their own cases, who leads the team any of theirs. A pin stands until it is taken
away or the case closes. When a case changes hands, the pin of whoever had it falls: it was their
order of work; the pin of a lead goes along, for it is about the case.

A pin changes nothing anybody decides from, so it neither asks for the case's version nor raises
it: whoever types into the case meanwhile is not told that somebody changed it.
"""

from collections.abc import Set
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, case, select, update
from sqlalchemy.orm import Session

from db.models import Renewal, Staff
from services import audit
from services.access import require_client
from services.actor import Actor
from services.errors import NotFound, NotPermitted
from services.permissions import Permission
from services.renewals.working import NotYourCase, RenewalAlreadyClosed, may_work
from services.working_calendar import SHANGHAI, local_date


def pin(
    session: Session,
    *,
    actor: Actor,
    renewal_id: int,
    at: datetime,
    zone: ZoneInfo = SHANGHAI,
) -> bool:
    """Put the case on top of its assignee's queue, behind what was pinned before it.

    Returns:
        Whether it is pinned now and was not before.

    Raises:
        NotPermitted, NotFound, NotYourCase, RenewalAlreadyClosed

    Audit: ``renewal:pinned``.
    """
    return _set(session, actor=actor, renewal_id=renewal_id, is_pinned=True, at=at, zone=zone)


def unpin(
    session: Session,
    *,
    actor: Actor,
    renewal_id: int,
    at: datetime,
    zone: ZoneInfo = SHANGHAI,
) -> bool:
    """Let the case stand where the order puts it, whoever pinned it.

    Returns:
        Whether it was pinned until now.

    Raises:
        NotPermitted, NotFound, NotYourCase, RenewalAlreadyClosed

    Audit: ``renewal:unpinned``.
    """
    return _set(session, actor=actor, renewal_id=renewal_id, is_pinned=False, at=at, zone=zone)


def _set(
    session: Session,
    *,
    actor: Actor,
    renewal_id: int,
    is_pinned: bool,
    at: datetime,
    zone: ZoneInfo,
) -> bool:
    if not (actor.may(Permission.RENEWAL_WORK) or actor.may(Permission.RENEWAL_LEAD)):
        raise NotPermitted(permission=Permission.RENEWAL_WORK.value)
    renewal = session.get(Renewal, renewal_id)
    if renewal is None:
        raise NotFound(kind="renewal")
    if not may_work(actor, renewal):
        require_client(session, actor=actor, client_id=renewal.client_id, on=local_date(at, zone))
        name = session.scalar(select(Staff.name).where(Staff.id == renewal.assignee_id))
        raise NotYourCase(name=name)
    if not renewal.is_open:
        raise RenewalAlreadyClosed(state=renewal.state.value, closed_on=renewal.closed_on)
    if (renewal.pinned_at is not None) is is_pinned:
        return False
    session.execute(
        update(Renewal)
        .where(Renewal.id == renewal_id)
        .values(
            pinned_at=at if is_pinned else None,
            pinned_by_id=actor.own_id if is_pinned else None,
        ),
        execution_options={"synchronize_session": False},
    )
    session.expire(renewal, ["pinned_at", "pinned_by_id"])
    audit.record(
        session,
        actor=actor,
        event="renewal:pinned" if is_pinned else "renewal:unpinned",
        subject=Renewal.__tablename__,
        subject_id=renewal.id,
        client_id=renewal.client_id,
        at=at,
        detail={},
    )
    return True


def pin_after_giving(to_staff_id: ColumnElement[Any]) -> dict[str, Any]:
    """Columns of an update that gives cases to ``to_staff_id``: the pin of who had one falls."""
    falls = and_(Renewal.pinned_by_id == Renewal.assignee_id, Renewal.assignee_id != to_staff_id)
    return {
        "pinned_at": case((falls, None), else_=Renewal.pinned_at),
        "pinned_by_id": case((falls, None), else_=Renewal.pinned_by_id),
    }


def pinners(session: Session, staff_ids: Set[int | None]) -> dict[int | None, str]:
    """Names of those who pinned, by their ids; nothing is read for nobody."""
    if not staff_ids:
        return {}
    found = session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(staff_ids)))
    return {staff_id: name for staff_id, name in found}
