"""Columns out of the database by ADBC, as Arrow: for passes over every client.

One connection, one moment: all statements of a ``Reader`` see the same data. It goes past the
session, so it never writes and is used only where a pass reads whole columns.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pyarrow as pa
from sqlalchemy import Dialect, Engine, Select
from sqlalchemy.orm import Session

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
        return self.table_of(text)

    def table_of(self, text: str) -> pa.Table:
        """What a query in the database's own words finds."""
        with self._connection.cursor() as cursor:
            cursor.execute(text)
            return cursor.fetch_arrow_table()


@contextmanager
def reader(database: Database) -> Iterator[Reader]:
    """One moment of ``database``, whatever others write meanwhile."""
    with _reader(database.engine) as found:
        yield found


@contextmanager
def reader_beside(session: Session) -> Iterator[Reader]:
    """One moment of the database ``session`` reads, on a connection of its own."""
    with _reader(session.connection().engine) as found:
        yield found


@contextmanager
def _reader(engine: Engine) -> Iterator[Reader]:
    url = engine.url
    if engine.dialect.name == "sqlite":
        from adbc_driver_sqlite import dbapi

        connection = dbapi.connect(f"file:{quote(url.database or '')}?mode=ro")
    else:
        from adbc_driver_postgresql import dbapi as postgresql

        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = postgresql.connect(plain)
    with connection:
        with connection.cursor() as cursor:
            if engine.dialect.name != "sqlite":
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield Reader(connection, engine.dialect)
        connection.rollback()
