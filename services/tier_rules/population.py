"""All clients as the last pass left them, in columns: what drafts of rules are tried on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.arrow import Reader, reader_beside
from db.models import TierRun
from services.actor import Actor
from services.permissions import Permission
from services.tiering.columns import MISSING, RECEPTIONS, TIERS, Column, Facts
from services.tiering.facts import extra_column
from services.tiering.holding import held_on
from services.tiering.rulebook import rulebook
from services.tiering.rules import Reception
from services.tiering.standings import stored
from terms.tiering import EXTRA, Factor, PassStage, TierAxis

TRIED_AXES = (TierAxis.VALUE, TierAxis.RISK, TierAxis.STARS)
FOLLOWING = TierAxis.RECEPTION
"""The class that follows from value and stars."""
AXES = (*TRIED_AXES, FOLLOWING)
WORST_FIRST = tuple(reversed(RECEPTIONS))
Places = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Population:
    """Facts and classes of every client after a pass.

    Classes are places: 0 to 2 in ``columns.TIERS``, stars 0 (not known) to 5, reception in
    ``WORST_FIRST``.
    """

    run_id: int | None
    on: date | None
    """The day of the data; None before the first pass."""
    facts: Facts
    stands: Mapping[TierAxis, Places]
    scores: Mapping[TierAxis, NDArray[np.int32]]
    held: Mapping[TierAxis, Column]
    """Rows whose class a person decided: no rule moves them."""
    reception: Reception
    """The rule the class of reception follows by."""
    extras: dict[str, NDArray[np.float64]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.facts)

    def with_extras(self, columns: Mapping[str, NDArray[np.float64]]) -> "Population":
        """The same clients with columns of the company's own beside the facts."""
        self.extras.update(columns)
        return Population(
            self.run_id,
            self.on,
            Facts(self.facts.client_ids, {**self.facts.of, **self.extras}),
            self.stands,
            self.scores,
            self.held,
            self.reception,
            self.extras,
        )


def last_run(session: Session, *, actor: Actor) -> int | None:
    """The pass the standings are of; what is kept of a population is good while it is the same.

    Raises:
        NotPermitted: the actor lacks ``tier:try``.
    """
    actor.require(Permission.TIER_TRY)
    return session.scalar(
        select(TierRun.id)
        .where(TierRun.stage == PassStage.DONE)
        .order_by(TierRun.id.desc())
        .limit(1)
    )


def population(session: Session, *, actor: Actor, on: date) -> Population:
    """Every client of the company, by number alone: rules are the company's, so a draft is tried
    on all; names are given for the actor's own clients only (``trying.movers``).

    Raises:
        NotPermitted: the actor lacks ``tier:try``.
    """
    run_id = last_run(session, actor=actor)
    as_of = session.scalar(select(TierRun.on).where(TierRun.id == run_id))
    with reader_beside(session) as source:
        kept = source.table(stored())
    ids = kept["client_id"].to_numpy().astype(np.int64)
    known: dict[str, Any] = {
        factor.value: _whole(kept[factor.value])
        for factor in Factor
        if factor.value in kept.column_names
    }
    known[Factor.PREMIUM.value] = _whole(kept["premium_fen"])
    known[Factor.INCOME.value] = _income(kept)
    return Population(
        run_id,
        as_of,
        Facts(ids, known),
        {
            TierAxis.VALUE: _places(kept["value_tier"], TIERS),
            TierAxis.RISK: _places(kept["risk_tier"], TIERS),
            TierAxis.STARS: pc.fill_null(kept["stars"].cast(pa.int8()), 0).to_numpy(),
            FOLLOWING: _places(kept["reception"], WORST_FIRST),
        },
        {
            TierAxis.VALUE: _whole(kept["value_score"]).astype(np.int32),
            TierAxis.RISK: _whole(kept["risk_score"]).astype(np.int32),
        },
        _held(session, ids, on),
        rulebook(session, on=on).reception,
    )


def with_columns(
    session: Session, *, actor: Actor, population: Population, factors: tuple[str, ...]
) -> Population:
    """``population`` with the company's own columns that ``factors`` name.

    Raises:
        NotPermitted: the actor lacks ``tier:try``.
    """
    actor.require(Permission.TIER_TRY)
    wanted = [each for each in factors if each.startswith(EXTRA) and each not in population.extras]
    if not wanted:
        return population.with_extras({}) if population.extras else population
    with reader_beside(session) as source:
        found = {name: _column_of(source, population, name) for name in wanted}
    return population.with_extras(found)


def _column_of(source: Reader, population: Population, name: str) -> NDArray[np.float64]:
    return extra_column(source, population.facts.client_ids, name)


def _held(session: Session, ids: Column, on: date) -> dict[TierAxis, Column]:
    decisions = held_on(session, on=on)
    found = {}
    for axis in AXES:
        whose = np.array([one.client_id for one in decisions if one.axis is axis], np.int64)
        found[axis] = np.flatnonzero(np.isin(ids, whose)).astype(np.int64)
    return found


def _income(kept: pa.Table) -> Column:
    realised, expected = _whole(kept["realised_fen"]), _whole(kept["expected_fen"])
    there = (realised != MISSING) | (expected != MISSING)
    total = np.where(realised == MISSING, 0, realised) + np.where(expected == MISSING, 0, expected)
    found: Column = np.where(there, total, MISSING)
    return found


def _places(column: pa.ChunkedArray, classes: tuple[str, ...]) -> Places:
    found = pc.index_in(column.cast(pa.string()), pa.array(classes))
    places: Places = found.combine_chunks().cast(pa.int8()).to_numpy(zero_copy_only=False)
    return places


def _whole(column: pa.ChunkedArray) -> Column:
    whole: Column = (
        column.combine_chunks().cast(pa.int64()).fill_null(MISSING).to_numpy(zero_copy_only=False)
    )
    return whole
