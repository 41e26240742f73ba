"""Policies, the renewals they lead to, and what was said about them."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from db.models import (
    Claim,
    Client,
    Complaint,
    Contact,
    Income,
    Instalment,
    Policy,
    PolicyEvent,
    Promise,
    Renewal,
    RenewalAllocation,
    Staff,
    Target,
    Team,
)
from terms.complaints import ComplaintChannel, ComplaintState, Dispute
from terms.policies import (
    ClaimStatus,
    IncomeKind,
    InstalmentStatus,
    Line,
    PaymentMode,
    PolicyEventKind,
    PolicyStatus,
)
from terms.renewals import (
    AllocationCause,
    ContactChannel,
    ContactOutcome,
    PromiseKind,
    PromiseState,
    RenewalKind,
    RenewalState,
    TargetMeasure,
)
from tests.make.clients import make_client
from tests.make.moment import AT, ON
from tests.make.rows import next_number, put

_STAMPS = {"created_at": AT, "updated_at": AT}


def make_policy(session: Session, *, client: Client | None = None, **but: Any) -> Policy:
    """A motor policy of one year that expires in ten days, 3,280.00 yuan."""
    client = client or make_client(session)
    given = {
        "client_id": client.id,
        "number": f"P{next_number():010d}",
        "line": Line.MOTOR,
        "product": "车险全险套餐",
        "insurer": "平安产险",
        "inception_on": date(2025, 12, 1),
        "expiry_on": ON + timedelta(days=10),
        "premium_fen": 328_000,
        "sum_insured_fen": 200_000_000,
        "payment_mode": PaymentMode.SINGLE,
        "status": PolicyStatus.IN_FORCE,
        "agent_id": client.owner_id,
        **_STAMPS,
    }
    return put(session, Policy(**{**given, **but}))


def make_instalment(session: Session, *, policy: Policy, **but: Any) -> Instalment:
    given = {
        "client_id": policy.client_id,
        "policy_id": policy.id,
        "due_on": ON + timedelta(days=10),
        "premium_fen": policy.premium_fen,
        "status": InstalmentStatus.DUE,
        **_STAMPS,
    }
    return put(session, Instalment(**{**given, **but}))


def make_policy_event(session: Session, *, policy: Policy, **but: Any) -> PolicyEvent:
    given = {
        "client_id": policy.client_id,
        "policy_id": policy.id,
        "kind": PolicyEventKind.ISSUED,
        "happened_on": policy.inception_on,
    }
    return put(session, PolicyEvent(**{**given, **but}))


def make_income(session: Session, *, client: Client, **but: Any) -> Income:
    given = {
        "client_id": client.id,
        "kind": IncomeKind.REALISED,
        "booked_on": ON,
        "amount_fen": 49_200,
    }
    return put(session, Income(**{**given, **but}))


def make_claim(session: Session, *, policy: Policy, **but: Any) -> Claim:
    given = {
        "client_id": policy.client_id,
        "policy_id": policy.id,
        "number": f"L{next_number():08d}",
        "reported_on": date(2026, 6, 1),
        "amount_fen": 150_000,
        "status": ClaimStatus.SETTLED,
        **_STAMPS,
    }
    return put(session, Claim(**{**given, **but}))


def make_complaint(session: Session, *, client: Client, **but: Any) -> Complaint:
    given = {
        "client_id": client.id,
        "number": f"T{next_number():08d}",
        "received_at": AT,
        "channel": ComplaintChannel.HOTLINE,
        "dispute": Dispute.SERVICE,
        "branch_id": client.branch_id,
        "state": ComplaintState.RECEIVED,
        "summary": "电话多次无人接听",
        **_STAMPS,
    }
    return put(session, Complaint(**{**given, **but}))


def make_renewal(
    session: Session,
    *,
    policy: Policy | None = None,
    assignee: Staff | None = None,
    **but: Any,
) -> Renewal:
    """An open case for ``policy``'s term; allocated if it has an assignee, else extracted."""
    policy = policy or make_policy(session)
    client = session.get_one(Client, policy.client_id)
    state = but.get("state") or (RenewalState.ALLOCATED if assignee else RenewalState.EXTRACTED)
    given = {
        "client_id": policy.client_id,
        "policy_id": policy.id,
        "kind": RenewalKind.TERM,
        "line": policy.line,
        "due_on": policy.expiry_on,
        "opened_on": ON,
        "state": state,
        "is_open": state.is_open,
        "branch_id": client.branch_id,
        "team_id": client.team_id,
        "assignee_id": assignee.id if assignee else None,
        "assigned_at": AT if assignee else None,
        "premium_fen": policy.premium_fen,
        "at_risk_fen": policy.premium_fen // 4,
        **_STAMPS,
    }
    return put(session, Renewal(**{**given, **but}))


def make_allocation(session: Session, *, case: Renewal, **but: Any) -> RenewalAllocation:
    """The line of the ledger that gave ``case`` today to the person who has it."""
    given = {
        "client_id": case.client_id,
        "renewal_id": case.id,
        "staff_id": case.assignee_id,
        "allocated_on": ON,
        "cause": AllocationCause.ALLOCATED,
        "premium_fen": case.premium_fen,
    }
    return put(session, RenewalAllocation(**{**given, **but}))


def make_contact(session: Session, *, client: Client, staff: Staff, **but: Any) -> Contact:
    given = {
        "client_id": client.id,
        "staff_id": staff.id,
        "happened_at": AT,
        "channel": ContactChannel.PHONE,
        "outcome": ContactOutcome.REACHED,
    }
    return put(session, Contact(**{**given, **but}))


def make_promise(session: Session, *, client: Client, staff: Staff, **but: Any) -> Promise:
    given = {
        "client_id": client.id,
        "staff_id": staff.id,
        "kind": PromiseKind.APPOINTMENT,
        "due_at": AT + timedelta(hours=2),
        "what": "回电确认三者险保额",
        "state": PromiseState.OPEN,
        **_STAMPS,
    }
    return put(session, Promise(**{**given, **but}))


def make_target(session: Session, *, team: Team, **but: Any) -> Target:
    given = {
        "team_id": team.id,
        "month_on": ON.replace(day=1),
        "measure": TargetMeasure.RENEWAL_RATE,
        "value": 8500,
        **_STAMPS,
    }
    return put(session, Target(**{**given, **but}))
