"""Many rows in at once: ``COPY`` on PostgreSQL, one prepared statement on SQLite.

Types are honoured (encryption, enums by value, instants in UTC), Python-side defaults are not:
every column is given. This goes past the audit law's watch, so the caller records its own entry
unless the table is one that needs none.
"""

from collections.abc import Sequence
from contextlib import closing
from typing import Any

from sqlalchemy import Connection, Table

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
    bound = []
    for name, given in columns:
        process = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
        bound.append([process(value) for value in given] if process else given)
    rows = zip(*bound, strict=True)
    quote = dialect.identifier_preparer.quote
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
