"""Preparing a script together, asking for its approval, withdrawing one from use."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Script, ScriptVersion, Staff
from services import approvals, audit
from services.actor import Actor
from services.errors import BusinessError, ChangedMeanwhile, NotFound, NotPermitted
from services.permissions import Permission
from services.scripts import rules
from services.scripts.queries import draft_faults
from services.wording import forbidden_words
from terms.approvals import ApprovalKind
from terms.policies import Line
from terms.scripts import Objection, ScriptStage

WHY_LIMIT = approvals.WHY_LIMIT


class ScriptThere(BusinessError):
    """The library has this place already. Data: ``place``."""

    code = "script_there"


class ObjectionNeeded(BusinessError):
    """A script for an objection says which; one for another stage answers none."""

    code = "script_objection_needed"


class ScriptWaits(BusinessError):
    """The draft waits for a decision and stays as it was asked for. Data: ``number``, ``who``."""

    code = "script_waits"


class ScriptTooLong(BusinessError):
    """A text or the reason is longer than is kept. Data: ``limit``."""

    code = "script_too_long"


class ScriptNotReady(BusinessError):
    """Something is wrong with the draft. Data: ``faults``."""

    code = "script_not_ready"


class WithdrawalReasonMissing(BusinessError):
    """A withdrawal says why. Data: ``limit``, the most characters."""

    code = "script_withdrawal_reason_missing"


class ScriptNotInForce(BusinessError):
    """The version is not in force any more."""

    code = "script_not_in_force"


def add_script(
    session: Session,
    *,
    actor: Actor,
    stage: ScriptStage,
    objection: Objection | None,
    line: Line | None,
    at: datetime,
) -> str:
    """Open a place in the library, with an empty draft.

    Returns:
        The place, ``stage.objection.line``.

    Raises:
        NotPermitted: the actor lacks ``script:edit``.
        ObjectionNeeded: the stage and the objection do not fit.
        ScriptThere: the library has the place.

    Audit: ``script:add``.
    """
    actor.require(Permission.SCRIPT_EDIT)
    if (stage is ScriptStage.OBJECTION) != (objection is not None):
        raise ObjectionNeeded
    place = rules.place_of(stage, objection, line)
    if session.scalar(select(Script.id).where(Script.place == place)) is not None:
        raise ScriptThere(place=place)
    row = Script(
        place=place,
        stage=stage,
        objection=objection,
        line=line,
        draft_zh="",
        draft_en="",
        draft_why="",
        drafted_by_id=actor.own_id,
        drafted_at=at,
        created_at=at,
        updated_at=at,
    )
    session.add(row)
    session.flush()
    _record(session, actor, "script:add", row, at=at)
    return place


def start_draft(session: Session, *, actor: Actor, place: str, at: datetime) -> int:
    """Begin to prepare the next version from the newest one; the draft there is, if any.

    Returns:
        The version the draft can be saved from.

    Raises:
        NotPermitted: the actor lacks ``script:edit``.
        NotFound: there is no such place.

    Audit: ``script:draft``.
    """
    row = _locked(session, actor, place)
    if row.drafted_at is not None:
        return row.version
    newest = session.execute(
        select(ScriptVersion.text_zh, ScriptVersion.text_en)
        .where(ScriptVersion.script_id == row.id)
        .order_by(ScriptVersion.number.desc())
        .limit(1)
    ).first()
    row.draft_zh, row.draft_en = (newest.text_zh, newest.text_en) if newest else ("", "")
    row.draft_why = ""
    _saved(session, actor, row, at=at)
    _record(session, actor, "script:draft", row, at=at)
    return row.version


def save_draft(
    session: Session,
    *,
    actor: Actor,
    place: str,
    text_zh: str,
    text_en: str,
    why: str,
    at: datetime,
    seen_version: int,
) -> int:
    """Keep what was typed, also where it cannot be asked for yet.

    Returns:
        The version it can be saved from next.

    Raises:
        NotPermitted: the actor lacks ``script:edit``.
        NotFound: there is no such place, or no draft of it.
        ScriptWaits: it waits for a decision.
        ChangedMeanwhile: somebody saved it after ``seen_version``.
        ScriptTooLong: a text is beyond what is kept.

    Audit: ``script:draft``.
    """
    row = _to_change(session, actor, place, seen_version)
    if max(len(text_zh), len(text_en)) > rules.LONGEST * 2:
        raise ScriptTooLong(limit=rules.LONGEST * 2)
    if len(why) > WHY_LIMIT:
        raise ScriptTooLong(limit=WHY_LIMIT)
    row.draft_zh, row.draft_en, row.draft_why = text_zh.strip(), text_en.strip(), why.strip()
    _saved(session, actor, row, at=at)
    _record(session, actor, "script:draft", row, at=at)
    return row.version


def discard_draft(
    session: Session, *, actor: Actor, place: str, at: datetime, seen_version: int
) -> bool:
    """Give the draft up; what is in force stays. A place that never had a text goes with it.

    Returns:
        Whether the place is still there.

    Raises:
        NotPermitted, NotFound, ScriptWaits, ChangedMeanwhile: as ``save_draft``.

    Audit: ``script:discard``.
    """
    row = _to_change(session, actor, place, seen_version)
    had = session.scalar(select(ScriptVersion.id).where(ScriptVersion.script_id == row.id).limit(1))
    _record(session, actor, "script:discard", row, at=at)
    if had is None:
        session.delete(row)
    else:
        row.draft_zh = row.draft_en = row.drafted_by_id = row.drafted_at = None
        row.draft_why, row.updated_at = "", at
    session.flush()
    return had is not None


def ask_approval(
    session: Session, *, actor: Actor, place: str, on: date, at: datetime, seen_version: int
) -> str:
    """Ask that the saved draft be used from the decision on; a second person decides.

    Returns:
        The request's number.

    Raises:
        NotPermitted, NotFound, ScriptWaits, ChangedMeanwhile: as ``save_draft``.
        ScriptNotReady: a text is missing or too long, a placeholder is unknown, the opening words
            do not state name, company and registration number, a refused word stands in it.
        BusinessError: whatever ``approvals.ask`` refuses.

    Audit: ``approval:ask``.
    """
    row = _to_change(session, actor, place, seen_version)
    text_zh, text_en = row.draft_zh or "", row.draft_en or ""
    found = draft_faults(
        row, text_zh=text_zh, text_en=text_en, words=forbidden_words(session, on=on)
    )
    if found:
        raise ScriptNotReady(faults=found)
    return approvals.ask(
        session,
        actor=actor,
        kind=ApprovalKind.SCRIPT,
        subject=place,
        payload={"place": place, "text_zh": text_zh, "text_en": text_en, "why": row.draft_why},
        why=row.draft_why,
        on=on,
        at=at,
    )


def withdraw(
    session: Session,
    *,
    actor: Actor,
    version_id: int,
    why: str,
    at: datetime,
    seen_version: int,
) -> str:
    """Take the text in force out of use at once; nobody is shown it any more.

    One person is enough: a text that should not be said does not wait for a second one.

    Returns:
        The place.

    Raises:
        NotPermitted: the actor neither edits scripts nor decides on them.
        NotFound: there is no such version.
        ScriptNotInForce: it was replaced or withdrawn before.
        ChangedMeanwhile: somebody saved it after ``seen_version``.
        WithdrawalReasonMissing: no reason, or one too long.

    Audit: ``script:withdraw`` with the reason.
    """
    if not (actor.may(Permission.SCRIPT_EDIT) or actor.may(Permission.SCRIPT_APPROVE)):
        raise NotPermitted(permission=Permission.SCRIPT_EDIT.value)
    version = session.get(ScriptVersion, version_id)
    if version is None:
        raise NotFound(kind="script")
    if version.ended_at is not None:
        raise ScriptNotInForce
    if version.version != seen_version:
        raise ChangedMeanwhile(at=version.updated_at)
    if not why.strip() or len(why) > WHY_LIMIT:
        raise WithdrawalReasonMissing(limit=WHY_LIMIT)
    version.ended_at = version.updated_at = at
    version.ended_by_id, version.ended_why = actor.own_id, why.strip()
    session.flush()
    script = session.get_one(Script, version.script_id)
    _record(
        session, actor, "script:withdraw", script, at=at, number=version.number, why=why.strip()
    )
    return script.place


def _locked(session: Session, actor: Actor, place: str) -> Script:
    actor.require(Permission.SCRIPT_EDIT)
    row = session.scalar(
        select(Script)
        .where(Script.place == place)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        raise NotFound(kind="script", number=place)
    return row


def _to_change(session: Session, actor: Actor, place: str, seen_version: int) -> Script:
    row = _locked(session, actor, place)
    waits = approvals.waiting_about(session, kind=ApprovalKind.SCRIPT, subject=place)
    if waits is not None:
        raise ScriptWaits(number=waits.number, who=waits.asked_by)
    if row.version != seen_version:
        who = session.scalar(select(Staff.name).where(Staff.id == row.drafted_by_id))
        raise ChangedMeanwhile(who=who, at=row.updated_at)
    if row.drafted_at is None:
        raise NotFound(kind="script", number=place)
    return row


def _saved(session: Session, actor: Actor, row: Script, *, at: datetime) -> None:
    row.drafted_by_id = actor.own_id
    row.drafted_at = row.updated_at = at
    session.flush()


def _record(
    session: Session, actor: Actor, event: str, row: Script, *, at: datetime, **detail: Any
) -> None:
    audit.record(
        session,
        actor=actor,
        event=event,
        subject=Script.__tablename__,
        subject_id=row.id,
        at=at,
        detail={"place": row.place, **detail},
    )
