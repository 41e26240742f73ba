"""Long exports: ordered, made by the worker, told in the bell, fetched with a ticket."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from db.models import ExportOrder, Staff
from db.session import Database
from services import notifications, people
from services.actor import Actor
from services.documents import tickets, vault
from services.errors import BusinessError, NotFound, NotPermitted
from services.notifications import Opens
from terms.intake import ExportState
from terms.notifications import NotificationKind

LONG_ROWS = 5_000
"""An export of more rows is made by the worker; the screen would wait too long for it."""
KEPT = timedelta(days=7)
"""A finished export can be fetched this long."""
MOST_OPEN = 3
"""Orders of one person that may wait or be made at a time."""
ORDER_KIND = "export"
"""The ticket of a finished export; its producer stands in ``words.documents``."""
_GOING_ON = (ExportState.WAITING, ExportState.WORKING)
_TELL_EVERY = 5_000


class TooManyExports(BusinessError):
    """The actor waits for as many exports as one person may. Data: ``limit``."""

    code = "too_many_exports"


class ExportNotReady(BusinessError):
    """The export is not made yet, failed, or was deleted after its days."""

    code = "export_not_ready"


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One export somebody ordered."""

    id: int
    kind: str
    state: ExportState
    rows: int | None
    rows_done: int
    ordered_at: datetime
    expires_at: datetime | None
    name: str | None
    size_bytes: int | None
    failure: str | None

    @property
    def is_going_on(self) -> bool:
        return self.state in _GOING_ON


def order_export(
    session: Session,
    *,
    actor: Actor,
    kind: str,
    argument: Mapping[str, Any],
    rows: int | None,
    at: datetime,
) -> int:
    """Have the worker make an export; the bell tells when it is there.

    Args:
        kind: the name of a registered producer.
        argument: what the producer needs, as JSON values; filters and ids.
        rows: how many rows it will have, for the progress; None when nobody counted.

    Returns:
        The order's id.

    Raises:
        NotPermitted: the actor may not fetch files of this kind.
        TooManyExports: ``MOST_OPEN`` of the actor's are not done yet.

    Audit: none, an order is no change of the business; fetching the file is logged.
    """
    actor.require(tickets.permission_of(kind))
    going_on = session.scalar(
        select(func.count()).where(
            ExportOrder.staff_id == actor.own_id, ExportOrder.state.in_(_GOING_ON)
        )
    )
    if (going_on or 0) >= MOST_OPEN:
        raise TooManyExports(limit=MOST_OPEN)
    order = ExportOrder(
        staff_id=actor.own_id,
        kind=kind,
        argument=dict(argument),
        state=ExportState.WAITING,
        rows=rows,
        created_at=at,
        updated_at=at,
    )
    session.add(order)
    session.flush()
    return order.id


def orders_of(session: Session, *, actor: Actor) -> tuple[OrderRow, ...]:
    """The actor's own orders, the newest first."""
    found = session.scalars(
        select(ExportOrder)
        .where(ExportOrder.staff_id == actor.own_id)
        .order_by(ExportOrder.id.desc())
        .limit(50)
    )
    return tuple(
        OrderRow(
            id=one.id,
            kind=one.kind,
            state=one.state,
            rows=one.rows,
            rows_done=one.rows_done,
            ordered_at=one.created_at,
            expires_at=one.expires_at,
            name=one.name,
            size_bytes=one.size_bytes,
            failure=one.failure,
        )
        for one in found
    )


def orders_waiting(session: Session) -> list[int]:
    """Orders for the worker, oldest first; one that a killed worker left is among them."""
    return list(
        session.scalars(
            select(ExportOrder.id).where(ExportOrder.state.in_(_GOING_ON)).order_by(ExportOrder.id)
        )
    )


def order_ticket(session: Session, *, actor: Actor, order_id: int, at: datetime) -> str:
    """A one-time ticket for a finished export.

    Raises:
        NotFound: there is no such order, or it is somebody else's.
        NotPermitted: the actor lost the right to such files since.
        ExportNotReady: it is not made, failed, or was deleted after its days.
    """
    _ready(session, actor, order_id, at)
    return tickets.make_ticket(
        session, actor=actor, kind=ORDER_KIND, argument={"order_id": order_id}, at=at
    )


def order_file(
    session: Session, *, actor: Actor, order_id: int, folder: Path, at: datetime
) -> tickets.File:
    """The finished export as it goes out; raises as ``order_ticket``."""
    order = _ready(session, actor, order_id, at)
    assert order.name
    assert order.content_type
    assert order.path
    assert order.key
    return tickets.File(
        order.name,
        order.content_type,
        vault.content(order.path, key=order.key, folder=folder),
    )


def make_export(
    database: Database,
    *,
    order_id: int,
    folder: Path,
    at: datetime,
    on: date,
    finish: Callable[[tickets.File, Actor], Iterator[bytes]],
) -> ExportState:
    """Make one ordered export, tell whoever ordered it, and say how it ended.

    It is made as the person may see things now, not when it was ordered. May be run again: a
    half-made file is forgotten.

    Args:
        finish: the bytes of the file with who and when in it; the words' work.
    """
    with database.transaction() as session:
        order = session.get(ExportOrder, order_id)
        if order is None or order.state not in _GOING_ON:
            return ExportState.FORGOTTEN if order is None else order.state
        order.state, order.rows_done, order.updated_at = ExportState.WORKING, 0, at
        kind, argument, staff_id = order.kind, order.argument, order.staff_id
        username = session.scalars(select(Staff.username).where(Staff.id == staff_id)).one()
    stored: vault.Stored | None = None
    try:
        with database.reading() as session:
            actor = people.actor_named(session, username=username, on=on)
            if actor is None:
                raise NotPermitted(permission=tickets.permission_of(kind).value)
            download = tickets.Download(actor, kind, argument)
            actor.require(tickets.permission_of(kind))
            file = tickets.produce(session, download=download, at=at)
            counted = _counted(database, order_id, finish(file, actor))
            stored = vault.store(counted, folder=folder)
    except BusinessError as error:
        return _failed(database, order_id, staff_id, error.code, at)
    except BaseException:
        _failed(database, order_id, staff_id, "broken", at)
        raise
    with database.transaction() as session:
        order = session.get_one(ExportOrder, order_id)
        order.state, order.ready_at, order.expires_at = ExportState.READY, at, at + KEPT
        order.name, order.content_type = file.name, file.content_type
        order.path, order.key, order.size_bytes = stored.name, stored.key, stored.size_bytes
        order.updated_at = at
        _tell(session, order_id, staff_id, NotificationKind.EXPORT_READY, at, name=file.name)
    return ExportState.READY


def forget_exports(session: Session, *, folder: Path, at: datetime, clock: datetime) -> int:
    """Delete what is older than its days, and files no order holds; how many files went.

    Args:
        clock: the real instant; a file of the last hours may be of a transaction still open.

    Audit: none, the files are copies.
    """
    session.execute(
        update(ExportOrder)
        .where(ExportOrder.state == ExportState.READY, ExportOrder.expires_at < at)
        .values(
            state=ExportState.FORGOTTEN,
            key=None,
            updated_at=at,
            version=ExportOrder.version + 1,
        )
    )
    known = session.scalars(
        select(ExportOrder.path).where(
            ExportOrder.path.is_not(None), ExportOrder.state == ExportState.READY
        )
    )
    older_than = (clock - vault.STILL_OPEN).timestamp()
    return vault.sweep(folder, keep=[name for name in known if name], older_than=older_than)


def _ready(session: Session, actor: Actor, order_id: int, at: datetime) -> ExportOrder:
    order = session.scalar(
        select(ExportOrder).where(ExportOrder.id == order_id, ExportOrder.staff_id == actor.own_id)
    )
    if order is None:
        raise NotFound(kind="export")
    actor.require(tickets.permission_of(order.kind))
    if (
        order.state is not ExportState.READY
        or order.expires_at is None
        or order.expires_at < at
        or order.key is None
    ):
        raise ExportNotReady()
    return order


def _counted(database: Database, order_id: int, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The chunks, with the progress written down as lines go by; who and when and the header
    are two of them."""
    done, told = -2, 0
    for chunk in chunks:
        done += chunk.count(b"\n")
        if done - told >= _TELL_EVERY:
            told = done
            with database.transaction() as session:
                session.execute(
                    update(ExportOrder).where(ExportOrder.id == order_id).values(rows_done=done)
                )
        yield chunk
    with database.transaction() as session:
        session.execute(
            update(ExportOrder).where(ExportOrder.id == order_id).values(rows_done=max(0, done))
        )


def _failed(
    database: Database, order_id: int, staff_id: int, code: str, at: datetime
) -> ExportState:
    with database.transaction() as session:
        order = session.get_one(ExportOrder, order_id)
        order.state, order.failure, order.updated_at = ExportState.FAILED, code, at
        _tell(session, order_id, staff_id, NotificationKind.EXPORT_FAILED, at)
    return ExportState.FAILED


def _tell(
    session: Session,
    order_id: int,
    staff_id: int,
    kind: NotificationKind,
    at: datetime,
    **data: object,
) -> None:
    notifications.notify(
        session,
        staff_ids=[staff_id],
        kind=kind,
        occasion=f"export:{order_id}:{kind.value}",
        at=at,
        opens=Opens("exports"),
        data=data,
    )
