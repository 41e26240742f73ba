"""The points of ``rules`` for all clients at once: the same decisions, column by column.

``tests/unit/test_tier_columns.py`` holds the two to each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from services.tiering import rules
from services.tiering.rules import Reception, Scale, Scored
from terms.tiering import ReceptionClass, Tier

MISSING = np.iinfo(np.int64).min
"""Stands in a column of facts for what is not known."""
RECEPTIONS = tuple(each.value for each in ReceptionClass)
GRADES = tuple(grade.value for grade in rules.GRADES.values())
TIERS = tuple(tier.value for tier in (Tier.LOW, Tier.MID, Tier.HIGH))

Column = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Facts:
    """One row a client, ids rising; per factor a column in the factor's own unit."""

    client_ids: Column
    of: Mapping[str, Column | NDArray[np.float64]]

    def __len__(self) -> int:
        return len(self.client_ids)


@dataclass(frozen=True, slots=True)
class Scores:
    """Where all clients stand on one axis. ``tier`` and ``could`` are places in ``TIERS``."""

    places: tuple[NDArray[np.int8], ...]
    """Per factor the step reached, 0 beneath the first; -1 where the fact is not known."""
    score: NDArray[np.int32]
    tier: NDArray[np.int8]
    could: NDArray[np.int8]


def score(scale: Scale, facts: Facts) -> Scores:
    """Every client of ``facts`` on ``scale``."""
    total, still = np.zeros(len(facts), np.int32), np.zeros(len(facts), np.int32)
    places = []
    for factor in scale.factors:
        place = _places(factor, facts)
        points = _points(factor)
        total += points[place]
        still += np.where(place < 0, np.int32(factor.most), np.int32(0))
        places.append(place)
    edges = np.array([scale.mid, scale.high], np.int32)
    return Scores(
        tuple(places),
        total,
        np.searchsorted(edges, total, side="right").astype(np.int8),
        np.searchsorted(edges, total + still, side="right").astype(np.int8),
    )


def _places(factor: Scored, facts: Facts) -> NDArray[np.int8]:
    column = facts.of.get(factor.factor)
    if column is None:
        return np.full(len(facts), -1, np.int8)
    edges = np.array([step.at * factor.unit for step in factor.steps])
    place = np.searchsorted(edges, column, side="right").astype(np.int8)
    unknown = np.isnan(column) if column.dtype.kind == "f" else column == MISSING
    place[unknown] = -1
    return place


def _points(factor: Scored) -> NDArray[np.int32]:
    """Points by place; the last entry, which place -1 finds, is that of an unknown fact."""
    return np.array([0, *(factor.points_at(step) for step in factor.steps), 0], np.int32)


def parts(scale: Scale, scores: Scores) -> pa.Array:
    """The points per factor as ``client_standing`` keeps them: ``12,0,-,5``."""
    key = np.zeros(len(scores.score), np.int64)
    for factor, place in zip(scale.factors, scores.places, strict=True):
        key = key * (len(factor.steps) + 2) + (place + 1)
    _kinds, first, which = np.unique(key, return_index=True, return_inverse=True)
    texts = [
        ",".join(
            "-" if place[row] < 0 else str(_points(factor)[place[row]])
            for factor, place in zip(scale.factors, scores.places, strict=True)
        )
        for row in first
    ]
    return pa.DictionaryArray.from_arrays(which.astype(np.int32), texts)


def reception(rule: Reception, stars: Column, value: NDArray[np.int8]) -> NDArray[np.int8]:
    """Every client's class of reception as a place in ``RECEPTIONS``, the best first.

    Args:
        stars: 1 to 5, or ``MISSING``.
        value: places in ``TIERS``.
    """
    by_value = np.array([RECEPTIONS.index(one) for one in rule.by_value], np.int8)
    by_stars = np.array(
        [len(RECEPTIONS), *(RECEPTIONS.index(one) for one in rule.by_stars)], np.int8
    )
    found: NDArray[np.int8] = np.minimum(
        by_value[value], by_stars[np.where(stars == MISSING, 0, stars)]
    )
    return found


def matrix(old: NDArray[np.int8], new: NDArray[np.int8], classes: int = 3) -> NDArray[np.int64]:
    """How many went from which class to which: rows the old, columns the new.

    The sums of the rows are the old counts, those of the columns the new ones.
    """
    cells = np.bincount(old.astype(np.int64) * classes + new, minlength=classes * classes)
    return cells.reshape(classes, classes)
