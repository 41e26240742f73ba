"""Bringing every encrypted value under the newest field key, while everybody works.

Field keys are rotated in three steps: the new key is put first in ``EVERGREEN_FIELD_KEYS`` and
every process restarted, so that all write with it and read with both; ``rotate`` rewrites what
older keys wrote; then the old key may leave the settings, kept with the backups of its time.

A value is rewritten only where it still is what was read, so a save in between always wins; what
it wrote is under the new key already.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    LargeBinary,
    Table,
    and_,
    bindparam,
    func,
    or_,
    select,
    tuple_,
    type_coerce,
    update,
)
from sqlalchemy.orm import Session

from db.crypto import FieldCipher, current_cipher
from db.models import Base
from db.session import Database
from db.types import Encrypted, Sealed
from services import audit
from services.actor import Actor

BATCH = 2000
"""Rows a transaction rewrites; other people's saves wait at most that long."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did."""

    key_id: str
    """The key everything is under now."""
    values: int
    """Values rewritten."""
    tables: int
    """Tables in which any were."""
    files_left: int
    """Uploads of imports still under an older key; they go when they are applied or dropped."""


def rotate(
    database: Database,
    *,
    actor: Actor,
    at: datetime,
    uploads: Path,
    progress: Callable[[str, int], None] = lambda _table, _values: None,
) -> Rotated:
    """Rewrite every value that an older key wrote with the first of ``EVERGREEN_FIELD_KEYS``.

    May be stopped at any moment and called again; called twice it does nothing the second time.

    Args:
        uploads: the folder of the files waiting for their import.
        progress: told the table and the values rewritten in it so far.

    Raises:
        UnknownFieldKey: a value needs a key that is not in the settings.

    Audit: ``keys:rotate`` with the key's id and the number of values; versions do not rise.
    """
    cipher = current_cipher()
    values = tables = 0
    for table in Base.metadata.sorted_tables:
        columns = sealed_columns(table)
        if not columns:
            continue
        found = _rotate_table(database, table, columns, cipher, progress)
        values += found
        tables += bool(found)
    if values:
        with database.transaction() as session:
            audit.record(
                session,
                actor=actor,
                event="keys:rotate",
                subject="company",
                subject_id=None,
                at=at,
                detail={"key_id": cipher.current_key_id, "values": values},
            )
    return Rotated(cipher.current_key_id, values, tables, _uploads_left(uploads, cipher))


def sealed_columns(table: Table) -> list[Column[Any]]:
    """The columns of ``table`` that hold values under a field key."""
    return [column for column in table.columns if isinstance(column.type, (Encrypted, Sealed))]


def values_left(session: Session) -> dict[str, int]:
    """Table → values that an older key wrote; tables without any are left out."""
    cipher = current_cipher()
    left: dict[str, int] = {}
    for table in Base.metadata.sorted_tables:
        for column in sealed_columns(table):
            count = session.scalar(select(func.count()).where(_is_older(column, cipher))) or 0
            if count:
                left[table.name] = left.get(table.name, 0) + count
    return left


def _rotate_table(
    database: Database,
    table: Table,
    columns: Sequence[Column[Any]],
    cipher: FieldCipher,
    progress: Callable[[str, int], None],
) -> int:
    key = list(table.primary_key.columns)
    raw = [type_coerce(column, LargeBinary).label(f"old_{column.name}") for column in columns]
    wanted = (
        select(*key, *raw)
        .where(or_(*(_is_older(column, cipher) for column in columns)))
        .order_by(*key)
        .limit(BATCH)
    )
    rewritten, last = 0, None
    while True:
        page = wanted if last is None else wanted.where(tuple_(*key) > tuple_(*last))
        with database.unaudited("the same values under the newest field key") as session:
            rows = session.execute(page).all()
            for place, column in enumerate(columns, len(key)):
                rewritten += _rewrite(session, table, column, place, rows, cipher)
        if len(rows) < BATCH:
            break
        last = rows[-1][: len(key)]
        progress(table.name, rewritten)
    return rewritten


def _rewrite(
    session: Session,
    table: Table,
    column: Column[Any],
    place: int,
    rows: Sequence[Any],
    cipher: FieldCipher,
) -> int:
    key = list(table.primary_key.columns)
    changes = [
        {
            **{f"key_{part.name}": row[at] for at, part in enumerate(key)},
            "old": bytes(row[place]),
            "new": cipher.encrypt_bytes(cipher.decrypt_bytes(bytes(row[place]))),
        }
        for row in rows
        if row[place] and not cipher.wrote(bytes(row[place]))
    ]
    if changes:
        statement = (
            update(table)
            .where(
                *(part == bindparam(f"key_{part.name}") for part in key),
                type_coerce(column, LargeBinary) == bindparam("old", type_=LargeBinary),
            )
            .values({column: bindparam("new", type_=LargeBinary)})
        )
        session.connection().execute(statement, changes)
    return len(changes)


def _is_older(column: Column[Any], cipher: FieldCipher) -> Any:
    bare = type_coerce(column, LargeBinary)
    return and_(
        column.is_not(None),
        func.length(bare) > 0,
        func.substr(bare, 1, len(cipher.head), type_=LargeBinary) != cipher.head,
    )


def _uploads_left(folder: Path, cipher: FieldCipher) -> int:
    left = 0
    for path in folder.glob("*.upload"):
        with path.open("rb") as file:
            left += not file.read(4 + len(cipher.head))[4:].startswith(cipher.head)
    return left
