"""Documents, the outbox, and one-time download tickets."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, RowId, Versioned
from db.types import Encrypted, coded
from terms import intake as words
from terms.renewals import ContactChannel


class Document(Identified, Base):
    """A stored file: kept outside the web root under ``var/documents``, encrypted at rest."""

    __tablename__ = "document"
    __table_args__ = (Index(None, "client_id", "stored_at"),)

    client_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("client.id"))
    kind: Mapped[words.DocumentKind] = mapped_column(coded(words.DocumentKind))
    name: Mapped[str] = mapped_column(String(200))
    content_type: Mapped[str] = mapped_column(String(100))
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    path: Mapped[str] = mapped_column(String(200))
    stored_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    stored_at: Mapped[datetime]


class OutboxMessage(Identified, Versioned, Base):
    """A message that waits to be sent; ``dedupe_key`` keeps it from going out twice."""

    __tablename__ = "outbox_message"
    __table_args__ = (Index(None, "state", "due_at"), Index(None, "client_id"))

    client_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("client.id"))
    channel: Mapped[ContactChannel] = mapped_column(coded(ContactChannel))
    template: Mapped[str] = mapped_column(String(60))
    dedupe_key: Mapped[str] = mapped_column(String(120), unique=True)
    recipient: Mapped[str | None] = mapped_column(Encrypted)
    body: Mapped[str] = mapped_column(Encrypted)
    state: Mapped[words.MessageState] = mapped_column(coded(words.MessageState))
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    failure: Mapped[str | None] = mapped_column(String(200))


class DownloadTicket(Base):
    """A one-time permission to fetch one file; the row's id is the hash of the ticket."""

    __tablename__ = "download_ticket"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    """What is downloaded: the name of a registered producer in ``services.documents``."""
    argument: Mapped[dict[str, Any]] = mapped_column(default=dict)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
