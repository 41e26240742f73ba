"""Many rows in at once: ``COPY`` on PostgreSQL, one prepared statement on SQLite.

Types are honoured (encryption, enums by value, instants in UTC), Python-side defaults are not:
every column is given. This goes past the audit law's watch, so the caller records its own entry
unless the table is one that needs none.
"""

from collections.abc import Sequence
from contextlib import closing
from typing import Any

from sqlalchemy import JSON, Boolean, Connection, Date, Dialect, Enum, MetaData, String, Table
from sqlalchemy.types import TypeEngine

from db.changes import changed
from db.texts import NUL
from db.types import UtcDateTime

Columns = Sequence[tuple[str, Sequence[Any]]]


def insert_columns(connection: Connection, table: Table, columns: Columns) -> int:
    """Insert rows given column by column.

    Args:
        columns: column name and its values; all of one length.

    Returns:
        Rows inserted.
    """
    if not columns or not columns[0][1]:
        return 0
    dialect = connection.dialect
    names = [name for name, _ in columns]
    bound = [_bound(table.c[name].type, given, dialect) for name, given in columns]
    rows = zip(*bound, strict=True)
    quote = dialect.identifier_preparer.quote
    changed(connection, table.name)
    into = f"{quote(table.name)} ({', '.join(map(quote, names))})"
    with closing(connection.connection.cursor()) as cursor:
        if dialect.name == "postgresql":
            with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" * len(names))
            cursor.executemany(f"INSERT INTO {into} VALUES ({marks})", list(rows))  # noqa: S608
    return len(columns[0][1])


def upsert_columns(connection: Connection, table: Table, columns: Columns, *, key: str) -> int:
    """Insert rows, or overwrite the given columns of those whose ``key`` is there already.

    Args:
        columns: as ``insert_columns``; the key among them.

    Returns:
        Rows given.
    """
    names = [name for name, _ in columns]
    quote = connection.dialect.identifier_preparer.quote
    into = f"{quote(table.name)} ({', '.join(map(quote, names))})"
    news = ", ".join(f"{quote(name)} = excluded.{quote(name)}" for name in names if name != key)
    conflict = f"ON CONFLICT ({quote(key)}) DO UPDATE SET {news}"
    changed(connection, table.name)
    if connection.dialect.name == "postgresql":
        staged = table.to_metadata(MetaData(), name=f"{table.name}_given")
        given = quote(staged.name)
        connection.exec_driver_sql(f"CREATE TEMP TABLE {given} (LIKE {quote(table.name)})")
        insert_columns(connection, staged, columns)
        every = ", ".join(map(quote, names))
        connection.exec_driver_sql(f"INSERT INTO {into} SELECT {every} FROM {given} {conflict}")  # noqa: S608
        connection.exec_driver_sql(f"DROP TABLE {given}")
        return len(columns[0][1])
    bound = [_bound(table.c[name].type, values, connection.dialect) for name, values in columns]
    marks = ", ".join("?" * len(names))
    with closing(connection.connection.cursor()) as cursor:
        rows = list(zip(*bound, strict=True))
        cursor.executemany(f"INSERT INTO {into} VALUES ({marks}) {conflict}", rows)  # noqa: S608
    return len(columns[0][1])


_REPEATS = (Enum, Boolean, Date, UtcDateTime)
"""Types whose few different values are turned into the database's form once each."""


def _bound(type_: TypeEngine[Any], given: Sequence[Any], dialect: Dialect) -> Sequence[Any]:
    """``given`` as the driver takes it."""
    if isinstance(type_, String) and not isinstance(type_, Enum):
        given = [text.replace(NUL, "") if text and NUL in text else text for text in given]
    process = type_.dialect_impl(dialect).bind_processor(dialect)
    if process is None:
        return given
    if isinstance(type_, _REPEATS):
        known = {value: process(value) for value in set(given)}
        return [known[value] for value in given]
    if isinstance(type_, JSON):
        nothing: dict[type[Any], Any] = {list: process([]), dict: process({})}
        return [process(value) if value else nothing.get(type(value)) for value in given]
    return [process(value) for value in given]


def learn_sizes(connection: Connection, *tables: Table) -> None:
    """Have PostgreSQL count what was just put in by the thousand, so that the next statements
    are planned for it; SQLite plans by its indexes."""
    if connection.dialect.name == "postgresql":
        quote = connection.dialect.identifier_preparer.quote
        for table in tables:
            connection.exec_driver_sql(f"ANALYZE {quote(table.name)}")


def update_columns(connection: Connection, table: Table, columns: Columns, *, key: str) -> int:
    """Overwrite the given columns of the rows that ``key`` names.

    Args:
        columns: as ``insert_columns``; the key among them.

    Returns:
        Rows given.
    """
    if not columns or not columns[0][1]:
        return 0
    quote = connection.dialect.identifier_preparer.quote
    names = [name for name, _ in columns if name != key]
    changed(connection, table.name)
    if connection.dialect.name == "postgresql":
        given = quote(f"{table.name}_given")
        every = ", ".join(quote(name) for name, _ in columns)
        connection.exec_driver_sql(
            f"CREATE TEMP TABLE {given} AS SELECT {every} FROM {quote(table.name)} WITH NO DATA"  # noqa: S608
        )
        staged = table.to_metadata(MetaData(), name=f"{table.name}_given")
        insert_columns(connection, staged, columns)
        news = ", ".join(f"{quote(name)} = {given}.{quote(name)}" for name in names)
        connection.exec_driver_sql(
            f"UPDATE {quote(table.name)} SET {news} FROM {given}"  # noqa: S608
            f" WHERE {quote(table.name)}.{quote(key)} = {given}.{quote(key)}"
        )
        connection.exec_driver_sql(f"DROP TABLE {given}")
        return len(columns[0][1])
    held = dict(columns)
    in_order = [*names, key]
    bound = [_bound(table.c[name].type, held[name], connection.dialect) for name in in_order]
    news = ", ".join(f"{quote(name)} = ?" for name in names)
    with closing(connection.connection.cursor()) as cursor:
        rows = list(zip(*bound, strict=True))
        cursor.executemany(
            f"UPDATE {quote(table.name)} SET {news} WHERE {quote(key)} = ?",  # noqa: S608
            rows,
        )
    return len(columns[0][1])
