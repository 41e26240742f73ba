"""Drafts of the tier rules: copied from what is in force, tried, compared, asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Approval, Staff, TierDraft
from services import approvals, audit
from services.actor import Actor
from services.errors import BusinessError, ChangedMeanwhile, NotFound
from services.permissions import Permission
from services.rule_book.schemas import SCHEMAS
from services.rule_book.shapes import Problem, ProblemCode, stored
from services.rule_tables import rule
from services.tiering.rulebook import TRIED
from terms.approvals import ApprovalKind, ApprovalState

NAME_LIMIT, WHY_LIMIT = 80, 2000
MOST = 30
"""Drafts a company keeps at a time."""


class TierDraftNotReady(BusinessError):
    """The draft cannot be asked for as it is. Data: ``problems``: pairs of rule key and problem."""

    code = "tier_draft_not_ready"


class TierDraftWaits(BusinessError):
    """The draft waits for a decision and stays as it was asked for. Data: ``number``."""

    code = "tier_draft_waits"


class TierDraftUnnamed(BusinessError):
    """A draft needs a name of its own. Data: ``limit``."""

    code = "tier_draft_unnamed"


class TooManyTierDrafts(BusinessError):
    """There are as many as are kept: give one up first. Data: ``most``."""

    code = "tier_drafts_too_many"


@dataclass(frozen=True, slots=True)
class TierDraftCard:
    """A draft as it was last saved. ``values`` may still break the rules' own checks."""

    number: str
    name: str
    values: Mapping[str, Any]
    why: str
    effective_from: date | None
    saved_by: str
    saved_at: datetime
    version: int
    waits: str | None
    """The request it waits in."""


def in_force(session: Session, *, actor: Actor, on: date) -> Mapping[str, Any]:
    """The values a draft begins with: rule key → value in force on the day ``on``.

    Raises:
        NotPermitted: the actor lacks ``tier:try``.
    """
    actor.require(Permission.TIER_TRY)
    return {key: rule(session, key, on) for key in TRIED}


def drafts(session: Session, *, actor: Actor) -> tuple[TierDraftCard, ...]:
    """All drafts, the one saved last first.

    Raises:
        NotPermitted: the actor lacks ``tier:try``.
    """
    actor.require(Permission.TIER_TRY)
    rows = session.execute(
        select(TierDraft, Staff.name, Approval.state)
        .join(Staff, Staff.id == TierDraft.saved_by_id)
        .outerjoin(Approval, Approval.number == TierDraft.asked_number)
        .order_by(TierDraft.updated_at.desc(), TierDraft.id.desc())
        .limit(MOST)
    ).all()
    return tuple(_card(*row) for row in rows)


def problems_of(
    values: Mapping[str, Any], effective_from: date | None = None, *, on: date | None = None
) -> tuple[tuple[str, Problem], ...]:
    """What is wrong with a draft: rule key and problem; the day only where ``on`` is given."""
    found = [(key, problem) for key in TRIED for problem in SCHEMAS[key].problems(values[key])]
    if on is not None and effective_from is None:
        found.append((TRIED[0], Problem("effective_from", ProblemCode.MISSING, {})))
    elif on is not None and effective_from is not None and effective_from < on:
        found.append((TRIED[0], Problem("effective_from", ProblemCode.IN_THE_PAST, {"today": on})))
    return tuple(found)


def start(
    session: Session, *, actor: Actor, name: str, like: str | None, on: date, at: datetime
) -> TierDraftCard:
    """Begin a draft from what is in force, or from the draft ``like``.

    Raises:
        NotPermitted: the actor lacks ``tier:try``.
        NotFound: there is no such draft to copy.
        TierDraftUnnamed: no name, or another draft has it.
        TooManyTierDrafts: there are thirty already.

    Audit: ``tiers:draft``.
    """
    actor.require(Permission.TIER_TRY)
    name = name.strip()
    names = session.scalars(select(TierDraft.name)).all()
    if not name or len(name) > NAME_LIMIT or name in names:
        raise TierDraftUnnamed(limit=NAME_LIMIT)
    if len(names) >= MOST:
        raise TooManyTierDrafts(most=MOST)
    values = (
        dict(in_force(session, actor=actor, on=on))
        if like is None
        else dict(_found(session, like).value)
    )
    row = TierDraft(
        name=name,
        value=values,
        why="",
        effective_from=None,
        saved_by_id=actor.own_id,
        asked_number=None,
        created_at=at,
        updated_at=at,
    )
    session.add(row)
    session.flush()
    _record(session, actor, "tiers:draft", row, at)
    return card_of(session, actor=actor, number=_number(row.id))


def keep(
    session: Session,
    *,
    actor: Actor,
    number: str,
    values: Mapping[str, Any],
    why: str,
    effective_from: date | None,
    at: datetime,
    seen_version: int,
) -> TierDraftCard:
    """Keep what was changed, also where it still breaks the rules' checks.

    Raises:
        NotPermitted: the actor lacks ``tier:try``.
        NotFound: there is no such draft (any more).
        TierDraftWaits: it waits for a decision.
        ChangedMeanwhile: somebody saved it after ``seen_version``.
    """
    row = _changing(session, actor, number, seen_version)
    row.value = {key: stored(SCHEMAS[key].shape, values[key]) for key in TRIED}
    row.why = why.strip()[:WHY_LIMIT]
    row.effective_from = effective_from
    row.saved_by_id = actor.own_id
    row.updated_at = at
    session.flush()
    return card_of(session, actor=actor, number=number)


def discard(session: Session, *, actor: Actor, number: str, at: datetime, seen_version: int) -> str:
    """Give a draft up.

    Returns:
        Its name.

    Raises:
        NotPermitted, NotFound, TierDraftWaits, ChangedMeanwhile: as ``keep``.

    Audit: ``tiers:discard``.
    """
    row = _changing(session, actor, number, seen_version)
    name = row.name
    session.delete(row)
    session.flush()
    _record(session, actor, "tiers:discard", row, at)
    return name


def ask(
    session: Session,
    *,
    actor: Actor,
    number: str,
    shown: Mapping[str, list[list[int]]],
    on: date,
    at: datetime,
    seen_version: int,
) -> str:
    """Ask that the draft be published from its day on; a second person decides.

    Args:
        shown: axis → the movements on the screen the actor asks from, rows old, columns new.

    Returns:
        The request's number.

    Raises:
        NotPermitted, NotFound, TierDraftWaits, ChangedMeanwhile: as ``keep``.
        TierDraftNotReady: it has problems, or no day to come.
        NothingChanges, WhyMissing, NobodyElse: as ``approvals.ask``.

    Audit: ``approval:ask``.
    """
    row = _changing(session, actor, number, seen_version)
    found = problems_of(row.value, row.effective_from, on=on)
    if found or row.effective_from is None:
        raise TierDraftNotReady(problems=found)
    stands = {key: rule(session, key, row.effective_from) for key in TRIED}
    asked = approvals.ask(
        session,
        actor=actor,
        kind=ApprovalKind.TIER_RULES,
        subject="tiers",
        payload={
            "draft": number,
            "name": row.name,
            "effective_from": row.effective_from.isoformat(),
            "values": {key: row.value[key] for key in TRIED if row.value[key] != stands[key]},
            "shown": dict(shown),
        },
        why=row.why,
        on=on,
        at=at,
    )
    row.asked_number = asked
    session.flush()
    return asked


def card_of(session: Session, *, actor: Actor, number: str) -> TierDraftCard:
    """One draft.

    Raises:
        NotPermitted: the actor lacks ``tier:try``.
        NotFound: there is no such draft (any more).
    """
    actor.require(Permission.TIER_TRY)
    row = _found(session, number)
    who = session.scalar(select(Staff.name).where(Staff.id == row.saved_by_id)) or ""
    state = session.scalar(select(Approval.state).where(Approval.number == row.asked_number))
    return _card(row, who, state)


def _card(row: TierDraft, who: str, state: ApprovalState | None) -> TierDraftCard:
    return TierDraftCard(
        _number(row.id),
        row.name,
        row.value,
        row.why,
        row.effective_from,
        who,
        row.updated_at,
        row.version,
        row.asked_number if state is ApprovalState.WAITING else None,
    )


def _number(draft_id: int) -> str:
    return f"TD{draft_id:06d}"


def _found(session: Session, number: str) -> TierDraft:
    digits = number.removeprefix("TD")
    row = session.get(TierDraft, int(digits)) if digits.isdecimal() and len(digits) < 10 else None
    if row is None:
        raise NotFound(kind="tier_draft", number=number)
    return row


def _changing(session: Session, actor: Actor, number: str, seen_version: int) -> TierDraft:
    actor.require(Permission.TIER_TRY)
    row = _found(session, number)
    session.refresh(row, with_for_update=True)
    waits = session.scalar(
        select(Approval.number).where(
            Approval.number == row.asked_number, Approval.state == ApprovalState.WAITING
        )
    )
    if waits is not None:
        raise TierDraftWaits(number=waits)
    if row.version != seen_version:
        who = session.scalar(select(Staff.name).where(Staff.id == row.saved_by_id))
        raise ChangedMeanwhile(who=who, at=row.updated_at)
    return row


def _record(session: Session, actor: Actor, event: str, row: TierDraft, at: datetime) -> None:
    audit.record(
        session,
        actor=actor,
        event=event,
        subject=TierDraft.__tablename__,
        subject_id=row.id,
        at=at,
        detail={"name": row.name},
    )
