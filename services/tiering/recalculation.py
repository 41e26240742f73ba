"""The pass over all clients: facts, points, classes; only what changed is written.

Read column by column from one moment (``db.arrow``), decided by ``columns``, written by one short
transaction: the standings that changed and a line of history for each class that did.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from db.arrow import reader
from db.bulk import insert_columns, upsert_columns
from db.models import ClientStanding, Rule, TierChange, TierRun
from db.session import Database
from services import audit
from services.actor import SYSTEM, Actor
from services.tiering import columns, facts
from services.tiering.columns import MISSING, TIERS, Column, Facts, Scores
from services.tiering.rules import Scale
from terms.clients import ClientType
from terms.policies import Line
from terms.tiering import EXTRA, Factor, TierAxis

VALUE_RULE, RISK_RULE, STAR_RULE, LINES_RULE = (
    "tiering.value",
    "tiering.risk",
    "tiering.stars",
    "tiering.usual_lines",
)
STAR_NAMES = ("two", "three", "four", "five")
_STANDING: Table = ClientStanding.__table__  # type: ignore[assignment]
_KEPT = tuple(column.name for column in _STANDING.columns if column.name != "run_id")
_CLASSES = (
    (TierAxis.VALUE, "value_tier", "value_score"),
    (TierAxis.RISK, "risk_tier", "risk_score"),
    (TierAxis.STARS, "stars", None),
)
_AT_ONCE = 50_000


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The versions in force on a day."""

    value: Scale
    risk: Scale
    stars_from_fen: tuple[int, ...]
    usual_lines: Mapping[ClientType, tuple[Line, ...]]
    ids: tuple[int, int, int]
    """Rows of the versions of value, risk and stars."""

    @property
    def extras(self) -> tuple[str, ...]:
        """Imported columns a scale asks for."""
        asked = (*self.value.factors, *self.risk.factors)
        return tuple(dict.fromkeys(each.factor for each in asked if each.factor.startswith(EXTRA)))


@dataclass(frozen=True, slots=True)
class Recalculated:
    """What a pass did; ``run_id`` is None where nothing changed."""

    clients: int
    changed: int
    run_id: int | None


def rulebook(session: Session, *, on: date) -> Rulebook:
    """The rules of tiers in force on the day ``on``."""
    found: dict[str, tuple[int, Any]] = {}
    rows = session.execute(
        select(Rule.key, Rule.id, Rule.value)
        .where(
            Rule.key.in_((VALUE_RULE, RISK_RULE, STAR_RULE, LINES_RULE)),
            Rule.effective_from <= on,
            Rule.withdrawn_at.is_(None),
        )
        .order_by(Rule.effective_from)
    )
    for key, rule_id, value in rows:
        found[key] = (rule_id, value)
    usual = found[LINES_RULE][1]
    return Rulebook(
        Scale.of(found[VALUE_RULE][1]),
        Scale.of(found[RISK_RULE][1]),
        tuple(found[STAR_RULE][1][name] for name in STAR_NAMES),
        {kind: tuple(Line(line) for line in usual[kind.value]) for kind in ClientType},
        (found[VALUE_RULE][0], found[RISK_RULE][0], found[STAR_RULE][0]),
    )


def recalculate(
    database: Database,
    *,
    on: date,
    at: datetime,
    actor: Actor = SYSTEM,
    progress: Callable[[str, int, int], None] = lambda _what, _done, _all: None,
) -> Recalculated:
    """Bring every client's standing to the day ``on``; unchanged rows are not written.

    Clients whose class changed get a line of history; those new to the pass none.

    Audit: ``tiers:recalculate`` with the counts, where anything changed.
    """
    with database.reading() as session:
        book = rulebook(session, on=on)
    with reader(database) as source:
        found, income = facts.read_facts(
            source, on=on, usual_lines=book.usual_lines, extras=book.extras
        )
        stored = source.table(
            select(*(_STANDING.c[name] for name in _KEPT)).order_by(_STANDING.c.client_id)
        )
    progress("facts read", len(found), len(found))
    new = _table(found, income, book)
    old_place, is_known = _aligned(new, stored)
    is_changed = ~is_known | _differs(new, stored, old_place, is_known)
    rows = np.flatnonzero(is_changed)
    if not len(rows):
        return Recalculated(len(found), 0, None)
    with database.transaction() as session:
        run = TierRun(
            on=on,
            started_at=at,
            finished_at=at,
            value_rule_id=book.ids[0],
            risk_rule_id=book.ids[1],
            star_rule_id=book.ids[2],
            clients=len(found),
            changed=len(rows),
        )
        session.add(run)
        session.flush()
        _keep(session, new, rows, run.id, progress)
        moved = rows[is_known[rows]]
        _note_changes(session, new, stored, moved, old_place[moved], run.id)
        audit.record(
            session,
            actor=actor,
            event="tiers:recalculate",
            subject=TierRun.__tablename__,
            subject_id=run.id,
            at=at,
            detail={"on": on.isoformat(), "clients": len(found), "changed": len(rows)},
        )
        run_id = run.id
    return Recalculated(len(found), len(rows), run_id)


def _table(found: Facts, income: Mapping[str, Column], book: Rulebook) -> pa.Table:
    value, risk = columns.score(book.value, found), columns.score(book.risk, found)
    total = found.of[Factor.INCOME.value]
    stars = 1 + np.searchsorted(np.array(book.stars_from_fen), total, side="right")
    stars = np.where(total == MISSING, MISSING, stars)
    of = found.of
    made: dict[str, Any] = {
        "client_id": found.client_ids,
        "premium_fen": of[Factor.PREMIUM.value],
        "realised_fen": income["realised"],
        "expected_fen": income["expected"],
        "stars": stars,
        **{name: of[name] for name in _KEPT if name in of},
        **_axis("value", book.value, value),
        **_axis("risk", book.risk, risk),
    }
    return pa.table({name: _column(made[name]) for name in _KEPT})


def _axis(name: str, scale: Scale, scores: Scores) -> dict[str, Any]:
    return {
        f"{name}_score": scores.score,
        f"{name}_tier": _tiers(scores.tier),
        f"{name}_could": _tiers(scores.could),
        f"{name}_parts": columns.parts(scale, scores),
    }


def _tiers(places: NDArray[np.int8]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(places.astype(np.int8), list(TIERS)).cast(pa.string())


def _column(values: Any) -> pa.Array:
    if isinstance(values, pa.Array):
        return values
    whole = values.astype(np.int64)
    return pa.array(whole, mask=whole == MISSING)


def _aligned(new: pa.Table, stored: pa.Table) -> tuple[Column, NDArray[np.bool_]]:
    """Where each client of ``new`` stands in ``stored``, and whether it does."""
    ids = new["client_id"].to_numpy()
    known = stored["client_id"].to_numpy().astype(np.int64)
    place = np.minimum(np.searchsorted(known, ids), max(len(known) - 1, 0))
    is_known = known[place] == ids if len(known) else np.zeros(len(ids), bool)
    return place, is_known


def _differs(
    new: pa.Table, stored: pa.Table, place: Column, is_known: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    different = np.zeros(len(is_known), bool)
    if not is_known.any():
        return different
    taken = stored.take(pa.array(place))
    for name in _KEPT:
        ours, theirs = new[name], taken[name].cast(new[name].type)
        same = pc.or_kleene(
            pc.equal(ours, theirs), pc.and_(pc.is_null(ours), pc.is_null(theirs))
        ).fill_null(False)
        different |= ~same.to_numpy(zero_copy_only=False)
    return different & is_known


def _keep(
    session: Session,
    new: pa.Table,
    rows: Column,
    run_id: int,
    progress: Callable[[str, int, int], None],
) -> None:
    """Insert or overwrite the standings of ``rows``."""
    for start in range(0, len(rows), _AT_ONCE):
        piece = new.take(pa.array(rows[start : start + _AT_ONCE]))
        upsert_columns(
            session.connection(),
            _STANDING,
            [(name, piece[name].to_pylist()) for name in _KEPT]
            + [("run_id", [run_id] * len(piece))],
            key="client_id",
        )
        progress("standings kept", start + len(piece), len(rows))


def _note_changes(
    session: Session, new: pa.Table, stored: pa.Table, rows: Column, place: Column, run_id: int
) -> None:
    after, before = new.take(pa.array(rows)), stored.take(pa.array(place))
    for axis, name, score in _CLASSES:
        ours = after[name].cast(pa.string()).to_pylist()
        theirs = before[name].cast(pa.string()).to_pylist()
        moved = [row for row, (one, two) in enumerate(zip(theirs, ours, strict=True)) if one != two]
        at = pa.array(moved, pa.int64())
        insert_columns(
            session.connection(),
            TierChange.__table__,  # type: ignore[arg-type]
            [
                ("client_id", after["client_id"].take(at).to_pylist()),
                ("run_id", [run_id] * len(moved)),
                ("axis", [axis] * len(moved)),
                ("before", [theirs[row] for row in moved]),
                ("after", [ours[row] for row in moved]),
                ("before_score", _scores(before, score, at)),
                ("after_score", _scores(after, score, at)),
            ],
        )


def _scores(table: pa.Table, name: str | None, rows: pa.Array) -> list[int | None]:
    return [None] * len(rows) if name is None else table[name].take(rows).to_pylist()
