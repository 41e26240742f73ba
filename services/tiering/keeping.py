"""What a pass writes: standings that changed, a line of history per class, and the counts."""

from collections.abc import Callable
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Table, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.bulk import insert_columns, upsert_columns
from db.models import TierChange, TierCount, TierMissingCount, TierScoreCount
from services.tiering.columns import Column
from services.tiering.rules import Scale
from services.tiering.standings import KEPT, STANDING, marks
from terms.tiering import TierAxis

_CLASSES = (
    (TierAxis.VALUE, "value_tier", "value_score"),
    (TierAxis.RISK, "risk_tier", "risk_score"),
    (TierAxis.STARS, "stars", None),
    (TierAxis.RECEPTION, "reception", None),
    (TierAxis.CREDIT, "credit", "credit_score"),
)
_AT_ONCE = 50_000
_COUNT: Table = TierCount.__table__  # type: ignore[assignment]
_SCORES: Table = TierScoreCount.__table__  # type: ignore[assignment]
_MISSING: Table = TierMissingCount.__table__  # type: ignore[assignment]
_SUMS = ("clients", "premium_fen", "income_fen")


def keep(
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
            STANDING,
            [(name, piece[name].to_pylist()) for name in KEPT]
            + [("mark", marks(piece).tolist()), ("run_id", [run_id] * len(piece))],
            key="client_id",
        )
        progress("standings kept", start + len(piece), len(rows))


def note_changes(session: Session, after: pa.Table, before: pa.Table, run_id: int) -> None:
    """A line of history for each class that is another now; the tables go row by row."""
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


def count_all(session: Session, standings: pa.Table, scale: Scale) -> None:
    """Make the counts anew from all standings; ``scale`` is that of the value axis."""
    for table, made in _made_with(scale):
        counts = made(standings, 1)
        session.execute(delete(table))
        insert_columns(
            session.connection(),
            table,
            [(name, counts[name].to_pylist()) for name in counts.column_names],
        )


def recount(session: Session, after: pa.Table, before: pa.Table, scale: Scale) -> None:
    """Put what changed into the counts: ``before`` goes out, ``after`` comes in."""
    for table, made in _made_with(scale):
        _add(session, table, pa.concat_tables([made(before, -1), made(after, 1)]))


def _made_with(scale: Scale) -> tuple[tuple[Table, Callable[[pa.Table, int], pa.Table]], ...]:
    return (
        (_COUNT, _counts),
        (_SCORES, _score_counts),
        (_MISSING, partial(_missing_counts, scale)),
    )


def _counts(standings: pa.Table, sign: int) -> pa.Table:
    missing = pc.and_(pc.is_null(standings["realised_fen"]), pc.is_null(standings["expected_fen"]))
    income = pc.add(
        pc.fill_null(standings["realised_fen"], 0), pc.fill_null(standings["expected_fen"], 0)
    )
    rows = pa.table(
        {
            **_whose(standings),
            "value_tier": standings["value_tier"].cast(pa.string()),
            "is_open": pc.not_equal(
                standings["value_could"].cast(pa.string()),
                standings["value_by_rule"].cast(pa.string()),
            ),
            "risk_tier": standings["risk_tier"].cast(pa.string()),
            "stars": pc.fill_null(standings["stars"].cast(pa.int64()), 0),
            "clients": pc.cast(pc.is_valid(standings["client_id"]), pa.int64()),
            "premium_fen": standings["premium_fen"].cast(pa.int64()),
            "income_fen": pc.if_else(missing, 0, income).cast(pa.int64()),
        }
    )
    return _summed(rows, _SUMS, sign)


def _score_counts(standings: pa.Table, sign: int) -> pa.Table:
    pieces = [
        pa.table(
            {
                **_whose(standings),
                "axis": pa.array([axis.value] * len(standings), pa.string()),
                "score": standings[f"{axis.value}_score"].cast(pa.int64()),
                "clients": pc.cast(pc.is_valid(standings["client_id"]), pa.int64()),
            }
        )
        for axis in (TierAxis.VALUE, TierAxis.RISK)
    ]
    return _summed(pa.concat_tables(pieces), ("clients",), sign)


def _missing_counts(scale: Scale, standings: pa.Table, sign: int) -> pa.Table:
    """Of those whose value tier could still change, a line for each fact that is not known."""
    could = standings["value_could"].cast(pa.string())
    still = standings.filter(pc.not_equal(could, standings["value_by_rule"].cast(pa.string())))
    texts = still["value_parts"].combine_chunks().cast(pa.string()).dictionary_encode()
    ways = [text.split(",") for text in texts.dictionary.to_pylist()]
    pieces = []
    for place, each in enumerate(scale.factors):
        lacks = pa.array([way[place : place + 1] == ["-"] for way in ways], pa.bool_())
        of = still.filter(lacks.take(texts.indices))
        pieces.append(
            pa.table(
                {
                    **_whose(of),
                    "factor": pa.array([each.factor] * len(of), pa.string()),
                    "value_could": of["value_could"].cast(pa.string()),
                    "clients": pc.cast(pc.is_valid(of["client_id"]), pa.int64()),
                }
            )
        )
    return _summed(pa.concat_tables(pieces), ("clients",), sign)


def _whose(standings: pa.Table) -> dict[str, pa.ChunkedArray]:
    return {
        name: pc.fill_null(standings[name].cast(pa.int64()), 0) for name in ("branch_id", "team_id")
    }


def _summed(rows: pa.Table, sums: tuple[str, ...], sign: int) -> pa.Table:
    keys = [name for name in rows.column_names if name not in sums]
    found = rows.group_by(keys).aggregate([(name, "sum") for name in sums])
    return pa.table(
        {
            **{name: found[name] for name in keys},
            **{name: pc.multiply(found[f"{name}_sum"], sign) for name in sums},
        }
    )


def _add(session: Session, table: Table, counts: pa.Table) -> None:
    sums = [name for name in _SUMS if name in table.c]
    rows = _summed(counts, tuple(sums), 1).to_pylist()
    rows = [row for row in rows if any(row[name] for name in sums)]
    if not rows:
        return
    dialect = postgresql if session.connection().dialect.name == "postgresql" else sqlite
    into = dialect.insert(table)
    session.connection().execute(
        into.on_conflict_do_update(
            index_elements=list(table.primary_key.columns),
            set_={name: table.c[name] + into.excluded[name] for name in sums},
        ),
        rows,
    )
    session.execute(delete(table).where(table.c.clients == 0))


def _scores(table: pa.Table, name: str | None, rows: pa.Array) -> list[int | None]:
    return [None] * len(rows) if name is None else table[name].take(rows).to_pylist()
