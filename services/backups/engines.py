"""What each database engine does itself: a consistent copy, putting it back, counting it.

SQLite copies its file with its own backup interface; PostgreSQL with ``pg_dump`` from one
snapshot, into which the counts look too. The worker's own tables are left out: what was scheduled
when the backup was taken must not run again.
"""

import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import (
    URL,
    Connection,
    Numeric,
    Text,
    cast,
    create_engine,
    func,
    inspect,
    literal_column,
    make_url,
    select,
    table,
    text,
)

from db.session import normalised_url

Counts = Mapping[str, str]
"""Table → how many rows and what they add up to, the same for the same rows in any order."""

WORKERS_SCHEMA = "evergreen_jobs"


class EngineFailed(Exception):
    """A tool of the engine is missing or failed; the message says which and why."""


class Engine(Protocol):
    """One kind of database."""

    def copy(self, url: str, target: Path) -> Counts:
        """Copy the database at ``url`` into ``target`` while it is used; what the copy holds."""

    def put_back(self, source: Path, url: str) -> None:
        """Fill the empty database at ``url`` from a copy."""

    def counts(self, url: str) -> Counts:
        """What the database at ``url`` holds."""

    def scratch(self, url: str, folder: Path) -> AbstractContextManager[str]:
        """An empty database of the same kind for a while; yields its URL."""


def engine_of(url: str) -> Engine:
    return _SQLite() if make_url(url).get_backend_name() == "sqlite" else _PostgreSQL()


class _SQLite:
    def copy(self, url: str, target: Path) -> Counts:
        source = sqlite3.connect(f"file:{_file(url)}?mode=ro", uri=True, timeout=60)
        copy = sqlite3.connect(target)
        try:
            target.chmod(0o600)
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
        finally:
            copy.close()
            source.close()
        return self.counts(f"sqlite:///{target}")

    def put_back(self, source: Path, url: str) -> None:
        copy = sqlite3.connect(source)
        target = sqlite3.connect(_file(url), timeout=60)
        try:
            copy.backup(target)
            target.execute("PRAGMA journal_mode=WAL")
            faults = [row[0] for row in target.execute("PRAGMA integrity_check(3)")]
            lost = target.execute("PRAGMA foreign_key_check").fetchone()
        finally:
            target.close()
            copy.close()
        if faults != ["ok"] or lost:
            raise EngineFailed(f"the copy is not sound: {faults} {lost or ''}".strip())

    def counts(self, url: str) -> Counts:
        with _connection(url) as connection:
            return {
                name: str(connection.scalar(select(func.count()).select_from(table(name))))
                for name in sorted(inspect(connection).get_table_names())
            }

    @contextmanager
    def scratch(self, url: str, folder: Path) -> Iterator[str]:
        yield f"sqlite:///{folder / 'scratch.sqlite'}"


class _PostgreSQL:
    def copy(self, url: str, target: Path) -> Counts:
        with _connection(url, isolation_level="REPEATABLE READ") as connection:
            snapshot = connection.scalar(text("SELECT pg_export_snapshot()"))
            _run(
                "pg_dump",
                url,
                "--format=custom",
                "--compress=0",
                "--no-owner",
                "--no-privileges",
                f"--exclude-schema={WORKERS_SCHEMA}",
                f"--snapshot={snapshot}",
                f"--file={target}",
            )
            target.chmod(0o600)
            return _digests(connection)

    def put_back(self, source: Path, url: str) -> None:
        _run(
            "pg_restore",
            url,
            "--no-owner",
            "--no-privileges",
            "--clean",
            "--if-exists",
            "--single-transaction",
            "--exit-on-error",
            str(source),
        )
        with _connection(url) as connection:
            connection.execute(text("ANALYZE"))
            connection.commit()

    def counts(self, url: str) -> Counts:
        with _connection(url, isolation_level="REPEATABLE READ") as connection:
            return _digests(connection)

    @contextmanager
    def scratch(self, url: str, folder: Path) -> Iterator[str]:
        name = f"evergreen_proof_{folder.name.replace('-', '_').lower()}"
        engine = create_engine(normalised_url(url), isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE template0'))
            try:
                proof = make_url(url).set(database=name)
                yield proof.render_as_string(hide_password=False)
            finally:
                with engine.connect() as connection:
                    connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
        finally:
            engine.dispose()


@contextmanager
def _connection(url: str, isolation_level: str | None = None) -> Iterator[Connection]:
    options = {"isolation_level": isolation_level} if isolation_level else {}
    engine = create_engine(normalised_url(url), **options)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _digests(connection: Connection) -> Counts:
    """Per table the number of rows and the sum of their hashes."""
    connection.execute(text("SET LOCAL TimeZone = 'UTC'"))
    found = {}
    for name in sorted(inspect(connection).get_table_names()):
        whole_row = cast(literal_column(f'"{name}"'), Text)
        sum_of_hashes = func.sum(cast(func.hashtextextended(whole_row, 0), Numeric))
        rows, total = connection.execute(
            select(func.count(), sum_of_hashes).select_from(table(name))
        ).one()
        found[name] = f"{rows} {total or 0}"
    return found


def _run(tool: str, url: str, *arguments: str) -> None:
    path = shutil.which(tool)
    if path is None:
        raise EngineFailed(f"{tool} is not installed: apt install postgresql-client")
    parsed = make_url(url)
    with _password_file(parsed) as passfile:
        plain = parsed.set(drivername="postgresql", password=None)
        if passfile:
            plain = plain.update_query_dict({"passfile": str(passfile)})
        done = subprocess.run(
            [path, f"--dbname={plain.render_as_string(hide_password=False)}", *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    if done.returncode:
        raise EngineFailed(f"{tool}: {done.stderr.strip().splitlines()[0]}")


@contextmanager
def _password_file(url: URL) -> Iterator[Path | None]:
    """The password where only the tool reads it, not on its command line."""
    if not url.password:
        yield None
        return
    with tempfile.NamedTemporaryFile("w", prefix="evergreen-", suffix=".pgpass") as file:
        escaped = str(url.password).replace("\\", "\\\\").replace(":", "\\:")
        file.write(f"*:*:*:*:{escaped}\n")
        file.flush()
        yield Path(file.name)


def _file(url: str) -> str:
    path = make_url(url).database
    if not path or path == ":memory:":
        raise EngineFailed("a database in memory has no backup")
    return path
