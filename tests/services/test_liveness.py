"""Connections that the server ended are found out before anybody reads through them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from db import liveness
from db.models import Rule
from db.session import Database
from tests import databases

Asked = list[Any]


@pytest.fixture
def postgres(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    server = partial(request.getfixturevalue, "postgres_url")
    made = databases.new_database("postgresql", "liveness", tmp_path, server)
    yield made
    made.engine.dispose()


@pytest.fixture
def asked(postgres: Database, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Connections the server was asked through whether they still stand."""
    found: Asked = []
    ask: Callable[[Any], bool] = postgres.engine.dialect.do_ping

    def note(connection: Any) -> bool:
        found.append(connection)
        return ask(connection)

    monkeypatch.setattr(postgres.engine.dialect, "do_ping", note)
    return found


def answered_by(database: Database) -> int:
    """The process of the server that answered a reader."""
    with database.reading() as session:
        assert session.scalars(select(Rule.id).limit(1)).all()
        return int(session.scalar(text("SELECT pg_backend_pid()")) or 0)


def several(database: Database, count: int = 3) -> set[int]:
    """``count`` readers at once, so that as many connections are kept."""
    with ExitStack() as open_:
        sessions = [open_.enter_context(database.reading()) for _number in range(count)]
        return {session.scalar(text("SELECT pg_backend_pid()")) or 0 for session in sessions}


def end(database: Database, pids: set[int]) -> None:
    """End connections as a server does that stops."""
    with database.reading() as session:
        for pid in pids:
            session.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})


def test_a_connection_in_use_is_not_asked_after(postgres: Database, asked: Asked) -> None:
    first = answered_by(postgres)
    assert [answered_by(postgres) for _number in range(5)] == [first] * 5
    assert asked == []


def test_one_that_rested_is_asked_after(
    postgres: Database, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = answered_by(postgres)
    monkeypatch.setattr(liveness, "REST_SECONDS", -1.0)
    assert answered_by(postgres) == first
    assert len(asked) == 1


def test_nobody_reads_through_one_the_server_ended(
    postgres: Database, asked: Asked, database_of: Callable[[str], Database]
) -> None:
    kept = several(postgres)
    assert len(kept) == 3
    end(database_of("postgresql"), kept)
    again = several(postgres)
    assert len(again) == 3
    assert not again & kept
    assert len(asked) == 1, "the others are given up with it"


def test_nobody_writes_through_one_either(
    postgres: Database, database_of: Callable[[str], Database]
) -> None:
    end(database_of("postgresql"), several(postgres, 1))
    with postgres.unaudited("test data") as session:
        session.execute(text("UPDATE rule SET source = source"))
