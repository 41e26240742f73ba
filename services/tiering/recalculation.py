"""The pass over the clients: facts, points, classes; only what changed is written.

Read column by column from one moment (``db.arrow``), decided by ``columns``, written by one short
transaction: the standings that changed, a line of history for each class that did, the counts.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from time import perf_counter

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db import due
from db.arrow import Reader, reader
from db.models import Client, TierDue, TierPublication, TierRun
from db.session import Database
from services import audit
from services.actor import SYSTEM, Actor
from services.logs import log
from services.tiering import facts, holding, keeping, standings
from services.tiering.columns import Column
from services.tiering.rulebook import (
    Rulebook,
    rulebook,
)
from services.tiering.standings import Held
from terms.tiering import PassStage

_log = log("tiers")
_TRIES = 2
_GIVEN_UP_AFTER = timedelta(hours=1)
MOST_DUE = 20_000
"""More clients than this are read with all others."""
_AT_ONCE = 500
_READ_AT_ONCE = 5_000
_FEW = 5
"""Up to a fifth of the clients are read one by one."""


@dataclass(frozen=True, slots=True)
class Recalculated:
    """What a pass did; ``run_id`` is None where nothing changed. ``clients`` are those it read."""

    clients: int
    changed: int
    seconds: float
    run_id: int | None
    is_full: bool


@dataclass(frozen=True, slots=True)
class _Due:
    """What waits for a pass: lines of ``tier_due``, and the clients they name."""

    lines: tuple[int, ...]
    clients: tuple[int, ...]


def is_due(session: Session, *, on: date) -> bool:
    """Whether a pass would find anything to look at: data that changed, a day or rules it has
    not seen, a person's decision that begins or ends."""
    waits = session.scalar(select(TierDue.id).limit(1))
    return waits is not None or not _is_current(session, rulebook(session, on=on), on)


def recalculate(
    database: Database,
    *,
    on: date,
    at: datetime,
    actor: Actor = SYSTEM,
    full: bool = False,
    instead: Mapping[str, date] | None = None,
    progress: Callable[[str, int, int], None] = lambda _what, _done, _all: None,
) -> Recalculated:
    """Bring the clients' standing to the day ``on``; unchanged rows are not written.

    Clients whose data changed since the pass before are looked at (R46); all of them with
    ``full``, on a new day, after a change of the rules or of very many clients. Clients whose
    class changed get a line of history; those new to the pass none.

    Args:
        instead: rule key → the day its version begins that is to be taken for the one in force.

    Raises:
        NotFound: there is no such version.

    Audit: ``tiers:recalculate`` with the counts, where anything changed.
    """
    for _try in range(_TRIES):
        try:
            return _pass(database, on, at, actor, full=full, instead=instead, progress=progress)
        except (_Overtaken, IntegrityError):
            _log.warning("clients or tiers changed under a pass: it begins again")
    return _pass(database, on, at, actor, full=True, instead=instead, progress=progress)


class _Overtaken(Exception):
    """Another pass wrote since this one read."""


def _pass(
    database: Database,
    on: date,
    at: datetime,
    actor: Actor,
    *,
    full: bool,
    instead: Mapping[str, date] | None,
    progress: Callable[[str, int, int], None],
) -> Recalculated:
    begun = perf_counter()
    with database.reading() as session:
        book = rulebook(session, on=on, instead=instead)
        waits = _waiting(session)
        seen = _last_id(session)
        is_full = full or len(waits.clients) > MOST_DUE or due.ALL in waits.clients
        is_full = is_full or instead is not None or not _is_current(session, book, on)
        is_full = is_full or not _all_there(session, waits.clients)
        held = holding.held_on(session, on=on)
    if not is_full and not waits.clients:
        return Recalculated(0, 0, perf_counter() - begun, None, False)
    with database.transaction() as session:
        run_id = _begin(session, on, at, book, is_full)
    only = None if is_full else waits.clients
    try:
        with reader(database) as source:
            read = _read(source, on, book, held, only)
        new, rows = read.new, read.rows
        progress("facts read", len(new), len(new))
        with database.transaction() as session:
            _say(session, run_id, stage=PassStage.WRITING, clients=len(new), changed=len(rows))
        with database.transaction() as session:
            _alone(session, seen, run_id)
            keeping.keep(session, new, rows, run_id, progress)
            keeping.note_changes(session, read.after, read.before, run_id)
            if is_full:
                keeping.count_all(session, new, book.value)
                if instead is None:
                    _mark_publications(session, run_id, on)
            else:
                keeping.recount(session, new.take(pa.array(rows)), read.before, book.value)
            _forget(session, waits.lines)
            ended = at + timedelta(seconds=perf_counter() - begun)
            _say(session, run_id, stage=PassStage.DONE, finished_at=ended)
            audit.record(
                session,
                actor=actor,
                event="tiers:recalculate",
                subject=TierRun.__tablename__,
                subject_id=run_id,
                at=at,
                detail={"on": on.isoformat(), "clients": len(new), "changed": len(rows)},
            )
    except BaseException:
        with database.transaction() as session:
            session.execute(delete(TierRun).where(TierRun.id == run_id))
        raise
    return Recalculated(len(new), len(rows), perf_counter() - begun, run_id, is_full)


@dataclass(frozen=True, slots=True)
class _Found:
    """``new``, all standings; ``rows`` of it to be written; of those kept before, then and now."""

    new: pa.Table
    rows: Column
    before: pa.Table
    after: pa.Table


def _read(
    source: Reader, on: date, book: Rulebook, held: Sequence[Held], only: Sequence[int] | None
) -> _Found:
    known = facts.read_facts(
        source, on=on, usual_lines=book.usual_lines, extras=book.extras, only=only
    )
    new = standings.decided(known, book, held)
    rows, moved = standings.changed_rows(new, source.table(standings.stored_marks(only)))
    after = new.take(pa.array(moved))
    return _Found(new, rows, _stored(source, after["client_id"].to_pylist(), len(new)), after)


def _stored(source: Reader, ids: Sequence[int], clients: int) -> pa.Table:
    """The standings of these clients as they are kept; ids rising in both."""
    if len(ids) * _FEW > clients:
        found = source.table(standings.stored())
        return found.filter(
            pc.is_in(found["client_id"].cast(pa.int64()), pa.array(ids, pa.int64()))
        )
    pieces = range(0, max(len(ids), 1), _READ_AT_ONCE)
    return pa.concat_tables(
        source.table(standings.stored(ids[start : start + _READ_AT_ONCE])) for start in pieces
    )


def _waiting(session: Session) -> _Due:
    found = session.execute(select(TierDue.id, TierDue.client_id)).all()
    return _Due(
        tuple(line for line, _ in found), tuple(sorted({client_id for _, client_id in found}))
    )


def _forget(session: Session, lines: Sequence[int]) -> None:
    for start in range(0, len(lines), _AT_ONCE):
        session.execute(delete(TierDue).where(TierDue.id.in_(lines[start : start + _AT_ONCE])))


def _is_current(session: Session, book: Rulebook, on: date) -> bool:
    """Whether the last full pass went by these rules on this day."""
    last = session.scalars(
        select(TierRun)
        .where(TierRun.is_full, TierRun.stage == PassStage.DONE)
        .order_by(TierRun.id.desc())
        .limit(1)
    ).first()
    if last is None or last.on != on:
        return False
    return all(getattr(last, column) == rule_id for column, rule_id in book.noted.items())


def _all_there(session: Session, client_ids: Sequence[int]) -> bool:
    """Whether none of these was deleted: what it counted for is known to a full pass alone."""
    found = 0
    for start in range(0, len(client_ids), _AT_ONCE):
        piece = client_ids[start : start + _AT_ONCE]
        found += len(session.scalars(select(Client.id).where(Client.id.in_(piece))).all())
    return found == len(client_ids)


def _begin(session: Session, on: date, at: datetime, book: Rulebook, is_full: bool) -> int:
    """The run, for everybody to see; those a killed process left unfinished are forgotten."""
    session.execute(
        delete(TierRun).where(
            TierRun.stage != PassStage.DONE, TierRun.started_at < at - _GIVEN_UP_AFTER
        )
    )
    run = TierRun(
        on=on,
        started_at=at,
        finished_at=None,
        **book.noted,
        is_full=is_full,
        stage=PassStage.READING,
    )
    session.add(run)
    session.flush()
    return run.id


def _say(session: Session, run_id: int, **values: object) -> None:
    session.execute(update(TierRun).where(TierRun.id == run_id).values(**values))


def _last_id(session: Session) -> int | None:
    return session.scalar(select(func.max(TierRun.id)).where(TierRun.stage == PassStage.DONE))


def _alone(session: Session, seen: int | None, run_id: int) -> None:
    """One pass writes at a time, and only on what it read."""
    holding.write_alone(session)
    if _last_id(session) != seen:
        raise _Overtaken(run_id)


def _mark_publications(session: Session, run_id: int, on: date) -> None:
    """The first pass since a publication took effect, or was taken back, carries that out."""
    for carried_out, is_due in (
        (TierPublication.run_id, TierPublication.undone_at.is_(None)),
        (TierPublication.undone_by_run_id, TierPublication.undone_at.is_not(None)),
    ):
        session.execute(
            update(TierPublication)
            .where(carried_out.is_(None), TierPublication.effective_from <= on, is_due)
            .values({carried_out: run_id})
        )
