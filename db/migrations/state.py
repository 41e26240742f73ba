"""Where a database stands among the migrations, and how it is brought to the newest.

SQLAlchemy and Alembic are loaded where they are used: ``python -m jobs run`` asks for ``head``
before it starts the server, and every tenth of a second counts there.
"""

import re
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from db.session import Database

FOLDER = Path(__file__).resolve().parent
_LOCK = 0x45564752
"""PostgreSQL advisory lock: one migration at a time."""


_REVISION = re.compile(r"""^(down_revision|revision)\b[^=\n]*=\s*["']([^"']+)["']""", re.MULTILINE)


class BrokenReferences(Exception):
    """A migration would leave rows that point nowhere; nothing was changed."""


@cache
def head() -> str:
    """The newest revision of this code: the one no other follows.

    Read from the files themselves: loading Alembic for it would cost every start half a second.
    """
    known: set[str] = set()
    followed: set[str] = set()
    for path in (FOLDER / "versions").glob("[0-9]*.py"):
        for name, revision in _REVISION.findall(path.read_text(encoding="utf-8")):
            (followed if name == "down_revision" else known).add(revision)
    newest = known - followed
    if len(newest) != 1:
        raise RuntimeError(f"one migration must be the newest, found {sorted(newest)}")
    return newest.pop()


def revision_of(connection: "Connection") -> str | None:
    """The revision the database stands at; None when it was never migrated."""
    from sqlalchemy import inspect, text

    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def is_at_head(database: "Database") -> bool:
    """Whether the database can be reached and stands at the newest revision."""
    from sqlalchemy.exc import OperationalError

    try:
        with database.engine.connect() as connection:
            return revision_of(connection) == head()
    except OperationalError:
        return False


def upgrade(database: "Database") -> bool:
    """Bring the database to the newest revision, whole or not at all.

    Returns:
        Whether anything was done.

    Raises:
        BrokenReferences: rows would point nowhere (SQLite, where keys rest during a migration).
    """
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import text

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
