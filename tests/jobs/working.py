"""A worker process to kill, and an import for it to work on."""

import csv
import os
import signal
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO, StringIO
from pathlib import Path

from sqlalchemy import func, select

from db.models import AuditEntry, Client, ImportRun, Policy
from db.session import Database
from jobs.migrate import migrate
from services import intake
from services.actor import SYSTEM
from services.settings import ROOT, Settings, open_database, settings_from_environment
from terms.intake import ImportKind, ImportState
from tests import databases

KEYS = {
    "EVERGREEN_SECRET_KEY": b64encode(databases.SECRET_KEY).decode(),
    "EVERGREEN_INDEX_KEY": b64encode(databases.INDEX_KEY).decode(),
    "EVERGREEN_FIELD_KEYS": ",".join(
        f"{name}={b64encode(key).decode()}" for name, key in databases.FIELD_KEYS.items()
    ),
}
"""The keys of all tests: a process has one cipher."""
NOW = "2026-11-20T09:12:00+08:00"
WITHIN = 90.0
"""Seconds; two cores may be busy with other tests."""


@dataclass(frozen=True, slots=True)
class House:
    """A migrated database in a folder of its own, and the environment of its processes."""

    settings: Settings
    database: Database
    environ: dict[str, str]


@contextmanager
def house(var: Path, **but: str) -> Iterator[House]:
    outside = {name: text for name, text in os.environ.items() if "EVERGREEN" not in name}
    environ = {**outside, **KEYS, "EVERGREEN_VAR": str(var), "EVERGREEN_NOW": NOW, **but}
    settings = settings_from_environment(environ)
    database = open_database(settings)
    migrate(database, at=settings.business_now())
    yield House(settings, database, environ)
    database.engine.dispose()


def book(rows: int) -> bytes:
    """A flat file of ``rows`` clients with a policy each."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(["客户号", "姓名", "手机号", "保单号", "险种", "起保日期", "到期日期", "保费"])
    for row in range(rows):
        phone = f"138{row:08d}"
        writer.writerow(
            [f"K{row:06d}", "李建国", phone, f"P{row:06d}", "车险", "2026-01-05", "2027-01-04", 950]
        )
    return text.getvalue().encode()


def import_to_stage(at: House, rows: int) -> int:
    """Bring a book to the point where a person said "apply"; the worker does the rest."""
    moment = at.settings.business_now()
    with at.database.transaction() as session:
        run = intake.start(
            session,
            actor=SYSTEM,
            kind=ImportKind.BOOK,
            file_name="book.csv",
            source=BytesIO(book(rows)),
            folder=at.settings.var / "imports",
            at=moment,
            is_attended=True,
        )
    intake.work_on(at.database, run_id=run.id, at=moment)
    with at.database.transaction() as session:
        stored = session.get_one(ImportRun, run.id)
        stored.is_attended = False
        session.flush()
        intake.apply(session, actor=SYSTEM, run_id=run.id, at=moment, seen_version=stored.version)
    return run.id


@contextmanager
def worker(at: House) -> Iterator["subprocess.Popen[bytes]"]:
    """A worker process; killed afterwards if it still lives."""
    with (at.settings.var / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jobs", "worker"],
            cwd=ROOT,
            env=at.environ,
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait(15)


def said(at: House) -> str:
    """What the workers logged."""
    return (at.settings.var / "worker.log").read_text()


def is_working(at: House, times: int = 1) -> bool:
    """Whether workers said so ``times`` times."""
    return said(at).count('"event": "working"') >= times


def until(holds: Callable[[], bool], at: House) -> None:
    deadline = time.monotonic() + WITHIN
    while not holds():
        assert time.monotonic() < deadline, said(at)[-3000:]
        time.sleep(0.02)


def state_of(at: House, run_id: int) -> ImportState:
    with at.database.reading() as session:
        return session.get_one(ImportRun, run_id).state


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import left behind."""

    state: ImportState
    clients: int
    policies: int
    created: int
    applied: int
    """Audit entries of the applying: the transaction ran to its end that often."""


def outcome(at: House, run_id: int) -> Outcome:
    with at.database.reading() as session:
        run = session.get_one(ImportRun, run_id)
        return Outcome(
            run.state,
            session.scalar(select(func.count()).select_from(Client)) or 0,
            session.scalar(select(func.count()).select_from(Policy)) or 0,
            run.created,
            session.scalar(
                select(func.count())
                .select_from(AuditEntry)
                .where(AuditEntry.event == "import:apply")
            )
            or 0,
        )
