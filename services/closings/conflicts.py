"""Imported policies that contradict what we know of a case; a lead says which is right."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from db.models import Client, LostCase, Policy, Promise, Renewal, RenewalConflict, Staff
from services import audit
from services.access import may_open
from services.actor import Actor
from services.errors import BusinessError, ChangedMeanwhile, NotFound
from services.permissions import Permission
from services.renewals.scope import visible_cases
from services.renewals.working import end_assigned_access
from services.working_calendar import SHANGHAI, local_date
from terms.closings import ConflictKind, ConflictState, WinBackState
from terms.policies import Line
from terms.renewals import PromiseState, RenewalState

PAGE = 100


class ConflictSettled(BusinessError):
    """Somebody decided it before."""

    code: ClassVar[str] = "renewal_conflict_settled"


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """One imported policy beside the case it may renew."""

    id: int
    version: int
    kind: ConflictKind
    client_number: str
    client_name: str | None
    line: Line
    product: str
    old_number: str
    due_on: date
    case_state: RenewalState
    assignee_name: str | None
    new_number: str
    new_inception_on: date
    new_premium_fen: int
    run_id: int


def conflicts(
    session: Session, *, actor: Actor, on: date, limit: int = PAGE
) -> tuple[ConflictRow, ...]:
    """What waits for a decision in the actor's scope, oldest first.

    Raises:
        NotPermitted: the actor lacks ``renewal:lead`` or ``client:read``.
    """
    actor.require(Permission.RENEWAL_LEAD)
    actor.require(Permission.CLIENT_READ)
    new = aliased(Policy)
    found = session.execute(
        select(
            RenewalConflict.id,
            RenewalConflict.version,
            RenewalConflict.kind,
            Client.number,
            Client.name,
            Renewal.line,
            Policy.product,
            Policy.number,
            Renewal.due_on,
            Renewal.state,
            Staff.name,
            new.number,
            new.inception_on,
            new.premium_fen,
            RenewalConflict.run_id,
        )
        .join(Renewal, Renewal.id == RenewalConflict.renewal_id)
        .join(Client, Client.id == RenewalConflict.client_id)
        .join(Policy, Policy.id == Renewal.policy_id)
        .join(new, new.id == RenewalConflict.policy_id)
        .outerjoin(Staff, Staff.id == Renewal.assignee_id)
        .where(*waiting(actor), may_open(actor, on=on))
        .order_by(RenewalConflict.id)
        .limit(limit)
    )
    return tuple(_row(row) for row in found)


def _row(row: Any) -> ConflictRow:
    return ConflictRow(*row)


def conflict_count(session: Session, *, actor: Actor) -> int:
    """How many wait for the actor.

    Raises:
        NotPermitted: the actor lacks ``renewal:lead``.
    """
    actor.require(Permission.RENEWAL_LEAD)
    return session.scalar(_counted(actor)) or 0


@lru_cache(maxsize=256)
def _counted(actor: Actor) -> Select[int]:
    return (
        select(func.count())
        .select_from(RenewalConflict)
        .join(Renewal, Renewal.id == RenewalConflict.renewal_id)
        .where(*waiting(actor))
    )


def waiting(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """On ``renewal_conflict`` and ``renewal``: open ones of the actor's scope."""
    return (RenewalConflict.state == ConflictState.OPEN, visible_cases(actor))


def settle_conflict(
    session: Session,
    *,
    actor: Actor,
    conflict_id: int,
    is_renewal: bool,
    at: datetime,
    seen_version: int,
    zone: ZoneInfo = SHANGHAI,
) -> ConflictState:
    """Say whether the imported policy is the new term of the case.

    If it is, the case counts as renewed with it, the policy names the old one, a client who was to
    be won back is won, and other policies that were held against this case are left. If not,
    everything stays as it was.

    Raises:
        NotPermitted: the actor lacks ``renewal:lead``.
        NotFound: there is none in the actor's scope.
        ConflictSettled, ChangedMeanwhile

    Audit: ``renewal:settle_conflict`` with the state of the case before and after.
    """
    actor.require(Permission.RENEWAL_LEAD)
    on = local_date(at, zone)
    conflict = session.scalar(
        select(RenewalConflict)
        .join(Renewal, Renewal.id == RenewalConflict.renewal_id)
        .join(Client, Client.id == RenewalConflict.client_id)
        .where(RenewalConflict.id == conflict_id, visible_cases(actor), may_open(actor, on=on))
    )
    if conflict is None:
        raise NotFound(kind="renewal")
    if conflict.state is not ConflictState.OPEN:
        raise ConflictSettled
    if conflict.version != seen_version:
        raise ChangedMeanwhile(who=None, at=conflict.updated_at)
    renewal = session.get_one(Renewal, conflict.renewal_id)
    before = renewal.state
    _settle(conflict, ConflictState.ACCEPTED if is_renewal else ConflictState.LEFT, actor, at)
    if is_renewal:
        _renew(session, renewal, conflict.policy_id, on=on, at=at)
        for other in session.scalars(
            select(RenewalConflict).where(
                RenewalConflict.renewal_id == renewal.id,
                RenewalConflict.state == ConflictState.OPEN,
                RenewalConflict.id != conflict_id,
            )
        ):
            _settle(other, ConflictState.LEFT, actor, at)
    session.flush()
    audit.record(
        session,
        actor=actor,
        event="renewal:settle_conflict",
        subject=Renewal.__tablename__,
        subject_id=renewal.id,
        client_id=renewal.client_id,
        at=at,
        detail={"state": [before.value, renewal.state.value], "policy_id": conflict.policy_id},
    )
    return conflict.state


def _settle(conflict: RenewalConflict, state: ConflictState, actor: Actor, at: datetime) -> None:
    conflict.state = state
    conflict.settled_at, conflict.settled_by_id = at, actor.staff_id
    conflict.updated_at = at


def _renew(session: Session, renewal: Renewal, policy_id: int, *, on: date, at: datetime) -> None:
    policy = session.get_one(Policy, policy_id)
    former = renewal.renewed_policy_id
    if renewal.is_open:
        end_assigned_access(session, renewal, on=on)
        for promise in session.scalars(
            select(Promise).where(
                Promise.renewal_id == renewal.id, Promise.state == PromiseState.OPEN
            )
        ):
            promise.state, promise.settled_at = PromiseState.CANCELLED, at
            promise.updated_at = at
    if former is not None and former != policy_id:
        session.get_one(Policy, former).previous_id = None
    policy.previous_id = renewal.policy_id
    policy.updated_at = at
    renewal.state = renewal.reached = RenewalState.RENEWED
    renewal.is_open = False
    renewal.closed_on = renewal.closed_on or on
    renewal.next_at = None
    renewal.at_risk_fen = 0
    renewal.refusal_reason = None
    renewal.renewed_policy_id = policy_id
    renewal.renewed_premium_fen = policy.premium_fen
    renewal.updated_at = at
    lost = session.scalar(
        select(LostCase).where(
            LostCase.renewal_id == renewal.id, LostCase.state == WinBackState.OPEN
        )
    )
    if lost is not None:
        lost.state, lost.settled_on, lost.updated_at = WinBackState.WON, on, at
