"""Who gets which case: the day's allocation as a decision, without a database.

Hard: the client's team (without one the branch, without either the company), present, registered
where the rule asks, authorised for the line, speaking the client's language, room left. What the
cases weigh is levelled first: each goes where, with it, the month's effort stands lowest against
what the person could do this month; equal standings go by turns, in a recorded order. Inside that,
as many cases as possible stay with who knows the client. Cases of one client weigh as one and go
to one person wherever somebody may have them all. Nobody's name or id decides anything.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nsmallest
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
    may = _Limits(people, needs_registration=needs_registration)
    unplaced: Counter[tuple[UnplacedReason, int | None, int | None, Line, Language | None]]
    unplaced = Counter()
    bundles: dict[tuple[int, int], list[_Bundle]] = defaultdict(list)
    for bundle in _bundles(cases, people, may):
        if isinstance(bundle.who, UnplacedReason):
            unplaced.update(_named(bundle.who, bundle.cases))
        else:
            bundles[bundle.effort, len(bundle.cases)].append(bundle)
    loads = [Load(each.load, each.weekly_capacity * each.days, each.room) for each in people]
    given: list[Placement] = []
    steps: list[Step] = []
    for effort, size in sorted(bundles, reverse=True):
        alike = bundles[effort, size]
        step = level(_lots(alike, people), loads, effort=effort, size=size)
        steps.append(step)
        given += _dealt(step, alike, people)
        for places, lot in zip(step.left, step.lots, strict=True):
            for place in lot.units[len(lot.units) - places :]:
                unplaced.update(_named(UnplacedReason.FULL, alike[place].cases))
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


class _Bundle(NamedTuple):
    """Cases that go to one person."""

    cases: tuple[Case, ...]
    who: tuple[int, ...] | UnplacedReason
    """Places in ``people``, or what leaves nobody."""

    @property
    def effort(self) -> int:
        cases = self.cases
        return cases[0].effort if len(cases) == 1 else sum(case.effort for case in cases)


class _Limits:
    """Who may have which case; answered once for cases alike."""

    def __init__(self, people: Sequence[Person], *, needs_registration: bool) -> None:
        self._people = people
        self._needs_registration = needs_registration
        self._known: dict[tuple[object, ...], tuple[int, ...] | UnplacedReason] = {}
        self._same: dict[tuple[int, ...], tuple[int, ...]] = {}

    def who(self, case: Case) -> tuple[int, ...] | UnplacedReason:
        branch = case.branch_id if case.team_id is None else None
        key = (case.team_id, branch, case.line, case.language, case.barred)
        found = self._known.get(key)
        if found is None:
            found = self._found(case)
            if isinstance(found, tuple):
                found = self.same(found)
            self._known[key] = found
        return found

    def same(self, who: tuple[int, ...]) -> tuple[int, ...]:
        """One object for people alike, so that cases are compared by it and not by each person."""
        return self._same.setdefault(who, who)

    def _found(self, case: Case) -> tuple[int, ...] | UnplacedReason:
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


def _bundles(cases: Sequence[Case], people: Sequence[Person], may: _Limits) -> Iterable[_Bundle]:
    """The cases, those of one client together wherever somebody may have them all."""
    of_client: dict[tuple[bool, int], list[Case]] = {}
    for case in cases:
        key = (case.client_id is None, case.id if case.client_id is None else case.client_id)
        of_client.setdefault(key, []).append(case)
    for theirs in of_client.values():
        if len(theirs) > 1 and (together := _may_all(theirs, people, may)):
            yield _Bundle(tuple(theirs), may.same(together))
            continue
        for case in theirs:
            yield _Bundle((case,), may.who(case))


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


def _lots(bundles: Sequence[_Bundle], people: Sequence[Person]) -> list[Lot]:
    """Bundles alike in who may have them and who knows them: they flow together."""
    places = {person.id: place for place, person in enumerate(people)}
    lots: dict[tuple[int, tuple[int, ...]], list[int]] = defaultdict(list)
    asked: dict[int, tuple[int, ...]] = {}
    allowed: dict[int, frozenset[int]] = {}
    for at, bundle in enumerate(bundles):
        who = bundle.who
        if isinstance(who, UnplacedReason):
            raise TypeError("what nobody may have is not dealt")
        fit = allowed.get(id(who))
        if fit is None:
            fit = allowed[id(who)] = frozenset(who)
            asked[id(who)] = who
        known = dict.fromkeys(
            places[staff]
            for case in bundle.cases
            for staff, _ in case.known_by
            if places.get(staff, -1) in fit
        )
        lots[id(who), tuple(known)].append(at)
    return [Lot(asked[who], known, tuple(units)) for (who, known), units in lots.items()]


def _dealt(step: Step, bundles: Sequence[_Bundle], people: Sequence[Person]) -> Iterable[Placement]:
    """The bundles of one weight in the order they are dealt, each with its reason."""
    two: dict[int, list[tuple[float, int]]] = {}
    levels = {to: step.after[to].level for to in {deal.to for deal in step.deals}}
    for unit, to in step.deals:
        bundle = bundles[unit]
        who = bundle.who if isinstance(bundle.who, tuple) else ()
        ends = two.get(id(who))
        if ends is None:
            ends = nsmallest(2, ((step.after[at].level_with(step.effort), at) for at in who))
            two[id(who)] = ends
        lowest = ends[0][0] if ends[0][1] != to else ends[1][0] if len(ends) > 1 else None
        staff_id, stands = people[to].id, levels[to]
        why = _why(bundle, staff_id, stands, lowest)
        for case in bundle.cases:
            yield Placement(
                case_id=case.id,
                staff_id=staff_id,
                effort=case.effort,
                why=why,
                choices=len(who),
                stands=stands,
                next_stands=lowest,
            )


def _why(bundle: _Bundle, staff_id: int, stands: float, lowest: float | None) -> AllocationWhy:
    if lowest is None:
        return AllocationWhy.ONLY
    for case in bundle.cases:
        for staff, why in case.known_by:
            if staff == staff_id:
                return why
    return AllocationWhy.TURN if lowest == stands else AllocationWhy.BALANCE


def _named(
    reason: UnplacedReason, cases: Iterable[Case]
) -> Iterable[tuple[UnplacedReason, int | None, int | None, Line, Language | None]]:
    return [(reason, each.team_id, each.branch_id, each.line, each.language) for each in cases]
