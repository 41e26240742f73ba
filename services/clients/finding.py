"""Finding clients: the list with its filters, keyset pages and capped counts.

A page is read in two steps: the ids of its rows from one ordered index, then what those rows
show (late join). No page skips over earlier ones, and no count goes past ``COUNT_CAP``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    exists,
    func,
    literal,
    literal_column,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from db.models import Branch, Client, ClientAccess, Policy, Staff, Team
from services.access import ScopePart, scope_parts
from services.actor import Actor
from services.clients.lookup import Lead, leads_of
from services.clients.rows import (
    COUNT_CAP,
    LIVE,
    NOBODY,
    ClientFilters,
    ClientPage,
    ClientRow,
)
from services.clients.rules import printable
from services.clients.search import read_query
from services.permissions import Permission
from terms.clients import FoundBy, ListOrder
from terms.policies import Line


def find(
    session: Session,
    *,
    actor: Actor,
    on: date,
    filters: ClientFilters,
    after: str | None = None,
    before: str | None = None,
    limit: int = 50,
) -> ClientPage:
    """The clients ``actor`` may open that fit ``filters``, a page at a time.

    Newest first; the soonest expiry first when an expiry window is asked for; the thinnest file
    first when files below a completeness are.

    Args:
        after: ``next_after`` of the page before; an unknown mark shows the first page.
        before: ``previous_before`` of the page behind; counts only without ``after``.
        limit: rows of a page.

    Raises:
        NotPermitted: the actor may not read clients.
    """
    actor.require(Permission.CLIENT_READ)
    order = _order_of(filters, has_text=bool(filters.text.strip()))
    looked = _looked(session, actor, on, filters, order)
    if looked is None:
        return ClientPage((), None, None, 0, False, order)
    selects, is_search = looked
    start = _read_mark(session, after or before, order) if selects else None
    is_backwards = start is not None and not after
    if not is_search:
        found = _ids(session, selects, order, start, is_backwards=is_backwards, limit=limit + 1)
        count = None
    else:
        found, count = _found(session, selects, start, is_backwards=is_backwards, limit=limit + 1)
    has_more = len(found) > limit
    found = found[:limit]
    if is_backwards:
        found.reverse()
    rows = _rows(session, found, on)
    has_next = bool(rows) if is_backwards else has_more
    has_previous = has_more if is_backwards else start is not None
    if start is None and not has_more:
        count = len(rows)
    elif count is None:
        count = _count(session, selects)
    return ClientPage(
        rows=tuple(rows),
        next_after=_mark(found[-1], rows[-1], order) if rows and has_next else None,
        previous_before=_mark(found[0], rows[0], order) if rows and has_previous else None,
        count=min(count, COUNT_CAP),
        is_capped=count > COUNT_CAP,
        order=order,
    )


def ids_found(
    session: Session, *, actor: Actor, on: date, filters: ClientFilters
) -> Select[Any] | None:
    """The ids of all clients of ``find``, one by one or more than once; None: there are none.

    Raises:
        NotPermitted: the actor may not read clients.
    """
    actor.require(Permission.CLIENT_READ)
    order = _order_of(filters, has_text=bool(filters.text.strip()))
    looked = _looked(session, actor, on, filters, order)
    if looked is None or not looked[0]:
        return None
    parts = [found.with_only_columns(found.exported_columns.id).subquery() for found in looked[0]]
    return select(union_all(*(select(part) for part in parts)).subquery())


def _looked(
    session: Session, actor: Actor, on: date, filters: ClientFilters, order: ListOrder
) -> tuple[list[Select[Any]], bool] | None:
    """The selects that together are the list, and whether a text led them; None: nothing can be
    found."""
    text = filters.text.strip()
    asked = _asked(session, filters, on)
    ways = read_query(text) if text else ()
    if asked is None or (text and not ways):
        return None
    leads = [lead for way in ways for lead in leads_of(session, way)] if text else None
    parts = scope_parts(actor, on=on, as_one=asked.is_narrow or leads is not None)
    if leads is None:
        return [_listed(part, asked, order) for part in parts], False
    return [_searched(part, asked, lead) for part in parts for lead in leads], True


@dataclass(frozen=True, slots=True)
class _Asked:
    """The filters as conditions on ``client`` and on one of its policies in force."""

    client: tuple[ColumnElement[bool], ...]
    line: Line | None
    window: tuple[date, date] | None
    is_narrow: bool
    """An owner or a team is asked for: few clients are left."""

    @property
    def has_policy(self) -> bool:
        return self.line is not None or self.window is not None

    def of(self, policy: type[Policy]) -> list[ColumnElement[bool]]:
        """What a policy that fits has to be."""
        conditions: list[ColumnElement[bool]] = [policy.status.in_(LIVE)]
        if self.line is not None:
            conditions.append(policy.line == self.line)
        if self.window is not None:
            conditions.append(policy.expiry_on.between(*self.window))
        return conditions


def _asked(session: Session, filters: ClientFilters, on: date) -> _Asked | None:
    """The filters as conditions; None when they name somebody who does not exist."""
    conditions: list[ColumnElement[bool]] = []
    named: tuple[tuple[str | None, Any, Any, Any], ...] = (
        (filters.owner, Staff.username, Staff.id, Client.owner_id),
        (filters.team, Team.name, Team.id, Client.team_id),
        (filters.branch, Branch.name, Branch.id, Client.branch_id),
    )
    for name, name_column, id_column, client_column in named:
        if name == NOBODY:
            conditions.append(client_column.is_(None))
        elif name is not None:
            name = printable(name)
            row_id = session.scalar(select(id_column).where(name_column == name))
            if row_id is None:
                return None
            conditions.append(client_column == row_id)
    if filters.stage is not None:
        conditions.append(Client.stage == filters.stage)
    if filters.client_type is not None:
        conditions.append(Client.client_type == filters.client_type)
    if filters.completeness_below is not None:
        conditions.append(Client.completeness < filters.completeness_below)
    window = None
    if filters.expires_within_days is not None:
        window = (on, on + timedelta(days=filters.expires_within_days))
    is_narrow = filters.owner is not None or filters.team is not None
    return _Asked(tuple(conditions), filters.line, window, is_narrow)


def _order_of(filters: ClientFilters, *, has_text: bool) -> ListOrder:
    if not has_text and filters.expires_within_days is not None:
        return ListOrder.SOONEST
    if not has_text and filters.completeness_below is not None:
        return ListOrder.THINNEST
    return ListOrder.NEWEST


_NO_WAY: Any = literal_column("''").label("way")
_NO_KEY: Any = literal_column("0").label("key")


def _from(
    id_column: Any,
    part: ScopePart,
    conditions: Sequence[ColumnElement[bool]],
    *,
    key: Any = _NO_KEY,
    way: Any = _NO_WAY,
    needs_client: bool = False,
) -> Select[Any]:
    """Select (key, id, way) from ``id_column``'s table, joined to what the part needs."""
    lead = id_column.class_
    found = select(key, id_column.label("id"), way).select_from(lead).where(*conditions)
    if part.given is not None:
        if lead is not ClientAccess:
            found = found.join(ClientAccess, ClientAccess.client_id == id_column)
        found = found.where(*part.given)
    if lead is not Client and (part.client or needs_client):
        found = found.join(Client, Client.id == id_column)
    return found.where(*part.client)


def _listed(part: ScopePart, asked: _Asked, order: ListOrder) -> Select[Any]:
    """One part of the scope without a text, led by the index that has the list's order."""
    own = ClientAccess.client_id if part.given is not None else Client.id
    is_narrow = part.given is not None or asked.is_narrow
    if order is ListOrder.SOONEST:
        if not is_narrow:
            return _from(
                Policy.client_id,
                part,
                [*asked.of(Policy), _is_first_that_fits(asked), *asked.client],
                key=Policy.expiry_on.label("key"),
                needs_client=bool(asked.client),
            )
        soonest = (
            _from(
                own,
                part,
                asked.client,
                key=func.min(Policy.expiry_on).label("key"),
                needs_client=bool(asked.client),
            )
            .join(Policy, Policy.client_id == own)
            .where(*asked.of(Policy))
            .group_by(own)
            .subquery()
        )
        columns = (soonest.c.key.label("key"), soonest.c.id.label("id"), soonest.c.way)
        return select(*columns)
    if order is ListOrder.THINNEST:
        key = Client.completeness.label("key")
        fits = [*asked.client, *_has_policy(asked, own)]
        return _from(own, part, fits, key=key, needs_client=True)
    if asked.has_policy and not is_narrow and not part.client:
        fits = [*asked.of(Policy), _is_first_that_fits(asked), *asked.client]
        return _from(Policy.client_id, part, fits, needs_client=bool(asked.client))
    fits = [*asked.client, *_has_policy(asked, own)]
    return _from(own, part, fits, needs_client=bool(asked.client))


def _searched(part: ScopePart, asked: _Asked, lead: Lead) -> Select[Any]:
    """One part of the scope, led by what the text was looked up in."""
    way = literal(lead.by.value).label("way")
    fits = [*lead.conditions, *asked.client, *_has_policy(asked, lead.client_id)]
    needs_client = bool(asked.client)
    return _from(lead.client_id, part, fits, way=way, needs_client=needs_client).distinct()


def _has_policy(asked: _Asked, client_id: Any) -> list[ColumnElement[bool]]:
    if not asked.has_policy:
        return []
    return [exists().where(Policy.client_id == client_id, *asked.of(Policy))]


def _is_first_that_fits(asked: _Asked) -> ColumnElement[bool]:
    """Of a client's policies that fit only the first, so that each client stands once."""
    other = aliased(Policy)
    same_day = (other.expiry_on == Policy.expiry_on) | (
        other.expiry_on.is_(None) & Policy.expiry_on.is_(None)
    )
    earlier = (other.expiry_on < Policy.expiry_on) | (
        Policy.expiry_on.is_(None) & other.expiry_on.is_not(None)
    )
    return ~exists().where(
        other.client_id == Policy.client_id,
        earlier | (same_day & (other.id < Policy.id)),
        *asked.of(other),
    )


Found = tuple[Any, int, str]
"""Key of the order, client id, way of search."""


def _ids(
    session: Session,
    selects: Sequence[Select[Any]],
    order: ListOrder,
    start: tuple[Any, int] | None,
    *,
    is_backwards: bool,
    limit: int,
) -> list[Found]:
    """The first ``limit`` clients of all ``selects`` (which do not overlap) behind ``start``."""
    if not selects:
        return []
    descends = (order is ListOrder.NEWEST) != is_backwards
    pieces = []
    for found in selects:
        key, id_column = found.exported_columns.key, found.exported_columns.id
        key, id_column = (column.element for column in (key, id_column))
        has_key = order is not ListOrder.NEWEST
        place = tuple_(key, id_column) if has_key else id_column
        if start is not None:
            mark = tuple_(*start) if has_key else start[1]
            found = found.where(place < mark if descends else place > mark)
        columns = [key, id_column] if has_key else [id_column]
        ordered = [column.desc() if descends else column.asc() for column in columns]
        pieces.append(found.order_by(*ordered).limit(limit).subquery())
    whole = union_all(*(select(piece) for piece in pieces))
    merged = [(key, client_id, way) for key, client_id, way in session.execute(whole)]
    return sorted(merged, reverse=descends)[:limit]


def _found(
    session: Session,
    selects: Sequence[Select[Any]],
    start: tuple[Any, int] | None,
    *,
    is_backwards: bool,
    limit: int,
) -> tuple[list[Found], int]:
    """The first ``limit`` clients of a search behind ``start``, newest first, and how many there
    are: looked up once for both, since no index has a search in the list's order."""
    if not selects:
        return [], 0
    every = union_all(*selects).cte("every").prefix_with("MATERIALIZED")
    total = select(func.count(every.c.id.distinct())).scalar_subquery()
    page = select(every.c.id, every.c.way, total)
    if start is not None:
        page = page.where(every.c.id > start[1] if is_backwards else every.c.id < start[1])
    page = page.order_by(every.c.id.asc() if is_backwards else every.c.id.desc())
    merged: dict[int, Found] = {}
    rows = session.execute(page.limit(limit * len(FoundBy))).all()
    for client_id, way, _ in rows:
        known = merged.get(client_id)
        if known is None or _EXACTNESS.index(way) < _EXACTNESS.index(known[2]):
            merged[client_id] = (0, client_id, way)
    return list(merged.values())[:limit], rows[0][2] if rows else 0


_EXACTNESS = [way.value for way in FoundBy]


def _count(session: Session, selects: Sequence[Select[Any]]) -> int:
    """How many there are in all, but never more than one beyond ``COUNT_CAP``."""
    pieces = [
        found.with_only_columns(found.exported_columns.id).limit(COUNT_CAP + 1).subquery()
        for found in selects
    ]
    if not pieces:
        return 0
    whole = union_all(*(select(piece) for piece in pieces)).subquery()
    counted = select(func.count()).select_from(whole)
    return min(session.execute(counted).scalar_one(), COUNT_CAP + 1)


def _mark(found: Found, row: ClientRow, order: ListOrder) -> str:
    """Where a page begins or ends, as the address says it: key and client number."""
    return row.number if order is ListOrder.NEWEST else f"{found[0]}~{row.number}"


def _read_mark(session: Session, mark: str | None, order: ListOrder) -> tuple[Any, int] | None:
    if not mark:
        return None
    key: Any = 0
    mark = printable(mark)
    number = mark
    if order is not ListOrder.NEWEST:
        text, _, number = mark.partition("~")
        try:
            key = int(text) if order is ListOrder.THINNEST else date.fromisoformat(text)
        except ValueError:
            return None
    client_id = session.scalar(select(Client.id).where(Client.number == number))
    return None if client_id is None else (key, client_id)


def _rows(session: Session, found: Sequence[Found], on: date) -> list[ClientRow]:
    """What the rows of a page show, in the order found."""
    ids = [client_id for _, client_id, _ in found]
    if not ids:
        return []
    clients = (
        select(
            Client.id,
            Client.number,
            Client.name,
            Client.client_type,
            Staff.name,
            Team.name,
            Client.stage,
            Client.completeness,
            Client.do_not_contact,
        )
        .outerjoin(Staff, Staff.id == Client.owner_id)
        .outerjoin(Team, Team.id == Client.team_id)
        .where(Client.id.in_(ids))
    )
    in_force = (Policy.expiry_on.is_(None)) | (Policy.expiry_on >= on)
    policies = (
        select(
            Policy.client_id,
            func.min(Policy.expiry_on),
            func.count(),
            func.sum(Policy.premium_fen),
        )
        .where(Policy.client_id.in_(ids), Policy.status.in_(LIVE), in_force)
        .group_by(Policy.client_id)
    )
    held = {row[0]: row for row in session.execute(policies)}
    shown = {row[0]: row for row in session.execute(clients)}
    rows = []
    for _, client_id, way in found:
        _, number, name, client_type, owner, team, stage, complete, silent = shown[client_id]
        _, expiry_on, policy_count, premium_fen = held.get(client_id, (0, None, 0, 0))
        rows.append(
            ClientRow(
                number=number,
                name=name,
                client_type=client_type,
                owner=owner,
                team=team,
                stage=stage,
                completeness=complete,
                next_expiry_on=expiry_on,
                policies_in_force=policy_count,
                premium_in_force_fen=int(premium_fen),
                do_not_contact=silent,
                found_by=FoundBy(way) if way else None,
            )
        )
    return rows
