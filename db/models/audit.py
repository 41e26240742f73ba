"""What was done, and what was seen: the audit trail and the access log (R175, rules §6)."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, RowId
from db.types import Sealed, coded
from terms.intake import AccessKind


class AuditEntry(Identified, Base):
    """One act. Entries are added, never changed; ``seal`` chains them (set by the worker)."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index(None, "client_id", "id"),
        Index(None, "actor_id", "happened_at", "id"),
        Index(None, "event", "happened_at", "id"),
        Index(None, "happened_at", "id"),
    )

    happened_at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """Null: the system itself (worker, command line)."""
    event: Mapped[str] = mapped_column(String(60))
    """``chapter:verb``, e.g. ``renewal:contact``."""
    subject: Mapped[str] = mapped_column(String(40))
    """The kind of thing it was done to: a table's name."""
    subject_id: Mapped[int | None] = mapped_column(RowId)
    client_id: Mapped[int | None] = mapped_column(RowId)
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Before and after of what is not personal, counts of a bulk act."""
    personal: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Before and after of personal values, encrypted with the client's own key."""
    seal: Mapped[str | None] = mapped_column(String(64))
    """The keyed digest of this entry and of the seal before it; null until the worker comes by."""


class AuditSeal(Identified, Base):
    """One round of sealing: from which entry to which, and the seal of the last."""

    __tablename__ = "audit_seal"

    from_id: Mapped[int] = mapped_column(RowId)
    upto_id: Mapped[int] = mapped_column(RowId)
    entries: Mapped[int]
    """Entries sealed in this round."""
    seal: Mapped[str] = mapped_column(String(64))
    """The seal of the entry ``upto_id``."""
    mark: Mapped[str] = mapped_column(String(64))
    """The keyed digest of this row and of the mark before it."""
    sealed_at: Mapped[datetime]


class ClientKey(Base):
    """The key of one client's personal audit values; dropping it erases them all at once.

    It outlives the client's row: a file merged away or an import undone leaves the trail whole.
    """

    __tablename__ = "client_key"

    client_id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)
    wrapped: Mapped[bytes] = mapped_column(Sealed)


class AccessEntry(Identified, Base):
    """Who saw what: opening a client file, revealing a number, exporting."""

    __tablename__ = "access_entry"
    __table_args__ = (
        Index(None, "client_id", "id"),
        Index(None, "staff_id", "happened_at", "id"),
        Index(None, "kind", "happened_at", "id"),
        Index(None, "happened_at", "id"),
    )

    happened_at: Mapped[datetime]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    kind: Mapped[AccessKind] = mapped_column(coded(AccessKind))
    client_id: Mapped[int | None] = mapped_column(RowId)
    what: Mapped[str | None] = mapped_column(String(80))
    reason: Mapped[str | None] = mapped_column(String(200))
