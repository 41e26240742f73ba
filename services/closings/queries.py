"""One case on its way to the end."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Client, ClosingStep, Document, Policy, Renewal, RenewalPlan, Staff
from services.access import may_open
from services.actor import Actor
from services.closings.rows import ClosingCard, PlanRow, StepRow
from services.errors import NotFound
from services.permissions import Permission
from services.renewals.working import may_work

DOCUMENTS_SHOWN = 20


def closing_of(session: Session, *, actor: Actor, renewal_id: int, on: date) -> ClosingCard:
    """The plans, the steps and what the new term would be.

    Raises:
        NotPermitted: the actor lacks ``renewal:read`` or ``client:read``.
        NotFound: there is no such case, or its client is not the actor's.
    """
    actor.require(Permission.RENEWAL_READ)
    actor.require(Permission.CLIENT_READ)
    row = session.execute(
        select(Renewal, Policy, Client.number, Client.name)
        .join(Client, Client.id == Renewal.client_id)
        .join(Policy, Policy.id == Renewal.policy_id)
        .where(Renewal.id == renewal_id, may_open(actor, on=on))
    ).first()
    if row is None:
        raise NotFound(kind="renewal")
    renewal: Renewal = row.Renewal
    policy: Policy = row.Policy
    return ClosingCard(
        id=renewal.id,
        version=renewal.version,
        client_number=row.number,
        client_name=row.name,
        kind=renewal.kind,
        line=renewal.line,
        state=renewal.state,
        is_open=renewal.is_open,
        may_work=renewal.is_open and may_work(actor, renewal),
        policy_number=policy.number,
        insurer=policy.insurer,
        product=policy.product,
        due_on=renewal.due_on,
        premium_fen=renewal.premium_fen,
        proposed_premium_fen=renewal.proposed_premium_fen,
        cover=policy.cover or {},
        plans=_plans(session, renewal.id),
        steps=_steps(session, renewal.id),
        documents=_documents(session, renewal.client_id),
    )


def _plans(session: Session, renewal_id: int) -> tuple[PlanRow, ...]:
    found = session.execute(
        select(RenewalPlan, Document.name)
        .outerjoin(
            Document, (Document.id == RenewalPlan.document_id) & Document.removed_at.is_(None)
        )
        .where(RenewalPlan.renewal_id == renewal_id)
        .order_by(RenewalPlan.id)
    )
    return tuple(
        PlanRow(
            id=plan.id,
            name=plan.name,
            insurer=plan.insurer,
            product=plan.product,
            premium_fen=plan.premium_fen,
            cover=plan.cover or {},
            is_chosen=plan.is_chosen,
            document_id=plan.document_id if name else None,
            document_name=name,
        )
        for plan, name in found
    )


def _steps(session: Session, renewal_id: int) -> tuple[StepRow, ...]:
    found = session.execute(
        select(
            ClosingStep.id,
            ClosingStep.kind,
            ClosingStep.state,
            ClosingStep.way,
            ClosingStep.location,
            ClosingStep.due_at,
            ClosingStep.note,
            ClosingStep.settled_at,
            Staff.name,
        )
        .outerjoin(Staff, Staff.id == ClosingStep.settled_by_id)
        .where(ClosingStep.renewal_id == renewal_id)
        .order_by(ClosingStep.position)
    )
    return tuple(StepRow(*row) for row in found)


def _documents(session: Session, client_id: int) -> tuple[tuple[int, str], ...]:
    found = session.execute(
        select(Document.id, Document.name)
        .where(Document.client_id == client_id, Document.removed_at.is_(None))
        .order_by(Document.id.desc())
        .limit(DOCUMENTS_SHOWN)
    )
    return tuple((id, name) for id, name in found)
