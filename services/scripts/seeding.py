"""The library a company starts with: shipped texts, to be confirmed with compliance."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Script, ScriptVersion
from services.scripts.rules import place_of
from services.scripts.texts import SHIPPED


def seed_scripts(session: Session, *, at: datetime) -> int:
    """Add the shipped scripts whose place the library does not have; a company's own stay.

    Returns:
        Scripts added.
    """
    known = set(session.scalars(select(Script.place)))
    missing = [
        each for each in SHIPPED if place_of(each.stage, each.objection, each.line) not in known
    ]
    scripts = [
        Script(
            place=place_of(each.stage, each.objection, each.line),
            stage=each.stage,
            objection=each.objection,
            line=each.line,
            draft_why="",
            created_at=at,
            updated_at=at,
        )
        for each in missing
    ]
    session.add_all(scripts)
    session.flush()
    session.add_all(
        ScriptVersion(
            script_id=script.id,
            number=1,
            text_zh=each.zh,
            text_en=each.en,
            why="",
            needs_confirmation=True,
            from_at=at,
            created_at=at,
            updated_at=at,
        )
        for script, each in zip(scripts, missing, strict=True)
    )
    session.flush()
    return len(missing)
