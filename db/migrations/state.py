"""Where a database stands among the migrations, and how it is brought to the newest."""

import sys
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import OperationalError

from db.session import Database

FOLDER = Path(__file__).resolve().parent
_LOCK = 0x45564752
"""PostgreSQL advisory lock: one migration at a time."""


class BrokenReferences(Exception):
    """A migration would leave rows that point nowhere; nothing was changed."""


@cache
def head() -> str:
    """The newest revision of this code."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    newest = ScriptDirectory.from_config(config).get_current_head()
    if newest is None:
        raise RuntimeError("there are no migrations")
    return newest


def revision_of(connection: Connection) -> str | None:
    """The revision the database stands at; None when it was never migrated."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def is_at_head(database: Database) -> bool:
    """Whether the database can be reached and stands at the newest revision."""
    try:
        with database.engine.connect() as connection:
            return revision_of(connection) == head()
    except OperationalError:
        return False


def upgrade(database: Database) -> bool:
    """Bring the database to the newest revision, whole or not at all.

    Returns:
        Whether anything was done.

    Raises:
        BrokenReferences: rows would point nowhere (SQLite, where keys rest during a migration).
    """
    from alembic import command
    from alembic.config import Config

    with database.engine.execution_options(writes=True).connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        raw: Any = connection.connection.driver_connection
        if is_sqlite:
            raw.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                if not is_sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
                if revision_of(connection) == head():
                    return False
                config = Config(stdout=sys.stderr)
                config.set_main_option("script_location", str(FOLDER))
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
                if is_sqlite:
                    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                    if broken:
                        raise BrokenReferences(", ".join(sorted({str(row[0]) for row in broken})))
        finally:
            if is_sqlite:
                raw.execute("PRAGMA foreign_keys=ON")
    return True
