"""Preparing a version of a rule together, and asking for its publication or withdrawal."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Rule, RuleDraft, Staff
from services import approvals, audit
from services.actor import Actor
from services.errors import BusinessError, ChangedMeanwhile, NotFound
from services.permissions import Permission
from services.rule_book.publishing import RuleInForce, standing, withdrawal_subject
from services.rule_book.queries import draft_of, draft_problems
from services.rule_book.rows import Draft
from services.rule_book.schema import Schema
from services.rule_book.schemas import SCHEMAS
from services.rule_book.shapes import completed, stored
from services.rule_tables import DEFAULTS
from terms.approvals import ApprovalKind

TEXT_LIMIT = 4000
"""Characters of a source note."""


class DraftWaits(BusinessError):
    """The draft waits for a decision and stays as it was asked for. Data: ``number``."""

    code = "rule_draft_waits"


class DraftNotReady(BusinessError):
    """The draft has problems. Data: ``problems``."""

    code = "rule_draft_not_ready"


def start_draft(session: Session, *, actor: Actor, key: str, on: date, at: datetime) -> Draft:
    """Begin to prepare a version, from what is in force on ``on``; the draft there is, if any.

    Its source and its reason are its own and start empty.

    Raises:
        NotPermitted: the actor lacks ``rule:edit``.
        NotFound: there is no such rule.

    Audit: ``rule:draft``.
    """
    schema = _schema(actor, key)
    there = draft_of(session, key)
    if there is not None:
        return there
    stands = standing(session, key, on)
    row = RuleDraft(
        key=key,
        value=completed(schema.shape, stands.value, DEFAULTS[key].value),
        effective_from=None,
        source="",
        needs_confirmation=stands.needs_confirmation,
        why="",
        saved_by_id=actor.own_id,
        created_at=at,
        updated_at=at,
    )
    session.add(row)
    session.flush()
    _record(session, actor, "rule:draft", row, at=at)
    return _there(session, key)


def save_draft(
    session: Session,
    *,
    actor: Actor,
    key: str,
    value: Any,
    effective_from: date | None,
    source: str,
    needs_confirmation: bool,
    why: str,
    at: datetime,
    seen_version: int,
) -> Draft:
    """Keep what was typed, also where it still breaks the rule's checks.

    Raises:
        NotPermitted: the actor lacks ``rule:edit``.
        NotFound: there is no such rule or no draft of it.
        DraftWaits: it waits for a decision.
        ChangedMeanwhile: somebody saved it after ``seen_version``.

    Audit: ``rule:draft``.
    """
    schema = _schema(actor, key)
    row = _locked(session, key)
    _refuse_waiting(session, key)
    if row.version != seen_version:
        who = session.scalar(select(Staff.name).where(Staff.id == row.saved_by_id))
        raise ChangedMeanwhile(who=who, at=row.updated_at)
    row.value = stored(schema.shape, value)
    row.effective_from = effective_from
    row.source = source.strip()[:TEXT_LIMIT]
    row.needs_confirmation = needs_confirmation
    row.why = why.strip()
    row.saved_by_id = actor.own_id
    row.updated_at = at
    session.flush()
    _record(session, actor, "rule:draft", row, at=at)
    return _there(session, key)


def discard_draft(
    session: Session, *, actor: Actor, key: str, at: datetime, seen_version: int
) -> str:
    """Give the draft up; what is in force stays.

    Returns:
        The rule's key.

    Raises:
        NotPermitted, NotFound, DraftWaits, ChangedMeanwhile: as ``save_draft``.

    Audit: ``rule:discard``.
    """
    _schema(actor, key)
    row = _locked(session, key)
    _refuse_waiting(session, key)
    if row.version != seen_version:
        who = session.scalar(select(Staff.name).where(Staff.id == row.saved_by_id))
        raise ChangedMeanwhile(who=who, at=row.updated_at)
    session.delete(row)
    session.flush()
    _record(session, actor, "rule:discard", row, at=at)
    return key


def ask_publication(
    session: Session, *, actor: Actor, key: str, on: date, at: datetime, seen_version: int
) -> str:
    """Ask that the saved draft be published; a second person decides, on ``/approvals``.

    Returns:
        The request's number.

    Raises:
        NotPermitted: the actor lacks ``rule:edit``.
        NotFound: there is no such rule or no draft of it.
        ChangedMeanwhile: the draft was saved after ``seen_version``.
        DraftNotReady: it has problems.
        DraftWaits: it waits already.
        NothingChanges, NobodyElse: as ``approvals.ask``.

    Audit: ``approval:ask``.
    """
    _schema(actor, key)
    row = _locked(session, key)
    _refuse_waiting(session, key)
    draft = _there(session, key)
    if row.version != seen_version:
        raise ChangedMeanwhile(who=draft.saved_by, at=row.updated_at)
    found = draft_problems(session, key=key, draft=draft, on=on)
    if found or draft.effective_from is None:
        raise DraftNotReady(problems=found)
    return approvals.ask(
        session,
        actor=actor,
        kind=ApprovalKind.RULE_PUBLICATION,
        subject=key,
        payload={
            "key": key,
            "effective_from": draft.effective_from.isoformat(),
            "value": draft.value,
            "source": draft.source,
            "needs_confirmation": draft.needs_confirmation,
        },
        why=draft.why,
        on=on,
        at=at,
    )


def ask_withdrawal(
    session: Session,
    *,
    actor: Actor,
    key: str,
    effective_from: date,
    why: str,
    on: date,
    at: datetime,
) -> str:
    """Ask that a version which is not in force yet be taken back; a second person decides.

    Returns:
        The request's number.

    Raises:
        NotPermitted: the actor lacks ``rule:edit``.
        NotFound: there is no such version.
        RuleInForce: it is in force already.
        WhyMissing, AlreadyAsked, NobodyElse: as ``approvals.ask``.

    Audit: ``approval:ask``.
    """
    _schema(actor, key)
    there = session.scalar(
        select(Rule.id).where(
            Rule.key == key, Rule.effective_from == effective_from, Rule.withdrawn_at.is_(None)
        )
    )
    if there is None:
        raise NotFound(kind="rule", number=key)
    if effective_from <= on:
        raise RuleInForce(day=effective_from)
    return approvals.ask(
        session,
        actor=actor,
        kind=ApprovalKind.RULE_WITHDRAWAL,
        subject=withdrawal_subject(key, effective_from),
        payload={"key": key, "effective_from": effective_from.isoformat()},
        why=why,
        on=on,
        at=at,
    )


def _schema(actor: Actor, key: str) -> Schema:
    actor.require(Permission.RULE_EDIT)
    schema = SCHEMAS.get(key)
    if schema is None:
        raise NotFound(kind="rule", number=key)
    return schema


def _locked(session: Session, key: str) -> RuleDraft:
    row = session.scalar(
        select(RuleDraft)
        .where(RuleDraft.key == key)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound(kind="rule", number=key)
    return row


def _refuse_waiting(session: Session, key: str) -> None:
    waits = approvals.waiting_about(session, kind=ApprovalKind.RULE_PUBLICATION, subject=key)
    if waits is not None:
        raise DraftWaits(number=waits.number, who=waits.asked_by)


def _there(session: Session, key: str) -> Draft:
    found = draft_of(session, key)
    if found is None:
        raise NotFound(kind="rule", number=key)
    return found


def _record(session: Session, actor: Actor, event: str, row: RuleDraft, *, at: datetime) -> None:
    audit.record(
        session,
        actor=actor,
        event=event,
        subject=RuleDraft.__tablename__,
        subject_id=row.id,
        at=at,
        detail={
            "key": row.key,
            "effective_from": row.effective_from.isoformat() if row.effective_from else None,
            "value": row.value,
        },
    )
