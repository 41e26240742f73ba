"""Who gets which case: the day's even allocation, decided without a database.

Evenness comes first, continuity inside it: how many cases of each kind a person gets is decided
by load against capacity alone; which of them, by who owns the client or spoke to them last.
Nobody's name or id decides anything: ties go to whoever was given a case longest ago.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from terms.policies import Line
from terms.renewals import UnplacedReason


@dataclass(frozen=True, slots=True)
class Case:
    """A case nobody has."""

    id: int
    team_id: int | None
    branch_id: int | None
    line: Line
    known_by: tuple[int, ...] = ()
    """Who knows the client, best first: the owner, then who spoke to them last."""


@dataclass(frozen=True, slots=True)
class Person:
    """A specialist, as they are on the day."""

    id: int
    team_id: int | None
    branch_id: int | None
    load: int
    """Open cases they have."""
    weekly_capacity: int
    lines: frozenset[Line] = frozenset()
    """Lines they are authorised for; empty: no list is kept, so every line."""
    is_absent: bool = False
    is_registered: bool = True


@dataclass(frozen=True, slots=True)
class Placement:
    case_id: int
    staff_id: int


@dataclass(frozen=True, slots=True)
class Placing:
    """What was decided; ``given`` in the order it was dealt, which the ledger keeps."""

    given: tuple[Placement, ...]
    unplaced: Mapping[UnplacedReason, int] = field(default_factory=dict)


def place(cases: Sequence[Case], people: Sequence[Person], *, needs_registration: bool) -> Placing:
    """Give every case to somebody who may have it, evenly by load against weekly capacity.

    A case goes to its client's team; a client without a team, to the branch; without either, to
    the whole company. Hard: present, registered where the rule asks, authorised for the line, a
    capacity above 0. Capacity is a weight, not a ceiling: who can work twice as much gets twice
    as much, and nothing is left lying because a week is full.

    Args:
        cases: the most urgent first; they have the first claim on who knows the client.
        people: who was given a case longest ago first.
    """
    unplaced: Counter[UnplacedReason] = Counter()
    groups: dict[tuple[int, ...], list[Case]] = defaultdict(list)
    answers: dict[tuple[int | None, int | None, Line], tuple[int, ...] | UnplacedReason] = {}
    for case in cases:
        key = (case.team_id, case.branch_id if case.team_id is None else None, case.line)
        if key not in answers:
            answers[key] = _who_may(case, people, needs_registration=needs_registration)
        answer = answers[key]
        if isinstance(answer, UnplacedReason):
            unplaced[answer] += 1
        else:
            groups[answer].append(case)
    loads = [person.load for person in people]
    given: list[Placement] = []
    for who in sorted(groups, key=lambda who: (len(who), who)):
        given += _deal(groups[who], who, people, loads)
    return Placing(tuple(given), dict(unplaced))


def _who_may(
    case: Case, people: Sequence[Person], *, needs_registration: bool
) -> tuple[int, ...] | UnplacedReason:
    """Places in ``people`` of everybody who may have such a case, or what leaves nobody."""
    left = [place for place, person in enumerate(people) if _is_near(case, person)]
    checks: tuple[tuple[UnplacedReason, Callable[[Person], bool]], ...] = (
        (UnplacedReason.ABSENT, lambda person: not person.is_absent),
        (
            UnplacedReason.UNREGISTERED,
            lambda person: person.is_registered or not needs_registration,
        ),
        (UnplacedReason.CAPACITY, lambda person: person.weekly_capacity > 0),
        (UnplacedReason.LINE, lambda person: not person.lines or case.line in person.lines),
    )
    if not left:
        return UnplacedReason.NOBODY
    for reason, passes in checks:
        left = [place for place in left if passes(people[place])]
        if not left:
            return reason
    return tuple(left)


def _is_near(case: Case, person: Person) -> bool:
    if case.team_id is not None:
        return person.team_id == case.team_id
    return case.branch_id is None or person.branch_id == case.branch_id


def _deal(
    cases: Sequence[Case], who: tuple[int, ...], people: Sequence[Person], loads: list[int]
) -> list[Placement]:
    """Deal cases that the same people may have, and raise their ``loads``."""
    turns = _turns(len(cases), who, people, loads)
    room = Counter(turns)
    places = {people[place].id: place for place in who}
    hands: dict[int, list[Case]] = defaultdict(list)
    rest: list[Case] = []
    for case in cases:
        knows = next(
            (places[staff] for staff in case.known_by if room[places.get(staff, -1)] > 0), None
        )
        if knows is None:
            rest.append(case)
        else:
            hands[knows].append(case)
            room[knows] -= 1
    waiting = iter(rest)
    for place in turns:
        if room[place] > 0:
            room[place] -= 1
            hands[place].append(next(waiting))
    taken = {place: iter(hand) for place, hand in hands.items()}
    return [Placement(next(taken[place]).id, people[place].id) for place in turns]


def _turns(count: int, who: Iterable[int], people: Sequence[Person], loads: list[int]) -> list[int]:
    """Whose turn it is, ``count`` times: always the least load per capacity after taking one.

    Ties go to whoever stands first in ``people``.
    """
    heap = [((loads[place] + 1) / people[place].weekly_capacity, place) for place in who]
    heapq.heapify(heap)
    turns = []
    for _ in range(count):
        place = heap[0][1]
        turns.append(place)
        loads[place] += 1
        heapq.heapreplace(heap, ((loads[place] + 1) / people[place].weekly_capacity, place))
    return turns
