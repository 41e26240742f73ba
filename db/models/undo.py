"""Undo: a batch of changes, which rows it touched, and what they were before.

``undo_row`` holds rows that have an id and, where they have one, the version the batch left them
at: a version that moved on since means somebody edited the row. ``undo_image`` holds the content,
many rows to an image, encrypted with the field keys.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, RowId
from db.types import Encrypted, coded
from terms.undo import RowAct, UndoKind


class UndoBatch(Identified, Base):
    """One act that can be taken back, once, until ``expires_on``."""

    __tablename__ = "undo_batch"
    __table_args__ = (Index(None, "made_by_id", "id"), Index(None, "kind", "reference"))

    kind: Mapped[UndoKind] = mapped_column(coded(UndoKind))
    reference: Mapped[str] = mapped_column(String(60), default="")
    """The business number of what was done: an import's, the client kept by a merge."""
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    expires_on: Mapped[date]
    """The last day it can be undone; its images are dropped after it."""
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What a list of acts says of it; never personal."""
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class UndoRow(Base):
    """A row the batch touched, and the version it left the row at."""

    __tablename__ = "undo_row"
    __table_args__ = ({"sqlite_with_rowid": False},)

    batch_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("undo_batch.id", ondelete="CASCADE"), primary_key=True
    )
    table_name: Mapped[str] = mapped_column(String(40), primary_key=True)
    row_id: Mapped[int] = mapped_column(RowId, primary_key=True)
    act: Mapped[RowAct] = mapped_column(coded(RowAct, 10))
    version: Mapped[int | None]
    """Null for a row that was deleted, and in tables whose rows are never changed."""


class UndoImage(Identified, Base):
    """What rows of one table held before the batch (and after it, where they have no version)."""

    __tablename__ = "undo_image"

    batch_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("undo_batch.id", ondelete="CASCADE"), index=True
    )
    table_name: Mapped[str] = mapped_column(String(40))
    content: Mapped[str] = mapped_column(Encrypted)
