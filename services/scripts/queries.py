"""Reading scripts: the texts in force for a line, the library, one script with its versions."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session, aliased

from db.models import Approval, Script, ScriptVersion, Staff
from services import approvals, disclosure
from services.actor import Actor
from services.errors import NotFound
from services.permissions import Permission
from services.scripts import rules
from services.scripts.rows import ScriptCard, ScriptDraft, ScriptRow, ScriptText, VersionRow
from services.wording import Word, forbidden_words
from terms.approvals import ApprovalKind, ApprovalState
from terms.policies import Line
from terms.scripts import Objection, ScriptStage, ScriptState

MOST = 300
"""Scripts in a library: stages, objections and lines that people still keep apart."""
MOST_VERSIONS = 50

_asker, _decider, _ender = aliased(Staff), aliased(Staff), aliased(Staff)


def usable(session: Session, *, actor: Actor, line: Line) -> tuple[ScriptText, ...]:
    """The texts in force for a case of ``line``: its own ones and those for every line.

    Raises:
        NotPermitted: the actor lacks ``script:read``.
    """
    actor.require(Permission.SCRIPT_READ)
    rows = session.execute(_USABLE, {"line": line})
    return tuple(ScriptText(*row) for row in rows)


_USABLE = (
    select(
        Script.place,
        Script.stage,
        Script.objection,
        Script.line,
        ScriptVersion.text_zh,
        ScriptVersion.text_en,
    )
    .join(ScriptVersion, ScriptVersion.script_id == Script.id)
    .where(
        ScriptVersion.ended_at.is_(None),
        or_(Script.line.is_(None), Script.line == bindparam("line", type_=Script.line.type)),
    )
    .order_by(Script.id)
    .limit(MOST)
)


def library(session: Session, *, actor: Actor, on: date) -> tuple[ScriptRow, ...]:
    """Every place of the library, in the order of stages, objections and lines.

    Raises:
        NotPermitted: the actor lacks ``script:read``.
    """
    actor.require(Permission.SCRIPT_READ)
    words = forbidden_words(session, on=on)
    waiting = {
        subject: number
        for subject, number in session.execute(
            select(Approval.subject, Approval.number).where(
                Approval.kind == ApprovalKind.SCRIPT, Approval.state == ApprovalState.WAITING
            )
        )
    }
    found = session.execute(
        select(Script, ScriptVersion)
        .outerjoin(
            ScriptVersion,
            (ScriptVersion.script_id == Script.id) & ScriptVersion.ended_at.is_(None),
        )
        .order_by(Script.id)
        .limit(MOST)
    ).all()
    rows = [_row(script, version, words, waiting.get(script.place)) for script, version in found]
    return tuple(sorted(rows, key=_order))


def script_card(session: Session, *, actor: Actor, place: str, on: date) -> ScriptCard:
    """One script with its versions, its draft and what is wrong with it.

    Raises:
        NotPermitted: the actor lacks ``script:read``.
        NotFound: there is no such place.
    """
    actor.require(Permission.SCRIPT_READ)
    found = session.execute(
        select(Script, Staff.name)
        .outerjoin(Staff, Staff.id == Script.drafted_by_id)
        .where(Script.place == place)
    ).first()
    if found is None:
        raise NotFound(kind="script", number=place)
    script, drafted_by = found
    words = forbidden_words(session, on=on)
    versions = _versions(session, script.id)
    stands = next((each for each in versions if each.ended_at is None), None)
    waits = approvals.waiting_about(session, kind=ApprovalKind.SCRIPT, subject=place)
    return ScriptCard(
        place=place,
        version=script.version,
        stage=script.stage,
        objection=script.objection,
        line=script.line,
        state=_state(is_in_force=stands is not None, had_any=script.drafted_at is None),
        in_force=stands,
        versions=versions,
        found_zh=rules.found_words(stands.text_zh, words, script.line) if stands else (),
        found_en=rules.found_words(stands.text_en, words, script.line) if stands else (),
        draft=_draft(script, drafted_by, words),
        waits=waits.number if waits else None,
        waits_from=waits.asked_by if waits else None,
    )


def draft_faults(
    script: Script, *, text_zh: str, text_en: str, words: Iterable[Word]
) -> tuple[rules.Fault, ...]:
    """What keeps the texts from being asked for at the place of ``script``."""
    return rules.faults(
        text_zh,
        text_en,
        stage=script.stage,
        line=script.line,
        words=words,
        names_stars=(disclosure.names_stars(text_zh), disclosure.names_stars(text_en)),
    )


def _draft(script: Script, saved_by: str | None, words: tuple[Word, ...]) -> ScriptDraft | None:
    if script.drafted_at is None or script.draft_zh is None or script.draft_en is None:
        return None
    text_zh, text_en = script.draft_zh, script.draft_en
    return ScriptDraft(
        text_zh=text_zh,
        text_en=text_en,
        why=script.draft_why,
        saved_by=saved_by or "",
        saved_at=script.drafted_at,
        faults=draft_faults(script, text_zh=text_zh, text_en=text_en, words=words),
        found_zh=rules.found_words(text_zh, words, script.line),
        found_en=rules.found_words(text_en, words, script.line),
    )


def _versions(session: Session, script_id: int) -> tuple[VersionRow, ...]:
    rows = session.execute(
        select(ScriptVersion, _asker.name, _decider.name, _ender.name)
        .outerjoin(Approval, Approval.id == ScriptVersion.approval_id)
        .outerjoin(_asker, _asker.id == Approval.asked_by_id)
        .outerjoin(_decider, _decider.id == Approval.decided_by_id)
        .outerjoin(_ender, _ender.id == ScriptVersion.ended_by_id)
        .where(ScriptVersion.script_id == script_id)
        .order_by(ScriptVersion.number.desc())
        .limit(MOST_VERSIONS)
    )
    return tuple(
        VersionRow(
            id=row.id,
            version=row.version,
            number=row.number,
            text_zh=row.text_zh,
            text_en=row.text_en,
            why=row.why,
            needs_confirmation=row.needs_confirmation,
            asked_by=asked_by,
            approved_by=approved_by,
            from_at=row.from_at,
            ended_at=row.ended_at,
            ended_by=ended_by,
            ended_why=row.ended_why,
        )
        for row, asked_by, approved_by, ended_by in rows
    )


def _row(
    script: Script, version: ScriptVersion | None, words: tuple[Word, ...], waits: str | None
) -> ScriptRow:
    texts = (version.text_zh, version.text_en) if version else ()
    return ScriptRow(
        place=script.place,
        stage=script.stage,
        objection=script.objection,
        line=script.line,
        # What was in force and is no more was withdrawn: a next version would be in force.
        state=_state(is_in_force=version is not None, had_any=script.drafted_at is None),
        number=version.number if version else None,
        has_draft=script.drafted_at is not None,
        waits=waits,
        needs_confirmation=bool(version and version.needs_confirmation),
        has_refused_words=any(
            each.is_refused
            for text in texts
            for each in rules.found_words(text, words, script.line)
        ),
    )


def _state(*, is_in_force: bool, had_any: bool) -> ScriptState:
    if is_in_force:
        return ScriptState.IN_FORCE
    return ScriptState.WITHDRAWN if had_any else ScriptState.DRAFTED


def _order(row: ScriptRow) -> tuple[int, int, int]:
    return (
        list(ScriptStage).index(row.stage),
        list(Objection).index(row.objection) if row.objection else -1,
        list(Line).index(row.line) if row.line else -1,
    )
