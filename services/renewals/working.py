"""What every act on a case shares: may the actor, is it open, is it as they saw it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, aliased

from db.models import AuditEntry, Client, ClientAccess, Promise, Renewal, Staff
from services import audit
from services.access import require_client
from services.actor import Actor
from services.errors import BusinessError, ChangedMeanwhile, NotFound, NotPermitted
from services.permissions import Permission
from services.renewals import rules
from services.renewals.rows import RenewalCard
from services.rule_tables import rules as rules_in_force
from services.working_calendar import local_date
from terms.clients import AccessReason
from terms.people import Scope
from terms.renewals import PromiseKind, PromiseState, RefusalReason, RenewalState


class NotYourCase(BusinessError):
    """The case is somebody else's, and the actor does not lead its team. Data: ``name``."""

    code: ClassVar[str] = "renewal_not_yours"


class RenewalAlreadyClosed(BusinessError):
    """The case was closed before. Data: ``state``, ``closed_on``."""

    code: ClassVar[str] = "renewal_already_closed"


class RefusalReasonNeeded(BusinessError):
    """A client who refuses has a reason (R84)."""

    code: ClassVar[str] = "refusal_reason_needed"


class UnknownRefusalReason(BusinessError):
    """The reason is not in the administrator's list. Data: ``reason``."""

    code: ClassVar[str] = "unknown_refusal_reason"


class MoreAttemptsNeeded(BusinessError):
    """*Cannot be reached* needs more attempts first (R80). Data: ``attempts``, ``needed``."""

    code: ClassVar[str] = "more_attempts_needed"


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A case the actor may work now, its client, and the rules of the day."""

    renewal: Renewal
    client: Client
    on: date
    reasons: tuple[str, ...]
    attempts_needed: int
    loss: rules.LossTable

    def check_reason(self, reason: str | None) -> str:
        """The refusal reason, if it may be given now.

        Raises:
            RefusalReasonNeeded, UnknownRefusalReason, MoreAttemptsNeeded
        """
        if not reason:
            raise RefusalReasonNeeded
        if reason not in self.reasons:
            raise UnknownRefusalReason(reason=reason)
        attempts = self.renewal.attempts
        if reason == RefusalReason.UNREACHABLE and attempts < self.attempts_needed:
            raise MoreAttemptsNeeded(attempts=attempts, needed=self.attempts_needed)
        return reason

    def figure_out(self) -> None:
        """Recompute what depends on the case's state: money at risk, the furthest stage."""
        renewal = self.renewal
        renewal.reached = rules.furthest(renewal.reached, renewal.state)
        if renewal.last_intention in rules.ANSWERS:
            renewal.probability = renewal.probability_reasons = None
        renewal.at_risk_fen = rules.at_risk_fen(
            self.loss,
            premium_fen=renewal.premium_fen,
            state=renewal.state,
            last_intention=renewal.last_intention,
            days_left=(renewal.due_on - self.on).days,
            probability=renewal.probability,
        )


def open_case(
    session: Session,
    *,
    actor: Actor,
    renewal_id: int,
    at: datetime,
    seen_version: int,
    zone: ZoneInfo,
) -> OpenCase:
    """Load a case to work on it: the assignee's own, or one of a lead's scope.

    Raises:
        NotPermitted: the actor neither works nor leads renewals.
        NotFound: there is none, or the actor may not know of it.
        NotYourCase: the actor sees the client, but the case is somebody else's.
        RenewalAlreadyClosed: it was closed before.
        ChangedMeanwhile: somebody saved it after ``seen_version``.
    """
    if not (actor.may(Permission.RENEWAL_WORK) or actor.may(Permission.RENEWAL_LEAD)):
        raise NotPermitted(permission=Permission.RENEWAL_WORK.value)
    on = local_date(at, zone)
    renewal = session.get(Renewal, renewal_id)
    if renewal is None:
        raise NotFound(kind="renewal")
    if not may_work(actor, renewal):
        require_client(session, actor=actor, client_id=renewal.client_id, on=on)
        name = session.scalar(select(Staff.name).where(Staff.id == renewal.assignee_id))
        raise NotYourCase(name=name)
    if not renewal.is_open:
        raise RenewalAlreadyClosed(state=renewal.state.value, closed_on=renewal.closed_on)
    if renewal.version != seen_version:
        raise _changed(session, renewal)
    known = rules_in_force(
        session,
        (
            "renewal.refusal_reasons",
            "renewal.attempts_before_unreachable",
            "renewal.loss_share",
            "renewal.urgency",
        ),
        on=on,
    )
    return OpenCase(
        renewal=renewal,
        client=session.get_one(Client, renewal.client_id),
        on=on,
        reasons=tuple(known["renewal.refusal_reasons"]),
        attempts_needed=int(known["renewal.attempts_before_unreachable"]),
        loss=rules.LossTable.of(known["renewal.loss_share"], known["renewal.urgency"]),
    )


class Placed(Protocol):
    """Whose a case is, and where."""

    @property
    def assignee_id(self) -> Any: ...
    @property
    def branch_id(self) -> Any: ...
    @property
    def team_id(self) -> Any: ...


def may_work(actor: Actor, renewal: Placed) -> bool:
    """Whether the case is the actor's own, or of a scope the actor leads."""
    if actor.staff_id is not None and renewal.assignee_id == actor.staff_id:
        return True
    if not actor.may(Permission.RENEWAL_LEAD):
        return False
    match actor.scope:
        case Scope.ALL:
            return True
        case Scope.BRANCH:
            return renewal.branch_id in actor.branch_ids
        case Scope.TEAM:
            return actor.team_id is not None and renewal.team_id == actor.team_id
        case _:
            return False


def _changed(session: Session, renewal: Renewal) -> ChangedMeanwhile:
    last = session.execute(
        select(Staff.name, AuditEntry.happened_at)
        .join(Staff, Staff.id == AuditEntry.actor_id)
        .where(
            AuditEntry.client_id == renewal.client_id,
            AuditEntry.subject == Renewal.__tablename__,
            AuditEntry.subject_id == renewal.id,
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
    ).first()
    return ChangedMeanwhile(who=last.name if last else None, at=last.happened_at if last else None)


def settle_appointments(
    session: Session,
    case: OpenCase,
    *,
    at: datetime,
    zone: ZoneInfo,
    replaced: bool,
) -> datetime | None:
    """Settle the open appointments of the case, now that the client was contacted.

    Contacted on the agreed day: kept; on a later day: broken. One that lies ahead is cancelled
    where ``replaced`` (a new appointment, or the case ends), else it stands.

    Returns:
        The time of the appointment that stands; None when there is none.
    """
    stands: datetime | None = None
    open_ones = session.scalars(
        select(Promise).where(
            Promise.renewal_id == case.renewal.id,
            Promise.kind == PromiseKind.APPOINTMENT,
            Promise.state == PromiseState.OPEN,
        )
    )
    for promise in open_ones:
        day = local_date(promise.due_at, zone)
        if day > case.on and not replaced:
            stands = min(stands or promise.due_at, promise.due_at)
            continue
        if day > case.on:
            promise.state = PromiseState.CANCELLED
        else:
            promise.state = PromiseState.KEPT if day == case.on else PromiseState.BROKEN
        promise.settled_at = at
        promise.updated_at = at
    return stands


def close(
    session: Session,
    case: OpenCase,
    *,
    actor: Actor,
    state: RenewalState,
    event: str,
    at: datetime,
    zone: ZoneInfo,
    **detail: Any,
) -> RenewalCard:
    """End the case: its appointments, the access it gave, its money at risk."""
    renewal = case.renewal
    before = renewal.state
    settle_appointments(session, case, at=at, zone=zone, replaced=True)
    renewal.state = state
    renewal.is_open = False
    renewal.reached = rules.furthest(renewal.reached, state)
    renewal.closed_on = case.on
    renewal.next_at = None
    renewal.at_risk_fen = 0
    renewal.updated_at = at
    session.flush()
    end_assigned_access(session, renewal, on=case.on)
    audit.record(
        session,
        actor=actor,
        event=event,
        subject=Renewal.__tablename__,
        subject_id=renewal.id,
        client_id=renewal.client_id,
        at=at,
        detail={"state": [before.value, state.value], **detail},
    )
    return card(case)


def end_assigned_access(session: Session, renewal: Renewal, *, on: date) -> None:
    """The case no longer opens its client to the assignee after ``on``, unless another does."""
    if renewal.assignee_id is None:
        return
    other = aliased(Renewal)
    session.execute(
        update(ClientAccess)
        .where(
            ClientAccess.staff_id == renewal.assignee_id,
            ClientAccess.client_id == renewal.client_id,
            ClientAccess.reason == AccessReason.ASSIGNED_CASE,
            ~exists().where(
                other.client_id == renewal.client_id,
                other.assignee_id == renewal.assignee_id,
                other.is_open,
                other.id != renewal.id,
            ),
        )
        .values(until=on)
        .execution_options(synchronize_session=False)
    )


def card(case: OpenCase, *, contact_id: int | None = None) -> RenewalCard:
    """The case as it stands after the act; the version already raised."""
    renewal = case.renewal
    return RenewalCard(
        id=renewal.id,
        version=renewal.version,
        client_id=renewal.client_id,
        client_number=case.client.number,
        client_name=case.client.name,
        state=renewal.state,
        is_open=renewal.is_open,
        assignee_id=renewal.assignee_id,
        next_at=renewal.next_at,
        attempts=renewal.attempts,
        at_risk_fen=renewal.at_risk_fen,
        contact_id=contact_id,
    )
