"""What two people decide about rules: publishing a version, taking back one that is to come.

The executors below are called by a decision of ``services.approvals`` alone.
"""

from datetime import date
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Rule, RuleDraft
from services import approvals, audit
from services.approvals import Change, Decision, Payload
from services.errors import BusinessError
from services.permissions import Permission
from services.rule_book.schemas import SCHEMAS
from services.rule_book.shapes import Difference, differences
from terms.approvals import ApprovalKind


class RuleDayPassed(BusinessError):
    """The day a version was to take effect is past. Data: ``day``, ``today``."""

    code = "rule_day_passed"


class RuleDayTaken(BusinessError):
    """Another version takes effect on that day. Data: ``day``."""

    code = "rule_day_taken"


class RuleInForce(BusinessError):
    """A version that is in force, or was, is not taken back: publish another. Data: ``day``."""

    code = "rule_in_force"


class Prepared(Protocol):
    """A version that is prepared: the saved draft."""

    @property
    def value(self) -> Any: ...
    @property
    def source(self) -> str: ...
    @property
    def needs_confirmation(self) -> bool: ...


def publication(session: Session, *, key: str, draft: Prepared, on: date) -> tuple[Difference, ...]:
    """What a version that starts on ``on`` changes: its value, its source, its confirmation."""
    stands = standing(session, key, on)
    found = list(differences(SCHEMAS[key].shape, stands.value, draft.value))
    if stands.source != draft.source:
        found.append(Difference("source", stands.source, draft.source))
    if stands.needs_confirmation != draft.needs_confirmation:
        found.append(
            Difference("needs_confirmation", stands.needs_confirmation, draft.needs_confirmation)
        )
    return tuple(found)


def standing(session: Session, key: str, on: date) -> Rule:
    """The version in force on the day ``on``; every rule has had one since its seeding."""
    return session.scalars(
        select(Rule)
        .where(Rule.key == key, Rule.effective_from <= on, Rule.withdrawn_at.is_(None))
        .order_by(Rule.effective_from.desc())
        .limit(1)
    ).one()


def withdrawal_subject(key: str, effective_from: date) -> str:
    """How a request to take a version back names it."""
    return f"{key}@{effective_from.isoformat()}"


class _Asked:
    """The version a payload describes."""

    def __init__(self, payload: Payload) -> None:
        self.key: str = payload["key"]
        self.day = date.fromisoformat(payload["effective_from"])
        self.value: Any = payload.get("value")
        self.source: str = payload.get("source", "")
        self.needs_confirmation: bool = payload.get("needs_confirmation", False)


def _describe_publication(session: Session, payload: Payload) -> tuple[Change, ...]:
    asked = _Asked(payload)
    found = publication(session, key=asked.key, draft=asked, on=asked.day)
    return tuple(Change(each.path, each.before, each.after) for each in found)


def _publish(session: Session, decision: Decision) -> None:
    asked = _Asked(decision.payload)
    add_version(
        session,
        decision,
        key=asked.key,
        day=asked.day,
        value=asked.value,
        source=asked.source,
        needs_confirmation=asked.needs_confirmation,
    )
    draft = session.scalar(select(RuleDraft).where(RuleDraft.key == asked.key))
    if draft is not None:
        session.delete(draft)


def add_version(
    session: Session,
    decision: Decision,
    *,
    key: str,
    day: date,
    value: Any,
    source: str,
    needs_confirmation: bool,
) -> Rule:
    """What a decision publishes; for executors alone (``tests/house/test_four_eyes.py``).

    Raises:
        RuleDayPassed: the day is past.
        RuleDayTaken: another version begins on it.

    Audit: ``rule:publish``.
    """
    if day < decision.on:
        raise RuleDayPassed(day=day, today=decision.on)
    if standing(session, key, day).effective_from == day:
        raise RuleDayTaken(day=day)
    version = Rule(
        key=key,
        effective_from=day,
        value=value,
        source=source,
        needs_confirmation=needs_confirmation,
        approval_id=decision.approval_id,
        created_at=decision.at,
        updated_at=decision.at,
    )
    session.add(version)
    session.flush()
    audit.record(
        session,
        actor=decision.decided_by,
        event="rule:publish",
        subject=Rule.__tablename__,
        subject_id=version.id,
        at=decision.at,
        detail={
            "key": key,
            "effective_from": day.isoformat(),
            "approval": decision.number,
            "value": value,
        },
    )
    return version


def withdraw_version(session: Session, decision: Decision, version: Rule) -> None:
    """Take a version out of force; for executors alone.

    Audit: ``rule:withdraw``.
    """
    version.withdrawn_at = version.updated_at = decision.at
    session.flush()
    audit.record(
        session,
        actor=decision.decided_by,
        event="rule:withdraw",
        subject=Rule.__tablename__,
        subject_id=version.id,
        at=decision.at,
        detail={
            "key": version.key,
            "effective_from": version.effective_from.isoformat(),
            "approval": decision.number,
        },
    )


def _describe_withdrawal(session: Session, payload: Payload) -> tuple[Change, ...]:
    key, day = payload["key"], date.fromisoformat(payload["effective_from"])
    version = standing(session, key, day)
    if version.effective_from != day:
        return ()
    instead = _instead(session, version)
    found = differences(SCHEMAS[key].shape, version.value, instead.value)
    changes = tuple(Change(each.path, each.before, each.after) for each in found)
    return changes or (Change("source", version.source, instead.source),)


def _instead(session: Session, version: Rule) -> Rule:
    return session.scalars(
        select(Rule)
        .where(
            Rule.key == version.key,
            Rule.effective_from < version.effective_from,
            Rule.withdrawn_at.is_(None),
        )
        .order_by(Rule.effective_from.desc())
        .limit(1)
    ).one()


def _take_back(session: Session, decision: Decision) -> None:
    key = decision.payload["key"]
    day = date.fromisoformat(decision.payload["effective_from"])
    if day <= decision.on:
        raise RuleInForce(day=day)
    withdraw_version(session, decision, standing(session, key, day))


_DECIDED_BY = frozenset({Permission.RULE_APPROVE})

approvals.register(
    approvals.Kind(
        name=ApprovalKind.RULE_PUBLICATION,
        ask=Permission.RULE_EDIT,
        decide=_DECIDED_BY,
        describe=_describe_publication,
        carry_out=_publish,
    )
)
approvals.register(
    approvals.Kind(
        name=ApprovalKind.RULE_WITHDRAWAL,
        ask=Permission.RULE_EDIT,
        decide=_DECIDED_BY,
        describe=_describe_withdrawal,
        carry_out=_take_back,
    )
)
