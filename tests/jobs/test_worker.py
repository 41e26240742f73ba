"""The worker: what a killed one left is done by the next, once."""

import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from db.models import AuditEntry
from jobs.slots import FileSlots, take_lowest
from jobs.worker import take_each
from terms.intake import ImportState
from tests import databases
from tests.jobs.working import (
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

ROWS = 2000


@pytest.mark.parametrize(
    ("backend_name", "state"),
    [("sqlite", ImportState.APPLYING), ("postgresql", ImportState.STAGING)],
)
def test_an_import_outlives_a_killed_worker(
    request: pytest.FixtureRequest, tmp_path: Path, backend_name: str, state: ImportState
) -> None:
    but = {}
    if backend_name == "postgresql":
        server = request.getfixturevalue("postgres_url")
        but["EVERGREEN_DATABASE_URL"] = databases.new_postgres(server, "evergreen_worker")
    with house(tmp_path, **but) as at:
        run_id = import_to_stage(at, ROWS)
        with worker(at):
            until(lambda: is_working(at), at)
            until(lambda: state_of(at, run_id) in (state, ImportState.APPLIED), at)
        with worker(at):
            until(lambda: state_of(at, run_id) is ImportState.APPLIED, at)
        assert outcome(at, run_id) == Outcome(ImportState.APPLIED, ROWS, ROWS, ROWS, applied=1)


def test_a_start_makes_up_the_morning_and_a_stop_is_clean(tmp_path: Path) -> None:
    with house(tmp_path) as at:
        with worker(at) as process:
            until(lambda: "renewals allocated" in said(at), at)
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
        with at.database.reading() as session:
            events = session.scalars(select(AuditEntry.event)).all()
        assert events.count("renewal:extract") == 1


def test_a_step_that_fails_keeps_the_others_from_nothing() -> None:
    taken = []

    def fails(day: str) -> None:
        taken.append(f"fails {day}")
        raise LookupError("a fault")

    def follows(day: str) -> None:
        taken.append(f"follows {day}")

    with pytest.raises(LookupError, match="a fault"):
        take_each(partial(fails, "today"), partial(follows, "today"))
    assert taken == ["fails today", "follows today"]


def test_a_dead_workers_name_is_free_and_a_living_ones_is_not(tmp_path: Path) -> None:
    first, second = FileSlots(tmp_path), FileSlots(tmp_path)
    assert take_lowest(first) == 0
    assert take_lowest(second) == 1
    first.give_back(0)
    assert take_lowest(FileSlots(tmp_path)) == 0


def test_a_worker_waits_for_no_unmigrated_database(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "jobs", "worker", "--json"],
        env={**os.environ, "EVERGREEN_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 1
    assert "python -m jobs migrate" in done.stdout
