"""Who gets which case: the day's allocation as a decision, without a database.

Hard: the client's team (without one the branch, without either the company), present, registered
where the rule asks, authorised for the line, speaking the client's language, room left. What the
cases weigh is levelled first: each goes where, with it, the month's effort stands lowest against
what the person could do this month; equal standings go by turns, in a recorded order. Inside that,
as many cases as possible stay with who knows the client. Cases of one client weigh as one and go
to one person wherever somebody may have them all. Nobody's name or id decides anything.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
from operator import attrgetter
from typing import NamedTuple

from services.renewals.levelling import Load, Lot, Step, level
from terms.people import Language
from terms.policies import Line
from terms.renewals import AllocationWhy, UnplacedReason

STANDARD = 10
"""Effort of an ordinary case: effort is counted in tenths of one."""


@dataclass(frozen=True, slots=True)
class Case:
    """A case to be given."""

    id: int
    team_id: int | None
    branch_id: int | None
    line: Line
    client_id: int | None = None
    """Cases of one client stay together; None: it stands alone."""
    effort: int = STANDARD
    language: Language | None = None
    """What the client wants to be spoken to in; None: any."""
    known_by: tuple[tuple[int, AllocationWhy], ...] = ()
    """Who knows the client, best first, and from where."""
    barred: frozenset[int] = frozenset()
    """Who must not get it: it was just taken from them."""


@dataclass(frozen=True, slots=True)
class Person:
    """A specialist, as they are on the day."""

    id: int
    team_id: int | None
    branch_id: int | None
    load: int
    """Effort the ledger says they were given this month."""
    weekly_capacity: int
    days: int = 1
    """Working days of this month, up to the day, on which they were or are here."""
    room: int | None = None
    """Cases that may still be given to them; None: no ceiling."""
    lines: frozenset[Line] = frozenset()
    """Lines they are authorised for; empty: no list is kept, so every line."""
    languages: frozenset[Language] = frozenset()
    """Languages they speak; empty: no list is kept, so every language."""
    is_absent: bool = False
    is_registered: bool = True


class Placement(NamedTuple):
    """A case given, and what the sentence of why says."""

    case_id: int
    staff_id: int
    effort: int
    why: AllocationWhy
    choices: int
    """How many people could have had it."""
    stands: float
    """Effort of the month per unit of capacity of this person after cases of this weight."""
    next_stands: float | None
    """Where the lowest of the others who could have had it would have stood with it."""


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Cases nobody could be given, alike in what decides it."""

    reason: UnplacedReason
    team_id: int | None
    branch_id: int | None
    line: Line
    language: Language | None
    count: int


@dataclass(frozen=True, slots=True)
class Placing:
    """What was decided; ``given`` in the order it was dealt, which the ledger keeps."""

    given: tuple[Placement, ...]
    unplaced: tuple[Unplaced, ...] = ()
    steps: tuple[Step, ...] = field(default=(), repr=False)
    """The models that were solved, one a weight, for whoever checks the optimum."""

    @property
    def reasons(self) -> Mapping[UnplacedReason, int]:
        """How many cases each limit left without anybody."""
        counted: Counter[UnplacedReason] = Counter()
        for each in self.unplaced:
            counted[each.reason] += each.count
        return dict(counted)


def place(cases: Sequence[Case], people: Sequence[Person], *, needs_registration: bool) -> Placing:
    """Give every case to somebody who may have it, levelling the month's effort.

    Args:
        cases: the most urgent first; among cases alike they are the first to be given.
        people: in the recorded order of turns: who was given a case longest ago first.
    """
    units, kinds = _sorted(cases, people, _Limits(people, needs_registration=needs_registration))
    unplaced: Counter[tuple[UnplacedReason, int | None, int | None, Line, Language | None]]
    unplaced = Counter()
    alike: dict[tuple[int, int], list[_Kind]] = defaultdict(list)
    for kind in dict.fromkeys(kinds):
        if isinstance(kind.who, UnplacedReason):
            unplaced.update(_named(kind.who, kind.units, units))
        else:
            alike[kind.effort, kind.size].append(kind)
    loads = [Load(each.load, each.weekly_capacity * each.days, each.room) for each in people]
    given: list[Placement] = []
    steps: list[Step] = []
    for effort, size in sorted(alike, reverse=True):
        lots = [kind.as_lot() for kind in alike[effort, size]]
        step = level(lots, loads, effort=effort, size=size)
        steps.append(step)
        given += _dealt(step, units, kinds, people)
        for left, lot in zip(step.left, lots, strict=True):
            last = lot.units[len(lot.units) - left :]
            unplaced.update(_named(UnplacedReason.FULL, last, units))
        loads = list(step.after)
    return Placing(
        tuple(given),
        tuple(Unplaced(*key, count) for key, count in unplaced.items()),
        tuple(steps),
    )


def limits_of(
    cases: Sequence[Case], people: Sequence[Person], *, needs_registration: bool
) -> list[UnplacedReason | None]:
    """What leaves nobody for each case, without giving any; None: somebody could have it."""
    may = _Limits(people, needs_registration=needs_registration)
    found: list[UnplacedReason | None] = []
    for each in cases:
        who = may.who(each)
        if isinstance(who, UnplacedReason):
            found.append(who)
        else:
            is_full = all(people[place].room == 0 for place in who)
            found.append(UnplacedReason.FULL if is_full else None)
    return found


Unit = Sequence[Case]
"""Cases that go to one person: one alone, or a client's."""
Who = tuple[int, ...] | UnplacedReason
"""Places in ``people``, or what leaves nobody."""


@dataclass(slots=True, eq=False)
class _Kind:
    """Units alike in all that decides about them: they flow together."""

    who: Who
    known_by: dict[int, AllocationWhy]
    """Places among them that know the client, best first, and from where."""
    effort: int
    size: int
    units: list[int] = field(default_factory=list)
    """Their numbers, the most urgent first."""

    @classmethod
    def of(cls, unit: Unit, who: Who, places: Mapping[int, int]) -> "_Kind":
        known_by: dict[int, AllocationWhy] = {}
        for case in unit if isinstance(who, tuple) else ():
            for staff, why in case.known_by:
                if (place := places.get(staff)) is not None and place in who:
                    known_by.setdefault(place, why)
        return cls(who, known_by, sum(case.effort for case in unit), len(unit))

    def as_lot(self) -> Lot:
        who = self.who if isinstance(self.who, tuple) else ()
        return Lot(who, tuple(self.known_by), tuple(self.units))


class _Limits:
    """Who may have which case; answered once for cases alike."""

    def __init__(self, people: Sequence[Person], *, needs_registration: bool) -> None:
        self._people = people
        self._needs_registration = needs_registration
        self._known: dict[tuple[object, ...], Who] = {}

    def who(self, case: Case) -> Who:
        branch = case.branch_id if case.team_id is None else None
        key = (case.team_id, branch, case.line, case.language, case.barred)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._found(case)
        return found

    def _found(self, case: Case) -> Who:
        people = self._people
        left = [
            place
            for place, person in enumerate(people)
            if person.id not in case.barred and _is_near(case, person)
        ]
        checks: tuple[tuple[UnplacedReason, Callable[[Person], bool]], ...] = (
            (UnplacedReason.ABSENT, lambda person: not person.is_absent),
            (
                UnplacedReason.UNREGISTERED,
                lambda person: person.is_registered or not self._needs_registration,
            ),
            (
                UnplacedReason.CAPACITY,
                lambda person: person.weekly_capacity > 0 and person.days > 0,
            ),
            (UnplacedReason.LINE, lambda person: not person.lines or case.line in person.lines),
            (
                UnplacedReason.LANGUAGE,
                lambda person: (
                    case.language is None
                    or not person.languages
                    or case.language in person.languages
                ),
            ),
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


_ALIKE = attrgetter("effort", "team_id", "branch_id", "line", "language", "barred", "known_by")
"""All that decides about a case which stands alone."""


def _sorted(
    cases: Sequence[Case], people: Sequence[Person], may: _Limits
) -> tuple[list[Unit], list[_Kind]]:
    """The units by number, the most urgent first, and the kind of each."""
    places = {person.id: place for place, person in enumerate(people)}
    known: dict[tuple[object, ...], _Kind] = {}
    alone: dict[tuple[object, ...], _Kind] = {}

    def kind_of(unit: Unit, who: Who) -> _Kind:
        kind = _Kind.of(unit, who, places)
        return known.setdefault((who, *kind.known_by.items(), kind.effort, kind.size), kind)

    units: list[Unit] = []
    kinds: list[_Kind] = []
    for unit, together in _units(cases, people, may):
        if together:
            kind = kind_of(unit, together)
        elif (found := alone.get(alike := _ALIKE(unit[0]))) is not None:
            kind = found
        else:
            kind = alone[alike] = kind_of(unit, may.who(unit[0]))
        kind.units.append(len(units))
        units.append(unit)
        kinds.append(kind)
    return units, kinds


def _units(
    cases: Sequence[Case], people: Sequence[Person], may: _Limits
) -> Iterator[tuple[Unit, tuple[int, ...]]]:
    """The cases; those of one client together wherever somebody may have them all, with who."""
    of_client: dict[int | None, list[Case]] = defaultdict(list)
    for case in cases:
        if case.client_id is not None:
            of_client[case.client_id].append(case)
    for case in cases:
        theirs = of_client.get(case.client_id)
        if theirs is None or len(theirs) == 1:
            yield (case,), ()
        elif theirs[0] is case:
            if together := _may_all(theirs, people, may):
                yield theirs, together
            else:
                yield from (((each,), ()) for each in theirs)


def _may_all(cases: Sequence[Case], people: Sequence[Person], may: _Limits) -> tuple[int, ...]:
    left: set[int] | None = None
    for case in cases:
        who = may.who(case)
        if isinstance(who, UnplacedReason):
            return ()
        left = set(who) if left is None else left & set(who)
    return tuple(
        place
        for place in sorted(left or ())
        if people[place].room is None or (people[place].room or 0) >= len(cases)
    )


def _dealt(
    step: Step, units: Sequence[Unit], kinds: Sequence[_Kind], people: Sequence[Person]
) -> Iterator[Placement]:
    """The units of one weight in the order they are dealt, each with its reason."""
    ids = [person.id for person in people]
    levels = {to: step.after[to].level for to in {to for _, to in step.deals}}
    lowest_of = _lowest(step)
    for number, to in step.deals:
        kind = kinds[number]
        lowest, at, second = lowest_of[kind.units[0]]
        if at == to:
            lowest = second
        if lowest is None:
            why = AllocationWhy.ONLY
        else:
            evenly = AllocationWhy.TURN if lowest == levels[to] else AllocationWhy.BALANCE
            why = kind.known_by.get(to, evenly)
        for case in units[number]:
            yield Placement(case.id, ids[to], case.effort, why, len(kind.who), levels[to], lowest)


def _lowest(step: Step) -> dict[int, tuple[float | None, int, float | None]]:
    """Of each lot, by its first unit, where the lowest of its people would stand with another
    unit, who that is, and where the next would."""
    found: dict[tuple[int, ...], tuple[float | None, int, float | None]] = {}
    for who in {lot.who for lot in step.lots}:
        stands = [(step.after[place].level_with(step.effort), place) for place in who]
        (first, at), *rest = nsmallest(2, stands)
        found[who] = (first, at, rest[0][0] if rest else None)
    return {lot.units[0]: found[lot.who] for lot in step.lots}


def _named(
    reason: UnplacedReason, numbers: Iterable[int], units: Sequence[Unit]
) -> list[tuple[UnplacedReason, int | None, int | None, Line, Language | None]]:
    return [
        (reason, case.team_id, case.branch_id, case.line, case.language)
        for number in numbers
        for case in units[number]
    ]
