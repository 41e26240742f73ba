"""Many small rows read as one: on SQLite each row taken costs a turn with every other thread."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class gathered(FunctionElement[Any]):  # noqa: N801 - it reads as a function of SQL
    """``gathered(a, b)``: the columns of all rows as one text, which ``taken_apart`` reads."""

    inherit_cache = True
    name = "gathered"
    type = Text()

    def __init__(self, *columns: Any) -> None:
        super().__init__(*columns)


@compiles(gathered)
def _postgresql(element: gathered, compiler: SQLCompiler, **kw: Any) -> str:
    columns = compiler.process(element.clauses, **kw)
    return f"CAST(json_agg(json_build_array({columns})) AS TEXT)"


@compiles(gathered, "sqlite")
def _sqlite(element: gathered, compiler: SQLCompiler, **kw: Any) -> str:
    columns = compiler.process(element.clauses, **kw)
    return f"json_group_array(json_array({columns}))"


def taken_apart(text: str | None) -> Sequence[Sequence[Any]]:
    """The rows of ``gathered``, in no order; instants are texts for ``instant``."""
    rows: list[list[Any]] = json.loads(text) if text else []
    return rows


def instant(text: str) -> datetime:
    """An instant out of a gathered row, timezone-aware; SQLite keeps it in UTC without saying."""
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
