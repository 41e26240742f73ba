"""The tiers of the demo company: its first pass, and the weeks of passes that came before it."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.bulk import insert_columns
from db.models import ClientStanding, TierChange, TierRun
from db.session import Database
from services import audit, tiering
from services.actor import SYSTEM
from services.tiering.rulebook import (
    Rulebook,
    rulebook,
)
from services.working_calendar import SHANGHAI
from terms.tiering import PassStage, Tier, TierAxis

WEEKS = 8
_TIERS = tuple(Tier)
_CHANGE: Any = TierChange.__table__
_COLUMNS = ("client_id", "run_id", "axis", "before", "after", "before_score", "after_score")
_SPREAD, _OF = 7919, 100
"""A client's number times the first, modulo the second, says what became of them."""


def give_tiers(
    database: Database,
    *,
    on: date,
    at: datetime,
    progress: Callable[[str, int, int], None] = lambda _what, _done, _all: None,
) -> int:
    """Run the pass of ``on`` over a new demo company, and note what the weekly passes before it
    changed: about one client in six moved on one axis.

    Returns:
        Lines of history written.

    Audit: ``tiers:recalculate``, by the pass and with the history.
    """
    with database.transaction() as session:
        book = rulebook(session, on=on)
        runs = _past_runs(session, on, book)
    tiering.recalculate(database, on=on, at=at, progress=progress)
    tiering.concentrate(database, at=at)
    with database.transaction() as session:
        lines = sorted(_lines(session, book, runs), key=lambda line: (line[1], line[0]))
        columns = list(zip(*lines, strict=True)) or [()] * len(_COLUMNS)
        named = list(zip(_COLUMNS, map(list, columns), strict=True))
        insert_columns(session.connection(), _CHANGE, named)
        audit.record(
            session,
            actor=SYSTEM,
            event="tiers:recalculate",
            subject=TierRun.__tablename__,
            subject_id=runs[-1],
            at=at,
            detail={"on": on.isoformat(), "changed": len(lines)},
        )
    return len(lines)


def _past_runs(session: Session, on: date, book: Rulebook) -> list[int]:
    runs = []
    for week in range(WEEKS, 0, -1):
        day = on - timedelta(days=7 * week)
        began = datetime.combine(day, time(2, 0), SHANGHAI)
        runs.append(
            TierRun(
                on=day,
                started_at=began,
                finished_at=began + timedelta(seconds=20),
                **book.noted,
                is_full=True,
                stage=PassStage.DONE,
            )
        )
    session.add_all(runs)
    session.flush()
    return [run.id for run in runs]


def _lines(session: Session, book: Rulebook, runs: list[int]) -> Iterator[tuple[Any, ...]]:
    """What the past passes changed, so that it ends where the clients stand now."""
    fate = ClientStanding.client_id * _SPREAD % _OF
    found = session.execute(
        select(
            ClientStanding.client_id,
            fate,
            ClientStanding.value_tier,
            ClientStanding.value_score,
            ClientStanding.risk_tier,
            ClientStanding.risk_score,
            ClientStanding.stars,
        )
        .where(fate < 18)
        .order_by(ClientStanding.client_id)
    )
    for client_id, kind, value, value_score, risk, risk_score, stars in found:
        run = runs[client_id % len(runs)]
        shift = 1 if kind % 3 == 2 else -1
        line: tuple[Any, ...]
        if kind < 8:
            before, score = _before(value, shift, book.value.needed, client_id)
            line = (TierAxis.VALUE, before, value.value, score, value_score)
        elif kind < 12:
            before, score = _before(risk, shift, book.risk.needed, client_id)
            line = (TierAxis.RISK, before, risk.value, score, risk_score)
        elif stars is None or not 1 <= stars + shift <= 5:
            continue
        else:
            was = None if kind == 12 else str(stars + shift)
            line = (TierAxis.STARS, was, str(stars), None, None)
        if line[1] != line[2]:
            yield (client_id, run, *line)


def _before(
    now: Tier, shift: int, needed: Callable[[Tier], int], client_id: int
) -> tuple[str, int | None]:
    """The tier beside ``now``, and a score near the limit between the two."""
    place = _TIERS.index(now) + shift
    if not 0 <= place < len(_TIERS):
        return now.value, None
    limit = needed(_TIERS[max(place, place - shift)])
    return _TIERS[place].value, limit + client_id % 4 * (1 if shift > 0 else -1) - (shift < 0)
