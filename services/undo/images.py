"""Rows as text and back: what stands, encrypted, in ``undo_image``."""

import base64
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Date, Enum, LargeBinary, Table, select
from sqlalchemy.orm import Session

from db.bulk import insert_columns
from db.models import Base, UndoImage
from db.types import Encrypted, UtcDateTime
from terms.undo import RowAct

AT_ONCE = 2_000
"""Rows to an image."""


@dataclass(frozen=True, slots=True)
class RowImage:
    """One row before (None: it was not there) and after (None: it is gone, or its version
    tells)."""

    act: RowAct
    before: Mapping[str, Any] | None
    after: Mapping[str, Any] | None


def table_of(name: str) -> Table:
    return Base.metadata.tables[name]


def is_versioned(table: Table) -> bool:
    return "version" in table.c


def as_text(values: Sequence[Any]) -> str:
    """A row as it is compared: equal rows give equal text."""
    return json.dumps(list(values), ensure_ascii=False, default=_plain, sort_keys=True)


def write(
    session: Session,
    *,
    batch_id: int,
    table: Table,
    rows: Sequence[tuple[RowAct, Sequence[Any] | None, Sequence[Any] | None]],
) -> None:
    """Keep ``rows`` (act, before, after), each in the order of the table's columns."""
    names = [column.name for column in table.columns]
    contents = []
    for start in range(0, len(rows), AT_ONCE):
        piece = [
            [act, before and list(before), after and list(after)]
            for act, before, after in rows[start : start + AT_ONCE]
        ]
        text = json.dumps({"columns": names, "rows": piece}, ensure_ascii=False, default=_plain)
        contents.append(base64.b64encode(zlib.compress(text.encode(), 1)).decode())
    target = table_of(UndoImage.__tablename__)
    insert_columns(
        session.connection(),
        target,
        [
            ("batch_id", [batch_id] * len(contents)),
            ("table_name", [table.name] * len(contents)),
            ("content", contents),
        ],
    )


def read(session: Session, *, batch_id: int) -> Iterator[tuple[Table, list[RowImage]]]:
    """The batch's images, a piece at a time, in the order they were taken.

    Columns the table no longer has are left out.
    """
    ids = session.scalars(
        select(UndoImage.id).where(UndoImage.batch_id == batch_id).order_by(UndoImage.id)
    ).all()
    for image_id in ids:
        name, content = session.execute(
            select(UndoImage.table_name, UndoImage.content).where(UndoImage.id == image_id)
        ).one()
        table = table_of(name)
        kept = json.loads(zlib.decompress(base64.b64decode(content)))
        columns = [table.c.get(each) for each in kept["columns"]]
        yield (
            table,
            [
                RowImage(RowAct(act), _row(columns, before), _row(columns, after))
                for act, before, after in kept["rows"]
            ],
        )


def _row(columns: Sequence[Column[Any] | None], values: list[Any] | None) -> dict[str, Any] | None:
    if values is None:
        return None
    return {
        column.name: _typed(column, value)
        for column, value in zip(columns, values, strict=True)
        if column is not None
    }


def _plain(value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(bytes(value)).decode()
    raise TypeError(f"{type(value)} in an undo image")


def _typed(column: Column[Any], value: Any) -> Any:
    kind = column.type
    if value is None:
        return None
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    if isinstance(kind, Enum) and kind.enum_class is not None:
        return kind.enum_class(value)
    if isinstance(kind, LargeBinary) and not isinstance(kind, Encrypted):
        return base64.b64decode(value)
    return value
