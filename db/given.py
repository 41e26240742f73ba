"""Values from Python as a table: what a set-based statement joins to.

    given = given_rows(session, "given", {"id": (BigInteger, ids), "staff_id": (BigInteger, staff)})
    session.execute(update(Renewal).where(Renewal.id == given.c.id).values(…))

One parameter per column on PostgreSQL (``unnest``), one JSON document on SQLite (``json_each``),
whatever the number of rows.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Integer, bindparam, column, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import FromClause
from sqlalchemy.types import TypeEngine

PLACE = "place"
"""The column that keeps the order the rows were given in, from 1."""


def given_rows(
    session: Session,
    name: str,
    columns: Mapping[str, tuple[type[TypeEngine[Any]], Sequence[Any]]],
) -> FromClause:
    """A table of the given columns, and ``place``.

    Args:
        name: the table's alias in the statement.
        columns: column name → type and values; integers or texts, all of one length.
    """
    if session.get_bind().dialect.name == "postgresql":
        arrays = [bindparam(None, list(values), ARRAY(kind)) for kind, values in columns.values()]
        return (
            func.unnest(*arrays)
            .table_valued(
                *(column(each, kind) for each, (kind, _) in columns.items()),
                with_ordinality=PLACE,
                name=name,
            )
            .render_derived()
        )
    rows = json.dumps(list(zip(*(values for _, values in columns.values()), strict=True)))
    each = func.json_each(rows).table_valued(
        column("key", Integer), column("value"), name=f"{name}_json"
    )
    return (
        select(
            *(
                func.json_extract(each.c.value, literal_column(f"'$[{place}]'"), type_=kind).label(
                    label
                )
                for place, (label, (kind, _)) in enumerate(columns.items())
            ),
            (each.c.key + 1).label(PLACE),
        )
        .cte(name)
        .prefix_with("MATERIALIZED")
    )
