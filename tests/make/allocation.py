"""Companies drawn for the allocation, its limits looked at again, and its exact optimum by LP."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_matrix

from services.renewals.levelling import Step
from services.renewals.placing import Case, Person, Placing
from terms.people import Language
from terms.policies import Line
from terms.renewals import AllocationWhy

LINES = (Line.MOTOR, Line.HOME, Line.CARGO, Line.LIFE)
LANGUAGES = (Language.MANDARIN, Language.CANTONESE)
KNOWN_FROM = (AllocationWhy.OWNER, AllocationWhy.SPOKE_LAST)


def draw_people(random: Random, most: int = 7) -> list[Person]:
    """People of two teams and a third branch who differ in everything that limits them."""
    return [
        Person(
            id=100 + place,
            team_id=random.choice((1, 2)),
            branch_id=random.choice((1, 1, 1, 2)),
            load=random.randrange(400),
            weekly_capacity=random.choice((0, 50, 100, 150)),
            days=random.randrange(24),
            room=random.choice((None, None, 0, 1, 3, 20)),
            lines=frozenset(random.sample(LINES, random.randrange(len(LINES)))),
            languages=frozenset(random.sample(LANGUAGES, random.randrange(3))),
            is_absent=random.random() < 0.2,
            is_registered=random.random() < 0.8,
        )
        for place in range(random.randrange(most + 1))
    ]


def draw_cases(random: Random, most: int = 40) -> list[Case]:
    """Cases of few clients and many kinds; some known by people who are not there."""
    return [
        Case(
            id=place,
            team_id=random.choice((1, 2, None)),
            branch_id=random.choice((1, 2, None)),
            line=random.choice(LINES),
            client_id=random.choice((None, None, random.randrange(10))),
            effort=random.choice((5, 8, 10, 10, 10, 15)),
            language=random.choice((None, *LANGUAGES)),
            known_by=tuple(
                (random.randrange(100, 109), why) for why in KNOWN_FROM if random.random() < 0.5
            ),
            barred=frozenset({random.randrange(100, 109)} if random.random() < 0.1 else ()),
        )
        for place in range(random.randrange(most + 1))
    ]


def broken_limits(
    cases: Sequence[Case],
    people: Sequence[Person],
    placed: Placing,
    *,
    needs_registration: bool,
) -> list[str]:
    """Every limit that ``placed`` breaks, looked at case by case; empty is sound."""
    by_id = {person.id: person for person in people}
    by_case = {case.id: case for case in cases}
    got: Counter[int] = Counter()
    wrong = []
    for each in placed.given:
        person, case = by_id[each.staff_id], by_case[each.case_id]
        got[person.id] += 1
        is_near = (
            case.team_id == person.team_id
            if case.team_id is not None
            else case.branch_id in (None, person.branch_id)
        )
        checks = {
            "place": is_near,
            "absent": not person.is_absent,
            "capacity": person.weekly_capacity > 0 and person.days > 0,
            "registration": person.is_registered or not needs_registration,
            "line": not person.lines or case.line in person.lines,
            "language": not (case.language and person.languages)
            or case.language in person.languages,
            "barred": person.id not in case.barred,
        }
        wrong += [f"{name}: case {case.id} to {person.id}" for name, ok in checks.items() if not ok]
    for staff_id, count in got.items():
        room = by_id[staff_id].room
        if room is not None and count > room:
            wrong.append(f"room: {staff_id} got {count} of {room}")
    dealt = Counter(each.case_id for each in placed.given)
    wrong += [f"twice: {case_id}" for case_id, times in dealt.items() if times > 1]
    if len(placed.given) + sum(each.count for each in placed.unplaced) != len(cases):
        wrong.append("not every case is given or named")
    return wrong


@dataclass(frozen=True, slots=True)
class Worth:
    """What a step's answer is worth: more placed, then lower slots, then better known."""

    placed: int
    ranks: int
    strangeness: int


def worth_of(step: Step, spare: int = 10_000) -> Worth:
    """The worth of the answer that was given, its slots ranked afresh."""
    rank = {slot: place for place, slot in enumerate(_slots(step, spare))}
    lot_of = {unit: lot for lot in step.lots for unit in lot.units}
    stranger = max((len(lot.known) for lot in step.lots), default=0)
    taken: Counter[int] = Counter()
    ranks = strangeness = 0
    for unit, to in step.deals:
        taken[to] += 1
        ranks += rank[to, taken[to]]
        known = lot_of[unit].known
        strangeness += known.index(to) if to in known else stranger
    return Worth(len(step.deals), ranks, strangeness)


def exact_worth(step: Step, spare: int = 10_000) -> Worth:
    """The best worth there is, by two linear programmes of HiGHS: first the slots, then, with
    everybody's share fixed, who knows whom."""
    slots = _slots(step, spare)
    sizes: defaultdict[tuple[int, ...], int] = defaultdict(int)
    for lot in step.lots:
        sizes[lot.who] += len(lot.units)
    hubs = list(sizes)
    arcs = [(at, place) for at, who in enumerate(hubs) for place in who]
    dear = len(slots) + 1
    costs = np.concatenate([np.zeros(len(arcs)), np.arange(len(slots)) - dear])
    rows = [at for at, _ in arcs]
    rows += [len(hubs) + place for _, place in arcs]
    rows += [len(hubs) + place for place, _ in slots]
    columns = [*range(len(arcs)), *range(len(arcs)), *range(len(arcs), len(arcs) + len(slots))]
    signs = [1] * len(arcs) + [-1] * len(arcs) + [1] * len(slots)
    limits = np.concatenate([[sizes[who] for who in hubs], np.zeros(len(step.before))])
    bounds = [(0, None)] * len(arcs) + [(0, 1)] * len(slots)
    filled = _solved(costs, rows, columns, signs, limits, bounds)[len(arcs) :]
    taken = [slot for slot, share in zip(slots, filled, strict=True) if share > 0.5]
    ranks = int(sum(place for place, share in enumerate(filled) if share > 0.5))
    shares = Counter(place for place, _ in taken)
    return Worth(len(taken), ranks, _least_strange(step, shares, len(taken)))


def _least_strange(step: Step, shares: Counter[int], placed: int) -> int:
    stranger = max((len(lot.known) for lot in step.lots), default=0)
    arcs = [(at, place) for at, lot in enumerate(step.lots) for place in lot.who]
    if not arcs:
        return 0
    known = [{place: cost for cost, place in enumerate(lot.known)} for lot in step.lots]
    costs = np.array([known[at].get(place, stranger) for at, place in arcs], float)
    count = len(step.lots)
    rows = [at for at, _ in arcs] + [count + place for _, place in arcs]
    columns = [*range(len(arcs))] * 2
    limits = np.concatenate(
        [
            [len(lot.units) for lot in step.lots],
            [shares[place] for place in range(len(step.before))],
        ]
    )
    dear = (stranger + 1) * (placed + 1)
    bounds = [(0, None)] * len(arcs)
    answer = _solved(costs - dear, rows, columns, [1] * len(rows), limits, bounds)
    return round(float(costs @ answer)) if placed else 0


def _solved(  # type: ignore[no-untyped-def]
    costs, rows, columns, signs, limits, bounds
):
    if not len(costs):
        return np.zeros(0)
    table = coo_matrix((signs, (rows, columns)), shape=(len(limits), len(costs))).tocsr()
    done = linprog(costs, A_ub=table, b_ub=limits, bounds=bounds, method="highs")
    assert done.success, done.message
    return done.x


def _slots(step: Step, spare: int) -> list[tuple[int, int]]:
    """(person, nth) in the order they are to be filled, at most ``spare`` each over an even
    share."""
    limit: Counter[int] = Counter()
    for lot in step.lots:
        for place in lot.who:
            limit[place] += len(lot.units)
    keyed = []
    for place, load in enumerate(step.before):
        if load.capacity <= 0:
            continue
        most = limit[place]
        if load.room is not None:
            most = min(most, max(load.room, 0) // step.size)
        for nth in range(1, min(most, spare) + 1):
            stands = (load.effort + nth * step.effort) / load.capacity
            keyed.append((stands, load.dealt + nth, place, nth))
    return [(place, nth) for _, _, place, nth in sorted(keyed)]
