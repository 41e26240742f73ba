"""Columns out of the database by ADBC, as Arrow: for passes over every client.

One connection, one moment: all statements of a ``Reader`` see the same data. It goes past the
session, so it never writes and is used only where a pass reads whole columns.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pyarrow as pa
from sqlalchemy import Dialect, Select

from db.session import Database


class Reader:
    """Runs selects over one moment of the database."""

    def __init__(self, connection: Any, dialect: Dialect) -> None:
        self._connection, self._dialect = connection, dialect

    def table(self, statement: Select[Any]) -> pa.Table:
        """What ``statement`` finds; integers as int64."""
        text = statement.compile(
            dialect=self._dialect, compile_kwargs={"literal_binds": True}
        ).string.replace("%%", "%")
        with self._connection.cursor() as cursor:
            cursor.execute(text)
            return cursor.fetch_arrow_table()


@contextmanager
def reader(database: Database) -> Iterator[Reader]:
    """One moment of ``database``, whatever others write meanwhile."""
    url = database.engine.url
    if database.engine.dialect.name == "sqlite":
        from adbc_driver_sqlite import dbapi

        connection = dbapi.connect(f"file:{quote(url.database or '')}?mode=ro")
    else:
        from adbc_driver_postgresql import dbapi as postgresql

        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = postgresql.connect(plain)
    with connection:
        with connection.cursor() as cursor:
            if database.engine.dialect.name != "sqlite":
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield Reader(connection, database.engine.dialect)
        connection.rollback()
