"""The checklist between the client's yes and the end of the case (R85)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from db.models import ClosingStep, Renewal
from services import audit
from services.actor import Actor
from services.errors import BusinessError
from services.renewals import RenewalCard
from services.renewals.working import OpenCase, card, open_case
from services.rule_tables import rule
from services.working_calendar import SHANGHAI
from terms.closings import StepKind, StepState, StepWay
from terms.renewals import Intention, RenewalState

TEXT_LIMIT = 120


class StepGone(BusinessError):
    """The step is not one of this case."""

    code: ClassVar[str] = "closing_step_gone"


@dataclass(frozen=True, slots=True)
class StepDetail:
    """How a step is done: online, or where; by when; and what there is to say."""

    way: StepWay | None = None
    location: str | None = None
    due_at: datetime | None = None
    note: str | None = None


def begin_closing(
    session: Session,
    *,
    actor: Actor,
    renewal_id: int,
    at: datetime,
    seen_version: int,
    zone: ZoneInfo = SHANGHAI,
) -> RenewalCard:
    """The client agrees without choosing among plans: the case is agreed, its checklist stands.

    Raises:
        NotPermitted, NotFound, NotYourCase, RenewalAlreadyClosed, ChangedMeanwhile

    Audit: ``renewal:begin_closing`` with the state before and after.
    """
    case = open_case(
        session, actor=actor, renewal_id=renewal_id, at=at, seen_version=seen_version, zone=zone
    )
    before = case.renewal.state
    case.renewal.state = RenewalState.AGREED
    case.renewal.last_intention = Intention.RENEWS
    case.renewal.refusal_reason = None
    case.renewal.updated_at = at
    begin_steps(session, case, at=at)
    case.figure_out()
    session.flush()
    audit.record(
        session,
        actor=actor,
        event="renewal:begin_closing",
        subject=Renewal.__tablename__,
        subject_id=renewal_id,
        client_id=case.renewal.client_id,
        at=at,
        detail={"state": [before.value, case.renewal.state.value]},
    )
    return card(case)


def begin_steps(session: Session, case: OpenCase, *, at: datetime) -> None:
    """The steps rule ``renewal.closing_steps`` names, unless the case has its checklist."""
    renewal = case.renewal
    if session.scalar(select(exists().where(ClosingStep.renewal_id == renewal.id))):
        return
    kinds = rule(session, "renewal.closing_steps", case.on)[renewal.kind.value]
    session.add_all(
        ClosingStep(
            client_id=renewal.client_id,
            renewal_id=renewal.id,
            position=position,
            kind=StepKind(kind),
            state=StepState.OPEN,
            created_at=at,
            updated_at=at,
        )
        for position, kind in enumerate(kinds, 1)
    )


def settle_step(
    session: Session,
    *,
    actor: Actor,
    renewal_id: int,
    kind: StepKind,
    state: StepState,
    detail: StepDetail,
    at: datetime,
    seen_version: int,
    zone: ZoneInfo = SHANGHAI,
) -> RenewalCard:
    """Keep how a step stands: agreed how and when, done, not needed, or open again.

    Args:
        seen_version: of the case; whoever changes a step changes the case.

    Raises:
        NotPermitted, NotFound, NotYourCase, RenewalAlreadyClosed, ChangedMeanwhile
        StepGone

    Audit: ``renewal:step`` with the step and its state before and after.
    """
    case = open_case(
        session, actor=actor, renewal_id=renewal_id, at=at, seen_version=seen_version, zone=zone
    )
    step = session.scalar(
        select(ClosingStep).where(ClosingStep.renewal_id == renewal_id, ClosingStep.kind == kind)
    )
    if step is None:
        raise StepGone
    before = step.state
    step.state = state
    step.way = detail.way
    step.location = _text(detail.location) if detail.way is StepWay.OFFLINE else None
    step.due_at = detail.due_at
    step.note = _text(detail.note)
    if state is StepState.OPEN:
        step.settled_at = step.settled_by_id = None
    elif before is not state:
        step.settled_at, step.settled_by_id = at, actor.staff_id
    step.updated_at = at
    case.renewal.updated_at = at
    session.flush()
    audit.record(
        session,
        actor=actor,
        event="renewal:step",
        subject=Renewal.__tablename__,
        subject_id=renewal_id,
        client_id=case.renewal.client_id,
        at=at,
        detail={
            "step": kind.value,
            "state": [before.value, state.value],
            "way": detail.way.value if detail.way else None,
        },
    )
    return card(case)


def _text(given: str | None) -> str | None:
    return (given or "").replace("\0", "").strip()[:TEXT_LIMIT] or None
