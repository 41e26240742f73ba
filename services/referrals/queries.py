"""A client's questions to other departments, and who may be asked."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, or_, select
from sqlalchemy.orm import Session, aliased

from db.models import Department, Referral, Staff
from services.access import client_id_by_number
from services.actor import Actor
from services.permissions import Permission
from terms.referrals import ReferralKind, ReferralState

SHOWN = 50
MOST = 200


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """One question, its answer or the day it is due."""

    id: int
    version: int
    kind: ReferralKind
    question: str
    asked_by: str
    asked_at: datetime
    to: str
    due_on: date
    is_provisional: bool
    state: ReferralState
    answer: str | None
    answered_at: datetime | None
    is_late: bool
    may_answer: bool
    may_close: bool


def referrals_of(
    session: Session, *, actor: Actor, number: str, on: date
) -> tuple[ReferralRow, ...]:
    """The questions about the client with business number ``number``: what waits first.

    Raises:
        NotPermitted: the actor may not read clients.
        NotFound: there is no such client, or it is not the actor's.
    """
    actor.require(Permission.CLIENT_READ)
    client_id = client_id_by_number(session, actor=actor, number=number, on=on)
    asker, to = aliased(Staff), aliased(Staff)
    found = session.execute(
        select(Referral, asker.name, to.name)
        .join(asker, asker.id == Referral.asked_by_id)
        .join(to, to.id == Referral.to_staff_id)
        .where(Referral.client_id == client_id)
        .order_by(case((Referral.state == ReferralState.CLOSED, 1), else_=0), Referral.id.desc())
        .limit(SHOWN)
    )
    return tuple(_row(row, actor, on) for row in found)


def _row(row: Any, actor: Actor, on: date) -> ReferralRow:
    referral, asked_by, to = row
    is_open = referral.state is ReferralState.OPEN
    return ReferralRow(
        id=referral.id,
        version=referral.version,
        kind=referral.kind,
        question=referral.question,
        asked_by=asked_by,
        asked_at=referral.asked_at,
        to=to,
        due_on=referral.due_on,
        is_provisional=referral.is_provisional,
        state=referral.state,
        answer=referral.answer,
        answered_at=referral.answered_at,
        is_late=is_open and referral.due_on < on,
        may_answer=is_open and referral.to_staff_id == actor.staff_id,
        may_close=referral.state is ReferralState.ANSWERED
        and referral.asked_by_id == actor.staff_id,
    )


def colleagues(
    session: Session, *, actor: Actor, kind: ReferralKind, on: date
) -> tuple[tuple[int, str], ...]:
    """Who may be asked: those of the kind's department first, then all others in service of the
    actor's branches; id and name.

    Raises:
        NotPermitted: the actor lacks ``client:write``.
    """
    actor.require(Permission.CLIENT_WRITE)
    belongs = case((Department.kind == kind.department, 0), else_=1)
    own_branch = select(Staff.branch_id).where(Staff.id == actor.own_id).scalar_subquery()
    found = session.execute(
        select(Staff.id, Staff.name, belongs)
        .outerjoin(Department, Department.id == Staff.department_id)
        .where(
            Staff.id != actor.own_id,
            Staff.in_service_from <= on,
            or_(Staff.in_service_to.is_(None), Staff.in_service_to >= on),
            or_(Department.kind == kind.department, Staff.branch_id == own_branch),
        )
        .order_by(belongs, Staff.name, Staff.id)
        .limit(MOST)
    )
    return tuple((id, name) for id, name, _ in found)
