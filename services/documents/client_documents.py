"""A client's documents: taken in, listed, given out with a reason, taken away with a reason."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import event, select
from sqlalchemy.orm import Session, aliased

from db.models import Client, Document, Staff
from services import audit
from services.access import client_id_by_number, may_open
from services.actor import Actor
from services.documents import tickets, vault
from services.documents.contents import MOST_BYTES, DocumentRefused, content_of
from services.errors import BusinessError, NotFound
from services.permissions import Permission
from terms.intake import AccessKind, DocumentKind

DOCUMENT_KIND = "document"
"""The ticket of one document; its producer stands in ``words.documents``."""
MOST_REASON = 200
_UNFIT = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]')


class DocumentThere(BusinessError):
    """The client's file holds this very document already. Data: ``name``, ``at``."""

    code = "document_there"


class DocumentGone(BusinessError):
    """The document was taken away."""

    code = "document_gone"


class DocumentReasonNeeded(BusinessError):
    """Seeing or taking away a document asks why."""

    code = "document_reason_needed"


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document of a client's file."""

    id: int
    kind: DocumentKind
    name: str
    content_type: str
    size_bytes: int
    sha256: str
    stored_by: str | None
    stored_at: datetime
    removed_by: str | None
    removed_at: datetime | None
    removed_reason: str | None

    @property
    def is_there(self) -> bool:
        return self.removed_at is None


def documents_of(
    session: Session, *, actor: Actor, number: str, on: date
) -> tuple[DocumentRow, ...]:
    """The documents of the client with business number ``number``: those that are there, newest
    first, then those that were taken away.

    Raises:
        NotPermitted: the actor may not read clients.
        NotFound: there is no such client, or it is not the actor's.
    """
    actor.require(Permission.CLIENT_READ)
    client_id = client_id_by_number(session, actor=actor, number=number, on=on)
    remover = aliased(Staff)
    found = session.execute(
        select(
            Document.id,
            Document.kind,
            Document.name,
            Document.content_type,
            Document.size_bytes,
            Document.sha256,
            Staff.name,
            Document.stored_at,
            remover.name,
            Document.removed_at,
            Document.removed_reason,
        )
        .outerjoin(Staff, Staff.id == Document.stored_by_id)
        .outerjoin(remover, remover.id == Document.removed_by_id)
        .where(Document.client_id == client_id)
        .order_by(Document.removed_at.is_not(None), Document.stored_at.desc(), Document.id.desc())
        .limit(500)
    )
    return tuple(DocumentRow(*row) for row in found)


def store_document(
    session: Session,
    *,
    actor: Actor,
    number: str,
    kind: DocumentKind,
    name: str,
    source: BinaryIO,
    folder: Path,
    at: datetime,
    on: date,
) -> int:
    """Take a file into the client's documents.

    What it is, is read from its content; the ending of its name follows from that. It is kept
    encrypted under a key of its own.

    Args:
        name: as the person calls it.
        source: the open file, seekable.
        folder: where documents are kept, outside of anything the server gives out.

    Returns:
        The document's id.

    Raises:
        NotPermitted: the actor may not change clients' files.
        NotFound: there is no such client, or it is not the actor's.
        DocumentRefused: it is too large, or not soundly one of the accepted kinds.
        DocumentThere: the file holds this very content already.

    Audit: ``document:store`` with kind, size and fingerprint.
    """
    actor.require(Permission.CLIENT_WRITE)
    client_id = client_id_by_number(session, actor=actor, number=number, on=on)
    content = content_of(source)
    try:
        stored = vault.store(vault.pieces_of(source), folder=folder, limit=MOST_BYTES)
    except vault.TooMuch:
        raise DocumentRefused(reason="too_large", limit=MOST_BYTES) from None
    event.listen(
        session, "after_rollback", lambda _s: vault.remove(stored.name, folder=folder), once=True
    )
    there = session.execute(
        select(Document.name, Document.stored_at).where(
            Document.client_id == client_id,
            Document.sha256 == stored.sha256,
            Document.removed_at.is_(None),
        )
    ).first()
    if there is not None:
        vault.remove(stored.name, folder=folder)
        raise DocumentThere(name=there.name, at=there.stored_at)
    document = Document(
        client_id=client_id,
        kind=kind,
        name=_called(name, content.extension),
        content_type=content.content_type,
        size_bytes=stored.size_bytes,
        sha256=stored.sha256,
        path=stored.name,
        key=stored.key,
        stored_by_id=actor.staff_id,
        stored_at=at,
    )
    session.add(document)
    session.flush()
    _record(
        session,
        actor,
        "document:store",
        document,
        at,
        {"kind": kind.value, "bytes": stored.size_bytes, "sha256": stored.sha256},
        {"name": document.name},
    )
    return document.id


def remove_document(
    session: Session,
    *,
    actor: Actor,
    document_id: int,
    reason: str,
    folder: Path,
    at: datetime,
    on: date,
) -> int:
    """Take a document away for good: its key and its file are destroyed, its row stays.

    Returns:
        The document's id.

    Raises:
        NotPermitted: the actor may not change clients' files.
        NotFound: there is no such document, or its client is not the actor's.
        DocumentGone: somebody took it away before.
        DocumentReasonNeeded: no reason was given.

    Audit: ``document:remove`` with the fingerprint; the reason is kept in the row.
    """
    actor.require(Permission.CLIENT_WRITE)
    document = _document(session, actor, document_id, on)
    reason = reason.strip()[:MOST_REASON]
    if not reason:
        raise DocumentReasonNeeded()
    document.key = None
    document.removed_by_id = actor.staff_id
    document.removed_at = at
    document.removed_reason = reason
    path = document.path
    event.listen(session, "after_commit", lambda _s: vault.remove(path, folder=folder), once=True)
    _record(
        session,
        actor,
        "document:remove",
        document,
        at,
        {"kind": document.kind.value, "sha256": document.sha256},
        {"name": document.name, "reason": reason},
    )
    return document.id


def document_ticket(
    session: Session, *, actor: Actor, document_id: int, reason: str, at: datetime, on: date
) -> str:
    """A one-time ticket for a document in clear; who asked and why goes into the access log.

    Raises:
        NotPermitted: the actor may not see personal values in clear.
        NotFound: there is no such document, or its client is not the actor's.
        DocumentGone: it was taken away.
        DocumentReasonNeeded: no reason was given.
    """
    actor.require(Permission.CLIENT_REVEAL)
    document = _document(session, actor, document_id, on)
    reason = reason.strip()[:MOST_REASON]
    if not reason:
        raise DocumentReasonNeeded()
    audit.record_access(
        session,
        actor=actor,
        kind=AccessKind.REVEALED,
        at=at,
        client_id=document.client_id,
        what=f"document {document.kind.value}",
        reason=reason,
    )
    return tickets.make_ticket(
        session,
        actor=actor,
        kind=DOCUMENT_KIND,
        argument={"document_id": document.id, "client_id": document.client_id},
        at=at,
    )


def document_file(
    session: Session, *, actor: Actor, document_id: int, folder: Path, on: date
) -> tickets.File:
    """The document as it goes out.

    Raises:
        NotPermitted, NotFound, DocumentGone: as for its ticket.
    """
    actor.require(Permission.CLIENT_REVEAL)
    document = _document(session, actor, document_id, on)
    assert document.key is not None
    return tickets.File(
        document.name,
        document.content_type,
        _opened(document.path, document.key, folder),
    )


def sweep_documents(session: Session, *, folder: Path, clock: datetime) -> int:
    """Delete files of the folder that no document holds; how many.

    Args:
        clock: the real instant; a file of the last hours may be of a transaction still open.
    """
    known = session.scalars(select(Document.path).where(Document.removed_at.is_(None)))
    return vault.sweep(folder, keep=known, older_than=(clock - vault.STILL_OPEN).timestamp())


def _opened(path: str, key: str, folder: Path) -> Iterator[bytes]:
    try:
        yield from vault.content(path, key=key, folder=folder)
    except FileNotFoundError:
        raise DocumentGone() from None


def _document(session: Session, actor: Actor, document_id: int, on: date) -> Document:
    document = session.scalar(
        select(Document)
        .join(Client, Client.id == Document.client_id)
        .where(Document.id == document_id, may_open(actor, on=on))
    )
    if document is None:
        raise NotFound(kind="document")
    if document.removed_at is not None:
        raise DocumentGone()
    return document


def _called(name: str, extension: str) -> str:
    """The person's name for it without what a file name may not hold, with its true ending."""
    plain = " ".join(_UNFIT.sub(" ", name).split())
    stem, dot, ending = plain.rpartition(".")
    if dot and len(ending) <= 5 and stem:
        plain = stem
    return f"{plain.strip('. ')[:120] or 'document'}.{extension}"


def _record(
    session: Session,
    actor: Actor,
    event_name: str,
    document: Document,
    at: datetime,
    detail: dict[str, object],
    personal: dict[str, object],
) -> None:
    audit.record(
        session,
        actor=actor,
        event=event_name,
        subject="document",
        subject_id=document.id,
        client_id=document.client_id,
        at=at,
        detail=detail,
        personal=personal,
    )
