"""PostgreSQL keeps the plans of what is read again and again, and forces one where it is told."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, literal, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from db.models import Staff
from db.planning import ONE_PLAN
from db.session import Database
from services import renewals
from terms.people import Role
from tests import make
from tests.house.plans import watched
from tests.make import AT, ON

MODE = func.current_setting("plan_cache_mode")
DIVIDED: Any = select(literal(1) / (func.count() - func.count())).select_from(Staff)


@pytest.fixture
def postgres(database_of: Callable[[str], Database]) -> Database:
    return database_of("postgresql")


def test_the_plan_is_kept_for_this_statement_alone(postgres: Database) -> None:
    with postgres.reading() as session:
        assert session.scalar(select(MODE)) == "auto"
        assert session.scalar(select(MODE).execution_options(**ONE_PLAN)) == "force_generic_plan"
        assert session.scalar(select(MODE)) == "auto"


def test_a_statement_that_fails_leaves_the_next_as_it_was(postgres: Database) -> None:
    with postgres.reading() as session:
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(DIVIDED.execution_options(**ONE_PLAN))
        assert session.scalar(select(MODE)) == "auto"


def test_the_queue_is_the_same_however_often_it_is_asked(session: Session) -> None:
    """PostgreSQL keeps a statement prepared from its sixth asking on."""
    team = make.make_team(session)
    people = [make.make_staff(session, team=team, roles=(Role.SPECIALIST,)) for _ in range(2)]
    cases = {
        each.id: {make.make_renewal(session, assignee=each).id for _ in range(3)} for each in people
    }
    for _ in range(8):
        for each in people:
            actor = make.actor_of(session, each)
            with watched(session) as ran:
                rows = renewals.queue(session, actor=actor, on=ON, at=AT)
            assert {row.id for row in rows} == cases[each.id]
            assert renewals.queue_counts(session, actor=actor, on=ON, at=AT).all == 3
            assert ran.count <= 2, str(ran)


def test_what_is_read_often_stays_prepared(postgres: Database) -> None:
    """However many connections the pool has, each has been asked often enough."""
    for _ in range(200):
        with postgres.reading() as session:
            session.scalar(select(Staff.id).where(Staff.username == "nobody"))
    with postgres.reading() as session:
        prepared = session.scalars(text("SELECT statement FROM pg_prepared_statements")).all()
    assert any("staff.username" in statement for statement in prepared), prepared


def test_what_was_read_is_there_after_reading(database: Database) -> None:
    with database.unaudited("test data") as session:
        username = make.make_staff(session).username
    with database.reading() as session:
        found = session.scalars(select(Staff).where(Staff.username == username)).one()
    assert found.username == username


def test_a_reader_ends_in_peace_after_a_statement_that_failed(database: Database) -> None:
    failing = select(literal(1) / literal(0)) if is_postgresql(database) else text("SELECT nothing")
    for _ in range(2):
        with pytest.raises(DBAPIError), database.reading() as session:
            session.execute(failing)
    with database.reading() as session:
        assert session.scalar(select(literal(1))) == 1


def is_postgresql(database: Database) -> bool:
    return database.engine.dialect.name == "postgresql"
