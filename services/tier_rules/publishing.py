"""Publishing a draft of the tier rules, and taking a publication back: two people each.

A published version takes effect by itself on its day: the first pass that day goes by it. Taking
it back puts the versions before it in force again; the next pass then gives every client whose
data nobody touched since exactly the class they had. The others are named (``left``): their class
follows from what is known of them now.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import String, case, cast, func, select
from sqlalchemy.orm import Session

from db.models import (
    Approval,
    Client,
    ClientStanding,
    Rule,
    Staff,
    TierChange,
    TierDraft,
    TierPublication,
)
from services import approvals, audit
from services.access import may_open
from services.actor import Actor
from services.approvals import Change, Decision, Payload
from services.errors import BusinessError, NotFound
from services.permissions import Permission
from services.rule_book.publishing import add_version, standing, withdraw_version
from services.rule_book.schemas import SCHEMAS
from services.rule_book.shapes import differences
from terms.approvals import ApprovalKind
from terms.tiering import TierAxis


class TierRulesMovedOn(BusinessError):
    """A later version is in force or to come: take that one back first. Data: ``day``."""

    code = "tier_rules_moved_on"


class AlreadyTakenBack(BusinessError):
    """The publication was taken back. Data: ``at``."""

    code = "tier_rules_taken_back"


@dataclass(frozen=True, slots=True)
class Publication:
    """Rules published together."""

    number: str
    name: str
    effective_from: date
    published_at: datetime
    approved_by: str | None
    shown: Mapping[str, list[list[int]]]
    """What was shown when it was asked for: axis → rows of counts."""
    is_applied: bool
    """A pass has gone by it."""
    undone_at: datetime | None
    is_undone: bool
    """A pass has gone by the rules before it again."""
    waits: str | None
    """The request to take it back that waits."""


@dataclass(frozen=True, slots=True)
class Left:
    """A client who does not stand where they stood before the publication, and why not:
    their data, or a person's decision, changed since."""

    number: str
    name: str | None
    axis: TierAxis
    before: str | None
    now: str | None


def publications(session: Session, *, actor: Actor, limit: int = 20) -> tuple[Publication, ...]:
    """What was published, the newest first.

    Raises:
        NotPermitted: the actor lacks ``tier:try``.
    """
    actor.require(Permission.TIER_TRY)
    rows = session.execute(
        select(TierPublication, Staff.name)
        .outerjoin(Approval, Approval.id == TierPublication.approval_id)
        .outerjoin(Staff, Staff.id == Approval.decided_by_id)
        .order_by(TierPublication.id.desc())
        .limit(limit)
    ).all()
    return tuple(
        Publication(
            _number(row.id),
            row.name,
            row.effective_from,
            row.published_at,
            who,
            row.shown,
            row.run_id is not None,
            row.undone_at,
            row.undone_by_run_id is not None,
            waits.number if waits else None,
        )
        for row, who in rows
        for waits in [
            approvals.waiting_about(
                session, kind=ApprovalKind.TIER_RULES_BACK, subject=_number(row.id)
            )
        ]
    )


def moved_by(session: Session, *, actor: Actor, number: str) -> Mapping[TierAxis, int]:
    """How many clients the publication moved, by axis: those taking it back is about.

    Raises:
        NotPermitted: the actor lacks ``tier:try``.
        NotFound: there is no such publication.
    """
    actor.require(Permission.TIER_TRY)
    row = _found(session, number)
    counted = dict(
        session.execute(
            select(TierChange.axis, func.count())
            .where(TierChange.run_id == row.run_id)
            .group_by(TierChange.axis)
        ).all()
    )
    return {axis: counted[axis] for axis in TierAxis if axis in counted}


def left(
    session: Session, *, actor: Actor, number: str, on: date, limit: int = 50
) -> tuple[int, tuple[Left, ...]]:
    """After it was taken back: how many clients it had moved do not stand where they stood before,
    and those of them the actor may open.

    Raises:
        NotPermitted: the actor lacks ``tier:try``.
        NotFound: there is no such publication.
    """
    actor.require(Permission.TIER_TRY)
    row = _found(session, number)
    now = _class_now()
    elsewhere = (
        select(TierChange, now.label("now"))
        .join(ClientStanding, ClientStanding.client_id == TierChange.client_id)
        .where(TierChange.run_id == row.run_id, now.is_distinct_from(TierChange.before))
    )
    count = session.scalar(select(func.count()).select_from(elsewhere.subquery())) or 0
    found = session.execute(
        select(Client.number, Client.name, TierChange.axis, TierChange.before, now.label("now"))
        .select_from(TierChange)
        .join(ClientStanding, ClientStanding.client_id == TierChange.client_id)
        .join(Client, Client.id == TierChange.client_id)
        .where(
            TierChange.run_id == row.run_id,
            now.is_distinct_from(TierChange.before),
            may_open(actor, on=on),
        )
        .order_by(TierChange.id)
        .limit(limit)
    )
    return count, tuple(Left(*each) for each in found)


def ask_back(
    session: Session, *, actor: Actor, number: str, why: str, on: date, at: datetime
) -> str:
    """Ask that a publication be taken back; a second person decides.

    Returns:
        The request's number.

    Raises:
        NotPermitted: the actor lacks ``tier:try``.
        NotFound: there is no such publication.
        AlreadyTakenBack: it was.
        TierRulesMovedOn: a later version of one of its rules is in force or to come.
        WhyMissing, AlreadyAsked, NobodyElse: as ``approvals.ask``.

    Audit: ``approval:ask``.
    """
    actor.require(Permission.TIER_TRY)
    row = _found(session, number)
    _refuse_what_cannot_go_back(session, row)
    return approvals.ask(
        session,
        actor=actor,
        kind=ApprovalKind.TIER_RULES_BACK,
        subject=number,
        payload={
            "publication": number,
            "name": row.name,
            "effective_from": row.effective_from.isoformat(),
        },
        why=why,
        on=on,
        at=at,
    )


# --- what two people decide ------------------------------------------------------------------


def _describe(session: Session, payload: Payload) -> tuple[Change, ...]:
    day = date.fromisoformat(payload["effective_from"])
    return tuple(
        Change(f"{key}:{each.path}", each.before, each.after)
        for key, value in payload["values"].items()
        for each in differences(SCHEMAS[key].shape, standing(session, key, day).value, value)
    )


def _publish_together(session: Session, decision: Decision) -> None:
    payload = decision.payload
    day = date.fromisoformat(payload["effective_from"])
    rules: dict[str, list[int]] = {}
    for key, value in payload["values"].items():
        before = standing(session, key, day)
        version = add_version(
            session,
            decision,
            key=key,
            day=day,
            value=value,
            source=payload["name"],
            needs_confirmation=False,
        )
        rules[key] = [version.id, before.id]
    row = TierPublication(
        name=payload["name"],
        effective_from=day,
        rules=rules,
        shown=payload["shown"],
        approval_id=decision.approval_id,
        published_at=decision.at,
    )
    session.add(row)
    draft = session.scalar(select(TierDraft).where(TierDraft.asked_number == decision.number))
    if draft is not None:
        session.delete(draft)
    session.flush()
    _record(session, decision, "tiers:publish", row)


def _describe_back(session: Session, payload: Payload) -> tuple[Change, ...]:
    row = _found(session, payload["publication"])
    if row.undone_at is not None:
        return ()
    found = []
    for key, (version_id, before_id) in row.rules.items():
        one, other = session.get_one(Rule, version_id), session.get_one(Rule, before_id)
        found += [
            Change(f"{key}:{each.path}", each.before, each.after)
            for each in differences(SCHEMAS[key].shape, one.value, other.value)
        ]
    return tuple(found)


def _take_back_together(session: Session, decision: Decision) -> None:
    row = _found(session, decision.payload["publication"])
    _refuse_what_cannot_go_back(session, row)
    for key, (version_id, before_id) in row.rules.items():
        version, before = session.get_one(Rule, version_id), session.get_one(Rule, before_id)
        stands = version
        if version.effective_from < decision.on:
            stands = standing(session, key, decision.on)
        if stands.effective_from >= decision.on:
            withdraw_version(session, decision, stands)
        if standing(session, key, decision.on).value != before.value:
            add_version(
                session,
                decision,
                key=key,
                day=decision.on,
                value=before.value,
                source=before.source,
                needs_confirmation=before.needs_confirmation,
            )
    row.undone_at = decision.at
    session.flush()
    _record(session, decision, "tiers:take_back", row)


def _refuse_what_cannot_go_back(session: Session, row: TierPublication) -> None:
    if row.undone_at is not None:
        raise AlreadyTakenBack(at=row.undone_at)
    for key, (version_id, _before) in row.rules.items():
        version = session.get_one(Rule, version_id)
        last = session.scalars(
            select(Rule)
            .where(
                Rule.key == key,
                Rule.withdrawn_at.is_(None),
                Rule.effective_from >= row.effective_from,
            )
            .order_by(Rule.effective_from.desc())
            .limit(1)
        ).first()
        if last is not None and last.value != version.value:
            raise TierRulesMovedOn(day=last.effective_from)


def _class_now() -> Any:
    return case(
        (TierChange.axis == TierAxis.VALUE, cast(ClientStanding.value_tier, String)),
        (TierChange.axis == TierAxis.RISK, cast(ClientStanding.risk_tier, String)),
        (TierChange.axis == TierAxis.RECEPTION, cast(ClientStanding.reception, String)),
        (TierChange.axis == TierAxis.CREDIT, cast(ClientStanding.credit, String)),
        (TierChange.axis == TierAxis.RECEPTION, cast(ClientStanding.reception, String)),
        (TierChange.axis == TierAxis.CREDIT, cast(ClientStanding.credit, String)),
        else_=cast(ClientStanding.stars, String),
    )


def _number(publication_id: int) -> str:
    return f"TP{publication_id:06d}"


def _found(session: Session, number: str) -> TierPublication:
    digits = number.removeprefix("TP")
    row = None
    if digits.isdecimal() and len(digits) < 10:
        row = session.get(TierPublication, int(digits))
    if row is None:
        raise NotFound(kind="tier_publication", number=number)
    return row


def _record(session: Session, decision: Decision, event: str, row: TierPublication) -> None:
    audit.record(
        session,
        actor=decision.decided_by,
        event=event,
        subject=TierPublication.__tablename__,
        subject_id=row.id,
        at=decision.at,
        detail={
            "name": row.name,
            "effective_from": row.effective_from.isoformat(),
            "approval": decision.number,
        },
    )


approvals.register(
    approvals.Kind(
        name=ApprovalKind.TIER_RULES,
        ask=Permission.TIER_TRY,
        decide=frozenset({Permission.RULE_APPROVE}),
        describe=_describe,
        carry_out=_publish_together,
    )
)
approvals.register(
    approvals.Kind(
        name=ApprovalKind.TIER_RULES_BACK,
        ask=Permission.TIER_TRY,
        decide=frozenset({Permission.RULE_APPROVE}),
        describe=_describe_back,
        carry_out=_take_back_together,
    )
)
