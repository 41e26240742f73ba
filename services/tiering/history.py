"""What a client's classes were, what changed them, and what people decided about them."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, select
from sqlalchemy.orm import Session, aliased

from db.models import Approval, Rule, Staff, TierChange, TierOverride, TierRun
from services.access import client_id_by_number
from services.actor import Actor
from services.permissions import Permission
from services.tiering.overriding import axis_of
from terms.approvals import ApprovalKind, ApprovalState
from terms.tiering import TierAxis

_asker, _decider = aliased(Staff), aliased(Staff)


@dataclass(frozen=True, slots=True)
class ClassChange:
    """From one class to another; None: not known. ``rule_from`` is the day from which the
    version of the rule holds that the pass went by, ``on`` the day of its data."""

    on: date
    axis: TierAxis
    before: str | None
    after: str | None
    before_score: int | None
    after_score: int | None
    rule_from: date
    is_by_hand: bool
    """A person's decision that held then says the class, not the rule."""


@dataclass(frozen=True, slots=True)
class OverrideRow:
    """What a person decided a class is, and who. The names are None for what was taken over."""

    id: int
    axis: TierAxis
    held: str
    reason: str
    from_on: date
    until_on: date
    ended_at: datetime | None
    number: str | None
    asked_by: str | None
    decided_by: str | None
    version: int

    def holds_on(self, on: date) -> bool:
        return self.ended_at is None and self.from_on <= on <= self.until_on


@dataclass(frozen=True, slots=True)
class WaitingOverride:
    """A request about a class that nobody has decided yet."""

    axis: TierAxis
    number: str
    asked_by: str


def changes_of(
    session: Session, *, actor: Actor, number: str, on: date, limit: int = 50
) -> tuple[ClassChange, ...]:
    """The classes a client went through, the newest first.

    Raises:
        NotPermitted: the actor lacks ``client:read``.
        NotFound: there is no such client, or it is not the actor's.
    """
    actor.require(Permission.CLIENT_READ)
    client_id = client_id_by_number(session, actor=actor, number=number, on=on)
    rule_id = case(
        (TierChange.axis == TierAxis.VALUE, TierRun.value_rule_id),
        (TierChange.axis == TierAxis.RISK, TierRun.risk_rule_id),
        (TierChange.axis == TierAxis.RECEPTION, TierRun.reception_rule_id),
        (TierChange.axis == TierAxis.CREDIT, TierRun.credit_rule_id),
        else_=TierRun.star_rule_id,
    )
    rows = session.execute(
        select(TierChange, TierRun.on, TierRun.started_at, Rule.effective_from)
        .join(TierRun, TierRun.id == TierChange.run_id)
        .join(Rule, Rule.id == rule_id)
        .where(TierChange.client_id == client_id)
        .order_by(TierChange.id.desc())
        .limit(limit)
    ).all()
    decided = session.scalars(select(TierOverride).where(TierOverride.client_id == client_id)).all()
    return tuple(
        ClassChange(
            day,
            change.axis,
            change.before,
            change.after,
            change.before_score,
            change.after_score,
            rule_from,
            any(
                one.axis is change.axis
                and one.held == change.after
                and one.from_on <= day <= one.until_on
                and one.created_at <= started_at
                and (one.ended_at is None or one.ended_at > started_at)
                for one in decided
            ),
        )
        for change, day, started_at, rule_from in rows
    )


def overrides_of(
    session: Session, *, actor: Actor, number: str, on: date, limit: int = 50
) -> tuple[OverrideRow, ...]:
    """What people decided about a client's classes, the newest first.

    Raises:
        NotPermitted: the actor lacks ``client:read``.
        NotFound: there is no such client, or it is not the actor's.
    """
    actor.require(Permission.CLIENT_READ)
    client_id = client_id_by_number(session, actor=actor, number=number, on=on)
    rows = session.execute(
        select(TierOverride, Approval.number, _asker.name, _decider.name)
        .outerjoin(Approval, Approval.id == TierOverride.approval_id)
        .outerjoin(_asker, _asker.id == Approval.asked_by_id)
        .outerjoin(_decider, _decider.id == Approval.decided_by_id)
        .where(TierOverride.client_id == client_id)
        .order_by(TierOverride.id.desc())
        .limit(limit)
    )
    return tuple(
        OverrideRow(
            one.id,
            one.axis,
            one.held,
            one.reason,
            one.from_on,
            one.until_on,
            one.ended_at,
            asked,
            asker,
            decider,
            one.version,
        )
        for one, asked, asker, decider in rows
    )


def overrides_waiting(
    session: Session, *, actor: Actor, number: str, on: date
) -> tuple[WaitingOverride, ...]:
    """Requests about a client's classes that wait for a decision.

    Raises:
        NotPermitted: the actor lacks ``client:read``.
        NotFound: there is no such client, or it is not the actor's.
    """
    actor.require(Permission.CLIENT_READ)
    client_id = client_id_by_number(session, actor=actor, number=number, on=on)
    rows = session.execute(
        select(Approval.subject, Approval.number, Staff.name)
        .join(Staff, Staff.id == Approval.asked_by_id)
        .where(
            Approval.client_id == client_id,
            Approval.kind == ApprovalKind.TIER_OVERRIDE,
            Approval.state == ApprovalState.WAITING,
        )
        .order_by(Approval.id)
    )
    return tuple(
        WaitingOverride(axis_of(subject), asked, asked_by) for subject, asked, asked_by in rows
    )
