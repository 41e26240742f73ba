"""What stands in a client's file besides the head: policies, money, contacts, history.

Each function reads one view of the screen in one or two statements, newest or nearest first.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select, union_all
from sqlalchemy.orm import Session

from db.models import (
    AuditEntry,
    Claim,
    Client,
    ClientFormer,
    ClientRelation,
    Complaint,
    Contact,
    Engagement,
    Instalment,
    Party,
    Policy,
    PolicyEvent,
    PolicyParty,
    Promise,
    Staff,
)
from services.access import may_open
from services.actor import Actor
from services.clients.files import readable_client
from services.clients.rows import (
    LIVE,
    ClaimRow,
    ComplaintRow,
    ContactRow,
    EngagementRow,
    HistoryRow,
    Holdings,
    InstalmentRow,
    PolicyRow,
    PromiseRow,
    RelationRow,
    TimelineEvent,
)
from services.permissions import Permission
from terms.clients import (
    PartyRole,
)
from terms.policies import (
    InstalmentStatus,
)
from terms.renewals import (
    PromiseState,
)

CONTACTS_SHOWN = 100
HISTORY_SHOWN = 100


def policies_of(session: Session, *, actor: Actor, number: str, on: date) -> tuple[PolicyRow, ...]:
    """The client's policies: in force first, the nearest expiry first, then the ended ones."""
    client_id = readable_client(session, actor=actor, number=number, on=on)
    policies = list(session.scalars(select(Policy).where(Policy.client_id == client_id)))
    by_id = {policy.id: policy for policy in policies}
    insured: dict[int, tuple[str, ...]] = {}
    names = (
        select(PolicyParty.policy_id, Party.name)
        .join(Party, Party.id == PolicyParty.party_id)
        .where(PolicyParty.client_id == client_id, PolicyParty.role == PartyRole.INSURED)
    )
    for policy_id, name in session.execute(names):
        if name:
            insured[policy_id] = (*insured.get(policy_id, ()), name)
    rows = []
    for policy in policies:
        previous = by_id.get(policy.previous_id) if policy.previous_id else None
        rows.append(
            PolicyRow(
                number=policy.number,
                previous_number=previous.number if previous else None,
                line=policy.line,
                product=policy.product,
                insurer=policy.insurer,
                inception_on=policy.inception_on,
                expiry_on=policy.expiry_on,
                premium_fen=policy.premium_fen,
                previous_premium_fen=previous.premium_fen if previous else None,
                sum_insured_fen=policy.sum_insured_fen,
                payment_mode=policy.payment_mode,
                status=policy.status,
                cooling_off_days=policy.cooling_off_days,
                days_left=(policy.expiry_on - on).days if policy.expiry_on else None,
                insured=insured.get(policy.id, ()),
                cover=tuple((str(item), str(value)) for item, value in policy.cover.items()),
            )
        )
    return tuple(sorted(rows, key=lambda row: _nearness(row, on)))


def _nearness(row: PolicyRow, on: date) -> tuple[bool, int]:
    is_over = row.status not in LIVE
    if row.expiry_on is None:
        return is_over, 10**6
    away = (row.expiry_on - on).days
    return is_over, -away if is_over else away


def timeline_of(
    session: Session, *, actor: Actor, number: str, on: date
) -> tuple[TimelineEvent, ...]:
    """What happened to the policies, claims among it, newest first."""
    client_id = readable_client(session, actor=actor, number=number, on=on)
    events = (
        select(PolicyEvent, Policy.number, Policy.product)
        .join(Policy, Policy.id == PolicyEvent.policy_id)
        .where(PolicyEvent.client_id == client_id)
    )
    found = [
        TimelineEvent(event.happened_on, event.kind, policy, product, None, event.note)
        for event, policy, product in session.execute(events)
    ]
    claims = (
        select(Claim, Policy.number, Policy.product)
        .outerjoin(Policy, Policy.id == Claim.policy_id)
        .where(Claim.client_id == client_id)
    )
    for claim, policy, product in session.execute(claims):
        day = claim.settled_on or claim.reported_on
        found.append(
            TimelineEvent(day, claim.status, policy, product, claim.amount_fen, claim.note)
        )
    return tuple(sorted(found, key=lambda event: event.on, reverse=True))


def instalments_of(
    session: Session, *, actor: Actor, number: str, on: date
) -> tuple[InstalmentRow, ...]:
    """Instalments: the unpaid by due day, then the paid, latest first."""
    client_id = readable_client(session, actor=actor, number=number, on=on)
    asked = (
        select(Instalment, Policy.number, Policy.product)
        .join(Policy, Policy.id == Instalment.policy_id)
        .where(Instalment.client_id == client_id)
        .order_by(Instalment.due_on.desc())
        .limit(240)
    )
    rows = [
        InstalmentRow(
            policy_number=policy,
            product=product,
            due_on=row.due_on,
            premium_fen=row.premium_fen,
            paid_on=row.paid_on,
            paid_fen=row.paid_fen,
            demanded_on=row.demanded_on,
            grace_ends_on=row.grace_ends_on,
            status=row.status,
        )
        for row, policy, product in session.execute(asked)
    ]
    open_rows = [row for row in rows if row.status is not InstalmentStatus.PAID]
    paid = [row for row in rows if row.status is InstalmentStatus.PAID]
    return (*sorted(open_rows, key=lambda row: row.due_on), *paid)


def contacts_of(session: Session, *, actor: Actor, number: str, on: date) -> tuple[ContactRow, ...]:
    """The latest ``CONTACTS_SHOWN`` contacts, newest first."""
    client_id = readable_client(session, actor=actor, number=number, on=on)
    asked = (
        select(Contact, Staff.name)
        .join(Staff, Staff.id == Contact.staff_id)
        .where(Contact.client_id == client_id)
        .order_by(Contact.happened_at.desc())
        .limit(CONTACTS_SHOWN)
    )
    return tuple(
        ContactRow(
            at=row.happened_at,
            by=by,
            channel=row.channel,
            outcome=row.outcome,
            intention=row.intention,
            refusal_reason=row.refusal_reason,
            note=row.note,
            reaction=row.reaction,
            next_at=row.next_at,
        )
        for row, by in session.execute(asked)
    )


def promises_of(
    session: Session, *, actor: Actor, number: str, at: datetime, on: date
) -> tuple[PromiseRow, ...]:
    """Promises and appointments: the open ones by time, then the settled, latest first."""
    client_id = readable_client(session, actor=actor, number=number, on=on)
    asked = (
        select(Promise, Staff.name)
        .join(Staff, Staff.id == Promise.staff_id)
        .where(Promise.client_id == client_id)
        .order_by(Promise.due_at.desc())
        .limit(CONTACTS_SHOWN)
    )
    rows = [
        PromiseRow(
            due_at=row.due_at,
            kind=row.kind,
            what=row.what,
            by=by,
            state=row.state,
            settled_at=row.settled_at,
            is_overdue=row.state is PromiseState.OPEN and row.due_at < at,
        )
        for row, by in session.execute(asked)
    ]
    still_open = [row for row in rows if row.state is PromiseState.OPEN]
    settled = [row for row in rows if row.state is not PromiseState.OPEN]
    return (*sorted(still_open, key=lambda row: row.due_at), *settled)


def claims_of(session: Session, *, actor: Actor, number: str, on: date) -> tuple[ClaimRow, ...]:
    """Claims, newest first."""
    client_id = readable_client(session, actor=actor, number=number, on=on)
    asked = (
        select(Claim, Policy.number)
        .outerjoin(Policy, Policy.id == Claim.policy_id)
        .where(Claim.client_id == client_id)
        .order_by(Claim.reported_on.desc())
        .limit(CONTACTS_SHOWN)
    )
    return tuple(
        ClaimRow(
            number=row.number,
            policy_number=policy,
            reported_on=row.reported_on,
            settled_on=row.settled_on,
            amount_fen=row.amount_fen,
            status=row.status,
            note=row.note,
        )
        for row, policy in session.execute(asked)
    )


def holdings_of(session: Session, *, actor: Actor, number: str, on: date) -> Holdings:
    """How many claims and complaints there are in all; the lists show the newest only."""
    client_id = readable_client(session, actor=actor, number=number, on=on)
    claims = select(func.count()).where(Claim.client_id == client_id)
    complaints = select(func.count()).where(
        Complaint.client_id == client_id,
        Complaint.about_staff_id.is_distinct_from(actor.staff_id),
    )
    still_open = complaints.where(Complaint.closed_on.is_(None))
    counted = (claims, complaints, still_open)
    return Holdings(*session.execute(select(*(one.scalar_subquery() for one in counted))).one())


def complaints_of(
    session: Session, *, actor: Actor, number: str, on: date
) -> tuple[ComplaintRow, ...]:
    """Complaints, newest first; nobody sees the complaint about themselves (law 6)."""
    client_id = readable_client(session, actor=actor, number=number, on=on)
    asked = (
        select(Complaint)
        .where(
            Complaint.client_id == client_id,
            Complaint.about_staff_id.is_distinct_from(actor.staff_id),
        )
        .order_by(Complaint.received_at.desc())
        .limit(CONTACTS_SHOWN)
    )
    may_read = actor.may(Permission.COMPLAINT_READ)
    return tuple(
        ComplaintRow(
            number=row.number,
            received_at=row.received_at,
            dispute=row.dispute,
            state=row.state,
            summary=row.summary if may_read else None,
            closed_on=row.closed_on,
        )
        for row in session.scalars(asked)
    )


def relations_of(
    session: Session, *, actor: Actor, number: str, on: date
) -> tuple[RelationRow, ...]:
    """The clients this one belongs with, with their premium in force (family and group view)."""
    client_id = readable_client(session, actor=actor, number=number, on=on)
    columns: tuple[Any, ...] = (ClientRelation.id, ClientRelation.kind, ClientRelation.note)
    from_here = select(*columns, ClientRelation.other_id.label("to_id")).where(
        ClientRelation.client_id == client_id
    )
    to_here = select(*columns, ClientRelation.client_id.label("to_id")).where(
        ClientRelation.other_id == client_id
    )
    relations = session.execute(union_all(from_here, to_here)).all()
    own = set(session.scalars(select(ClientRelation.id).where(from_here.whereclause)))  # type: ignore[arg-type]
    ids = [to_id for *_, to_id in relations]
    if not ids:
        return ()
    seen = select(Client).where(Client.id.in_(ids), may_open(actor, on=on))
    others = {other.id: other for other in session.scalars(seen)}
    premiums = dict(
        session.execute(
            select(Policy.client_id, func.sum(Policy.premium_fen))
            .where(
                Policy.client_id.in_(others),
                Policy.status.in_(LIVE),
                or_(Policy.expiry_on.is_(None), Policy.expiry_on >= on),
            )
            .group_by(Policy.client_id)
        ).all()
    )
    rows = []
    for relation_id, kind, note, to_id in relations:
        other = others.get(to_id)
        rows.append(
            RelationRow(
                id=relation_id,
                number=other.number if other else None,
                name=other.name if other else None,
                client_type=other.client_type if other else None,
                stage=other.stage if other else None,
                kind=kind,
                is_from_here=relation_id in own,
                note=note if other else None,
                premium_in_force_fen=int(premiums.get(to_id, 0)) if other else None,
            )
        )
    return tuple(sorted(rows, key=lambda row: (row.kind, -(row.premium_in_force_fen or 0))))


def engagements_of(
    session: Session, *, actor: Actor, number: str, on: date
) -> tuple[EngagementRow, ...]:
    """Written engagements, newest first."""
    client_id = readable_client(session, actor=actor, number=number, on=on)
    asked = (
        select(Engagement)
        .where(Engagement.client_id == client_id)
        .order_by(Engagement.signed_on.desc())
    )
    return tuple(
        EngagementRow(
            number=row.number,
            kind=row.kind,
            signed_on=row.signed_on,
            ends_on=row.ends_on,
            ownership_clause=row.ownership_clause,
            is_current=row.is_current,
        )
        for row in session.scalars(asked)
    )


def history_of(session: Session, *, actor: Actor, number: str, on: date) -> tuple[HistoryRow, ...]:
    """The latest ``HISTORY_SHOWN`` acts of the audit trail on this client, newest first.

    Personal values stay encrypted: the fields are named, not their content. What was done about
    a complaint is the complaint chapter's to show.
    """
    client_id = readable_client(session, actor=actor, number=number, on=on)
    asked = (
        select(AuditEntry.happened_at, Staff.name, AuditEntry.event, AuditEntry.detail)
        .outerjoin(Staff, Staff.id == AuditEntry.actor_id)
        .where(
            AuditEntry.client_id.in_([client_id, *former_ids(session, client_id)]),
            ~AuditEntry.event.startswith("complaint:"),
        )
        .order_by(AuditEntry.id.desc())
        .limit(HISTORY_SHOWN)
    )
    found = session.execute(asked).all()
    others = _numbers_of_others(session, actor, [row.detail for row in found], on)
    return tuple(
        HistoryRow(
            at=at,
            by=by,
            event=event,
            fields=tuple(detail.get("fields", ())),
            before=_pairs(detail.get("before"), others),
            after=_pairs(detail.get("after"), others),
        )
        for at, by, event, detail in found
    )


def former_ids(session: Session, client_id: int) -> list[int]:
    """The ids of the clients that were merged into this one; their audit trail is its too."""
    merged = select(ClientFormer.client_id).where(ClientFormer.into_id == client_id)
    return list(session.scalars(merged))


def _numbers_of_others(
    session: Session, actor: Actor, details: list[dict[str, Any]], on: date
) -> dict[int, str]:
    """The numbers of the other clients the entries speak of, where the reader may open them."""
    sides = [detail.get(side) for detail in details for side in ("before", "after")]
    ids = {side["other_id"] for side in sides if isinstance(side, dict) and "other_id" in side}
    if not ids:
        return {}
    seen = select(Client.id, Client.number).where(Client.id.in_(ids), may_open(actor, on=on))
    return {client_id: number for client_id, number in session.execute(seen)}


def _pairs(values: Any, others: Mapping[int, str]) -> tuple[tuple[str, str], ...]:
    if not isinstance(values, dict):
        return ()
    told = {
        ("other" if key == "other_id" else str(key)): (
            others.get(value) if key == "other_id" else value
        )
        for key, value in values.items()
    }
    return tuple((key, str(value)) for key, value in told.items() if value is not None)
