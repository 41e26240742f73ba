"""The book of rules, one rule with its past and future, and what a draft would do."""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from db.models import Approval, Rule, RuleDraft, Staff
from services import approvals
from services.actor import Actor
from services.errors import NotFound
from services.permissions import Permission
from services.rule_book.effects import effects
from services.rule_book.publishing import publication, withdrawal_subject
from services.rule_book.rows import Draft, Preview, RuleCard, RuleRow, Version
from services.rule_book.schemas import SCHEMAS
from services.rule_book.shapes import Difference, Problem, ProblemCode, differences
from services.rule_tables import rule
from terms.approvals import ApprovalKind, ApprovalState


def book(session: Session, *, actor: Actor, on: date) -> tuple[RuleRow, ...]:
    """Every rule, in the order of the handbook.

    Raises:
        NotPermitted: the actor lacks ``rule:read``.
    """
    actor.require(Permission.RULE_READ)
    stands: dict[str, tuple[date, bool]] = {}
    comes: dict[str, date] = {}
    rows = session.execute(
        select(Rule.key, Rule.effective_from, Rule.needs_confirmation)
        .where(Rule.withdrawn_at.is_(None))
        .order_by(Rule.effective_from)
    )
    for key, effective_from, needs_confirmation in rows:
        if effective_from <= on:
            stands[key] = (effective_from, needs_confirmation)
        else:
            comes.setdefault(key, effective_from)
    drafts = set(session.scalars(select(RuleDraft.key)))
    waiting = {
        key: number
        for key, number in session.execute(
            select(Approval.subject, Approval.number).where(
                Approval.kind == ApprovalKind.RULE_PUBLICATION,
                Approval.state == ApprovalState.WAITING,
            )
        )
    }
    return tuple(
        RuleRow(
            key=key,
            group=schema.group,
            since=stands[key][0],
            needs_confirmation=stands[key][1],
            is_used=schema.is_used,
            next_from=comes.get(key),
            has_draft=key in drafts,
            waits=waiting.get(key),
        )
        for key, schema in SCHEMAS.items()
        if key in stands
    )


def rule_card(session: Session, *, actor: Actor, key: str, on: date) -> RuleCard:
    """One rule with every version, the draft and the request that waits.

    Raises:
        NotPermitted: the actor lacks ``rule:read``.
        NotFound: there is no such rule.
    """
    actor.require(Permission.RULE_READ)
    schema = SCHEMAS.get(key)
    if schema is None:
        raise NotFound(kind="rule", number=key)
    versions = _versions(session, key, on=on)
    stands = next(each for each in versions if not each.is_future and each.withdrawn_at is None)
    waits = approvals.waiting_about(session, kind=ApprovalKind.RULE_PUBLICATION, subject=key)
    return RuleCard(
        key=key,
        group=schema.group,
        is_used=schema.is_used,
        is_legal=schema.is_legal,
        value=stands.value,
        since=stands.effective_from,
        source=stands.source,
        needs_confirmation=stands.needs_confirmation,
        draft=draft_of(session, key),
        waits=waits.number if waits else None,
        waits_from=waits.asked_by if waits else None,
        versions=versions,
    )


def preview(session: Session, *, actor: Actor, key: str, on: date, at: datetime) -> Preview:
    """What the saved draft of ``key`` changes and touches; what is wrong with it first.

    Differences are against the version that stands on the draft's day.

    Raises:
        NotPermitted: the actor lacks ``rule:read``.
        NotFound: there is no such rule or no draft of it.
    """
    actor.require(Permission.RULE_READ)
    draft = draft_of(session, key)
    if key not in SCHEMAS or draft is None:
        raise NotFound(kind="rule", number=key)
    day = draft.effective_from if draft.effective_from and draft.effective_from >= on else on
    before = rule(session, key, day)
    found = draft_problems(session, key=key, draft=draft, on=on)
    differs = tuple(differences(SCHEMAS[key].shape, before, draft.value))
    counted = (
        ()
        if found or not differs
        else effects(session, key=key, before=before, after=draft.value, on=day, at=at)
    )
    shown = publication(session, key=key, draft=draft, on=day) if not found else differs
    return Preview(found, shown, counted, draft.version)


def draft_problems(session: Session, *, key: str, draft: Draft, on: date) -> tuple[Problem, ...]:
    """Everything that keeps a draft from being asked for, in the order of the form."""
    found = list(SCHEMAS[key].problems(draft.value))
    day = draft.effective_from
    if day is None:
        found.append(Problem("effective_from", ProblemCode.MISSING, {}))
    elif day < on:
        found.append(Problem("effective_from", ProblemCode.IN_THE_PAST, {"today": on}))
    elif session.scalar(
        select(Rule.id).where(
            Rule.key == key, Rule.effective_from == day, Rule.withdrawn_at.is_(None)
        )
    ):
        found.append(Problem("effective_from", ProblemCode.DAY_TAKEN, {"day": day}))
    if not draft.source.strip():
        found.append(Problem("source", ProblemCode.MISSING, {}))
    if not draft.why.strip():
        found.append(Problem("why", ProblemCode.MISSING, {}))
    elif len(draft.why) > approvals.WHY_LIMIT:
        found.append(Problem("why", ProblemCode.TOO_LONG, {"longest": approvals.WHY_LIMIT}))
    return tuple(found)


def draft_of(session: Session, key: str) -> Draft | None:
    """What is being prepared for ``key``."""
    found = session.execute(
        select(RuleDraft, Staff.name)
        .join(Staff, Staff.id == RuleDraft.saved_by_id)
        .where(RuleDraft.key == key)
    ).first()
    if found is None:
        return None
    row: RuleDraft = found[0]
    return Draft(
        value=row.value,
        effective_from=row.effective_from,
        source=row.source,
        needs_confirmation=row.needs_confirmation,
        why=row.why,
        saved_by=found[1],
        saved_at=row.updated_at,
        version=row.version,
    )


def _versions(session: Session, key: str, *, on: date) -> tuple[Version, ...]:
    asker, decider = aliased(Staff), aliased(Staff)
    rows = session.execute(
        select(Rule, Approval, asker.name, decider.name)
        .outerjoin(Approval, Approval.id == Rule.approval_id)
        .outerjoin(asker, asker.id == Approval.asked_by_id)
        .outerjoin(decider, decider.id == Approval.decided_by_id)
        .where(Rule.key == key)
        .order_by(Rule.effective_from, Rule.id)
    ).all()
    waiting = {
        subject: number
        for subject, number in session.execute(
            select(Approval.subject, Approval.number).where(
                Approval.kind == ApprovalKind.RULE_WITHDRAWAL,
                Approval.state == ApprovalState.WAITING,
                Approval.subject.in_(
                    [withdrawal_subject(key, row[0].effective_from) for row in rows]
                ),
            )
        )
    }
    standing = [row[0] for row in rows if row[0].withdrawn_at is None]
    found = []
    for version, approval, asked_by, decided_by in rows:
        before = [row for row in standing if row.effective_from < version.effective_from]
        after = [row for row in standing if row.effective_from > version.effective_from]
        found.append(
            Version(
                effective_from=version.effective_from,
                effective_to=after[0].effective_from - timedelta(days=1) if after else None,
                value=version.value,
                source=version.source,
                needs_confirmation=version.needs_confirmation,
                differences=_against(key, before[-1] if before else None, version),
                number=approval.number if approval else None,
                asked_by=asked_by,
                asked_at=approval.asked_at if approval else None,
                why=approval.why if approval else None,
                decided_by=decided_by,
                decided_at=approval.decided_at if approval else None,
                word=approval.word if approval else None,
                is_future=version.effective_from > on and version.withdrawn_at is None,
                withdrawn_at=version.withdrawn_at,
                withdrawal_waits=waiting.get(withdrawal_subject(key, version.effective_from)),
            )
        )
    return tuple(reversed(found))


def _against(key: str, before: Rule | None, after: Rule) -> tuple[Difference, ...]:
    if before is None:
        return ()
    return tuple(differences(SCHEMAS[key].shape, before.value, after.value))
