"""Ways to renew, put before the client: offered, chosen, taken away (R83)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Document, Policy, Renewal, RenewalPlan
from services import audit
from services.actor import Actor
from services.closings.checklist import begin_steps
from services.engagements import refuse_without_engagement
from services.errors import BusinessError
from services.renewals import PremiumNotPositive, RenewalCard
from services.renewals.working import OpenCase, card, open_case
from services.working_calendar import SHANGHAI
from terms.renewals import Intention, RenewalState

MOST_PLANS = 6
NAME_LIMIT = 80


class PlanNameNeeded(BusinessError):
    """A plan has a name of at most 80 characters, so that it can be spoken of."""

    code: ClassVar[str] = "renewal_plan_name_needed"


class TooManyPlans(BusinessError):
    """More plans than anybody compares. Data: ``limit``."""

    code: ClassVar[str] = "renewal_too_many_plans"


class PlanGone(BusinessError):
    """The plan is not one of this case, or a colleague took it away."""

    code: ClassVar[str] = "renewal_plan_gone"


class PlanIsChosen(BusinessError):
    """The client took this plan; choose another one first."""

    code: ClassVar[str] = "renewal_plan_chosen"


@dataclass(frozen=True, slots=True)
class NewPlan:
    """A way to renew."""

    name: str
    premium_fen: int
    insurer: str = ""
    """Empty: as before."""
    product: str = ""
    """Empty: as before."""
    cover: Mapping[str, int | str] = field(default_factory=dict)
    document_id: int | None = None


def offer_plan(
    session: Session,
    *,
    actor: Actor,
    renewal_id: int,
    plan: NewPlan,
    at: datetime,
    seen_version: int,
    zone: ZoneInfo = SHANGHAI,
) -> RenewalCard:
    """Put a plan before the client; the case is quoted.

    Until the client chooses, the last one offered stands beside the old terms.

    Raises:
        NotPermitted, NotFound, NotYourCase, RenewalAlreadyClosed, ChangedMeanwhile
        PremiumNotPositive, PlanNameNeeded, TooManyPlans
        PlanGone: the document is not one of this client's.
        EngagementMissing: the client is a prospect, and rule ``engagement.required`` holds (R13).

    Audit: ``renewal:offer_plan`` with its name and premium.
    """
    case = open_case(
        session, actor=actor, renewal_id=renewal_id, at=at, seen_version=seen_version, zone=zone
    )
    name = plan.name.strip()
    if not 0 < len(name) <= NAME_LIMIT:
        raise PlanNameNeeded
    if plan.premium_fen <= 0:
        raise PremiumNotPositive
    refuse_without_engagement(session, client=case.client, on=case.on)
    there = _plans(session, renewal_id)
    if len(there) >= MOST_PLANS:
        raise TooManyPlans(limit=MOST_PLANS)
    _check_document(session, case, plan.document_id)
    before = session.get_one(Policy, case.renewal.policy_id)
    made = RenewalPlan(
        client_id=case.renewal.client_id,
        renewal_id=renewal_id,
        name=name,
        insurer=plan.insurer.strip() or before.insurer,
        product=plan.product.strip() or before.product,
        premium_fen=plan.premium_fen,
        cover=dict(plan.cover),
        document_id=plan.document_id,
        is_chosen=False,
        offered_by_id=actor.staff_id,
        created_at=at,
        updated_at=at,
    )
    session.add(made)
    if not any(one.is_chosen for one in there):
        _propose(case, made)
    if case.renewal.state is not RenewalState.AGREED:
        case.renewal.state = RenewalState.QUOTED
    return _saved(session, case, actor, "renewal:offer_plan", at, made)


def choose_plan(
    session: Session,
    *,
    actor: Actor,
    renewal_id: int,
    plan_id: int,
    at: datetime,
    seen_version: int,
    zone: ZoneInfo = SHANGHAI,
) -> RenewalCard:
    """The client takes this plan: the case is agreed and its checklist stands.

    Raises:
        NotPermitted, NotFound, NotYourCase, RenewalAlreadyClosed, ChangedMeanwhile
        PlanGone

    Audit: ``renewal:choose_plan`` with its name and premium.
    """
    case = open_case(
        session, actor=actor, renewal_id=renewal_id, at=at, seen_version=seen_version, zone=zone
    )
    there = _plans(session, renewal_id)
    chosen = _one_of(there, plan_id)
    for one in there:
        if one.is_chosen != (one.id == plan_id):
            one.is_chosen = one.id == plan_id
            one.updated_at = at
    _propose(case, chosen)
    case.renewal.state = RenewalState.AGREED
    case.renewal.last_intention = Intention.RENEWS
    case.renewal.refusal_reason = None
    begin_steps(session, case, at=at)
    return _saved(session, case, actor, "renewal:choose_plan", at, chosen)


def remove_plan(
    session: Session,
    *,
    actor: Actor,
    renewal_id: int,
    plan_id: int,
    at: datetime,
    seen_version: int,
    zone: ZoneInfo = SHANGHAI,
) -> RenewalCard:
    """Take a plan away that is no longer on offer.

    Raises:
        NotPermitted, NotFound, NotYourCase, RenewalAlreadyClosed, ChangedMeanwhile
        PlanGone, PlanIsChosen

    Audit: ``renewal:remove_plan`` with its name and premium.
    """
    case = open_case(
        session, actor=actor, renewal_id=renewal_id, at=at, seen_version=seen_version, zone=zone
    )
    there = _plans(session, renewal_id)
    plan = _one_of(there, plan_id)
    if plan.is_chosen:
        raise PlanIsChosen
    session.delete(plan)
    rest = [one for one in there if one.id != plan_id]
    if rest and not any(one.is_chosen for one in rest):
        _propose(case, rest[-1])
    return _saved(session, case, actor, "renewal:remove_plan", at, plan)


def _plans(session: Session, renewal_id: int) -> list[RenewalPlan]:
    return list(
        session.scalars(
            select(RenewalPlan).where(RenewalPlan.renewal_id == renewal_id).order_by(RenewalPlan.id)
        )
    )


def _one_of(there: list[RenewalPlan], plan_id: int) -> RenewalPlan:
    for plan in there:
        if plan.id == plan_id:
            return plan
    raise PlanGone


def _check_document(session: Session, case: OpenCase, document_id: int | None) -> None:
    if document_id is None:
        return
    document = session.get(Document, document_id)
    if (
        document is None
        or document.client_id != case.renewal.client_id
        or document.removed_at is not None
    ):
        raise PlanGone


def _propose(case: OpenCase, plan: RenewalPlan) -> None:
    case.renewal.proposed_premium_fen = plan.premium_fen
    case.renewal.proposed_cover = dict(plan.cover)


def _saved(
    session: Session, case: OpenCase, actor: Actor, event: str, at: datetime, plan: RenewalPlan
) -> RenewalCard:
    case.renewal.updated_at = at
    case.figure_out()
    session.flush()
    audit.record(
        session,
        actor=actor,
        event=event,
        subject=Renewal.__tablename__,
        subject_id=case.renewal.id,
        client_id=case.renewal.client_id,
        at=at,
        detail={"plan": plan.name, "proposed_premium_fen": plan.premium_fen},
    )
    return card(case)
