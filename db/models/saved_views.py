"""Filters of a list screen kept under a name, by one person, for themselves or for others."""

from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, Versioned
from db.types import EncryptedJson, coded
from terms.people import Scope
from terms.saved_views import ViewPage


class SavedView(Identified, Versioned, Base):
    """A name for the filters of one screen's address. What was searched for may name a person,
    so the filters are encrypted."""

    __tablename__ = "saved_view"
    __table_args__ = (
        UniqueConstraint("owner_id", "page", "name"),
        Index(None, "page", "shared_with"),
        Index(None, "team_id"),
        Index(None, "branch_id"),
    )

    owner_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    page: Mapped[ViewPage] = mapped_column(coded(ViewPage))
    name: Mapped[str] = mapped_column(String(40))
    filters: Mapped[dict[str, Any]] = mapped_column(EncryptedJson)
    shared_with: Mapped[Scope] = mapped_column(coded(Scope))
    """``own``: nobody else. ``team`` and ``branch`` name which one beside it."""
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"))


class SavedViewPin(Base):
    """Somebody has a view stand above the list; one of their own or a shared one."""

    __tablename__ = "saved_view_pin"

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    view_id: Mapped[int] = mapped_column(
        ForeignKey("saved_view.id", ondelete="CASCADE"), primary_key=True, index=True
    )
