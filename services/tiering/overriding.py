"""Adjusting a class by hand (R29): somebody asks with a reason and an end, somebody else decides.

What the rule says stays beside what a person decided. The executor below is called by a decision
of ``services.approvals`` alone.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from db.models import Client, ClientStanding, TierOverride
from services import access, approvals, audit
from services.access import client_id_by_number
from services.actor import Actor
from services.approvals import WHY_LIMIT, Change, Decision, Payload
from services.errors import BusinessError, ChangedMeanwhile, NotFound
from services.permissions import Permission
from services.rule_tables import rule
from services.tiering import holding
from services.tiering.holding import CLASS_OF, CLASSES
from terms.approvals import ApprovalKind
from terms.tiering import TierAxis

OVERRIDE_RULE = "tiering.override_days"
_DAY = timedelta(days=1)


class NoSuchClass(BusinessError):
    """The axis has no such class. Data: ``axis``, ``held``."""

    code = "tier_no_such_class"


class OverrideEndPassed(BusinessError):
    """The last day of a decision lies before today. Data: ``until``, ``today``."""

    code = "tier_override_end_passed"


class OverrideTooLong(BusinessError):
    """A decision would hold longer than the rule allows. Data: ``days``, ``latest``."""

    code = "tier_override_too_long"


class OverrideOver(BusinessError):
    """The decision holds no longer. Data: ``until``, its last day."""

    code = "tier_override_over"


class EndingReasonMissing(BusinessError):
    """Ending a decision early needs a reason. Data: ``limit``, the most characters."""

    code = "tier_ending_reason_missing"


class _Asked:
    """What a payload asks for."""

    def __init__(self, payload: Payload) -> None:
        self.client_id: int = payload["client_id"]
        self.axis = TierAxis(payload["axis"])
        self.held: str = payload["held"]
        self.until = date.fromisoformat(payload["until"])
        self.on = date.fromisoformat(payload["on"])
        self.why: str = payload["why"]


def latest_end(session: Session, *, on: date) -> date:
    """The last day a decision made on the day ``on`` may hold (rule ``tiering.override_days``)."""
    days: int = rule(session, OVERRIDE_RULE, on)["days"]
    return on + days * _DAY


def override_subject(client_id: int, axis: TierAxis) -> str:
    """How a request about a class names what it is about."""
    return f"tier:{client_id}:{axis.value}"


def axis_of(subject: str) -> TierAxis:
    """The axis a request of ``override_subject`` is about."""
    return TierAxis(subject.rpartition(":")[2])


def ask_override(
    session: Session,
    *,
    actor: Actor,
    number: str,
    axis: TierAxis,
    held: str,
    until_on: date,
    why: str,
    on: date,
    at: datetime,
) -> str:
    """Ask that a client be of class ``held`` until ``until_on``, whatever the rule says.

    Args:
        held: a ``Tier``, or stars as a number.
        why: size, social influence, specific needs (R29); the decider reads it, the client's
            file keeps it.

    Returns:
        The request's number.

    Raises:
        NotPermitted: the actor lacks ``tier:override``.
        NotFound: there is no such client, or it is not the actor's.
        NoSuchClass, OverrideEndPassed, OverrideTooLong: as they say.
        BusinessError: whatever ``approvals.ask`` refuses.

    Audit: ``approval:ask``.
    """
    actor.require(Permission.TIER_OVERRIDE)
    client_id = client_id_by_number(session, actor=actor, number=number, on=on)
    if held not in CLASSES[axis]:
        raise NoSuchClass(axis=axis, held=held)
    if until_on < on:
        raise OverrideEndPassed(until=until_on, today=on)
    latest = latest_end(session, on=on)
    if until_on > latest:
        raise OverrideTooLong(days=(latest - on).days, latest=latest)
    return approvals.ask(
        session,
        actor=actor,
        kind=ApprovalKind.TIER_OVERRIDE,
        subject=override_subject(client_id, axis),
        payload={
            "client_id": client_id,
            "axis": axis.value,
            "held": held,
            "until": until_on.isoformat(),
            "on": on.isoformat(),
            "why": why.strip(),
        },
        why=why,
        on=on,
        at=at,
        client_id=client_id,
    )


def end_override(
    session: Session,
    *,
    actor: Actor,
    override_id: int,
    why: str,
    on: date,
    at: datetime,
    seen_version: int,
) -> TierAxis:
    """End a decision before its last day: the class goes by the rule again, at once.

    Returns:
        The axis that goes by the rule again.

    Raises:
        NotPermitted: the actor may neither ask for such a decision nor make one.
        NotFound: there is none, or the client is not the actor's.
        ChangedMeanwhile: somebody saved it after ``seen_version``.
        OverrideOver: it does not hold any more.
        EndingReasonMissing: no reason, or one too long.

    Audit: ``tiers:end_override`` with the class and the reason.
    """
    if not actor.may(Permission.TIER_APPROVE):
        actor.require(Permission.TIER_OVERRIDE)
    override = session.get(TierOverride, override_id)
    if override is None:
        raise NotFound(kind="override")
    access.require_client(session, actor=actor, client_id=override.client_id, on=on)
    if override.version != seen_version:
        raise ChangedMeanwhile(at=override.updated_at)
    if override.ended_at is not None or override.until_on < on:
        raise OverrideOver(until=override.until_on)
    if not why.strip() or len(why) > WHY_LIMIT:
        raise EndingReasonMissing(limit=WHY_LIMIT)
    override.ended_at = override.updated_at = at
    holding.settle(session, client_id=override.client_id, on=on, at=at)
    audit.record(
        session,
        actor=actor,
        event="tiers:end_override",
        subject=TierOverride.__tablename__,
        subject_id=override.id,
        client_id=override.client_id,
        at=at,
        detail={"axis": override.axis.value, "class": override.held},
        personal={"reason": why.strip()},
    )
    return override.axis


def _describe(session: Session, payload: Payload) -> tuple[Change, ...]:
    asked = _Asked(payload)
    now = _class_now(session, asked.client_id, asked.axis)
    until = session.scalar(
        select(TierOverride.until_on)
        .where(*_in_force(asked.client_id, asked.axis, asked.on))
        .order_by(TierOverride.id.desc())
        .limit(1)
    )
    ends = until.isoformat() if until else None
    changes = [] if now == asked.held else [Change("class", now, asked.held)]
    if ends != asked.until.isoformat():
        changes.append(Change("until", ends, asked.until.isoformat()))
    return tuple(changes)


def _hold(session: Session, decision: Decision) -> None:
    asked = _Asked(decision.payload)
    if asked.until < decision.on:
        raise OverrideEndPassed(until=asked.until, today=decision.on)
    if session.get(Client, asked.client_id) is None:
        raise NotFound(kind="client")
    before = _class_now(session, asked.client_id, asked.axis)
    replaced = session.scalars(
        select(TierOverride).where(*_in_force(asked.client_id, asked.axis, decision.on))
    )
    for one in replaced:
        one.ended_at = one.updated_at = decision.at
    override = TierOverride(
        client_id=asked.client_id,
        axis=asked.axis,
        held=asked.held,
        reason=asked.why,
        from_on=decision.on,
        until_on=asked.until,
        approval_id=decision.approval_id,
        created_at=decision.at,
        updated_at=decision.at,
    )
    session.add(override)
    session.flush()
    holding.settle(session, client_id=asked.client_id, on=decision.on, at=decision.at)
    audit.record(
        session,
        actor=decision.decided_by,
        event="tiers:override",
        subject=TierOverride.__tablename__,
        subject_id=override.id,
        client_id=asked.client_id,
        at=decision.at,
        detail={
            "axis": asked.axis.value,
            "class_before": before,
            "class": asked.held,
            "to_on": asked.until.isoformat(),
            "approval": decision.number,
        },
    )


def _in_force(client_id: int, axis: TierAxis, on: date) -> tuple[ColumnElement[bool], ...]:
    return (
        TierOverride.client_id == client_id,
        TierOverride.axis == axis,
        TierOverride.from_on <= on,
        TierOverride.until_on >= on,
        TierOverride.ended_at.is_(None),
    )


def _class_now(session: Session, client_id: int, axis: TierAxis) -> str | None:
    """The class that holds, as it is written; None before the first pass, or not known."""
    name, _by_rule = CLASS_OF[axis]
    found = session.scalar(
        select(ClientStanding.__table__.c[name]).where(ClientStanding.client_id == client_id)
    )
    return None if found is None else str(found)


approvals.register(
    approvals.Kind(
        name=ApprovalKind.TIER_OVERRIDE,
        ask=Permission.TIER_OVERRIDE,
        decide=frozenset({Permission.TIER_APPROVE}),
        describe=_describe,
        carry_out=_hold,
    )
)
