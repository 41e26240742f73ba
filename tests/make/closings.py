"""Lost cases, policies that contradict a case, and questions to other departments."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from db.models import Client, ImportRun, LostCase, Referral, Renewal, RenewalConflict, Staff
from terms.closings import ConflictKind, ConflictState, WinBackState
from terms.intake import ImportKind, ImportState
from terms.referrals import ReferralKind, ReferralState
from tests.make.moment import AT, ON
from tests.make.policies import make_policy
from tests.make.rows import put

_STAMPS = {"created_at": AT, "updated_at": AT}


def make_lost_case(
    session: Session, *, case: Renewal, owner: Staff | None = None, **but: Any
) -> LostCase:
    """A client lost for the price, to be called again in a month."""
    given = {
        "client_id": case.client_id,
        "renewal_id": case.id,
        "branch_id": case.branch_id,
        "team_id": case.team_id,
        "line": case.line,
        "lost_on": ON,
        "reason": "price",
        "premium_fen": case.premium_fen,
        "state": WinBackState.OPEN,
        "owner_id": owner.id if owner else None,
        "due_on": ON + timedelta(days=30),
        **_STAMPS,
    }
    return put(session, LostCase(**{**given, **but}))


def make_referral(session: Session, *, client: Client, staff: Staff, **but: Any) -> Referral:
    """A doubt about a claim somebody asked a colleague about."""
    given = {
        "client_id": client.id,
        "kind": ReferralKind.CLAIM_DOUBT,
        "question": "上次理赔为何扣减？",
        "asked_by_id": staff.id,
        "asked_at": AT,
        "to_staff_id": staff.id,
        "due_on": ON,
        "state": ReferralState.OPEN,
        **_STAMPS,
    }
    return put(session, Referral(**{**given, **but}))


def make_conflict(session: Session, *, case: Renewal, **but: Any) -> RenewalConflict:
    """A policy an import brought for a case that was closed otherwise."""
    run = put(
        session,
        ImportRun(
            kind=ImportKind.BOOK,
            file_name="book.csv",
            file_path="book.csv",
            file_sha256="0" * 64,
            state=ImportState.APPLIED,
            mapping={},
            **_STAMPS,
        ),
    )
    policy = make_policy(session, client=session.get_one(Client, case.client_id), number="NEU1")
    given = {
        "client_id": case.client_id,
        "renewal_id": case.id,
        "policy_id": policy.id,
        "run_id": run.id,
        "kind": ConflictKind.CLOSED_OTHERWISE,
        "state": ConflictState.OPEN,
        **_STAMPS,
    }
    return put(session, RenewalConflict(**{**given, **but}))
