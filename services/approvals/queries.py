"""What waits for me, what I asked for, what was decided, and one request in full."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from db.models import Approval, Client, Staff
from db.planning import constant
from services.access import may_open
from services.actor import Actor
from services.approvals.deciders import deciders_of, in_place_of, may_decide
from services.approvals.kinds import kind_of
from services.approvals.rows import ApprovalCard, ApprovalRow, Change, Stance
from services.errors import NotFound
from services.permissions import Permission
from terms.approvals import ApprovalKind, ApprovalState

MOST = 50

_asker, _decider, _stood_for = aliased(Staff), aliased(Staff), aliased(Staff)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits for one subject: its number and who asked."""

    number: str
    asked_by: str
    asked_at: datetime


def waiting_for_me(
    session: Session, *, actor: Actor, on: date, at: datetime, limit: int = MOST
) -> tuple[ApprovalRow, ...]:
    """What waits for the actor's decision, by right or as a substitute, what expires first first.

    Raises:
        NotPermitted: the actor lacks ``approval:read``.
    """
    actor.require(Permission.APPROVAL_READ)
    found = _listed().where(*waits_for(actor, on=on, at=at))
    return _rows(session, found.order_by(Approval.expires_at, Approval.id).limit(limit))


def waiting_count(session: Session, *, actor: Actor, on: date, at: datetime) -> int:
    """How many requests wait for the actor's decision."""
    actor.require(Permission.APPROVAL_READ)
    counted = (
        select(func.count())
        .select_from(Approval)
        .outerjoin(Client, Client.id == Approval.client_id)
        .where(*waits_for(actor, on=on, at=at))
    )
    return session.scalar(counted) or 0


def asked_by_me(
    session: Session, *, actor: Actor, on: date, limit: int = MOST
) -> tuple[ApprovalRow, ...]:
    """What the actor asked for, the newest first.

    Raises:
        NotPermitted: the actor lacks ``approval:read``.
    """
    actor.require(Permission.APPROVAL_READ)
    found = _listed().where(Approval.asked_by_id == actor.own_id, _opens(actor, on))
    return _rows(session, found.order_by(Approval.id.desc()).limit(limit))


def ended(
    session: Session,
    *,
    actor: Actor,
    on: date,
    kind: ApprovalKind | None = None,
    limit: int = MOST,
) -> tuple[ApprovalRow, ...]:
    """What was decided, withdrawn or ran out, the newest first.

    Whoever reads the audit trail sees all, everybody else what they decided themselves.

    Raises:
        NotPermitted: the actor lacks ``approval:read``.
    """
    actor.require(Permission.APPROVAL_READ)
    found = _listed().where(Approval.state != ApprovalState.WAITING, _opens(actor, on))
    if not actor.may(Permission.AUDIT_READ):
        found = found.where(Approval.decided_by_id == actor.own_id)
    if kind is not None:
        found = found.where(Approval.kind == kind)
    return _rows(session, found.order_by(Approval.id.desc()).limit(limit))


def card(session: Session, *, actor: Actor, number: str, on: date, at: datetime) -> ApprovalCard:
    """One request, for whoever asked, decided, may decide, or reads the audit trail.

    Raises:
        NotPermitted: the actor lacks ``approval:read``.
        NotFound: there is none, or it is not theirs to see.
    """
    actor.require(Permission.APPROVAL_READ)
    theirs = may_decide(actor, on=on)
    seen: ColumnElement[bool] = or_(
        Approval.asked_by_id == actor.own_id, Approval.decided_by_id == actor.own_id, theirs
    )
    if actor.may(Permission.AUDIT_READ):
        seen = or_(seen, _opens(actor, on))
    found = session.execute(
        _listed().add_columns(theirs, _stood_for.name).where(Approval.number == number, seen)
    ).first()
    if found is None:
        raise NotFound(kind="approval", number=number)
    approval: Approval = found[0]
    is_open = approval.state is ApprovalState.WAITING and approval.expires_at > at
    stance, place = Stance.LOOK, None
    if is_open and approval.asked_by_id == actor.staff_id:
        stance = Stance.OWN
    elif is_open and found[-2]:
        stance = Stance.DECIDE
        place = in_place_of(session, actor=actor, approval=approval, on=on)
    return ApprovalCard(
        row=_row(found),
        why=approval.why,
        changes=changes_of(approval),
        word=approval.word,
        decided_for=found[-1],
        stance=stance,
        in_place_of=place.name if place else None,
        waits_for=_names(session, approval, on=on) if is_open else (),
    )


def waiting_about(session: Session, *, kind: ApprovalKind, subject: str) -> Waiting | None:
    """The request that waits for ``subject``; None when none does. For the chapter of the kind,
    which decides who may know of it."""
    found = session.execute(
        select(Approval.number, Staff.name, Approval.asked_at)
        .join(Staff, Staff.id == Approval.asked_by_id)
        .where(
            Approval.kind == kind,
            Approval.subject == subject,
            Approval.state == constant(ApprovalState.WAITING),
        )
    ).first()
    return Waiting(*found) if found else None


def changes_of(approval: Approval) -> tuple[Change, ...]:
    """What changes, as it stood when it was asked."""
    return tuple(Change(*each) for each in json.loads(approval.changes))


def _opens(actor: Actor, on: date) -> ColumnElement[bool]:
    """The request is about no client, or about one whose file is the actor's to open."""
    return or_(Approval.client_id.is_(None), may_open(actor, on=on))


def _names(session: Session, approval: Approval, *, on: date) -> tuple[str, ...]:
    found = deciders_of(
        session,
        kind=kind_of(approval.kind),
        asked_by_id=approval.asked_by_id,
        client_id=approval.client_id,
        on=on,
    )
    return tuple(staff.name for staff in found)


def waits_for(actor: Actor, *, on: date, at: datetime) -> tuple[ColumnElement[bool], ...]:
    """The conditions on ``approval`` outer joined to ``client`` that leave what waits for
    ``actor``; for lists of other chapters too, such as my day."""
    return (
        Approval.state == constant(ApprovalState.WAITING),
        Approval.expires_at > at,
        may_decide(actor, on=on),
    )


def _listed() -> Select[*tuple[Any, ...]]:
    return (
        select(Approval, _asker.name, _decider.name, Client.number, Client.name)
        .join(_asker, _asker.id == Approval.asked_by_id)
        .outerjoin(_decider, _decider.id == Approval.decided_by_id)
        .outerjoin(_stood_for, _stood_for.id == Approval.decided_for_id)
        .outerjoin(Client, Client.id == Approval.client_id)
    )


def _rows(session: Session, found: Select[*tuple[Any, ...]]) -> tuple[ApprovalRow, ...]:
    return tuple(_row(row) for row in session.execute(found))


def _row(found: Any) -> ApprovalRow:
    approval: Approval = found[0]
    return ApprovalRow(
        number=approval.number,
        kind=approval.kind,
        state=approval.state,
        payload=json.loads(approval.payload),
        asked_by=found[1],
        asked_at=approval.asked_at,
        expires_at=approval.expires_at,
        client_number=found[3],
        client_name=found[4],
        decided_by=found[2],
        decided_at=approval.decided_at,
        version=approval.version,
    )
