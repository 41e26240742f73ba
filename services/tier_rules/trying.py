"""What a draft of the tier rules would do to every client, before it is published.

Rows are the classes clients have now, columns those they would have: row sums are the old counts,
column sums the new. What is shown is decided by the same code as the pass (``columns``), so what
is published equals what was shown, for the same data.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import distinct, func, or_, select
from sqlalchemy.orm import Session

from db.models import Client, Staff, StaffRole
from services.access import may_open
from services.actor import Actor
from services.permissions import Permission
from services.rule_tables import rule
from services.tier_rules.population import (
    AXES,
    FOLLOWING,
    WORST_FIRST,
    Places,
    Population,
)
from services.tiering import columns
from services.tiering.columns import TIERS, Column, Facts
from services.tiering.rulebook import RISK_RULE, STAR_RULE, VALUE_RULE, stars_from
from services.tiering.rules import Scale
from services.tiering.standings import star_places
from terms.people import Role
from terms.tiering import Factor, TierAxis

RULE_OF = {TierAxis.VALUE: VALUE_RULE, TierAxis.RISK: RISK_RULE, TierAxis.STARS: STAR_RULE}
CLASSES: Mapping[TierAxis, tuple[str, ...]] = {
    TierAxis.VALUE: TIERS,
    TierAxis.RISK: TIERS,
    TierAxis.STARS: ("", "1", "2", "3", "4", "5"),
    FOLLOWING: WORST_FIRST,
}
"""Codes of the classes by place; stars "" are not known."""
SERVED_BY = (Role.SPECIALIST, Role.CLIENT_MANAGER)
_AT_ONCE, _ROUNDS = 500, 20

Values = Mapping[str, Any]
"""Rule key → its value, of the three rules a draft holds."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """How many clients go from which class (row) to which (column)."""

    axis: TierAxis
    cells: NDArray[np.int64]

    @property
    def classes(self) -> tuple[str, ...]:
        return CLASSES[self.axis]

    @property
    def before(self) -> tuple[int, ...]:
        return tuple(int(n) for n in self.cells.sum(axis=1))

    @property
    def after(self) -> tuple[int, ...]:
        return tuple(int(n) for n in self.cells.sum(axis=0))

    @property
    def clients(self) -> int:
        return int(self.cells.sum())

    @property
    def up(self) -> int:
        return int(np.triu(self.cells, 1).sum())

    @property
    def down(self) -> int:
        return int(np.tril(self.cells, -1).sum())

    def as_rows(self) -> list[list[int]]:
        return [[int(n) for n in row] for row in self.cells]


@dataclass(frozen=True, slots=True)
class Effort:
    """What serving the clients takes in a year, by rule ``tiering.service``."""

    hours: int
    reception_fen: int


@dataclass(frozen=True, slots=True)
class Means:
    """What there is in a year: hours of those who serve clients, and the reception budget."""

    people: int
    hours: int
    reception_fen: int


@dataclass(frozen=True, slots=True)
class Trial:
    """A draft on every client: where each would stand."""

    population: Population
    goes: Mapping[TierAxis, Places]
    scores: Mapping[TierAxis, NDArray[np.int32]]
    matrices: Mapping[TierAxis, Matrix]

    @property
    def moved(self) -> int:
        """Clients whose class changes on at least one axis."""
        changed = np.zeros(len(self.population), bool)
        for axis in AXES:
            changed |= self.goes[axis] != self.population.stands[axis]
        return int(changed.sum())


@dataclass(frozen=True, slots=True)
class Mover:
    """A client that would change class."""

    number: str
    name: str | None
    before: str
    after: str
    before_score: int | None
    after_score: int | None
    premium_fen: int


def tried(population: Population, values: Values, in_force: Values) -> Trial:
    """Where every client would stand by ``values``; an axis whose rule stays does not move.

    Args:
        in_force: the rules the population was made by.
    """
    goes, scores = dict(population.stands), dict(population.scores)
    for axis, key in RULE_OF.items():
        if values[key] == in_force[key]:
            continue
        if axis is TierAxis.STARS:
            total = population.facts.of[Factor.INCOME.value].astype(np.int64)
            places = star_places(total, stars_from(values[key]))
            goes[axis] = np.maximum(places, 0).astype(np.int8)
        else:
            found = columns.score(Scale.of(values[key]), population.facts)
            goes[axis], scores[axis] = found.tier, found.score
        _hold(population, goes, axis)
    if any(goes[axis] is not population.stands[axis] for axis in (TierAxis.VALUE, TierAxis.STARS)):
        stars = goes[TierAxis.STARS].astype(np.int64)
        best_first = columns.reception(
            population.reception,
            np.where(stars == 0, columns.MISSING, stars),
            goes[TierAxis.VALUE],
        )
        goes[FOLLOWING] = (len(WORST_FIRST) - 1 - best_first).astype(np.int8)
        _hold(population, goes, FOLLOWING)
    matrices = {
        axis: Matrix(
            axis,
            columns.matrix(population.stands[axis], goes[axis], len(CLASSES[axis])),
        )
        for axis in AXES
    }
    return Trial(population, goes, scores, matrices)


def _hold(population: Population, goes: dict[TierAxis, Places], axis: TierAxis) -> None:
    """What a person decided stays."""
    rows = population.held[axis]
    goes[axis][rows] = population.stands[axis][rows]


def between(one: Trial, other: Trial, axis: TierAxis) -> Matrix:
    """How two drafts differ: rows the classes by one, columns those by the other."""
    return Matrix(axis, columns.matrix(one.goes[axis], other.goes[axis], len(CLASSES[axis])))


def effort(places: Mapping[TierAxis, Places], service: Mapping[str, Any]) -> Effort:
    """Hours and reception of a year with the clients standing at ``places``.

    Args:
        service: value of rule ``tiering.service``.
    """
    value = np.bincount(places[TierAxis.VALUE], minlength=len(TIERS))
    risk = np.bincount(places[TierAxis.RISK], minlength=len(TIERS))
    minutes = reception = 0
    for row in service["tiers"]:
        place = TIERS.index(row["tier"])
        minutes += int(value[place]) * row["value_minutes"]
        minutes += int(risk[place]) * row["risk_minutes"]
        reception += int(value[place]) * row["reception"]
    return Effort(minutes // 60, reception)


def means(session: Session, *, actor: Actor, on: date) -> Means:
    """What there is to serve clients with on the day ``on``.

    Raises:
        NotPermitted: the actor lacks ``tier:try``.
    """
    actor.require(Permission.TIER_TRY)
    service = rule(session, "tiering.service", on)
    people = session.scalar(
        select(func.count(distinct(Staff.id)))
        .join(StaffRole, StaffRole.staff_id == Staff.id)
        .where(
            StaffRole.role.in_(SERVED_BY),
            Staff.in_service_from <= on,
            or_(Staff.in_service_to.is_(None), Staff.in_service_to >= on),
        )
    )
    return Means(people or 0, (people or 0) * service["hours"], service["budget"])


def movers(
    session: Session,
    *,
    actor: Actor,
    trial: Trial,
    axis: TierAxis,
    before: str | None = None,
    after: str | None = None,
    limit: int = 20,
    on: date,
) -> tuple[Mover, ...]:
    """The clients of the actor that would change class on ``axis``, most points first, then most
    premium; of one cell of the matrix where ``before`` and ``after`` are given.

    Raises:
        NotPermitted: the actor lacks ``tier:try``.
    """
    actor.require(Permission.TIER_TRY)
    rows = _moving(trial, axis, before, after)
    found: list[Mover] = []
    for start in range(0, min(len(rows), _AT_ONCE * _ROUNDS), _AT_ONCE):
        piece = rows[start : start + _AT_ONCE]
        ids = [int(trial.population.facts.client_ids[row]) for row in piece]
        named = {
            client.id: client
            for client in session.execute(
                select(Client.id, Client.number, Client.name).where(
                    Client.id.in_(ids), may_open(actor, on=on)
                )
            )
        }
        found += [
            _mover(trial, axis, int(row), named[client_id].number, named[client_id].name)
            for row, client_id in zip(piece, ids, strict=True)
            if client_id in named
        ]
        if len(found) >= limit:
            break
    return tuple(found[:limit])


def _moving(trial: Trial, axis: TierAxis, before: str | None, after: str | None) -> Column:
    stands, goes = trial.population.stands[axis], trial.goes[axis]
    wanted = stands != goes
    if before is not None and after is not None:
        codes = CLASSES[axis]
        wanted = (stands == codes.index(before)) & (goes == codes.index(after))
    rows = np.flatnonzero(wanted).astype(np.int64)
    most = _AT_ONCE * _ROUNDS
    premium = trial.population.facts.of[Factor.PREMIUM.value][rows]
    if axis is TierAxis.STARS:
        by = np.abs(goes[rows].astype(np.int64) - stands[rows])
    else:
        by = np.abs(trial.scores[axis][rows].astype(np.int64) - trial.population.scores[axis][rows])
    rank = by.astype(np.float64) * 1e15 + premium
    if len(rows) > most:
        rows_kept = np.argpartition(-rank, most)[:most]
        rows, rank = rows[rows_kept], rank[rows_kept]
    order: Column = rows[np.argsort(-rank, kind="stable")]
    return order


def _mover(trial: Trial, axis: TierAxis, row: int, number: str, name: str | None) -> Mover:
    has_points = axis in trial.scores
    return Mover(
        number,
        name,
        CLASSES[axis][trial.population.stands[axis][row]],
        CLASSES[axis][trial.goes[axis][row]],
        int(trial.population.scores[axis][row]) if has_points else None,
        int(trial.scores[axis][row]) if has_points else None,
        int(trial.population.facts.of[Factor.PREMIUM.value][row]),
    )


def is_known_of_anybody(facts: Facts, factor: str) -> bool:
    """Whether any client has a value for ``factor``; one nobody has gives points to nobody."""
    column = facts.of.get(factor)
    if column is None or not len(column):
        return False
    if column.dtype.kind == "f":
        return not bool(np.isnan(column).all())
    return bool((column != columns.MISSING).any())
