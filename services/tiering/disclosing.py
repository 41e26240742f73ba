"""Telling a client their stars (R30): asked for by one person, decided by another, until a day.

The executor below is called by a decision of ``services.approvals`` alone; what it allows is read
by ``services.disclosure``.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Client, StarDisclosure
from services import access, approvals, audit
from services.access import client_id_by_number
from services.actor import Actor
from services.approvals import WHY_LIMIT, Change, Decision, Payload
from services.errors import ChangedMeanwhile, NotFound
from services.permissions import Permission
from services.tiering.overriding import (
    EndingReasonMissing,
    OverrideEndPassed,
    OverrideOver,
    OverrideTooLong,
    latest_end,
)
from terms.approvals import ApprovalKind


@dataclass(frozen=True, slots=True)
class DisclosureRow:
    """A client's stars may be told to the client until ``until_on``."""

    id: int
    reason: str
    until_on: date
    version: int


@dataclass(frozen=True, slots=True)
class DisclosureCard:
    """What stands for a client, and what waits for a decision."""

    row: DisclosureRow | None
    waits: str | None
    """The number of the request that waits."""


def disclosure_of(session: Session, *, actor: Actor, number: str, on: date) -> DisclosureCard:
    """Whether a client may be told their stars on the day ``on``.

    Raises:
        NotPermitted: the actor lacks ``client:read``.
        NotFound: there is no such client, or it is not the actor's.
    """
    actor.require(Permission.CLIENT_READ)
    client_id = client_id_by_number(session, actor=actor, number=number, on=on)
    row = _standing(session, client_id, on)
    waits = approvals.waiting_about(
        session, kind=ApprovalKind.STAR_DISCLOSURE, subject=_subject(client_id)
    )
    return DisclosureCard(
        DisclosureRow(row.id, row.reason, row.until_on, row.version) if row else None,
        waits.number if waits else None,
    )


def ask_disclosure(
    session: Session,
    *,
    actor: Actor,
    number: str,
    until_on: date,
    why: str,
    on: date,
    at: datetime,
) -> str:
    """Ask that a client may be told their stars until ``until_on``.

    Returns:
        The request's number.

    Raises:
        NotPermitted: the actor lacks ``tier:override``.
        NotFound: there is no such client, or it is not the actor's.
        OverrideEndPassed, OverrideTooLong: the last day is past, or too far away.
        BusinessError: whatever ``approvals.ask`` refuses.

    Audit: ``approval:ask``.
    """
    actor.require(Permission.TIER_OVERRIDE)
    client_id = client_id_by_number(session, actor=actor, number=number, on=on)
    if until_on < on:
        raise OverrideEndPassed(until=until_on, today=on)
    latest = latest_end(session, on=on)
    if until_on > latest:
        raise OverrideTooLong(days=(latest - on).days, latest=latest)
    return approvals.ask(
        session,
        actor=actor,
        kind=ApprovalKind.STAR_DISCLOSURE,
        subject=_subject(client_id),
        payload={
            "client_id": client_id,
            "until": until_on.isoformat(),
            "on": on.isoformat(),
            "why": why.strip(),
        },
        why=why,
        on=on,
        at=at,
        client_id=client_id,
    )


def end_disclosure(
    session: Session,
    *,
    actor: Actor,
    disclosure_id: int,
    why: str,
    on: date,
    at: datetime,
    seen_version: int,
) -> date:
    """Have a client's stars stay in the house again, from now on.

    Returns:
        The last day on which they might have been told.

    Raises:
        NotPermitted: the actor may neither ask for a disclosure nor decide one.
        NotFound: there is none, or the client is not the actor's.
        ChangedMeanwhile: somebody saved it after ``seen_version``.
        OverrideOver: it stands no longer.
        EndingReasonMissing: no reason, or one too long.

    Audit: ``stars:end_disclosure`` with the reason.
    """
    if not actor.may(Permission.TIER_APPROVE):
        actor.require(Permission.TIER_OVERRIDE)
    row = session.get(StarDisclosure, disclosure_id)
    if row is None:
        raise NotFound(kind="disclosure")
    access.require_client(session, actor=actor, client_id=row.client_id, on=on)
    if row.version != seen_version:
        raise ChangedMeanwhile(at=row.updated_at)
    if row.ended_at is not None or row.until_on < on:
        raise OverrideOver(until=row.until_on)
    if not why.strip() or len(why) > WHY_LIMIT:
        raise EndingReasonMissing(limit=WHY_LIMIT)
    row.ended_at = row.updated_at = at
    session.flush()
    audit.record(
        session,
        actor=actor,
        event="stars:end_disclosure",
        subject=StarDisclosure.__tablename__,
        subject_id=row.id,
        client_id=row.client_id,
        at=at,
        personal={"reason": why.strip()},
    )
    return row.until_on


def _describe(session: Session, payload: Payload) -> tuple[Change, ...]:
    row = _standing(session, payload["client_id"], date.fromisoformat(payload["on"]))
    before = row.until_on.isoformat() if row else None
    return () if before == payload["until"] else (Change("until", before, payload["until"]),)


def _allow(session: Session, decision: Decision) -> None:
    client_id = decision.payload["client_id"]
    until = date.fromisoformat(decision.payload["until"])
    if until < decision.on:
        raise OverrideEndPassed(until=until, today=decision.on)
    if session.get(Client, client_id) is None:
        raise NotFound(kind="client")
    replaced = _standing(session, client_id, decision.on)
    if replaced is not None:
        replaced.ended_at = replaced.updated_at = decision.at
    row = StarDisclosure(
        client_id=client_id,
        reason=decision.payload["why"],
        from_on=decision.on,
        until_on=until,
        approval_id=decision.approval_id,
        created_at=decision.at,
        updated_at=decision.at,
    )
    session.add(row)
    session.flush()
    audit.record(
        session,
        actor=decision.decided_by,
        event="stars:disclose",
        subject=StarDisclosure.__tablename__,
        subject_id=row.id,
        client_id=client_id,
        at=decision.at,
        detail={"to_on": until.isoformat(), "approval": decision.number},
    )


def _standing(session: Session, client_id: int, on: date) -> StarDisclosure | None:
    return session.scalars(
        select(StarDisclosure)
        .where(
            StarDisclosure.client_id == client_id,
            StarDisclosure.from_on <= on,
            StarDisclosure.until_on >= on,
            StarDisclosure.ended_at.is_(None),
        )
        .order_by(StarDisclosure.id.desc())
        .limit(1)
    ).first()


def _subject(client_id: int) -> str:
    return f"stars:{client_id}"


approvals.register(
    approvals.Kind(
        name=ApprovalKind.STAR_DISCLOSURE,
        ask=Permission.TIER_OVERRIDE,
        decide=frozenset({Permission.TIER_APPROVE}),
        describe=_describe,
        carry_out=_allow,
    )
)
