"""A committed change is counted, by whatever way it was written; nothing else is."""

import pytest
from sqlalchemy import Engine, insert, select, update

from db import changes as counting
from db.bulk import insert_columns
from db.models import Base, Draft, ImportRow, Notification, Staff, Team
from db.session import Database
from services import changes, notifications
from services.changes import Chapter
from services.notifications import NotificationKind
from tests.make import AT, make_staff


def counted(database: Database) -> dict[Chapter, int]:
    with database.reading() as session:
        return dict(changes.counters(session))


def since(database: Database, before: dict[Chapter, int]) -> dict[Chapter, int]:
    after = counted(database)
    return {
        chapter: n - before.get(chapter, 0)
        for chapter, n in after.items()
        if n != before.get(chapter, 0)
    }


@pytest.fixture
def staff(database: Database) -> Staff:
    with database.unaudited("test data") as session:
        made = make_staff(session)
        session.expunge(made)
    return made


def test_a_transaction_counts_each_chapter_once(database: Database, staff: Staff) -> None:
    before = counted(database)
    with database.unaudited("test") as session:
        session.get_one(Staff, staff.id).name = "李四"
        session.flush()
        session.execute(update(Team).values(name=Team.name + "二"))
        notifications.notify(
            session,
            staff_ids=[staff.id],
            kind=NotificationKind.CASES_GIVEN,
            occasion="cases:1",
            at=AT,
        )
    assert since(database, before) == {Chapter.PEOPLE: 1, Chapter.NOTIFICATIONS: 1}


def test_what_was_taken_back_is_not_counted(database: Database, staff: Staff) -> None:
    before = counted(database)
    with pytest.raises(RuntimeError), database.unaudited("test") as session:
        session.execute(update(Staff).values(name="李四"))
        raise RuntimeError
    assert since(database, before) == {}
    with database.unaudited("test") as session:
        session.execute(select(Staff.id)).all()
    assert since(database, before) == {}


def test_rows_that_go_past_the_session_are_counted(database: Database, staff: Staff) -> None:
    """The undo and the import write on the connection, some of it by ``COPY``."""
    before = counted(database)
    with database.unaudited("test") as session:
        session.connection().execute(update(Staff).values(name="李四"))
    assert since(database, before) == {Chapter.PEOPLE: 1}
    team = Base.metadata.tables["team"]
    with database.unaudited("test") as session:
        columns = [(name, [value]) for name, value in _team(staff.branch_id or 0).items()]
        assert insert_columns(session.connection(), team, columns) == 1
    assert since(database, before) == {Chapter.PEOPLE: 2}


def _team(branch_id: int) -> dict[str, object]:
    return {
        "id": 901,
        "name": "续保九组",
        "branch_id": branch_id,
        "version": 1,
        "created_at": AT,
        "updated_at": AT,
    }


def test_a_savepoint_counts_with_its_transaction(database: Database, staff: Staff) -> None:
    before = counted(database)
    with database.unaudited("test") as session:
        with session.begin_nested():
            session.execute(update(Staff).values(name="李四"))
        assert since(database, before) == {} or session.get_bind().dialect.name == "sqlite"
    assert since(database, before) == {Chapter.PEOPLE: 1}


def test_what_nobody_else_sees_is_silent(database: Database, staff: Staff) -> None:
    before = counted(database)
    with database.transaction() as session:
        session.execute(
            insert(Draft).values(staff_id=staff.id, form="f", subject="s", body="{}", updated_at=AT)
        )
    assert since(database, before) == {}


def test_every_table_belongs_to_a_chapter_or_is_silent() -> None:
    tables = set(Base.metadata.tables)
    assert tables - set(counting.CHAPTER_OF) - counting.SILENT == set(), (
        "say in db.changes which chapter's screens show it, or that none does"
    )
    assert (set(counting.CHAPTER_OF) | counting.SILENT) - tables == set()
    assert set(counting.CHAPTER_OF) & counting.SILENT == set()
    assert {Notification.__tablename__, ImportRow.__tablename__} <= tables
    assert set(counting.TABLES) == set(Chapter)


def test_counters_of_different_people_stand_in_different_rows(database: Database) -> None:
    """On PostgreSQL two commits of one chapter seldom wait for the same row."""
    engine: Engine = database.engine
    if engine.dialect.name != "postgresql":
        return
    with database.unaudited("test data") as session:
        make_staff(session)
    for _round in range(counting.SHARDS):
        with database.unaudited("test") as session:
            session.execute(update(Staff).values(name="李四"))
    table = Base.metadata.tables["change_counter"]
    with database.reading() as session:
        shards = session.execute(select(table.c.shard).where(table.c.chapter == "people")).all()
    assert len(shards) == counting.SHARDS
