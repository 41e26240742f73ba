"""Downloads: every file leaves through a one-time ticket that is checked, masked and logged.

A chapter registers a producer for each kind of file it gives out::

    @documents.producer("clients.list", Permission.CLIENT_EXPORT)
    def client_list(session, *, actor, argument, at) -> documents.File: ...

A screen makes a ticket in an operation and links to ``/download/<ticket>``. The producer starts
from the same queries as the screen, so it masks and scopes alike.
"""

import csv
import hashlib
import io
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlalchemy.orm import Session

from db.models import DownloadTicket
from services import audit
from services.actor import Actor
from services.errors import BusinessError
from services.permissions import Permission
from terms.intake import AccessKind

TICKET_LASTS = timedelta(minutes=5)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_BOM = "\ufeff"
_ROWS_AT_ONCE = 500


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


_producers: dict[str, tuple[Producer, Permission]] = {}


def producer(kind: str, permission: Permission) -> Callable[[Producer], Producer]:
    """Register the maker of files of ``kind``; who fetches one needs ``permission``."""

    def register(make: Producer) -> Producer:
        if kind in _producers:
            raise ValueError(f"two producers of {kind}")
        _producers[kind] = (make, permission)
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
    _, permission = _producers[kind]
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
    _, permission = _producers[found.kind]
    actor.require(permission)
    audit.record_access(session, actor=actor, kind=AccessKind.EXPORTED, at=at, what=found.kind)
    return Download(actor, found.kind, found.argument)


def produce(session: Session, *, download: Download, at: datetime) -> File:
    """Make the file of a redeemed ticket; ``session`` stays open while its chunks are read."""
    make, _ = _producers[download.kind]
    return make(session, actor=download.actor, argument=download.argument, at=at)


def file_name(
    stem: str, *, actor: Actor, at: datetime, zone: ZoneInfo, extension: str = "csv"
) -> str:
    """``stem-who-when.extension``: every file says who fetched it and when."""
    when = at.astimezone(zone).strftime("%Y%m%d-%H%M")
    whole = f"{stem}-{actor.username}-{when}.{extension}"
    return re.sub(r'[\x00-\x1f/\\:*?"<>|]', "_", whole)


def csv_chunks(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """A CSV that spreadsheets open rightly: UTF-8 with BOM, header first, no cell a formula.

    Args:
        rows: cells in the header's order; None is an empty cell, numbers stay numbers.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write(_BOM)
    writer.writerow([safe_cell(cell) for cell in header])
    for number, row in enumerate(rows, start=1):
        writer.writerow([safe_cell(cell) for cell in row])
        if number % _ROWS_AT_ONCE == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def safe_cell(value: object) -> object:
    """``value``, with an apostrophe before a text that a spreadsheet would run as a formula."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return "" if value is None else value


def _hash(ticket: str) -> str:
    return hashlib.sha256(ticket.encode()).hexdigest()
