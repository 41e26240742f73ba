"""Whole columns out of a database: what type a column has when it begins with nothing."""

from datetime import date
from pathlib import Path

import pyarrow as pa
from sqlalchemy import Column, Date, Integer, MetaData, Table, create_engine, insert, select
from sqlalchemy.orm import Session

from db import arrow

ROWS = 5_000
"""More than the driver looks at by itself."""


def test_days_after_thousands_of_nulls_are_read(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'columns.sqlite'}")
    claims = Table("claims", MetaData(), Column("id", Integer), Column("settled_on", Date))
    claims.create(engine)
    with Session(engine) as session, session.begin():
        session.execute(insert(claims), [{"id": each, "settled_on": None} for each in range(ROWS)])
        session.execute(insert(claims), [{"id": ROWS, "settled_on": date(2026, 2, 28)}])
    with Session(engine) as session, arrow.reader_beside(session) as reader:
        found = reader.table(select(claims.c.id, claims.c.settled_on))
    assert found.num_rows == ROWS + 1
    assert pa.types.is_string(found.schema.field("settled_on").type)
    assert found["settled_on"][ROWS].as_py() == "2026-02-28"
    engine.dispose()
