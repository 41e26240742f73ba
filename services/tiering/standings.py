"""All standings as one table of columns: decided from facts, compared with what is stored.

What is stored is compared by its mark, a number made of all the other columns, so that a pass over
every client reads one column of what it may not have to write.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sqlalchemy import Select, Table, select

from db.models import ClientStanding
from services.tiering import columns
from services.tiering.columns import GRADES, MISSING, RECEPTIONS, TIERS, Column, Scores
from services.tiering.facts import Known
from services.tiering.rulebook import Rulebook
from services.tiering.rules import Scale
from terms.tiering import Factor, TierAxis

STANDING: Table = ClientStanding.__table__  # type: ignore[assignment]
NAMES = {
    TierAxis.VALUE: TIERS,
    TierAxis.RISK: TIERS,
    TierAxis.RECEPTION: RECEPTIONS,
    TierAxis.CREDIT: GRADES,
}
"""Axis → its classes by place; stars are their own places."""
KEPT = tuple(column.name for column in STANDING.columns if column.name not in ("run_id", "mark"))
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)


@dataclass(frozen=True, slots=True)
class Held:
    """A person's decision in force: the class a client has whatever the points say."""

    client_id: int
    axis: TierAxis
    held: str


def stored(only: Iterable[int] | None = None) -> Select[Any]:
    """What is kept of these clients, or of all; ids rising."""
    found = select(*(STANDING.c[name] for name in KEPT)).order_by(STANDING.c.client_id)
    return found if only is None else found.where(STANDING.c.client_id.in_(only))


def stored_marks(only: Iterable[int] | None = None) -> Select[Any]:
    """Whose standing is kept, and its mark; ids rising."""
    found = select(STANDING.c.client_id, STANDING.c.mark).order_by(STANDING.c.client_id)
    return found if only is None else found.where(STANDING.c.client_id.in_(only))


def marks(standings: pa.Table) -> Column:
    """A number for each row that is another as soon as one of its columns is (64 bits)."""
    found = np.zeros(len(standings), np.uint64)
    for name in KEPT:
        found = (found ^ _bits(standings[name])) * _SPREAD
        found ^= found >> _HALF
    return found.view(np.int64)


def star_places(total: Column, from_fen: tuple[int, ...]) -> Column:
    """Stars 1 to 5 by the income of a service year; missing where it is not known."""
    found = 1 + np.searchsorted(np.array(from_fen), total, side="right")
    places: Column = np.where(total == MISSING, MISSING, found).astype(np.int64)
    return places


def decided(known: Known, book: Rulebook, held: Iterable[Held]) -> pa.Table:
    """The standings these facts make, in the columns of ``client_standing``."""
    of = known.facts.of
    value = columns.score(book.value, known.facts)
    risk = columns.score(book.risk, known.facts)
    stars = star_places(_whole(of[Factor.INCOME.value]), book.stars_from_fen)
    credit = columns.score(book.credit, known.facts)
    decisions = _by_axis(held, known.facts.client_ids)
    holds: dict[TierAxis, Any] = {
        axis: _with(decisions.get(axis, ()), places)
        for axis, places in (
            (TierAxis.VALUE, value.tier),
            (TierAxis.RISK, risk.tier),
            (TierAxis.STARS, stars),
            (TierAxis.CREDIT, credit.tier),
        )
    }
    received = columns.reception(book.reception, holds[TierAxis.STARS], holds[TierAxis.VALUE])
    made: dict[str, Any] = {
        "client_id": known.facts.client_ids,
        "team_id": known.team_id,
        "branch_id": known.branch_id,
        "premium_fen": of[Factor.PREMIUM.value],
        "realised_fen": known.realised_fen,
        "expected_fen": known.expected_fen,
        "stars": holds[TierAxis.STARS],
        "stars_by_rule": stars,
        "reception": _names(_with(decisions.get(TierAxis.RECEPTION, ()), received), RECEPTIONS),
        "reception_by_rule": _names(received, RECEPTIONS),
        "credit_score": credit.score,
        "credit": _names(holds[TierAxis.CREDIT], GRADES),
        "credit_by_rule": _names(credit.tier, GRADES),
        **{name: of[name] for name in KEPT if name in of},
        **_axis("value", book.value, value, holds[TierAxis.VALUE]),
        **_axis("risk", book.risk, risk, holds[TierAxis.RISK]),
    }
    return pa.table({name: _column(made[name]) for name in KEPT})


def changed_rows(new: pa.Table, old: pa.Table) -> tuple[Column, Column]:
    """Rows of ``new`` that are not in ``old``, or there with another mark.

    Args:
        old: ``stored_marks``.

    Returns:
        Those rows, and those of them that ``old`` knows.
    """
    ids, known = new["client_id"].to_numpy(), old["client_id"].to_numpy().astype(np.int64)
    kept = old["mark"].cast(pa.int64()).fill_null(0).to_numpy()
    place = np.minimum(np.searchsorted(known, ids), max(len(known) - 1, 0))
    is_known = known[place] == ids if len(known) else np.zeros(len(ids), bool)
    is_same = kept[place] == marks(new) if len(known) else is_known
    rows = np.flatnonzero(~(is_known & is_same))
    return rows, rows[is_known[rows]]


def _by_axis(held: Iterable[Held], ids: Column) -> dict[TierAxis, list[tuple[int, int]]]:
    """Decisions as row and place of the class, by axis; the later ones last."""
    found: dict[TierAxis, list[tuple[int, int]]] = {}
    for one in held:
        row = int(np.searchsorted(ids, one.client_id))
        if row < len(ids) and ids[row] == one.client_id:
            found.setdefault(one.axis, []).append((row, place_of(one.axis, one.held)))
    return found


def place_of(axis: TierAxis, held: str) -> int:
    """A class as the columns have it: stars as they are, else its place among the names."""
    return int(held) if axis is TierAxis.STARS else NAMES[axis].index(held)


def _with(decisions: Iterable[tuple[int, int]], places: NDArray[Any]) -> NDArray[Any]:
    """``places`` with what people decided."""
    found = places.copy()
    for row, place in decisions:
        found[row] = place
    return found


def _axis(name: str, scale: Scale, scores: Scores, holds: NDArray[np.int8]) -> dict[str, Any]:
    return {
        f"{name}_score": scores.score,
        f"{name}_tier": _names(holds, TIERS),
        f"{name}_by_rule": _names(scores.tier, TIERS),
        f"{name}_could": _names(scores.could, TIERS),
        f"{name}_parts": columns.parts(scale, scores),
    }


def _names(places: NDArray[np.int8], names: Sequence[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(places.astype(np.int8), list(names))


def _column(values: Any) -> pa.Array:
    if isinstance(values, pa.Array):
        return values
    whole = _whole(values)
    return pa.array(whole, mask=whole == MISSING)


def _whole(values: Any) -> Column:
    found: Column = np.asarray(values).astype(np.int64)
    return found


def _bits(column: pa.ChunkedArray) -> NDArray[np.uint64]:
    """What ``marks`` mixes in: whole numbers as they are, texts by a number of their own."""
    if pa.types.is_integer(column.type):
        numbers: Column = column.cast(pa.int64()).fill_null(MISSING).to_numpy()
        return numbers.view(np.uint64)
    if not pa.types.is_dictionary(column.type):
        column = column.cast(pa.string()).dictionary_encode()
    whole = column.combine_chunks()
    texts = np.array([_number(text) for text in whole.dictionary.to_pylist()], np.uint64)
    found: NDArray[np.uint64] = texts[whole.indices.to_numpy()]
    return found


def _number(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest())
