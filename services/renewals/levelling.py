"""One step of the allocation: cases of one weight, levelled exactly by min-cost flow.

The model: every person is a row of slots, the k-th standing at (load + k × effort) ÷ capacity.
The slots that are filled are the lowest that can be filled at all within who may have what, slots
standing alike by turns (who was dealt less today, then the people's order); then as many cases as
possible go to who knows the client, the better known first. Two flows, as the first has one answer:
everybody's number from units alike in who may have them, a slot costing its rank; then, with these
numbers, who gets which.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Load:
    """What a person carries, against what they can."""

    effort: int
    capacity: int
    """In any unit, the same for all; 0 takes nothing."""
    room: int | None = None
    dealt: int = 0
    """Units they were dealt today; among equals whoever has fewer comes first."""

    @property
    def level(self) -> float:
        return self.effort / self.capacity

    def level_with(self, effort: int) -> float:
        """Where they would stand with ``effort`` more."""
        return (self.effort + effort) / self.capacity


@dataclass(frozen=True, slots=True)
class Lot:
    """Units alike in who may have them and who knows them."""

    who: tuple[int, ...]
    """Places of people, rising."""
    known: tuple[int, ...]
    """Those of them who know the client, best first."""
    units: tuple[int, ...]
    """The most urgent first."""


@dataclass(frozen=True, slots=True)
class Step:
    """What was solved for one weight, and its answer."""

    lots: tuple[Lot, ...]
    before: tuple[Load, ...]
    effort: int
    size: int
    """Cases in a unit."""
    deals: tuple[tuple[int, int], ...]
    """Each a unit and the place of who gets it, in the order of the slots they fill."""
    left: tuple[int, ...]
    """Units of each lot that found no room: its last ones."""
    after: tuple[Load, ...]


@dataclass(frozen=True, slots=True)
class Slots:
    """Slots of all people in the order they are to be filled."""

    person: Whole
    """Whose each is; the place in the order is its rank."""
    is_cut: bool
    """More could have been offered."""


def level(lots: Sequence[Lot], loads: Sequence[Load], *, effort: int, size: int) -> Step:
    """Give the units of all lots to people, each weighing ``effort`` and holding ``size`` cases.

    Exact for the model above. A unit nobody has room for is left.
    """
    count = sum(len(lot.units) for lot in lots)
    wanted = count + count // 8 + 2 * len(loads)
    while True:
        slots = offered(lots, loads, effort=effort, size=size, wanted=wanted)
        filled = _filled(lots, slots, len(loads))
        if int(filled.sum()) == count or not slots.is_cut:
            break
        wanted += wanted // 2
    taken = np.bincount(slots.person[filled], minlength=len(loads))
    after = tuple(
        replace(
            load,
            effort=load.effort + effort * int(taken[place]),
            room=None if load.room is None else load.room - size * int(taken[place]),
            dealt=load.dealt + int(taken[place]),
        )
        for place, load in enumerate(loads)
    )
    flow = _Flow(lots, taken)
    order = slots.person[filled]
    hands = np.empty_like(order)
    hands[np.argsort(order, kind="stable")] = flow.hands()
    deals = tuple(zip(hands.tolist(), order.tolist(), strict=True))
    return Step(tuple(lots), tuple(loads), effort, size, deals, flow.left(), after)


def offered(
    lots: Sequence[Lot], loads: Sequence[Load], *, effort: int, size: int, wanted: int
) -> Slots:
    """All slots up to the level below which ``wanted`` of them lie; ranked by where they stand,
    then by turns.

    Where these take every unit, no slot above could be in the answer: the lowest slots that can
    be filled are found one after the other (they are a matroid's cheapest base).
    """
    limit = np.zeros(len(loads), np.int64)
    for lot in lots:
        limit[list(lot.who)] += len(lot.units)
    for place, load in enumerate(loads):
        if load.capacity <= 0:
            limit[place] = 0
        elif load.room is not None:
            limit[place] = min(int(limit[place]), max(load.room, 0) // size)
    capacity = np.array([max(load.capacity, 1) for load in loads], np.int64)
    base = np.array([load.effort for load in loads], np.int64)
    total = int(limit.sum())
    height, top = np.inf, limit
    if wanted < total:
        height = _height(base, capacity, limit, effort, wanted)
        near = np.floor((height * capacity - base) / effort).astype(np.int64) + 1
        top = np.minimum(np.maximum(near, 0), limit)
    person = np.repeat(np.arange(len(loads)), top)
    starts = np.concatenate(([0], np.cumsum(top)[:-1]))
    nth = np.arange(len(person)) - np.repeat(starts, top) + 1
    stands = (base[person] + nth * effort) / capacity[person]
    dealt = np.array([load.dealt for load in loads], np.int64)[person] + nth
    in_turn = np.lexsort((person, dealt, stands))
    low = in_turn[stands[in_turn] <= height]
    return Slots(person[low], len(low) < total)


def _height(base: Whole, capacity: Whole, limit: Whole, effort: int, wanted: int) -> float:
    """The level up to which ``wanted`` slots lie, did everybody may have everything."""
    open_to = limit > 0
    if not open_to.any():
        return 0.0
    low = float((base[open_to] / capacity[open_to]).min())
    high = float(((base[open_to] + limit[open_to] * effort) / capacity[open_to]).max())
    for _ in range(60):
        middle = (low + high) / 2
        slots = np.floor((middle * capacity - base) / effort)
        if np.minimum(np.maximum(slots, 0), limit).sum() >= wanted:
            high = middle
        else:
            low = middle
    return high


def _filled(lots: Sequence[Lot], slots: Slots, people: int) -> NDArray[np.bool_]:
    """Which slots are filled: units alike in who may have them, to people, to the lowest slots."""
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    sizes: dict[tuple[int, ...], int] = {}
    for lot in lots:
        sizes[lot.who] = sizes.get(lot.who, 0) + len(lot.units)
    opened = np.array(
        [(hub, place) for hub, who in enumerate(sizes) for place in who], np.int64
    ).reshape(-1, 2)
    amounts = np.array(list(sizes.values()), np.int64)
    sink = people + len(sizes)
    flow = SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(
        opened[:, 0] + people, opened[:, 1], amounts[opened[:, 0]], np.zeros(len(opened), np.int64)
    )
    ranks = np.arange(len(slots.person))
    to_sink = flow.add_arcs_with_capacity_and_unit_cost(
        slots.person, np.full(len(ranks), sink), np.ones(len(ranks), np.int64), ranks
    )
    nodes = np.append(np.arange(len(sizes)) + people, sink)
    flow.set_nodes_supplies(nodes, np.append(amounts, -int(amounts.sum())))
    _solved(flow)
    filled: NDArray[np.bool_] = flow.flows(to_sink) > 0
    return filled


def _solved(flow: Any) -> None:
    status = flow.solve_max_flow_with_min_cost()
    if status != flow.OPTIMAL:
        raise RuntimeError(f"the flow was not solved: {status}")


class _Flow:
    """Who gets which, everybody's number being fixed: lots to who knows them or to their hub,
    hubs to people."""

    def __init__(self, lots: Sequence[Lot], taken: Whole) -> None:
        from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

        self._lots = lots
        people = len(taken)
        hubs = {who: place for place, who in enumerate(dict.fromkeys(lot.who for lot in lots))}
        first_hub, first_lot = people, people + len(hubs)
        sink = first_lot + len(lots)
        stranger = max((len(lot.known) for lot in lots), default=0)
        units = [len(lot.units) for lot in lots]
        self._known = [
            (at, place, cost) for at, lot in enumerate(lots) for cost, place in enumerate(lot.known)
        ]
        self._open = [(hub, place) for who, hub in hubs.items() for place in who]
        known = np.array(self._known, np.int64).reshape(-1, 3)
        opened = np.array(self._open, np.int64).reshape(-1, 2)
        hub_of = np.array([hubs[lot.who] for lot in lots], np.int64)
        sizes = np.array(units, np.int64)
        flow = SimpleMinCostFlow()
        to_known = flow.add_arcs_with_capacity_and_unit_cost(
            known[:, 0] + first_lot, known[:, 1], sizes[known[:, 0]], known[:, 2]
        )
        to_hub = flow.add_arcs_with_capacity_and_unit_cost(
            np.arange(len(lots)) + first_lot,
            hub_of + first_hub,
            sizes,
            np.full(len(lots), stranger),
        )
        to_person = flow.add_arcs_with_capacity_and_unit_cost(
            opened[:, 0] + first_hub,
            opened[:, 1],
            taken[opened[:, 1]],
            np.zeros(len(opened), np.int64),
        )
        flow.add_arcs_with_capacity_and_unit_cost(
            np.arange(people), np.full(people, sink), taken, np.zeros(people, np.int64)
        )
        nodes = np.append(np.arange(len(lots)) + first_lot, sink)
        flow.set_nodes_supplies(nodes, np.append(sizes, -int(sizes.sum())))
        _solved(flow)
        self._hub_of = hub_of
        self._flow_known = flow.flows(to_known)
        self._flow_hub = flow.flows(to_hub)
        self._flow_person = flow.flows(to_person)

    def hands(self) -> Whole:
        """The units person after person, of each person the most urgent first."""
        units: list[int] = []
        people: list[int] = []
        used = [0] * len(self._lots)
        for (at, place, _), amount in zip(self._known, self._flow_known.tolist(), strict=True):
            units += self._lots[at].units[used[at] : used[at] + amount]
            people += [place] * amount
            used[at] += amount
        waiting: dict[int, list[int]] = {}
        for at, amount in enumerate(self._flow_hub.tolist()):
            through = self._lots[at].units[used[at] : used[at] + amount]
            waiting.setdefault(int(self._hub_of[at]), []).extend(through)
        queues = {hub: iter(sorted(those)) for hub, those in waiting.items()}
        for (hub, place), amount in zip(self._open, self._flow_person.tolist(), strict=True):
            if amount:
                units += islice(queues[hub], amount)
                people += [place] * amount
        dealt = np.array(units, np.int64)
        return dealt[np.lexsort((dealt, np.array(people, np.int64)))]

    def left(self) -> tuple[int, ...]:
        """Units of each lot that were not placed."""
        placed = self._flow_hub.copy()
        for (at, _, _), amount in zip(self._known, self._flow_known, strict=True):
            placed[at] += amount
        return tuple(
            len(lot.units) - int(amount) for lot, amount in zip(self._lots, placed, strict=True)
        )
