"""Searching the trail and the access log: newest first, a page at a time, each by an index."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.orm import Session

from db.models import AccessEntry, AuditEntry, Client, Staff
from services import audit
from services.access import client_id_by_number
from services.actor import Actor
from services.audit_trail.masking import masked
from services.audit_trail.naming import SIDES, Names, names_in, plain
from services.errors import BusinessError, NotFound
from services.permissions import Permission
from services.working_calendar import SHANGHAI, end_of_day, start_of_day
from terms.intake import AccessKind

MOST = 50
"""Entries on one page."""
_AT_ONCE = 500


class RevealReasonNeeded(BusinessError):
    """Personal values of an entry are shown in clear only with a reason (rules §6)."""

    code = "audit_reason_needed"


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; everything given must hold."""

    staff_id: int | None = None
    client_number: str | None = None
    event: str | None = None
    kind: AccessKind | None = None
    """Of the access log only."""
    from_on: date | None = None
    to_on: date | None = None
    zone: ZoneInfo = SHANGHAI


@dataclass(frozen=True, slots=True)
class Change:
    """One thing before and after; None where the entry does not say. Ids are resolved to names."""

    key: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One act."""

    id: int
    at: datetime
    who: str | None
    """None: the system."""
    event: str
    client_number: str | None
    client_name: str | None
    changes: tuple[Change, ...]
    facts: tuple[tuple[str, Any], ...]
    """What else the entry says: counts, reasons, names."""
    has_personal: bool
    is_sealed: bool


@dataclass(frozen=True, slots=True)
class EntryPage:
    rows: tuple[EntryRow, ...]
    next: str | None
    """The mark the next page begins after; None at the end."""


@dataclass(frozen=True, slots=True)
class ViewRow:
    """Somebody saw something personal."""

    id: int
    at: datetime
    who: str
    kind: AccessKind
    client_number: str | None
    client_name: str | None
    what: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class ViewPage:
    rows: tuple[ViewRow, ...]
    next: str | None


def named(session: Session, *, actor: Actor) -> tuple[tuple[int, str, str], ...]:
    """Everybody who ever could act, to choose from: id, name, user name."""
    actor.require(Permission.AUDIT_READ)
    found = session.execute(select(Staff.id, Staff.name, Staff.username).order_by(Staff.name))
    return tuple((row.id, row.name, row.username) for row in found)


def events_seen(session: Session, *, actor: Actor) -> tuple[str, ...]:
    """The kinds of acts that ever happened, each found by one step in the index."""
    actor.require(Permission.AUDIT_READ)
    first = select(AuditEntry.event).order_by(AuditEntry.event).limit(1).subquery()
    steps = select(first.c.event).cte("steps", recursive=True)
    following = (
        select(AuditEntry.event)
        .where(AuditEntry.event > steps.c.event)
        .order_by(AuditEntry.event)
        .limit(1)
        .scalar_subquery()
    )
    steps = steps.union_all(select(following).where(steps.c.event.is_not(None)))
    return tuple(session.scalars(select(steps.c.event).where(steps.c.event.is_not(None))))


def entries(
    session: Session,
    *,
    actor: Actor,
    search: Search,
    on: date,
    after: str | None = None,
    limit: int = MOST,
) -> EntryPage:
    """Acts, newest first.

    Args:
        after: ``EntryPage.next`` of the page before.

    Raises:
        NotPermitted: the actor lacks ``audit:read``.
        NotFound: there is no client of that number, or it is not the actor's.
    """
    actor.require(Permission.AUDIT_READ)
    asked = (
        select(AuditEntry, Staff.name, Client.number, Client.name.label("client_name"))
        .outerjoin(Staff, Staff.id == AuditEntry.actor_id)
        .outerjoin(Client, Client.id == AuditEntry.client_id)
    )
    where = _where(session, actor, search, on, AuditEntry, AuditEntry.actor_id)
    if search.event is not None:
        where.append(AuditEntry.event == search.event)
    found = session.execute(_paged(asked, AuditEntry, where, after, limit)).all()
    names = names_in(session, [row.AuditEntry.detail for row in found[:limit]])
    rows = tuple(
        _row(row.AuditEntry, row.name, row.number, row.client_name, names) for row in found[:limit]
    )
    return EntryPage(rows, _mark(rows, len(found), limit))


def each_entry(session: Session, *, actor: Actor, search: Search, on: date) -> Iterator[EntryRow]:
    """Every act that is found, newest first, for a file."""
    after: str | None = None
    while True:
        page = entries(session, actor=actor, search=search, on=on, after=after, limit=_AT_ONCE)
        yield from page.rows
        after = page.next
        if after is None:
            return


def each_view(session: Session, *, actor: Actor, search: Search, on: date) -> Iterator[ViewRow]:
    """Every line of the access log that is found, newest first, for a file."""
    after: str | None = None
    while True:
        page = views(session, actor=actor, search=search, on=on, after=after, limit=_AT_ONCE)
        yield from page.rows
        after = page.next
        if after is None:
            return


def count_found(
    session: Session, *, actor: Actor, search: Search, on: date, of_views: bool, most: int
) -> int | None:
    """How many are found; None when there are more than ``most``."""
    actor.require(Permission.AUDIT_READ)
    model: Any = AccessEntry if of_views else AuditEntry
    who = AccessEntry.staff_id if of_views else AuditEntry.actor_id
    where = _where(session, actor, search, on, model, who)
    if of_views and search.kind is not None:
        where.append(AccessEntry.kind == search.kind)
    if not of_views and search.event is not None:
        where.append(AuditEntry.event == search.event)
    some = select(model.id).where(*where).limit(most + 1).subquery()
    found = session.scalar(select(func.count()).select_from(some)) or 0
    return found if found <= most else None


def entry(session: Session, *, actor: Actor, entry_id: int) -> EntryRow:
    """One act.

    Raises:
        NotPermitted: the actor lacks ``audit:read``.
        NotFound: there is none.
    """
    actor.require(Permission.AUDIT_READ)
    found = session.execute(
        select(AuditEntry, Staff.name, Client.number, Client.name.label("client_name"))
        .outerjoin(Staff, Staff.id == AuditEntry.actor_id)
        .outerjoin(Client, Client.id == AuditEntry.client_id)
        .where(AuditEntry.id == entry_id)
    ).one_or_none()
    if found is None:
        raise NotFound(kind="audit_entry")
    names = names_in(session, [found.AuditEntry.detail])
    return _row(found.AuditEntry, found.name, found.number, found.client_name, names)


def personal_of(session: Session, *, actor: Actor, entry_id: int) -> tuple[Change, ...]:
    """The personal values before and after an act, masked; empty when they were erased.

    Raises:
        NotPermitted: the actor lacks ``audit:read``.
    """
    actor.require(Permission.AUDIT_READ)
    return tuple(
        replace(
            change, before=masked(change.key, change.before), after=masked(change.key, change.after)
        )
        for change in _personal(session, entry_id)
    )


def reveal_entry(
    session: Session, *, actor: Actor, entry_id: int, reason: str, at: datetime, on: date
) -> tuple[Change, ...]:
    """The personal values before and after an act in clear, and log who saw them.

    Raises:
        NotPermitted: the actor lacks ``audit:read`` or may not reveal.
        NotFound: there is no such entry, or the client is not the actor's.
        RevealReasonNeeded: the reason is empty or longer than 200 characters.

    Audit: none is changed; the access log holds ``revealed``.
    """
    actor.require(Permission.AUDIT_READ)
    actor.require(Permission.CLIENT_REVEAL)
    reason = reason.strip()
    if not 2 <= len(reason) <= 200:
        raise RevealReasonNeeded
    number = session.scalar(
        select(Client.number)
        .join(AuditEntry, AuditEntry.client_id == Client.id)
        .where(AuditEntry.id == entry_id)
    )
    if number is None:
        raise NotFound(kind="audit_entry")
    client_id = client_id_by_number(session, actor=actor, number=number, on=on)
    audit.record_access(
        session,
        actor=actor,
        kind=AccessKind.REVEALED,
        at=at,
        client_id=client_id,
        what="audit",
        reason=reason,
    )
    return tuple(_personal(session, entry_id))


def views(
    session: Session,
    *,
    actor: Actor,
    search: Search,
    on: date,
    after: str | None = None,
    limit: int = MOST,
) -> ViewPage:
    """Who saw what of whom, and why, newest first.

    Raises:
        NotPermitted: the actor lacks ``audit:read``.
        NotFound: there is no client of that number, or it is not the actor's.
    """
    actor.require(Permission.AUDIT_READ)
    asked = (
        select(
            AccessEntry.id,
            AccessEntry.happened_at,
            Staff.name,
            AccessEntry.kind,
            Client.number,
            Client.name.label("client_name"),
            AccessEntry.what,
            AccessEntry.reason,
        )
        .join(Staff, Staff.id == AccessEntry.staff_id)
        .outerjoin(Client, Client.id == AccessEntry.client_id)
    )
    where = _where(session, actor, search, on, AccessEntry, AccessEntry.staff_id)
    if search.kind is not None:
        where.append(AccessEntry.kind == search.kind)
    found = session.execute(_paged(asked, AccessEntry, where, after, limit)).all()
    rows = tuple(ViewRow(*row) for row in found[:limit])
    return ViewPage(rows, _mark(rows, len(found), limit))


def _where(
    session: Session, actor: Actor, search: Search, on: date, model: type[Any], who: Any
) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if search.staff_id is not None:
        where.append(who == search.staff_id)
    if search.client_number:
        number = search.client_number.strip()
        where.append(
            model.client_id == client_id_by_number(session, actor=actor, number=number, on=on)
        )
    if search.from_on is not None:
        where.append(model.happened_at >= start_of_day(search.from_on, search.zone))
    if search.to_on is not None:
        where.append(model.happened_at < end_of_day(search.to_on, search.zone))
    return where


def _paged(
    asked: Select[*tuple[Any, ...]],
    model: type[Any],
    where: list[ColumnElement[bool]],
    after: str | None,
    limit: int,
) -> Select[*tuple[Any, ...]]:
    """The rows after the mark; one more than asked for, to know whether there are others."""
    mark = _read_mark(after)
    if mark is not None:
        where = [*where, tuple_(model.happened_at, model.id) < tuple_(*mark)]
    return asked.where(*where).order_by(model.happened_at.desc(), model.id.desc()).limit(limit + 1)


def _mark(rows: tuple[Any, ...], found: int, limit: int) -> str | None:
    return f"{rows[-1].at.isoformat()}~{rows[-1].id}" if found > limit else None


def _read_mark(mark: str | None) -> tuple[datetime, int] | None:
    """A mark of the address; one that is none begins at the beginning."""
    at, _, row_id = (mark or "").partition("~")
    try:
        instant = datetime.fromisoformat(at)
        return (instant, int(row_id)) if instant.tzinfo is not None else None
    except ValueError:
        return None


def _row(
    found: AuditEntry,
    who: str | None,
    number: str | None,
    client_name: str | None,
    names: Names,
) -> EntryRow:
    detail = found.detail
    sides = {side: detail[side] for side in SIDES if side in detail}
    return EntryRow(
        id=found.id,
        at=found.happened_at,
        who=who,
        event=found.event,
        client_number=number,
        client_name=client_name,
        changes=tuple(_changes(sides, names)),
        facts=tuple(
            (key, names.of(key, value)) for key, value in detail.items() if key not in SIDES
        ),
        has_personal=found.personal is not None,
        is_sealed=found.seal is not None,
    )


def _changes(sides: Mapping[str, Any], names: Names | None = None) -> Iterator[Change]:
    before, after = (sides.get(side) for side in SIDES)
    tell = names.of if names is not None else _as_it_is
    if isinstance(before, dict) or isinstance(after, dict):
        old = before if isinstance(before, dict) else {}
        new = after if isinstance(after, dict) else {}
        for key in dict.fromkeys((*old, *new)):
            yield Change(str(key), tell(key, old.get(key)), tell(key, new.get(key)))
    elif sides:
        yield Change("", plain(before), plain(after))


def _as_it_is(_key: str, value: Any) -> Any:
    return plain(value)


def _personal(session: Session, entry_id: int) -> Iterator[Change]:
    found = session.get(AuditEntry, entry_id)
    values = audit.personal_values(session, found) if found is not None else None
    if values:
        rest = {key: value for key, value in values.items() if key not in SIDES}
        yield from _changes({side: values[side] for side in SIDES if side in values})
        for key, value in rest.items():
            yield Change(key, None, plain(value))
