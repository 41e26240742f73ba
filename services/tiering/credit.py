"""The credit file of a client (R42): what lies behind the grade, entry by entry."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from db.models import Claim, Complaint, Document, Instalment, Policy
from services.access import client_id_by_number
from services.actor import Actor
from services.permissions import Permission
from services.tiering.facts import CLAIM_YEARS, COMPLAINT_YEARS, UNPAID
from services.tiering.income import DAY, anniversary
from services.working_calendar import SHANGHAI, local_date, start_of_day
from terms.intake import DocumentKind
from terms.policies import ClaimStatus


class CreditEvidence(StrEnum):
    """What an entry of the credit file is."""

    PAID_LATE = "paid_late"
    UNPAID = "unpaid"
    CLAIM = "claim"
    COMPLAINT = "complaint"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One entry: what it is, its day, what it is called, and its amount where there is one."""

    kind: CreditEvidence
    on: date
    what: str
    amount_fen: int | None = None


def credit_evidence(
    session: Session, *, actor: Actor, number: str, on: date, limit: int = 20
) -> tuple[Evidence, ...]:
    """What speaks about a client's credit, the newest first; at most ``limit`` of each kind.

    Late instalments and complaints of two years, claims of three, documents of the kind
    ``credit``: what the grade counts, and what people put on file beside it.

    Raises:
        NotPermitted: the actor lacks ``client:read``.
        NotFound: there is no such client, or it is not the actor's.
    """
    actor.require(Permission.CLIENT_READ)
    client_id = client_id_by_number(session, actor=actor, number=number, on=on)
    found = [
        *_late(session, client_id, on, limit),
        *_claims(session, client_id, on, limit),
        *_complaints(session, actor, client_id, on, limit),
        *_documents(session, client_id, limit),
    ]
    return tuple(sorted(found, key=lambda each: each.on, reverse=True))


def _late(session: Session, client_id: int, on: date, limit: int) -> list[Evidence]:
    since = anniversary(on, on.year - COMPLAINT_YEARS)
    rows = session.execute(
        select(Instalment.due_on, Instalment.paid_on, Instalment.premium_fen, Policy.number)
        .join(Policy, Policy.id == Instalment.policy_id)
        .where(
            Instalment.client_id == client_id,
            Instalment.due_on > since,
            Instalment.due_on <= on,
            or_(
                Instalment.paid_on > Instalment.due_on,
                and_(Instalment.status.in_(UNPAID), Instalment.due_on < on),
            ),
        )
        .order_by(Instalment.due_on.desc())
        .limit(limit)
    )
    return [
        Evidence(
            CreditEvidence.UNPAID if paid_on is None else CreditEvidence.PAID_LATE,
            due_on,
            policy,
            amount_fen,
        )
        for due_on, paid_on, amount_fen, policy in rows
    ]


def _claims(session: Session, client_id: int, on: date, limit: int) -> list[Evidence]:
    rows = session.execute(
        select(Claim.reported_on, Claim.number, Claim.amount_fen)
        .where(
            Claim.client_id == client_id,
            Claim.reported_on > anniversary(on, on.year - CLAIM_YEARS),
            Claim.reported_on <= on,
            Claim.status.not_in((ClaimStatus.WITHDRAWN, ClaimStatus.REJECTED)),
        )
        .order_by(Claim.reported_on.desc())
        .limit(limit)
    )
    return [Evidence(CreditEvidence.CLAIM, *row) for row in rows]


def _complaints(
    session: Session, actor: Actor, client_id: int, on: date, limit: int
) -> list[Evidence]:
    """Without those about the actor (law 6)."""
    since = start_of_day(anniversary(on, on.year - COMPLAINT_YEARS) + DAY, SHANGHAI)
    rows = session.execute(
        select(Complaint.received_at, Complaint.number)
        .where(
            Complaint.client_id == client_id,
            Complaint.received_at >= since,
            Complaint.about_staff_id.is_distinct_from(actor.staff_id),
        )
        .order_by(Complaint.received_at.desc())
        .limit(limit)
    )
    return [
        Evidence(CreditEvidence.COMPLAINT, local_date(received_at, SHANGHAI), number)
        for received_at, number in rows
    ]


def _documents(session: Session, client_id: int, limit: int) -> list[Evidence]:
    rows = session.execute(
        select(Document.stored_at, Document.name)
        .where(
            Document.client_id == client_id,
            Document.kind == DocumentKind.CREDIT,
            Document.removed_at.is_(None),
        )
        .order_by(Document.stored_at.desc())
        .limit(limit)
    )
    return [
        Evidence(CreditEvidence.DOCUMENT, local_date(stored_at, SHANGHAI), name)
        for stored_at, name in rows
    ]
