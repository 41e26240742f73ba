"""One-time tickets: who may fetch which file, once, within minutes."""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from db.models import DownloadTicket
from services import audit, disclosure
from services.actor import Actor
from services.errors import BusinessError
from services.permissions import Permission
from services.working_calendar import SHANGHAI, local_date
from terms.intake import AccessKind

TICKET_LASTS = timedelta(minutes=5)


class TicketNotValid(BusinessError):
    """The ticket is unknown, used, too old, or somebody else's; the four are not told apart."""

    code = "ticket_not_valid"


@dataclass(frozen=True, slots=True)
class File:
    """A file as it goes out."""

    name: str
    content_type: str
    chunks: Iterable[bytes]
    """Read while the reading session of the download is open."""
    policy: str | None = None
    """The content policy of a page the browser shows, for printing; all else is only saved."""


class Producer(Protocol):
    """Makes the file of one kind; a query: it never writes."""

    def __call__(
        self, session: Session, /, *, actor: Actor, argument: Mapping[str, Any], at: datetime
    ) -> File: ...


@dataclass(frozen=True, slots=True)
class Download:
    """A redeemed ticket: who fetches what."""

    actor: Actor
    kind: str
    argument: Mapping[str, Any]


class Audience(StrEnum):
    """Who may come to see a file. What is not kept in the house passes the gate of
    ``services.disclosure``: it names no stars (R30)."""

    CLIENT = "client"
    HOUSE = "house"


_producers: dict[str, tuple[Producer, Permission, Audience]] = {}


def permission_of(kind: str) -> Permission:
    """What fetching files of ``kind`` needs; a ``KeyError`` for a kind nobody registered."""
    return _producers[kind][1]


def kinds() -> Mapping[str, Audience]:
    """Every kind of file, and who may come to see it."""
    return {kind: audience for kind, (_make, _permission, audience) in _producers.items()}


def producer(
    kind: str, permission: Permission, *, audience: Audience = Audience.CLIENT
) -> Callable[[Producer], Producer]:
    """Register the maker of files of ``kind``; who fetches one needs ``permission``.

    Args:
        audience: ``HOUSE`` for what stays with us; a house test keeps the list of those.
    """

    def register(make: Producer) -> Producer:
        if kind in _producers:
            raise ValueError(f"two producers of {kind}")
        _producers[kind] = (make, permission, audience)
        return make

    return register


def make_ticket(
    session: Session, *, actor: Actor, kind: str, argument: Mapping[str, Any], at: datetime
) -> str:
    """Allow ``actor`` to fetch one file once, within ``TICKET_LASTS``.

    Args:
        kind: the name of a registered producer.
        argument: what the producer needs, as JSON values; filters and ids, nothing personal.

    Returns:
        The ticket, for the address ``/download/<ticket>``; only its hash is stored.

    Raises:
        NotPermitted: the actor may not fetch files of this kind.
    """
    permission = permission_of(kind)
    actor.require(permission)
    ticket = secrets.token_urlsafe(32)
    session.add(
        DownloadTicket(
            id=_hash(ticket),
            staff_id=actor.own_id,
            kind=kind,
            argument=dict(argument),
            made_at=at,
            expires_at=at + TICKET_LASTS,
        )
    )
    return ticket


def redeem(session: Session, *, actor: Actor, ticket: str, at: datetime) -> Download:
    """Use up the ticket and log that ``actor`` fetched what it stands for.

    Raises:
        TicketNotValid: it is unknown, used, too old, or somebody else's.
        NotPermitted: the actor lost the permission since.
    """
    found = session.execute(
        update(DownloadTicket)
        .where(
            DownloadTicket.id == _hash(ticket),
            DownloadTicket.staff_id == actor.own_id,
            DownloadTicket.used_at.is_(None),
            DownloadTicket.expires_at > at,
        )
        .values(used_at=at)
        .returning(DownloadTicket.kind, DownloadTicket.argument)
    ).one_or_none()
    if found is None or found.kind not in _producers:
        raise TicketNotValid()
    actor.require(permission_of(found.kind))
    audit.record_access(
        session,
        actor=actor,
        kind=AccessKind.EXPORTED,
        at=at,
        client_id=found.argument.get("client_id"),
        what=found.kind,
    )
    return Download(actor, found.kind, found.argument)


def note_refused(session: Session, *, actor: Actor, ticket: str, at: datetime) -> None:
    """Log that ``actor`` asked for a file that is not theirs to fetch: somebody else's ticket, or
    one whose permission they lost. A used or old one of their own is no news, nor is a guess."""
    found = session.execute(
        select(DownloadTicket.staff_id, DownloadTicket.kind, DownloadTicket.argument).where(
            DownloadTicket.id == _hash(ticket)
        )
    ).one_or_none()
    if found is None or found.kind not in _producers:
        return
    if found.staff_id == actor.own_id and actor.may(permission_of(found.kind)):
        return
    audit.record_access(
        session,
        actor=actor,
        kind=AccessKind.REFUSED,
        at=at,
        client_id=found.argument.get("client_id"),
        what=found.kind,
    )


def produce(session: Session, *, download: Download, at: datetime) -> File:
    """Make the file of a redeemed ticket; ``session`` stays open while its chunks are read.

    What does not stay in the house names no stars, unless it is about one client whose stars may
    be told (R30).
    """
    make, _permission, audience = _producers[download.kind]
    file = make(session, actor=download.actor, argument=download.argument, at=at)
    client_id = download.argument.get("client_id")
    if audience is Audience.HOUSE or disclosure.may_be_told(
        session, client_id=client_id, on=local_date(at, SHANGHAI)
    ):
        return file
    return replace(
        file,
        name=disclosure.silent(file.name),
        chunks=disclosure.silent_chunks(file.chunks, file.content_type),
    )


def _hash(ticket: str) -> str:
    return hashlib.sha256(ticket.encode()).hexdigest()
