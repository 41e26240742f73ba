"""Whole columns by ADBC say the same on both databases, however late a value is first known."""

from datetime import date

from sqlalchemy import Select, case, literal, null, select

from db import arrow
from db.session import Database
from services.renewal_probability.columns import NEVER, days

ROWS, KNOWN_FROM = 3000, 2500
"""More than a driver looks at before it decides what a column holds."""


def late() -> Select[int, date | None, str | None, float | None]:
    """Numbers from the last to the first; all else is known of the first five hundred alone."""
    one = select(literal(1).label("n")).cte("one", recursive=True)
    all_ = one.union_all(select(one.c.n + 1).where(one.c.n < ROWS))
    is_known = all_.c.n <= ROWS - KNOWN_FROM
    return select(
        all_.c.n,
        case((is_known, literal(date(2028, 2, 29))), else_=null()).label("on"),
        case((is_known, literal("续保")), else_=null()).label("word"),
        case((is_known, literal(1.5)), else_=null()).label("share"),
    ).order_by(all_.c.n.desc())


def test_a_column_first_known_after_thousands_of_rows_is_read(database: Database) -> None:
    with arrow.reader(database) as source:
        found = source.table(late())
    assert found.column_names == ["n", "on", "word", "share"]
    assert found["n"].to_pylist() == list(range(ROWS, 0, -1))
    assert (days(found, "on") == NEVER).tolist() == [True] * KNOWN_FROM + [False] * 500
    assert found["word"].to_pylist() == [None] * KNOWN_FROM + ["续保"] * 500
    assert [None if each is None else float(each) for each in found["share"].to_pylist()] == (
        [None] * KNOWN_FROM + [1.5] * 500
    )


def test_nothing_found_still_has_its_columns(database: Database) -> None:
    with arrow.reader(database) as source:
        found = source.table(late().where(literal(1) == literal(2)))
    assert (found.num_rows, found.column_names) == (0, ["n", "on", "word", "share"])
    assert len(days(found, "on")) == 0
