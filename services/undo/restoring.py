"""Writing rows back: unversioned rows the batch made go first, then what it deleted comes back,
then what it changed, and last what it made, children before parents."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Table,
    and_,
    bindparam,
    delete,
    insert,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session

from db import due
from db.given import given_rows
from db.models import Base, UndoRow
from services.undo import images
from services.undo.deciding import Decision
from services.undo.images import RowImage, as_text, is_versioned
from services.undo.rules import OWNER
from terms.undo import LeftBecause, RowAct

_KEPT = frozenset({"version", "updated_at"})
"""Never restored: versions only rise (law 7)."""
_AT_ONCE = 300
"""Keys in one IN: SQLite's limit on variables."""


def restore(session: Session, *, batch_id: int, decision: Decision, at: datetime) -> None:
    """Put everything back that is not left; what cannot come back is added to what is left."""
    pieces = list(images.read(session, batch_id=batch_id))
    order = {table.name: place for place, table in enumerate(Base.metadata.sorted_tables)}
    for table, rows in sorted(pieces, key=lambda piece: -order[piece[0].name]):
        if not is_versioned(table):
            _take_away(session, table, _going(decision, table, rows, RowAct.INSERTED))
    pieces.sort(key=lambda piece: order[piece[0].name])
    for table, rows in pieces:
        _bring_back(session, decision, table, _going(decision, table, rows, RowAct.DELETED), at=at)
    for table, rows in pieces:
        _set_back(session, table, _going(decision, table, rows, RowAct.CHANGED), at=at)
    made = {name for name, act in decision.counts if act is RowAct.INSERTED}
    for table in reversed(Base.metadata.sorted_tables):
        if table.name in made:
            _remove(session, batch_id, decision, table)
    due.mark_all(session)
    session.expire_all()


def _going(
    decision: Decision, table: Table, rows: Sequence[RowImage], act: RowAct
) -> list[RowImage]:
    return [row for row in rows if row.act is act and not _stays(decision, table, row)]


def _stays(decision: Decision, table: Table, row: RowImage) -> bool:
    """The row is left, or hangs on one that is."""
    held: Mapping[str, Any] = row.before if row.before is not None else row.after or {}
    if "id" in held and decision.is_left(table.name, held["id"]):
        return True
    column, owner = OWNER.get(table.name, (None, None))
    if column is None or owner is None:
        return False
    return decision.is_left(owner, held[column])


def _now(
    session: Session, table: Table, rows: Sequence[Mapping[str, Any]]
) -> dict[tuple[Any, ...], str]:
    """What stands under the keys of ``rows`` now, as text."""
    keys = [column.name for column in table.primary_key.columns]
    found: dict[tuple[Any, ...], str] = {}
    columns = list(table.columns)
    places = [columns.index(column) for column in table.primary_key.columns]
    for start in range(0, len(rows), _AT_ONCE):
        wanted = [tuple(row[key] for key in keys) for row in rows[start : start + _AT_ONCE]]
        where: Any
        if len(keys) == 1:
            where = table.c[keys[0]].in_([key[0] for key in wanted])
        else:
            where = tuple_(*(table.c[key] for key in keys)).in_(wanted)
        for row in session.execute(select(*columns).where(where)):
            found[tuple(row[place] for place in places)] = as_text(row)
    return found


def _key(table: Table, row: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in table.primary_key.columns)


def _text(table: Table, row: Mapping[str, Any]) -> str:
    return as_text([row.get(column.name) for column in table.columns])


def _is_key(table: Table) -> Any:
    return and_(*(column == bindparam(f"key_{column.name}") for column in table.primary_key))


def _bound_key(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    return {f"key_{column.name}": row[column.name] for column in table.primary_key}


def _take_away(session: Session, table: Table, rows: Sequence[RowImage]) -> None:
    """Delete what the batch put in, where it still is what the batch put in."""
    made = [row.after for row in rows if row.after is not None]
    now = _now(session, table, made)
    going = [row for row in made if now.get(_key(table, row)) == _text(table, row)]
    if going:
        session.execute(
            delete(table).where(_is_key(table)), [_bound_key(table, row) for row in going]
        )


def _bring_back(
    session: Session, decision: Decision, table: Table, rows: Sequence[RowImage], *, at: datetime
) -> None:
    """Insert what the batch deleted, where nothing took its place and its parents are there."""
    gone = [dict(row.before) for row in rows if row.before is not None]
    if not gone:
        return
    now = _now(session, table, gone)
    gone = [row for row in gone if _key(table, row) not in now]
    for constraint in table.foreign_key_constraints:
        if len(constraint.elements) > 1:
            continue
        element = constraint.elements[0]
        name = element.parent.name
        wanted = sorted({row[name] for row in gone if row[name] is not None})
        there: set[Any] = set()
        for start in range(0, len(wanted), _AT_ONCE):
            piece = wanted[start : start + _AT_ONCE]
            there |= set(session.scalars(select(element.column).where(element.column.in_(piece))))
        orphans = [row for row in gone if row[name] is not None and row[name] not in there]
        if orphans and "id" in table.c:
            decision.leave(table.name, [row["id"] for row in orphans], LeftBecause.TAKEN)
        gone = [row for row in gone if row not in orphans]
    if is_versioned(table):
        for row in gone:
            row["version"] += 1
            row["updated_at"] = at
    if gone:
        session.execute(insert(table), gone)


def _set_back(session: Session, table: Table, rows: Sequence[RowImage], *, at: datetime) -> None:
    """Give changed rows the values they had; without a version, only where nobody changed them
    since."""
    if not rows:
        return
    if not is_versioned(table):
        now = _now(session, table, [row.after for row in rows if row.after is not None])
        rows = [
            row
            for row in rows
            if row.after is not None and now.get(_key(table, row.after)) == _text(table, row.after)
        ]
    names = [
        name
        for name in (rows[0].before or {} if rows else ())
        if name not in _KEPT and not table.c[name].primary_key
    ]
    if not rows or not names:
        return
    values: dict[str, Any] = {name: bindparam(f"set_{name}") for name in names}
    if is_versioned(table):
        values["version"] = table.c.version + 1
        values["updated_at"] = at
    session.execute(
        update(table).where(_is_key(table)).values(values),
        [
            {**_bound_key(table, row.before), **{f"set_{name}": row.before[name] for name in names}}
            for row in rows
            if row.before is not None
        ],
    )


def _remove(session: Session, batch_id: int, decision: Decision, table: Table) -> None:
    """Delete what the batch made and nobody changed or uses; what hangs on it goes along."""
    made = select(UndoRow.row_id).where(
        UndoRow.batch_id == batch_id,
        UndoRow.table_name == table.name,
        UndoRow.act == RowAct.INSERTED,
    )
    left = decision.left.get(table.name)
    if left:
        given = given_rows(session, "left_rows", {"id": (BigInteger, list(left))})
        made = made.where(UndoRow.row_id.not_in(select(given.c.id)))
    for name, (column, owner) in OWNER.items():
        if owner == table.name:
            along = Base.metadata.tables[name]
            session.execute(delete(along).where(along.c[column].in_(made)))
    session.execute(delete(table).where(table.c.id.in_(made)))
