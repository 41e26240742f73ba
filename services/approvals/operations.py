"""Ask, decide, withdraw; remind and expire."""

import json
import secrets
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Approval, Client, Staff
from services import access
from services.actor import Actor
from services.approvals import rules
from services.approvals.deciders import deciders_of, in_place_of, may_decide
from services.approvals.kinds import Decision, Kind, kind_of
from services.approvals.queries import changes_of, waiting_about
from services.approvals.rows import Change, Payload
from services.approvals.telling import record, tell, tell_asker
from services.approvals.times import Times
from services.errors import BusinessError, ChangedMeanwhile, NotFound
from services.permissions import Permission
from services.rule_tables import rule
from services.working_calendar import SHANGHAI, calendar_of
from terms.approvals import ApprovalKind, ApprovalState
from terms.notifications import NotificationKind


class WhyMissing(BusinessError):
    """A request says why. Data: ``limit``, the most characters."""

    code = "approval_why_missing"


class WordMissing(BusinessError):
    """A decision says why. Data: ``limit``, the most characters."""

    code = "approval_word_missing"


class NothingChanges(BusinessError):
    """What is asked for is what stands already."""

    code = "approval_nothing_changes"


class AlreadyAsked(BusinessError):
    """A request about the same thing waits. Data: ``number``, ``who``."""

    code = "approval_already_asked"


class NobodyElse(BusinessError):
    """There is nobody but the asker who may decide it."""

    code = "approval_nobody_else"


class OwnRequest(BusinessError):
    """Nobody decides what they asked for, in whoever's place."""

    code = "approval_own_request"


class RequestEnded(BusinessError):
    """It was decided, withdrawn or ran out. Data: ``state``, ``who``, ``at``."""

    code = "approval_ended"


class WorldMoved(BusinessError):
    """What it would change no longer stands as the asker saw it; nothing was carried out.

    Data: ``kind``, ``payload``, ``changes``: field, as it was seen, as it is now.
    """

    code = "approval_world_moved"


def ask(
    session: Session,
    *,
    actor: Actor,
    kind: ApprovalKind,
    subject: str,
    payload: Payload,
    why: str,
    on: date,
    at: datetime,
    client_id: int | None = None,
) -> str:
    """Ask that ``payload`` be carried out; somebody else decides.

    Args:
        subject: what it is about, up to 80 characters, nothing personal; one request at a time
            waits for it.
        payload: JSON; kept encrypted.
        why: what the decider reads.
        client_id: the client it is about; only who may open that file may ask and decide.

    Returns:
        The request's number.

    Raises:
        NotPermitted: the actor may not ask for this kind.
        NotFound: the client is not the actor's to open.
        WhyMissing: no reason, or one too long.
        AlreadyAsked: a request about ``subject`` waits.
        NothingChanges: it stands like that already.
        NobodyElse: nobody but the actor may decide it.

    Audit: ``approval:ask``.
    """
    what = kind_of(kind)
    actor.require(what.ask)
    if client_id is not None:
        access.require_client(session, actor=actor, client_id=client_id, on=on)
    if not why.strip() or len(why) > rules.WHY_LIMIT:
        raise WhyMissing(limit=rules.WHY_LIMIT)
    waits = waiting_about(session, kind=kind, subject=subject)
    if waits is not None:
        raise AlreadyAsked(number=waits.number, who=waits.asked_by)
    changes = what.describe(session, payload)
    if not changes:
        raise NothingChanges
    deciders = deciders_of(session, kind=what, asked_by_id=actor.own_id, client_id=client_id, on=on)
    if not deciders:
        raise NobodyElse
    times = Times.of(rule(session, "approvals.times", on), kind)
    calendar = calendar_of(session, since=on)
    approval = Approval(
        number=secrets.token_hex(16),
        kind=kind,
        subject=subject,
        client_id=client_id,
        state=ApprovalState.WAITING,
        asked_by_id=actor.own_id,
        asked_at=at,
        why=why.strip(),
        payload=json.dumps(dict(payload), ensure_ascii=False),
        changes=_written(changes),
        remind_at=times.first_reminder(calendar, on=on, zone=SHANGHAI),
        expires_at=times.end(calendar, on=on, zone=SHANGHAI),
        created_at=at,
        updated_at=at,
    )
    session.add(approval)
    session.flush()
    approval.number = f"A{approval.id:06d}"
    session.flush()
    record(session, actor, "approval:ask", approval, at=at)
    tell(
        session,
        [staff.id for staff in deciders],
        NotificationKind.APPROVAL_ASKED,
        approval,
        occasion="asked",
        at=at,
        by=actor,
    )
    return approval.number


def approve(
    session: Session,
    *,
    actor: Actor,
    number: str,
    word: str,
    on: date,
    at: datetime,
    seen_version: int,
) -> ApprovalState:
    """Approve a request and carry it out, in this transaction.

    The world is looked at again first: where something no longer stands as the asker saw it,
    nothing is carried out and the request goes on waiting.

    Args:
        word: why; the asker reads it.

    Returns:
        Where the request stands now.

    Raises:
        NotFound: there is none the actor may decide.
        OwnRequest: the actor asked for it.
        RequestEnded: it does not wait any more.
        ChangedMeanwhile: it changed after ``seen_version``.
        WordMissing: no word, or one too long.
        WorldMoved: what it would change has changed.
        BusinessError: whatever the kind's own execution refuses.

    Audit: ``approval:approve``, and what the kind writes.
    """
    approval, kind = _to_decide(
        session, actor=actor, number=number, word=word, on=on, at=at, seen_version=seen_version
    )
    payload: Payload = json.loads(approval.payload)
    changes = rules.moved(changes_of(approval), _as_json(kind.describe(session, payload)))
    if changes:
        raise WorldMoved(kind=approval.kind, payload=payload, changes=changes)
    _end(session, approval, ApprovalState.APPROVED, actor=actor, word=word, on=on, at=at)
    kind.carry_out(
        session,
        Decision(
            approval_id=approval.id,
            number=approval.number,
            payload=payload,
            asked_by_id=approval.asked_by_id,
            decided_by=actor,
            at=at,
            on=on,
        ),
    )
    session.flush()
    record(session, actor, "approval:approve", approval, at=at)
    tell_asker(session, approval, at=at, by=actor)
    return approval.state


def refuse(
    session: Session,
    *,
    actor: Actor,
    number: str,
    word: str,
    on: date,
    at: datetime,
    seen_version: int,
) -> ApprovalState:
    """Refuse a request; nothing is carried out.

    Returns:
        Where the request stands now.

    Raises:
        NotFound, OwnRequest, RequestEnded, ChangedMeanwhile, WordMissing: as ``approve``.

    Audit: ``approval:refuse``.
    """
    approval, _kind = _to_decide(
        session, actor=actor, number=number, word=word, on=on, at=at, seen_version=seen_version
    )
    _end(session, approval, ApprovalState.REFUSED, actor=actor, word=word, on=on, at=at)
    record(session, actor, "approval:refuse", approval, at=at)
    tell_asker(session, approval, at=at, by=actor)
    return approval.state


def withdraw(
    session: Session, *, actor: Actor, number: str, at: datetime, seen_version: int
) -> ApprovalState:
    """Take one's own request back.

    Returns:
        Where the request stands now.

    Raises:
        NotPermitted: the actor lacks ``approval:read``.
        NotFound: the actor asked for nothing of that number.
        RequestEnded: it does not wait any more.
        ChangedMeanwhile: it changed after ``seen_version``.

    Audit: ``approval:withdraw``.
    """
    actor.require(Permission.APPROVAL_READ)
    approval = _locked(session, number)
    if approval is None or approval.asked_by_id != actor.own_id:
        raise NotFound(kind="approval", number=number)
    _refuse_ended(session, approval, at=at)
    if approval.version != seen_version:
        raise ChangedMeanwhile(at=approval.updated_at)
    approval.state = ApprovalState.WITHDRAWN
    approval.decided_at, approval.updated_at, approval.remind_at = at, at, None
    session.flush()
    record(session, actor, "approval:withdraw", approval, at=at)
    return approval.state


def _to_decide(
    session: Session,
    *,
    actor: Actor,
    number: str,
    word: str,
    on: date,
    at: datetime,
    seen_version: int,
) -> tuple[Approval, Kind]:
    """The request if the actor may decide it now, locked; or the refusal that says why not."""
    actor.require(Permission.APPROVAL_READ)
    approval = _locked(session, number)
    if approval is None:
        raise NotFound(kind="approval", number=number)
    if approval.asked_by_id == actor.own_id:
        raise OwnRequest
    allowed = session.scalar(
        select(Approval.id)
        .outerjoin(Client, Client.id == Approval.client_id)
        .where(Approval.id == approval.id, may_decide(actor, on=on))
    )
    if allowed is None:
        raise NotFound(kind="approval", number=number)
    _refuse_ended(session, approval, at=at)
    if approval.version != seen_version:
        raise ChangedMeanwhile(at=approval.updated_at)
    if not word.strip() or len(word) > rules.WHY_LIMIT:
        raise WordMissing(limit=rules.WHY_LIMIT)
    return approval, kind_of(approval.kind)


def _locked(session: Session, number: str) -> Approval | None:
    return session.scalar(
        select(Approval)
        .where(Approval.number == number)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _refuse_ended(session: Session, approval: Approval, *, at: datetime) -> None:
    if approval.state is ApprovalState.WAITING and approval.expires_at > at:
        return
    state = approval.state if approval.state is not ApprovalState.WAITING else ApprovalState.EXPIRED
    who = session.scalar(select(Staff.name).where(Staff.id == approval.decided_by_id))
    raise RequestEnded(state=state, who=who, at=approval.decided_at or approval.expires_at)


def _end(
    session: Session,
    approval: Approval,
    state: ApprovalState,
    *,
    actor: Actor,
    word: str,
    on: date,
    at: datetime,
) -> None:
    place = in_place_of(session, actor=actor, approval=approval, on=on)
    approval.state = state
    approval.decided_by_id = actor.own_id
    approval.decided_for_id = place.id if place else None
    approval.decided_at, approval.updated_at, approval.remind_at = at, at, None
    approval.word = word.strip()
    session.flush()


def _written(changes: Sequence[Change]) -> str:
    return json.dumps(
        [[change.field, change.before, change.after] for change in changes], ensure_ascii=False
    )


def _as_json(changes: Sequence[Change]) -> tuple[Change, ...]:
    """``changes`` as they would be read back from what was kept."""
    return tuple(Change(*each) for each in json.loads(_written(changes)))
