"""Whole columns by ADBC say the same on both databases, however late a value is first known; each
moment is as fresh as the database, whatever became of the process that read the one before.
"""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Select, case, func, literal, null, select

from db import arrow
from db.arrow import ColumnsUnread
from db.models import Branch
from db.session import Database
from services.renewal_probability.columns import NEVER, days
from tests import databases
from tests.make import make_branch

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


def branches(source: arrow.Reader) -> int:
    counted: int = source.table(select(func.count(Branch.id).label("n")))["n"][0].as_py()
    return counted


def one_more(database: Database) -> None:
    with database.unaudited("test data") as session:
        make_branch(session)


def test_a_moment_stands_still_and_the_next_is_fresh(database: Database) -> None:
    one_more(database)
    with arrow.reader(database) as source:
        assert branches(source) == 1
        one_more(database)
        assert branches(source) == 1
    with arrow.reader(database) as source:
        assert branches(source) == 2


def test_two_moments_at_once_do_not_mix(database: Database) -> None:
    with arrow.reader(database) as before:
        assert branches(before) == 0
        one_more(database)
        with arrow.reader(database) as after:
            assert (branches(before), branches(after)) == (0, 1)
        assert branches(before) == 0


def test_after_a_query_that_was_refused_the_next_moment_answers(database: Database) -> None:
    with pytest.raises(Exception, match="no_such_table"), arrow.reader(database) as source:
        source.table_of("SELECT * FROM no_such_table")
    with arrow.reader(database) as source:
        assert branches(source) == 0


@pytest.fixture
def file(tmp_path: Path) -> Database:
    """An SQLite file that this process has read once: the process that read it waits."""
    made = databases.fresh_database(f"sqlite:///{tmp_path / 'read.sqlite'}")
    with arrow.reader(made) as source:
        assert branches(source) == 0
    return made


def test_the_process_that_reads_is_asked_again(file: Database) -> None:
    (child,) = arrow._idle
    with arrow.reader(file) as source:
        assert branches(source) == 0
    assert arrow._idle == [child]


def test_a_file_that_was_replaced_is_read_anew(file: Database, tmp_path: Path) -> None:
    """As a restore does it: the process that waits holds no old file open."""
    other = databases.fresh_database(f"sqlite:///{tmp_path / 'other.sqlite'}")
    one_more(other)
    other.engine.dispose()
    file.engine.dispose()
    (tmp_path / "other.sqlite").replace(tmp_path / "read.sqlite")
    with arrow.reader(file) as source:
        assert branches(source) == 1


def test_a_waiting_process_that_was_killed_is_replaced(file: Database) -> None:
    (child,) = arrow._idle
    child._process.kill()
    child._process.wait()
    with arrow.reader(file) as source:
        assert branches(source) == 0
    assert arrow._idle != [child]


def test_a_process_that_dies_while_it_reads_is_not_kept(file: Database) -> None:
    (child,) = arrow._idle
    with pytest.raises((ColumnsUnread, BrokenPipeError)), arrow.reader(file) as source:
        child._process.kill()
        child._process.wait()
        branches(source)
    assert arrow._idle == []
