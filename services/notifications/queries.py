"""What the bell shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, func, select
from sqlalchemy.orm import Session

from db.base import RowId
from db.models import Client, Notification, QuietHours, Staff
from db.types import UtcDateTime
from services.access import may_open
from services.actor import Actor
from services.notifications.rules import Quiet
from services.permissions import Permission

MOST = 30


@dataclass(frozen=True, slots=True)
class Notice:
    """One line of the bell; ``words.notifications.in_words`` says it."""

    id: int
    kind: str
    data: dict[str, Any]
    client_name: str | None
    """None where there is no client, or none the reader may open any more."""
    by_name: str | None
    page: str | None
    query: dict[str, str]
    at: datetime
    is_read: bool


def unread_count(session: Session, *, actor: Actor, at: datetime) -> int:
    """How many things the actor has been told and not looked at."""
    return session.scalar(_UNREAD_COUNT, {"staff": actor.own_id, "at": at}) or 0


def unread_counts(session: Session, *, staff_ids: Iterable[int], at: datetime) -> dict[int, int]:
    """``unread_count`` of many people in one statement; those without anything stand at 0."""
    ids = sorted(set(staff_ids))
    rows = session.execute(
        select(Notification.staff_id, func.count())
        .where(*_unread(at), Notification.staff_id.in_(ids))
        .group_by(Notification.staff_id)
    )
    return {**dict.fromkeys(ids, 0), **{staff_id: count for staff_id, count in rows}}


def notices(
    session: Session, *, actor: Actor, on: date, at: datetime, limit: int = MOST
) -> tuple[Notice, ...]:
    """What the actor was told, newest first; what they read stays until it is forgotten."""
    name = Client.name if actor.may(Permission.CLIENT_READ) else Client.number
    rows = session.execute(
        select(Notification, name.label("client_name"), Staff.name.label("by_name"))
        .select_from(Notification)
        .outerjoin(Client, and_(Client.id == Notification.client_id, may_open(actor, on=on)))
        .outerjoin(Staff, Staff.id == Notification.by_id)
        .where(_mine(actor), Notification.shows_at <= at)
        .order_by(Notification.shows_at.desc(), Notification.id.desc())
        .limit(limit)
    )
    return tuple(
        Notice(
            id=row.Notification.id,
            kind=row.Notification.kind,
            data=row.Notification.data,
            client_name=row.client_name,
            by_name=row.by_name,
            page=row.Notification.page,
            query=row.Notification.query,
            at=row.Notification.at,
            is_read=row.Notification.read_at is not None,
        )
        for row in rows
    )


def quiet_hours(session: Session, *, actor: Actor) -> Quiet | None:
    """The actor's quiet hours; None where they have none."""
    found = session.get(QuietHours, actor.own_id)
    return Quiet(found.from_minute, found.to_minute, found.also_days_off) if found else None


def _mine(actor: Actor) -> ColumnElement[bool]:
    return Notification.staff_id == actor.own_id


def _unread(at: datetime | BindParameter[datetime]) -> tuple[ColumnElement[bool], ...]:
    return (Notification.read_at.is_(None), Notification.shows_at <= at)


_UNREAD_COUNT = (
    select(func.count())
    .select_from(Notification)
    .where(
        *_unread(bindparam("at", type_=UtcDateTime())),
        Notification.staff_id == bindparam("staff", type_=RowId),
    )
)
"""Asked on every rerun, so built once."""
