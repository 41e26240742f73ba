"""Effective-dated rules and the working calendar: what a manager may change is a row."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, RowId, Versioned
from db.types import Json


class Rule(Identified, Versioned, Base):
    """One version of one rule, in force from ``effective_from`` until the next one."""

    __tablename__ = "rule"
    __table_args__ = (
        Index(
            None,
            "key",
            "effective_from",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
        Index(None, "approval_id"),
    )

    key: Mapped[str] = mapped_column(String(60))
    effective_from: Mapped[date]
    value: Mapped[Any] = mapped_column(Json)
    source: Mapped[str] = mapped_column(Text)
    """The article or document it comes from."""
    needs_confirmation: Mapped[bool] = mapped_column(default=False)
    """Secondary source or from memory: the screen says "confirm with compliance"."""
    approval_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("approval.id"))
    """Who asked for it and who approved; null for what a company starts with."""
    withdrawn_at: Mapped[datetime | None]
    """A version that was taken back before its day; it never was in force."""


class RuleDraft(Identified, Versioned, Base):
    """What is being prepared for one rule: one draft a rule, shared by all who may edit it."""

    __tablename__ = "rule_draft"

    key: Mapped[str] = mapped_column(String(60), unique=True)
    value: Mapped[Any] = mapped_column(Json)
    """As typed: it may still break the rule's own checks."""
    effective_from: Mapped[date | None]
    source: Mapped[str] = mapped_column(Text)
    needs_confirmation: Mapped[bool] = mapped_column(default=False)
    why: Mapped[str] = mapped_column(Text, default="")
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))


class CalendarDay(Base):
    """A day of the national calendar; Monday–Friday beyond the last one are provisional."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    is_working: Mapped[bool]
    is_make_up: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str | None] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(80))
    approval_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("approval.id"))
    """The notice it came in with; null for what a company starts with."""
