"""What two people decide about scripts: a text comes into force.

The executor below is called by a decision of ``services.approvals`` alone.
"""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import Script, ScriptVersion
from services import approvals, audit
from services.approvals import Change, Decision, Payload
from services.errors import NotFound
from services.permissions import Permission
from services.scripts.operations import ScriptNotReady
from services.scripts.queries import draft_faults
from services.wording import forbidden_words
from terms.approvals import ApprovalKind


def _describe(session: Session, payload: Payload) -> tuple[Change, ...]:
    version = _in_force(session, payload["place"])
    before = (version.text_zh, version.text_en) if version else (None, None)
    after = (payload["text_zh"], payload["text_en"])
    return tuple(
        Change(field, old, new)
        for field, old, new in zip(("text_zh", "text_en"), before, after, strict=True)
        if old != new
    )


def _bring_into_force(session: Session, decision: Decision) -> None:
    """The text replaces the one in force; looked at again by the words that are forbidden now."""
    payload = decision.payload
    script = session.scalar(select(Script).where(Script.place == payload["place"]))
    if script is None:
        raise NotFound(kind="script", number=payload["place"])
    text_zh, text_en = payload["text_zh"], payload["text_en"]
    words = forbidden_words(session, on=decision.on)
    found = draft_faults(script, text_zh=text_zh, text_en=text_en, words=words)
    if found:
        raise ScriptNotReady(faults=found)
    replaced = _in_force(session, script.place)
    if replaced is not None:
        replaced.ended_at = replaced.updated_at = decision.at
        session.flush()
    last = session.scalar(
        select(func.max(ScriptVersion.number)).where(ScriptVersion.script_id == script.id)
    )
    version = ScriptVersion(
        script_id=script.id,
        number=(last or 0) + 1,
        text_zh=text_zh,
        text_en=text_en,
        why=payload["why"],
        approval_id=decision.approval_id,
        from_at=decision.at,
        created_at=decision.at,
        updated_at=decision.at,
    )
    session.add(version)
    script.draft_zh = script.draft_en = script.drafted_by_id = script.drafted_at = None
    script.draft_why, script.updated_at = "", decision.at
    session.flush()
    audit.record(
        session,
        actor=decision.decided_by,
        event="script:approve",
        subject=Script.__tablename__,
        subject_id=script.id,
        at=decision.at,
        detail={"place": script.place, "number": version.number, "approval": decision.number},
    )


def _in_force(session: Session, place: str) -> ScriptVersion | None:
    return session.scalar(
        select(ScriptVersion)
        .join(Script, Script.id == ScriptVersion.script_id)
        .where(Script.place == place, ScriptVersion.ended_at.is_(None))
    )


approvals.register(
    approvals.Kind(
        name=ApprovalKind.SCRIPT,
        ask=Permission.SCRIPT_EDIT,
        decide=frozenset({Permission.SCRIPT_APPROVE}),
        describe=_describe,
        carry_out=_bring_into_force,
    )
)
