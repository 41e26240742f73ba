"""Effective-dated rules and the working calendar: what a manager may change is a row."""

from datetime import date
from typing import Any

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, Versioned
from db.types import Json


class Rule(Identified, Versioned, Base):
    """One version of one rule, in force from ``effective_from`` until the next one."""

    __tablename__ = "rule"
    __table_args__ = (Index(None, "key", "effective_from", unique=True),)

    key: Mapped[str] = mapped_column(String(60))
    effective_from: Mapped[date]
    value: Mapped[Any] = mapped_column(Json)
    source: Mapped[str] = mapped_column(Text)
    """The article or document it comes from."""
    needs_confirmation: Mapped[bool] = mapped_column(default=False)
    """Secondary source or from memory: the screen says "confirm with compliance"."""


class CalendarDay(Base):
    """A day of the national calendar; Monday–Friday beyond the last one are provisional."""

    __tablename__ = "calendar_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    is_working: Mapped[bool]
    is_make_up: Mapped[bool] = mapped_column(default=False)
    name: Mapped[str | None] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(80))
