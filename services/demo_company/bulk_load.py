"""Loading made rows the raw way: ``executemany`` on SQLite, ``COPY`` on PostgreSQL (law 4).

Everything happens in one transaction: indexes and foreign keys are put aside, rows loaded,
then made again from the database's own words. The database must be empty of business rows.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice, repeat
from typing import Any

import numpy as np
from sqlalchemy import Date, Engine

from db.crypto import current_cipher
from db.models import Base
from db.types import Encrypted, EncryptedJson
from services.demo_company.columns import NO_INT, Array, Table

_FIRST_DAY = np.datetime64("1900-01-01", "D")
_DAYS = 200 * 366
_day_texts = np.empty(_DAYS + 1, dtype=object)
_day_texts[:_DAYS] = [str(day) for day in _FIRST_DAY + np.arange(_DAYS)]
_day_texts[_DAYS] = None
_time_texts = np.array(
    [f" {s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}.000000" for s in range(86_400)],
    dtype=object,
)
_CACHE_KIB = 1_000_000


def load(
    engine: Engine, tables: Iterable[Table], *, told: Callable[[Table], None] | None = None
) -> int:
    """Write ``tables`` in one transaction.

    Args:
        told: called after each table's rows, to show progress.

    Returns:
        Rows written.
    """
    loading = _sqlite if engine.dialect.name == "sqlite" else _postgres
    written = 0
    with loading(engine) as write:
        for made in tables:
            write(made)
            written += made.rows
            if told is not None:
                told(made)
    return written


def row_values(made: Table, *, is_sqlite: bool) -> tuple[list[str], list[Iterable[Any]]]:
    """The columns' names and values as the driver wants them.

    Raises:
        ValueError: a column that must have a value has none.
    """
    names, values = [], []
    for column in Base.metadata.tables[made.name].columns:
        if column.name in made.columns:
            names.append(column.name)
            values.append(_driver_values(made, column.name, column.type, is_sqlite))
        elif not column.nullable and column.server_default is None:
            raise ValueError(f"{made.name}.{column.name} has no value")
    return names, values


def _driver_values(made: Table, name: str, kind: Any, is_sqlite: bool) -> Iterable[Any]:
    given = made.columns[name]
    if not isinstance(given, np.ndarray):
        one = np.array([given], dtype=object if given is None or isinstance(given, str) else None)
        return repeat(next(iter(_converted(one, kind, is_sqlite))), made.rows)
    return _converted(given, kind, is_sqlite)


def _converted(values: Array, kind: Any, is_sqlite: bool) -> list[Any]:
    if values.dtype.kind == "M":
        return _days(values) if isinstance(kind, Date) else _instants(values)
    if values.dtype.kind == "b" and is_sqlite:
        values = values.astype(np.int64)
    listed: list[Any] = values.tolist()
    if isinstance(kind, Encrypted) and not isinstance(kind, EncryptedJson):
        return current_cipher().encrypt_all(listed)
    if values.dtype.kind == "i" and (values == NO_INT).any():
        return [None if value == NO_INT else value for value in listed]
    return listed


def _days(values: Array) -> list[Any]:
    at = (values.astype("datetime64[D]") - _FIRST_DAY).astype(np.int64)
    listed: list[Any] = _day_texts[np.where(np.isnat(values), _DAYS, at)].tolist()
    return listed


def _instants(values: Array) -> list[Any]:
    day = values.astype("datetime64[D]")
    missing = np.isnat(values)
    seconds = np.where(missing, 0, (values - day).astype("timedelta64[s]").astype(np.int64))
    at = np.where(missing, 0, (day - _FIRST_DAY).astype(np.int64))
    made = _day_texts[at] + _time_texts[seconds]
    made[missing] = None
    listed: list[Any] = made.tolist()
    return listed


@contextmanager
def _sqlite(engine: Engine) -> Iterator[Callable[[Table], None]]:
    pooled = engine.raw_connection()
    raw: Any = pooled.driver_connection
    cursor = raw.cursor()
    cache = cursor.execute("PRAGMA cache_size").fetchone()[0]
    cursor.execute("PRAGMA foreign_keys=OFF")
    cursor.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
    _journal(cursor, "TRUNCATE")
    try:
        cursor.execute("BEGIN IMMEDIATE")
        try:
            indexes = cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type='index' AND sql IS NOT NULL"
            ).fetchall()
            for name, _ in indexes:
                cursor.execute(f'DROP INDEX "{name}"')

            def write(made: Table) -> None:
                names, values = row_values(made, is_sqlite=True)
                marks = ",".join("?" * len(names))
                cursor.executemany(
                    f'INSERT INTO "{made.name}" ({",".join(names)}) VALUES ({marks})',  # noqa: S608
                    islice(zip(*values, strict=False), made.rows),
                )

            yield write
            for _, sql in indexes:
                cursor.execute(sql)
            cursor.execute("COMMIT")
        except BaseException:
            cursor.execute("ROLLBACK")
            raise
        cursor.execute("ANALYZE")
    finally:
        _journal(cursor, "WAL")
        cursor.execute(f"PRAGMA cache_size={cache}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()
        pooled.close()


def _journal(cursor: Any, mode: str) -> None:
    """Change the journal; another connection in the way only makes the load slower."""
    import sqlite3

    try:
        cursor.execute(f"PRAGMA journal_mode={mode}").fetchall()
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise


@contextmanager
def _postgres(engine: Engine) -> Iterator[Callable[[Table], None]]:
    pooled = engine.raw_connection()
    raw: Any = pooled.driver_connection
    try:
        with raw.transaction(), raw.cursor() as cursor:
            cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
            keys = cursor.execute(_FOREIGN_KEYS).fetchall()
            indexes = cursor.execute(_INDEXES).fetchall()
            for table, name, _ in keys:
                cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
            for name, _ in indexes:
                cursor.execute(f"DROP INDEX {name}")
            written: set[str] = set()

            def write(made: Table) -> None:
                names, values = row_values(made, is_sqlite=False)
                written.add(made.name)
                text = [_copied(one) for one in values]
                with cursor.copy(f'COPY "{made.name}" ({",".join(names)}) FROM STDIN') as copy:
                    rows = map("\t".join, islice(zip(*text, strict=False), made.rows))
                    while block := "\n".join(islice(rows, 5_000)):
                        copy.write(block + "\n")

            yield write
            for _, sql in indexes:
                cursor.execute(sql)
            for table, name, sql in keys:
                cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {sql}")
            _raise_sequences(cursor, written)
        raw.rollback()
        autocommit = raw.autocommit
        raw.autocommit = True
        raw.execute("ANALYZE")
        raw.autocommit = autocommit
    finally:
        pooled.close()


_FOREIGN_KEYS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
    FROM pg_constraint
    WHERE contype = 'f' AND connamespace = current_schema()::regnamespace AND conparentid = 0
    ORDER BY 1, 2
"""
_INDEXES = """
    SELECT quote_ident(c.relname), pg_get_indexdef(i.indexrelid)
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE c.relnamespace = current_schema()::regnamespace
      AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)
    ORDER BY 1
"""


def _copied(values: Iterable[Any]) -> Iterable[str]:
    """Values as the text format of COPY writes them."""
    if isinstance(values, repeat):
        return repeat(_copy_text(next(iter(values))))
    listed = values if isinstance(values, list) else list(values)
    kinds = set(map(type, listed))
    if kinds == {int}:
        return map(str, listed)
    if kinds == {str} and not any(
        "\\" in value or "\n" in value or "\t" in value for value in listed
    ):
        return listed
    return [_copy_text(value) for value in listed]


def _copy_text(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    if isinstance(value, bool):
        return "t" if value else "f"
    text = str(value)
    for mark, written in (("\\", "\\\\"), ("\n", "\\n"), ("\t", "\\t"), ("\r", "\\r")):
        text = text.replace(mark, written)
    return text


def _raise_sequences(cursor: Any, tables: set[str]) -> None:
    """Let the next row made by hand come after the loaded ones."""
    for name in sorted(tables):
        if "id" not in Base.metadata.tables[name].columns:
            continue
        sequence = cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", (name,)).fetchone()[0]
        if sequence is not None:
            cursor.execute(f'SELECT setval(%s, (SELECT max(id) FROM "{name}"))', (sequence,))  # noqa: S608
