"""What a member of staff holds: everything that would be nobody's when they leave.

One registry. A chapter with a new column that points at a member of staff adds it here, or to
``HISTORY`` when it only says who once did something; a house test finds one that is in neither.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from db.models import (
    Approval,
    Client,
    ClientAccess,
    Complaint,
    ImportRun,
    LostCase,
    Promise,
    Referral,
    Renewal,
    ServicePlanItem,
    ServiceTeamMember,
    StaffLeave,
)
from terms.approvals import ApprovalState
from terms.clients import AccessReason
from terms.closings import WinBackState
from terms.complaints import ComplaintState
from terms.intake import ImportState
from terms.people import HoldingKind
from terms.referrals import ReferralState
from terms.renewals import PromiseState
from terms.service import ItemState

Column = InstrumentedAttribute[int] | InstrumentedAttribute[int | None]


@dataclass(frozen=True, slots=True)
class Held:
    """How much of one kind somebody holds."""

    kind: HoldingKind
    count: int


@dataclass(frozen=True, slots=True)
class Holding:
    """One kind of thing that is somebody's, and until when."""

    kind: HoldingKind
    column: Column
    still: Callable[[date], ColumnElement[bool]]
    """Whether it is still theirs on a day."""


HOLDINGS: tuple[Holding, ...] = (
    Holding(HoldingKind.CLIENTS, Client.owner_id, lambda _on: Client.owner_id.is_not(None)),
    Holding(HoldingKind.CASES, Renewal.assignee_id, lambda _on: and_(Renewal.is_open)),
    Holding(HoldingKind.PROMISES, Promise.staff_id, lambda _on: Promise.state == PromiseState.OPEN),
    Holding(
        HoldingKind.COMPLAINTS,
        Complaint.handler_id,
        lambda _on: Complaint.state.not_in(
            (ComplaintState.CLOSED, ComplaintState.WITHDRAWN, ComplaintState.MERGED)
        ),
    ),
    Holding(
        HoldingKind.APPROVALS,
        Approval.asked_by_id,
        lambda _on: Approval.state == ApprovalState.WAITING,
    ),
    Holding(HoldingKind.SUBSTITUTIONS, StaffLeave.substitute_id, lambda on: StaffLeave.to_on >= on),
    Holding(
        HoldingKind.COVERS,
        ClientAccess.staff_id,
        lambda on: and_(
            ClientAccess.reason.in_(
                (AccessReason.COVER, AccessReason.HANDOVER, AccessReason.SERVICE_TEAM)
            ),
            (ClientAccess.until.is_(None)) | (ClientAccess.until >= on),
        ),
    ),
    Holding(
        HoldingKind.PLAN_ITEMS,
        ServicePlanItem.handler_id,
        lambda _on: ServicePlanItem.state == ItemState.PLANNED,
    ),
    Holding(
        HoldingKind.TEAMS,
        ServiceTeamMember.staff_id,
        lambda _on: ServiceTeamMember.left_on.is_(None),
    ),
    Holding(
        HoldingKind.IMPORTS,
        ImportRun.requested_by_id,
        lambda _on: ImportRun.state.not_in(
            (ImportState.APPLIED, ImportState.FAILED, ImportState.CANCELLED)
        ),
    ),
    Holding(
        HoldingKind.WIN_BACKS, LostCase.owner_id, lambda _on: LostCase.state == WinBackState.OPEN
    ),
    Holding(
        HoldingKind.REFERRALS,
        Referral.to_staff_id,
        lambda _on: Referral.state == ReferralState.OPEN,
    ),
)

HISTORY = frozenset(
    {
        "access_entry.staff_id",
        "allocation_turn.staff_id",
        "approval.decided_by_id",
        "approval.decided_for_id",
        "audit_entry.actor_id",
        "closing_step.settled_by_id",
        "complaint.about_staff_id",
        "contact.staff_id",
        "document.removed_by_id",
        "document.stored_by_id",
        "download_ticket.staff_id",
        "draft.staff_id",
        "engagement.rated_by_id",
        "duplicate_pair.decided_by_id",
        "export_order.staff_id",
        "formal_demand.recorded_by_id",
        "import_mapping.owner_id",
        "lost_case.assigned_by_id",
        "notification.by_id",
        "notification.staff_id",
        "policy.agent_id",
        "quiet_hours.staff_id",
        "referral.asked_by_id",
        "renewal.pinned_by_id",
        "renewal_allocation.by_staff_id",
        "renewal_allocation.from_staff_id",
        "renewal_allocation.staff_id",
        "renewal_conflict.settled_by_id",
        "renewal_model.trained_by_id",
        "renewal_plan.offered_by_id",
        "rule_draft.saved_by_id",
        "saved_view.owner_id",
        "script.drafted_by_id",
        "script_version.ended_by_id",
        "saved_view_pin.staff_id",
        "service_plan.disclosed_by_id",
        "service_plan.opinion_by_id",
        "service_plan_item.done_by_id",
        "service_plan_version.made_by_id",
        "sign_in_session.staff_id",
        "staff_language.staff_id",
        "staff_leave.staff_id",
        "staff_line.staff_id",
        "staff_role.staff_id",
        "target.staff_id",
        "tier_draft.saved_by_id",
        "undo_batch.made_by_id",
        "undo_batch.undone_by_id",
    }
)
"""Columns that say who did something, or belong to the person and go with them."""


def held_by(session: Session, *, staff_id: int, on: date) -> tuple[Held, ...]:
    """Everything ``staff_id`` still holds on the day ``on``; empty when they may leave."""
    counts = [
        select(func.count())
        .where(holding.column == staff_id, holding.still(on))
        .scalar_subquery()
        .label(holding.kind.value)
        for holding in HOLDINGS
    ]
    found = session.execute(select(*counts)).one()
    return tuple(
        Held(holding.kind, count) for holding, count in zip(HOLDINGS, found, strict=True) if count
    )
