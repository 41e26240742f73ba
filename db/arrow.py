"""Columns out of the database by ADBC, as Arrow: for passes over every client.

One connection, one moment: all statements of a ``Reader`` see the same data. It goes past the
session, so it never writes and is used only where a pass reads whole columns. SQLite is read by a
process of its own (``db/arrow_child.py`` says why).
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
from sqlalchemy import (
    URL,
    Boolean,
    ColumnElement,
    Date,
    DateTime,
    Dialect,
    Engine,
    Float,
    Integer,
    Select,
    String,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator, TypeEngine

from db.session import Database

_CHILD = Path(__file__).with_name("arrow_child.py")


class ColumnsUnread(Exception):
    """The database refused a query over whole columns."""


class Reader:
    """Runs selects over one moment of the database."""

    def __init__(self, answer: Callable[[str], pa.Table], dialect: Dialect) -> None:
        self._answer, self._dialect = answer, dialect

    def table(self, statement: Select[Any] | Select[*tuple[Any, ...]]) -> pa.Table:
        """What ``statement`` finds; integers as int64."""
        text = statement.compile(
            dialect=self._dialect, compile_kwargs={"literal_binds": True}
        ).string.replace("%%", "%")
        if self._dialect.name != "sqlite":
            return self.table_of(text)
        named = ", ".join(_kind(column.type, self._dialect) for column in _columns(statement))
        found = self.table_of(f"SELECT {named} UNION ALL SELECT * FROM ({text})")  # noqa: S608
        return found.slice(1).rename_columns([str(each.key) for each in _columns(statement)])

    def table_of(self, text: str) -> pa.Table:
        """What a query in the database's own words finds."""
        return self._answer(text)


def _columns(statement: Select[Any] | Select[*tuple[Any, ...]]) -> list[ColumnElement[Any]]:
    return list(statement.selected_columns)


def _kind(given: TypeEngine[Any], dialect: Dialect) -> str:
    """A value of this type as SQLite keeps it. SQLite's columns have no types of their own, so the
    driver goes by the first rows: one typed row leads, or a column whose first thousand values
    are unknown would be taken for numbers."""
    stored = given.dialect_impl(dialect)
    if isinstance(stored, TypeDecorator):
        stored = stored.impl_instance
    if isinstance(stored, Float):
        return "0.0"
    if isinstance(stored, Integer | Boolean):
        return "0"
    if isinstance(stored, String | Date | DateTime):
        return "''"
    return "NULL"


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
    answers = _sqlite if engine.dialect.name == "sqlite" else _postgresql
    with answers(engine.url) as answer:
        yield Reader(answer, engine.dialect)


@contextmanager
def _postgresql(url: URL) -> Iterator[Callable[[str], pa.Table]]:
    from adbc_driver_postgresql import dbapi

    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with dbapi.connect(plain) as connection:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")

        def answer(text: str) -> pa.Table:
            with connection.cursor() as cursor:
                cursor.execute(text)
                return cursor.fetch_arrow_table()

        yield answer
        connection.rollback()


@contextmanager
def _sqlite(url: URL) -> Iterator[Callable[[str], pa.Table]]:
    child = _waiting() or _Child()
    try:
        child.say(f"file:{quote(url.database or '')}?mode=ro")
        yield child.answer
        child.say("")
        child.heard()
    except BaseException:
        child.end()
        raise
    if _idle:
        child.end()
    else:
        _idle.append(child)


class _Child:
    """The process that reads SQLite files, one moment of one after the other."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(_CHILD)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._asked, self._answered = self._process.stdin, self._process.stdout

    @property
    def is_there(self) -> bool:
        return self._process.poll() is None

    def say(self, text: str) -> None:
        said = text.encode()
        self._asked.write(len(said).to_bytes(8) + said)
        self._asked.flush()

    def heard(self) -> None:
        """Wait for its word.

        Raises:
            ColumnsUnread: it could not do what it was asked; with its reason.
        """
        if self._answered.read(1) != b"k":
            length = int.from_bytes(self._answered.read(8))
            raise ColumnsUnread(self._answered.read(length).decode())

    def answer(self, text: str) -> pa.Table:
        self.say(text)
        self.heard()
        return pa.ipc.open_stream(self._answered).read_all()

    def end(self) -> None:
        with suppress(BrokenPipeError):
            self._asked.close()
        self._answered.close()
        self._process.wait()


_idle: list[_Child] = []
"""One that waits for the next moment: starting it takes longer than most passes read."""


def _waiting() -> _Child | None:
    with suppress(IndexError):
        if (child := _idle.pop()).is_there:
            return child
        child.end()
    return None
