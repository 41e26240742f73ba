"""Connections and the unit of work.

``connect(url, cipher)`` makes the engine; ``Database.reading()`` opens a session that cannot
write, ``Database.transaction()`` one that commits whole or not at all. This module alone commits.

Law 4 is enforced here: a transaction that wrote to a table outside ``UNAUDITED`` and recorded no
audit entry is refused at commit. The commit also counts the chapters it changed (``db.changes``).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Insert, Result, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, sessionmaker
from sqlalchemy.sql.dml import UpdateBase

from db import changes, due, liveness, planning
from db.crypto import FieldCipher, use_cipher
from db.texts import json_text, leave_out_nul

UNAUDITED = frozenset(
    {
        "access_entry",
        "allocation_turn",
        "audit_seal",
        "change_counter",
        "client_key",
        "download_ticket",
        "draft",
        "duplicate_key",
        "duplicate_mark",
        "export_order",
        "import_row",
        "import_run",
        "notification",
        "sign_in_attempt",
        "sign_in_session",
        "sign_in_ticket",
        "staged_client",
        "staged_policy",
        "staged_term",
        "tier_concentration",
        "tier_draft",
        "tier_due",
        "tier_run",
    }
)
"""Tables that may be written without an audit entry: sessions, drafts, progress, logs, staging,
lots drawn once."""

AUDIT_TABLE = "audit_entry"
_WROTE = "wrote_tables"
_RECORDED = "recorded_audit"
_WAIVED = "audit_waived"
_READS = "reads"


class UnauditedWrite(Exception):
    """A transaction changed data and recorded no audit entry (law 4)."""


class WriteInReading(Exception):
    """A read session was asked to write."""


def normalised_url(url: str) -> str:
    """``postgresql://`` → the psycopg 3 driver; everything else as it is."""
    parsed = make_url(url)
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed.render_as_string(hide_password=False)


class Database:
    """One engine and the two ways to use it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._readers = sessionmaker(
            engine, autoflush=False, expire_on_commit=False, info={_READS: True}
        )
        event.listen(self._readers, "before_flush", _refuse_flush)
        event.listen(self._readers, "do_orm_execute", _refuse_statement)
        self._writers = sessionmaker(engine.execution_options(writes=True))
        guard(self._writers)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session for queries; it refuses to write.

        It ends with a commit: at a rollback psycopg forgets the statements it has prepared, and
        PostgreSQL plans each of them anew.
        """
        with self._readers() as session:
            try:
                yield session
            except DBAPIError:
                raise  # the database refused: there is nothing to keep, the session rolls back
            except BaseException:
                session.commit()
                raise
            session.commit()

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session that commits at the end, or leaves no trace when anything is raised."""
        with self._writers() as session, session.begin():
            yield session

    @contextmanager
    def unaudited(self, why: str) -> Iterator[Session]:
        """A transaction without the audit law, for set-up only (migration, demo, test data).

        Args:
            why: what it is for; kept in ``session.info``.
        """
        with self._writers() as session:
            session.info[_WAIVED] = why
            with session.begin():
                yield session


def only_reads(session: Session) -> bool:
    """Whether ``session`` is one of ``Database.reading``: what it was told once still holds."""
    return _READS in session.info


def guard(session: Session | sessionmaker[Session]) -> None:
    """Watch what ``session`` (or every session of a maker) writes, and refuse a commit without
    an audit entry."""
    event.listen(session, "before_flush", _note_flush)
    event.listen(session, "do_orm_execute", _note_statement)
    event.listen(session, "after_flush", due.note)
    event.listen(session, "after_begin", changes.follow)
    event.listen(session, "before_commit", _refuse_unaudited)
    event.listen(session, "after_commit", _forget)
    event.listen(session, "after_rollback", _forget)


def _refuse_flush(session: Session, context: UOWTransaction, instances: Any) -> None:
    if session.new or session.dirty or session.deleted:
        raise WriteInReading("queries do not write")


def _refuse_statement(state: ORMExecuteState) -> None:
    if isinstance(state.statement, UpdateBase):
        raise WriteInReading("queries do not write")


def _note(session: Session, table: str) -> None:
    if table == AUDIT_TABLE:
        session.info[_RECORDED] = True
    elif table not in UNAUDITED:
        session.info.setdefault(_WROTE, set()).add(table)


def _note_flush(session: Session, context: UOWTransaction, instances: Any) -> None:
    for row in (*session.new, *session.deleted, *session.dirty):
        if row in session.dirty and not session.is_modified(row):
            continue
        _note(session, row.__tablename__)


def _note_statement(state: ORMExecuteState) -> Result[Any] | None:
    """An update or a deletion that met no row wrote nothing."""
    statement = state.statement
    if not isinstance(statement, UpdateBase):
        return None
    table = getattr(statement.table, "name", "?")
    if isinstance(statement, Insert) or table in UNAUDITED:
        _note(state.session, table)
        return None
    done = state.invoke_statement()
    if getattr(done, "rowcount", -1) != 0:
        _note(state.session, table)
    return done


def _refuse_unaudited(session: Session) -> None:
    session.flush()
    if session.in_nested_transaction():
        return
    wrote = session.info.get(_WROTE)
    if wrote and not session.info.get(_RECORDED) and not session.info.get(_WAIVED):
        raise UnauditedWrite(", ".join(sorted(wrote)))
    changes.raise_counters(session)


def _forget(session: Session) -> None:
    if session.in_nested_transaction():
        return
    session.info.pop(_WROTE, None)
    session.info.pop(_RECORDED, None)


def connect(url: str, cipher: FieldCipher, *, pool_size: int = 10) -> Database:
    """Open the database of this process and set its field cipher.

    Args:
        url: SQLAlchemy URL; ``postgresql://`` is accepted.
        cipher: encrypts and finds personal values.
        pool_size: connections kept open.
    """
    use_cipher(cipher)
    url = normalised_url(url)
    # names and notes are values of statements: an error in the log shows none of them
    options: dict[str, Any] = {
        "pool_size": pool_size,
        "max_overflow": 20,
        "hide_parameters": True,
        "json_serializer": json_text,
    }
    if url.startswith("sqlite"):
        engine = create_engine(url, **options)
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
    else:
        engine = create_engine(url, **options)
        event.listen(engine, "connect", _postgres_connect)
        liveness.watch(engine)
        planning.watch(engine)
    leave_out_nul(engine)
    changes.watch(engine)
    return Database(engine)


def _sqlite_connect(connection: Any, record: Any) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "busy_timeout=60000",
        "foreign_keys=ON",
        "cache_size=-65536",
        "mmap_size=1073741824",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgres_connect(connection: Any, record: Any) -> None:
    connection.execute("SET TIME ZONE 'UTC'")
    connection.commit()
