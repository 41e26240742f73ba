"""Alive, ready, and the figures for the operator."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.types import ASGIApp

from db.migrations.state import upgrade
from db.session import Database, connect
from services.settings import Process, process, use_process
from tests import databases
from tests.web.asking import ask


@pytest.fixture
def empty(running: Database, tmp_path: Path) -> Iterator[Database]:
    """A database that was never migrated, in the place of the test's."""
    before = process()
    made = connect(f"sqlite:///{tmp_path / 'empty.sqlite'}", databases.cipher())
    use_process(Process(before.settings, made))
    yield made
    use_process(before)
    made.engine.dispose()


def test_a_process_that_answers_is_alive(app: ASGIApp, empty: Database) -> None:
    assert ask(app, "GET", "/healthz").status == 200


def test_it_is_not_ready_before_the_migration_and_ready_after(
    app: ASGIApp, empty: Database
) -> None:
    answer = ask(app, "GET", "/readyz")
    assert answer.status == 503
    assert "database" in answer.text
    upgrade(empty)
    assert ask(app, "GET", "/readyz").status == 200


def test_it_is_not_ready_when_the_database_is_gone(app: ASGIApp, empty: Database) -> None:
    gone = connect("postgresql://nobody@127.0.0.1:1/none", databases.cipher())
    use_process(Process(process().settings, gone))
    assert ask(app, "GET", "/readyz").status == 503


def test_figures_are_nowhere_without_a_token(app: ASGIApp) -> None:
    assert ask(app, "GET", "/metrics").status == 404


@pytest.mark.parametrize("given", ["", "Bearer wrong", "Bearer", "Basic right", "right"])
def test_figures_need_the_token(
    app: ASGIApp, with_settings: Callable[..., None], given: str
) -> None:
    with_settings(metrics_token="right")
    assert ask(app, "GET", "/metrics", authorization=given).status == 401


def test_figures_count_what_was_asked(app: ASGIApp, with_settings: Callable[..., None]) -> None:
    with_settings(metrics_token="right")
    ask(app, "GET", "/healthz")
    answer = ask(app, "GET", "/metrics", authorization="Bearer right")
    assert answer.status == 200
    assert 'evergreen_requests_total{kind="health",status="200"}' in answer.text
