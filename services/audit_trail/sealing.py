"""Sealing: the worker chains the entries that are certain to be all there, in the order of ids."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from db.crypto import current_cipher
from db.models import AuditEntry, AuditSeal
from db.session import Database
from services.actor import Actor
from services.audit_trail.rules import FIRST, Sealed, mark_of, seal_of
from services.permissions import Permission

AT_ONCE = 5_000
"""Entries in one transaction, so that nobody waits for the sealer."""
PURPOSE = "audit chain"
_LOCK = 731_904_117
"""The advisory lock of whoever seals (PostgreSQL)."""
_COLUMNS = (
    AuditEntry.id,
    AuditEntry.happened_at,
    AuditEntry.actor_id,
    AuditEntry.event,
    AuditEntry.subject,
    AuditEntry.subject_id,
    AuditEntry.client_id,
    AuditEntry.detail,
    AuditEntry.personal,
)


@dataclass(frozen=True, slots=True)
class SealRound:
    """What one call sealed."""

    entries: int
    upto_id: int
    seal: str
    """The head of the chain; kept elsewhere, it proves that the end was not cut off."""


@dataclass(frozen=True, slots=True)
class SealState:
    """How far the chain reaches."""

    sealed_at: datetime | None
    """The real instant of the last round; None before the first."""
    waiting: int
    """Entries newer than it."""


def seal_state(session: Session, *, actor: Actor) -> SealState:
    """How far the chain reaches, for the screen; ``verify`` proves it.

    Raises:
        NotPermitted: the actor lacks ``audit:read``.
    """
    actor.require(Permission.AUDIT_READ)
    last = last_seal(session)
    upto = last.upto_id if last is not None else 0
    waiting = session.scalar(select(func.count()).where(AuditEntry.id > upto)) or 0
    return SealState(last.sealed_at if last is not None else None, waiting)


def seal(database: Database, *, at: datetime) -> SealRound | None:
    """Seal every entry that is certain to have none before it still to come.

    An id is given before its transaction ends, so a smaller one may appear after a larger. The
    horizon is read while nobody is writing an entry, which takes no time; when somebody writes for
    long, the next call does it.

    Returns:
        None when there was nothing to seal, or no horizon could be read just now.
    """
    horizon = _horizon(database)
    sealed = 0
    last: AuditSeal | None = None
    while horizon is not None:
        with database.transaction() as session:
            found = _seal_some(session, horizon, at)
            if found is None:
                break
            sealed += found.entries
            last = found
            session.expunge(found)
    if last is None:
        return None
    return SealRound(entries=sealed, upto_id=last.upto_id, seal=last.seal)


def last_seal(session: Session) -> AuditSeal | None:
    """The latest round of sealing."""
    return session.scalar(select(AuditSeal).order_by(AuditSeal.id.desc()).limit(1))


def sealing_key() -> bytes:
    """The chain's key: of the index key, which does not change when field keys are rotated."""
    return current_cipher().key_for(PURPOSE)


def sealed_columns() -> tuple[Any, ...]:
    """The columns of ``Sealed``, in its order."""
    return _COLUMNS


def _horizon(database: Database) -> int | None:
    """The largest id below which nothing can still appear; None when somebody is writing."""
    try:
        with database.transaction() as session:
            if session.get_bind().dialect.name == "postgresql":
                session.execute(text("SET LOCAL lock_timeout = '500ms'"))
                session.execute(text("LOCK TABLE audit_entry IN SHARE MODE"))
            return session.scalar(select(func.max(AuditEntry.id)))
    except OperationalError as error:
        if "lock timeout" in str(error.orig):
            return None
        raise


def _seal_some(session: Session, horizon: int, at: datetime) -> AuditSeal | None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    before = last_seal(session)
    upto = before.upto_id if before is not None else 0
    rows = session.execute(
        select(*_COLUMNS)
        .where(AuditEntry.id > upto, AuditEntry.id <= horizon)
        .order_by(AuditEntry.id)
        .limit(AT_ONCE)
    ).all()
    if not rows:
        return None
    key = sealing_key()
    head = before.seal if before is not None else FIRST
    seals = []
    for row in rows:
        head = seal_of(key, Sealed(*row), head)
        seals.append({"entry": row.id, "head": head})
    table: Any = AuditEntry.__table__
    session.connection().execute(
        update(table).where(table.c.id == bindparam("entry")).values(seal=bindparam("head")), seals
    )
    made = {
        "from_id": rows[0].id,
        "upto_id": rows[-1].id,
        "entries": len(rows),
        "seal": head,
    }
    mark = mark_of(key, **made, before=before.mark if before is not None else FIRST)
    session.execute(insert(AuditSeal).values(**made, mark=mark, sealed_at=at))
    return last_seal(session)
