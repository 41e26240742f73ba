"""Everything that hangs on one client or party goes to another: read from the tables themselves,
so that a table added later moves too."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Column, ColumnElement, Table, UniqueConstraint, delete, exists, or_, update
from sqlalchemy.orm import Session

from db.models import Base

DERIVED = frozenset(
    {"client_key", "client_search", "client_standing", "duplicate_key", "duplicate_mark"}
)
"""Made again for the kept client, or (the key of the audit trail) bound to the old id for good."""

_QUIET = {"synchronize_session": False}


def pointing_at(target: str) -> Iterator[tuple[Table, Column[int]]]:
    """Every column that refers to the id of ``target`` ("client" or "party")."""
    for table in Base.metadata.sorted_tables:
        if table.name in DERIVED:
            continue
        for key in table.foreign_key_constraints:
            if len(key.elements) == 1 and key.referred_table.name == target:
                yield table, key.elements[0].parent


def tables_of(target: str) -> dict[Table, list[Column[int]]]:
    """The tables that refer to ``target``, with the columns that do."""
    found: dict[Table, list[Column[int]]] = {}
    for table, column in pointing_at(target):
        found.setdefault(table, []).append(column)
    return found


def move(
    session: Session,
    table: Table,
    column: Column[int],
    *,
    from_id: int,
    to_id: int,
    at: datetime,
) -> None:
    """Have the rows of ``from_id`` belong to ``to_id``; one that is there already stands."""
    for others in _unique_with(table, column):
        there = table.alias("there")
        same = (there.c[other.name] == table.c[other.name] for other in others)
        session.execute(
            delete(table).where(
                column == from_id, exists().where(there.c[column.name] == to_id, *same)
            ),
            execution_options=_QUIET,
        )
    values: dict[str, object] = {column.name: to_id}
    if "version" in table.c:
        values["version"] = table.c.version + 1
    if "updated_at" in table.c:
        values["updated_at"] = at
    session.execute(update(table).where(column == from_id).values(values), execution_options=_QUIET)


def of_any(columns: list[Column[int]], ids: tuple[int, ...]) -> ColumnElement[bool]:
    """The rows one of whose ``columns`` is among ``ids``."""
    return or_(*(column.in_(ids) for column in columns))


def _unique_with(table: Table, column: Column[int]) -> Iterator[list[Column[int]]]:
    """The other columns of every key of ``table`` that ``column`` is a part of."""
    keys = [list(table.primary_key.columns)]
    keys += [
        list(constraint.columns)
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint)
    ]
    keys += [
        [table.c[each.name] for each in index.expressions if isinstance(each, Column)]
        for index in table.indexes
        if index.unique
    ]
    for columns in keys:
        if column in columns:
            yield [each for each in columns if each is not column]
