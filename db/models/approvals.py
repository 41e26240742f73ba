"""Decisions of two people: who asked for what and why, who decided it, in which words."""

from datetime import datetime

from sqlalchemy import Enum, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, RowId, Versioned
from db.types import Encrypted, coded
from terms.approvals import ApprovalKind, ApprovalState


class Approval(Identified, Versioned, Base):
    """One request and its end. What it asks for is carried out by its decision alone."""

    __tablename__ = "approval"
    __table_args__ = (
        Index(None, "state", "expires_at"),
        Index(None, "asked_by_id", "id"),
        Index(None, "decided_by_id", "id"),
        Index(None, "client_id"),
        Index(
            "ix_approval_waiting",
            "kind",
            "subject",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    number: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[ApprovalKind] = mapped_column(
        Enum(
            ApprovalKind,
            native_enum=False,
            create_constraint=False,
            length=40,
            values_callable=lambda kinds: [kind.value for kind in kinds],
        )
    )
    """Kinds come with chapters, so the column has no check of its own."""
    subject: Mapped[str] = mapped_column(String(80))
    """What it is about, in the kind's own writing; one request at a time waits for it."""
    client_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("client.id"))
    state: Mapped[ApprovalState] = mapped_column(coded(ApprovalState))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime]
    why: Mapped[str] = mapped_column(Encrypted)
    payload: Mapped[str] = mapped_column(Encrypted)
    """JSON: what the kind needs to carry it out."""
    changes: Mapped[str] = mapped_column(Encrypted)
    """JSON: what changes, before and after, as it stood when it was asked."""
    remind_at: Mapped[datetime | None]
    """When the next reminder is due."""
    expires_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    decided_for_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """In whose place a substitute decided."""
    decided_at: Mapped[datetime | None]
    """When it ended, whatever the end."""
    word: Mapped[str | None] = mapped_column(Encrypted)
    """What the decider said."""
