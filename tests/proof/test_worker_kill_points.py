"""Twenty moments to kill the worker at, two workers at once, and one that dies for good."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from terms.intake import ImportState
from tests import databases
from tests.jobs.working import (
    House,
    Outcome,
    house,
    import_to_stage,
    is_working,
    outcome,
    said,
    state_of,
    until,
    worker,
)

ROWS = 6000
MANY = 40_000
DONE = Outcome(ImportState.APPLIED, ROWS, ROWS, ROWS, applied=1)


@pytest.fixture(params=["sqlite", "postgresql"])
def at(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """A house of its own on each database."""
    but = {}
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_url")
        but["EVERGREEN_DATABASE_URL"] = databases.new_postgres(server, "evergreen_worker")
    with house(tmp_path, **but) as made:
        yield made


def is_applied(at: House, run_id: int) -> bool:
    return state_of(at, run_id) is ImportState.APPLIED


@pytest.mark.parametrize("after", [number * 0.25 for number in range(10)])
def test_no_kill_loses_or_doubles_a_row(at: House, after: float) -> None:
    run_id = import_to_stage(at, ROWS)
    with worker(at):
        until(lambda: is_working(at), at)
        time.sleep(after)
    with worker(at):
        until(lambda: is_applied(at, run_id), at)
    assert outcome(at, run_id) == DONE


def test_two_workers_do_an_import_once_and_have_names_of_their_own(at: House) -> None:
    with worker(at), worker(at):
        until(lambda: is_working(at, times=2), at)
        run_id = import_to_stage(at, ROWS)
        until(lambda: is_applied(at, run_id), at)
    assert outcome(at, run_id) == DONE
    assert {"worker-0", "worker-1"} <= set(said(at).replace('"', " ").split())


def test_a_living_worker_takes_over_from_one_that_never_returns(at: House) -> None:
    run_id = import_to_stage(at, MANY)
    with worker(at) as first:
        until(lambda: is_working(at), at)
        with worker(at):
            until(lambda: is_working(at, times=2), at)
            assert not is_applied(at, run_id), "the file is too short for this machine"
            first.kill()
            until(lambda: is_applied(at, run_id), at)
    assert "took over" in said(at)
    assert outcome(at, run_id) == Outcome(ImportState.APPLIED, MANY, MANY, MANY, applied=1)
