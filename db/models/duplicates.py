"""Clients that may be one: what finds them, the pairs found, and the numbers merged files had."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, RowId
from db.types import coded, plain_order
from terms.duplicates import Band, PairState


class DuplicateKey(Base):
    """A keyed hash of what a client may have in common with another; equal hashes are compared."""

    __tablename__ = "duplicate_key"
    __table_args__ = ({"sqlite_with_rowid": False},)

    key: Mapped[int] = mapped_column(RowId, primary_key=True)
    client_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("client.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class DuplicateMark(Base):
    """The version of a client whose keys are kept; older ones are made again before a search."""

    __tablename__ = "duplicate_mark"

    client_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("client.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int]


class DuplicatePair(Base):
    """Two clients that may be one, why, and what somebody decided; the smaller id first."""

    __tablename__ = "duplicate_pair"
    __table_args__ = (
        CheckConstraint("client_id < other_id", name="smaller_first"),
        Index(None, "state", "band", "score", "client_id"),
        Index(None, "other_id"),
    )

    client_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("client.id", ondelete="CASCADE"), primary_key=True
    )
    other_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("client.id", ondelete="CASCADE"), primary_key=True
    )
    band: Mapped[Band] = mapped_column(coded(Band, 10))
    score: Mapped[int]
    """The sum of the weights of ``reasons``, in tenths of a bit."""
    reasons: Mapped[list[Any]] = mapped_column(default=list)
    """``[[trait, likeness, weight], …]``; never a personal value."""
    state: Mapped[PairState] = mapped_column(coded(PairState, 10))
    found_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class ClientFormer(Base):
    """A client that was merged into another: its number finds the kept file, its id the audit."""

    __tablename__ = "client_former"

    client_id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)
    number: Mapped[str] = mapped_column(plain_order(40), unique=True)
    into_id: Mapped[int] = mapped_column(RowId, ForeignKey("client.id"), index=True)
    merged_at: Mapped[datetime]
