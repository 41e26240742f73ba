"""Scripts 话术: what is said to clients, by stage, line and objection, in approved versions."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, RowId, Versioned
from db.types import coded
from terms.policies import Line
from terms.scripts import Objection, ScriptStage


class Script(Identified, Versioned, Base):
    """One place of the library, and the draft everybody who may edit it shares."""

    __tablename__ = "script"
    __table_args__ = (Index(None, "drafted_by_id"),)

    place: Mapped[str] = mapped_column(String(80), unique=True)
    """``stage.objection.line``: what people call it by in an address."""
    stage: Mapped[ScriptStage] = mapped_column(coded(ScriptStage))
    objection: Mapped[Objection | None] = mapped_column(coded(Objection))
    line: Mapped[Line | None] = mapped_column(coded(Line))
    """Null: for every line that has no text of its own."""
    draft_zh: Mapped[str | None] = mapped_column(Text)
    draft_en: Mapped[str | None] = mapped_column(Text)
    """Both null where nothing is being prepared."""
    draft_why: Mapped[str] = mapped_column(Text, default="", server_default="")
    drafted_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    drafted_at: Mapped[datetime | None]


class ScriptVersion(Identified, Versioned, Base):
    """A text that two people agreed on, in both languages; in force until it is ended."""

    __tablename__ = "script_version"
    __table_args__ = (
        UniqueConstraint("script_id", "number"),
        Index(
            "ix_script_version_in_force",
            "script_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "approval_id"),
        Index(None, "ended_by_id"),
    )

    script_id: Mapped[int] = mapped_column(RowId, ForeignKey("script.id"))
    number: Mapped[int]
    text_zh: Mapped[str] = mapped_column(Text)
    text_en: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text, default="")
    """What changed, as it was asked for."""
    needs_confirmation: Mapped[bool] = mapped_column(default=False)
    """Shipped with the software: to be confirmed with compliance."""
    approval_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("approval.id"))
    """Who asked and who approved; null for what a company starts with."""
    from_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """Replaced by the next version, or withdrawn."""
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """Who withdrew it; null where a next version replaced it."""
    ended_why: Mapped[str | None] = mapped_column(Text)
