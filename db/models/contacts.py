"""The contact log, and the promises and appointments that come out of it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, RowId, Versioned
from db.types import coded
from terms import renewals as words

SAID = "objection IS NOT NULL OR refusal_reason IS NOT NULL OR market IS NOT NULL"
"""Contacts in which the client said something the whole team should hear."""


class Contact(Identified, Base):
    """R74: time, channel, outcome, intention, refusal reason, next appointment; never changed."""

    __tablename__ = "contact"
    __table_args__ = (
        Index(None, "client_id", "happened_at"),
        Index(None, "staff_id", "happened_at"),
        Index(None, "renewal_id", "happened_at"),
        Index(
            "ix_contact_said",
            *("staff_id", "happened_at", "objection", "refusal_reason", "renewal_id"),
            sqlite_where=text(SAID),
            postgresql_where=text(SAID),
        ),
    )

    client_id: Mapped[int] = mapped_column(RowId, ForeignKey("client.id"))
    renewal_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("renewal.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    happened_at: Mapped[datetime]
    channel: Mapped[words.ContactChannel] = mapped_column(coded(words.ContactChannel))
    outcome: Mapped[words.ContactOutcome] = mapped_column(coded(words.ContactOutcome))
    intention: Mapped[words.Intention | None] = mapped_column(coded(words.Intention))
    refusal_reason: Mapped[str | None] = mapped_column(String(40))
    """A code of the rule ``renewal.refusal_reasons``."""
    objection: Mapped[str | None] = mapped_column(String(40))
    """What the client held against it, whatever they intend: a code of ``renewal.objections``."""
    note: Mapped[str | None] = mapped_column(Text)
    market: Mapped[str | None] = mapped_column(Text)
    """R89: what the client told about the market: other offers, prices, what is said of us."""
    reaction: Mapped[str | None] = mapped_column(Text)
    """R64: how the client took the service."""
    next_at: Mapped[datetime | None]


class Promise(Identified, Versioned, Base):
    """Something we told a client we would do, with its time: an appointment or a promise."""

    __tablename__ = "promise"
    __table_args__ = (
        Index(
            "ix_promise_open_staff",
            "staff_id",
            "due_at",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index(None, "client_id", "due_at"),
        Index(None, "renewal_id"),
    )

    client_id: Mapped[int] = mapped_column(RowId, ForeignKey("client.id"))
    renewal_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("renewal.id"))
    contact_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("contact.id"), index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    kind: Mapped[words.PromiseKind] = mapped_column(coded(words.PromiseKind))
    due_at: Mapped[datetime]
    what: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[words.PromiseState] = mapped_column(coded(words.PromiseState))
    settled_at: Mapped[datetime | None]
