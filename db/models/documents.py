"""Documents, the outbox, one-time download tickets, and exports the worker makes."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, RowId, Versioned
from db.types import Encrypted, coded
from terms import intake as words
from terms.renewals import ContactChannel


class Document(Identified, Base):
    """A stored file: kept outside the web root under ``var/documents``, encrypted at rest.

    A document taken away keeps its row, its hash and the reason; its file and its key are gone.
    """

    __tablename__ = "document"
    __table_args__ = (Index(None, "client_id", "stored_at"),)

    client_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("client.id"))
    kind: Mapped[words.DocumentKind] = mapped_column(coded(words.DocumentKind))
    name: Mapped[str] = mapped_column(String(200))
    """As it was called by whoever stored it, with the ending of what it really is."""
    content_type: Mapped[str] = mapped_column(String(100))
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    """Of the content in clear."""
    path: Mapped[str] = mapped_column(String(200))
    """The file's name under ``var/documents``."""
    key: Mapped[str | None] = mapped_column(Encrypted)
    """The file's own key; null once the document was removed."""
    stored_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    stored_at: Mapped[datetime]
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    removed_at: Mapped[datetime | None]
    removed_reason: Mapped[str | None] = mapped_column(String(200))


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


class ExportOrder(Identified, Versioned, Base):
    """A long export somebody ordered: made by the worker, fetched with a ticket, then forgotten."""

    __tablename__ = "export_order"
    __table_args__ = (Index(None, "state", "id"), Index(None, "staff_id", "id"))

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    kind: Mapped[str] = mapped_column(String(40))
    """The name of a registered producer in ``services.documents``."""
    argument: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[words.ExportState] = mapped_column(coded(words.ExportState))
    rows: Mapped[int | None]
    """How many rows it will have, as far as was counted when it was ordered."""
    rows_done: Mapped[int] = mapped_column(default=0)
    ready_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    name: Mapped[str | None] = mapped_column(String(200))
    content_type: Mapped[str | None] = mapped_column(String(100))
    size_bytes: Mapped[int | None]
    path: Mapped[str | None] = mapped_column(String(200))
    """The file's name under ``var/exports``."""
    key: Mapped[str | None] = mapped_column(Encrypted)
    failure: Mapped[str | None] = mapped_column(String(60))
    """The code of what the business refused, or ``broken``."""
