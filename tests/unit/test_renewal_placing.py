"""The day's allocation as a decision: even, within its limits, blind to names and ids."""

from collections import Counter
from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from services.renewals.placing import Case, Person, Placing, place
from terms.policies import Line
from terms.renewals import UnplacedReason

LINES = (Line.MOTOR, Line.HOME, Line.CARGO)

people_of_two_teams = st.lists(
    st.builds(
        Person,
        id=st.just(0),
        team_id=st.sampled_from((1, 2)),
        branch_id=st.just(1),
        load=st.integers(0, 30),
        weekly_capacity=st.sampled_from((0, 50, 100, 150)),
        lines=st.frozensets(st.sampled_from(LINES)),
        is_absent=st.booleans(),
        is_registered=st.booleans(),
    ),
    max_size=7,
).map(lambda people: [replace(each, id=100 + place) for place, each in enumerate(people)])

some_cases = st.lists(
    st.builds(
        Case,
        id=st.just(0),
        team_id=st.sampled_from((1, 2, None)),
        branch_id=st.sampled_from((1, None)),
        line=st.sampled_from(LINES),
        known_by=st.lists(st.integers(100, 107), max_size=2).map(tuple),
    ),
    max_size=40,
).map(lambda cases: [replace(each, id=place) for place, each in enumerate(cases)])


def equal_people(count: int) -> list[Person]:
    return [
        Person(id=100 + place, team_id=1, branch_id=1, load=0, weekly_capacity=150)
        for place in range(count)
    ]


def motor_cases(count: int, **but: object) -> list[Case]:
    return [
        replace(Case(id=place, team_id=1, branch_id=1, line=Line.MOTOR), **but)  # type: ignore[arg-type]
        for place in range(count)
    ]


def counts(placing: Placing) -> Counter[int]:
    return Counter(each.staff_id for each in placing.given)


@given(people=people_of_two_teams, cases=some_cases, needs=st.booleans())
def test_no_hard_limit_is_ever_broken(people, cases, needs) -> None:  # type: ignore[no-untyped-def]
    placed = place(cases, people, needs_registration=needs)
    by_id = {person.id: person for person in people}
    by_case = {case.id: case for case in cases}
    for each in placed.given:
        person, case = by_id[each.staff_id], by_case[each.case_id]
        assert case.team_id in (None, person.team_id)
        assert case.team_id is not None or case.branch_id in (None, person.branch_id)
        assert not person.is_absent
        assert person.weekly_capacity > 0
        assert person.is_registered or not needs
        assert not person.lines or case.line in person.lines
    assert len({each.case_id for each in placed.given}) == len(placed.given)
    assert len(placed.given) + sum(placed.unplaced.values()) == len(cases)


@given(count=st.integers(1, 60), people=st.integers(1, 8), seed=st.integers())
def test_equal_people_differ_by_at_most_one_whoever_knows_the_clients(
    count: int, people: int, seed: int
) -> None:
    random = Random(seed)
    cases = [
        replace(case, known_by=(random.choice((100, 101, 999)),)) for case in motor_cases(count)
    ]
    got = counts(place(cases, equal_people(people), needs_registration=False))
    shares = [got[person.id] for person in equal_people(people)]
    assert sum(shares) == count
    assert max(shares) - min(shares) <= 1


@given(people=people_of_two_teams, cases=some_cases, seed=st.integers())
def test_new_names_and_ids_change_nobody_s_share(people, cases, seed) -> None:  # type: ignore[no-untyped-def]
    names = list(range(500, 600))
    Random(seed).shuffle(names)
    renamed = [replace(each, id=names[place]) for place, each in enumerate(people)]
    to_new = {old.id: new.id for old, new in zip(people, renamed, strict=True)}
    again = [
        replace(case, known_by=tuple(to_new.get(who, -1) for who in case.known_by))
        for case in cases
    ]
    before = counts(place(cases, people, needs_registration=False))
    after = counts(place(again, renamed, needs_registration=False))
    assert after == Counter({to_new[who]: count for who, count in before.items()})


def test_thirty_days_of_equal_people_differ_by_at_most_one() -> None:
    random = Random(4)
    people = equal_people(7)
    total: Counter[int] = Counter()
    order = [person.id for person in people]
    for _ in range(30):
        ready = [
            replace(person, load=total[person.id])
            for person in sorted(people, key=lambda person: order.index(person.id))
        ]
        placed = place(motor_cases(random.randrange(20)), ready, needs_registration=False)
        for each in placed.given:
            total[each.staff_id] += 1
            order.remove(each.staff_id)
            order.append(each.staff_id)
        shares = [total[person.id] for person in people]
        assert max(shares) - min(shares) <= 1


def test_twice_the_capacity_is_twice_the_share() -> None:
    slow, fast = equal_people(2)
    got = counts(
        place(motor_cases(30), [slow, replace(fast, weekly_capacity=300)], needs_registration=False)
    )
    assert (got[slow.id], got[fast.id]) == (10, 20)


def test_whoever_has_less_open_work_gets_more() -> None:
    busy, free = equal_people(2)
    got = counts(place(motor_cases(10), [replace(busy, load=6), free], needs_registration=False))
    assert (got[busy.id], got[free.id]) == (2, 8)


def test_a_tie_goes_to_whoever_was_given_a_case_longest_ago() -> None:
    first, second = equal_people(2)
    for order in ([first, second], [second, first]):
        (given_to,) = place(motor_cases(1), order, needs_registration=False).given
        assert given_to.staff_id == order[0].id


def test_the_owner_comes_before_who_spoke_last_while_the_share_allows() -> None:
    owner, spoke = equal_people(2)
    cases = motor_cases(4, known_by=(owner.id, spoke.id))
    placed = place(cases, [owner, spoke], needs_registration=False)
    who = {each.case_id: each.staff_id for each in placed.given}
    assert who == {0: owner.id, 1: owner.id, 2: spoke.id, 3: spoke.id}


def test_rare_authorisations_are_kept_for_their_lines() -> None:
    everything, motor_only = equal_people(2)
    motor_only = replace(motor_only, lines=frozenset({Line.MOTOR}))
    cases = [
        *motor_cases(4),
        *(replace(each, id=each.id + 10, line=Line.CARGO) for each in motor_cases(4)),
    ]
    got = counts(place(cases, [everything, motor_only], needs_registration=False))
    assert (got[everything.id], got[motor_only.id]) == (4, 4)


def test_what_leaves_nobody_is_named() -> None:
    (person,) = equal_people(1)
    reasons = {
        UnplacedReason.NOBODY: replace(person, team_id=2),
        UnplacedReason.ABSENT: replace(person, is_absent=True),
        UnplacedReason.UNREGISTERED: replace(person, is_registered=False),
        UnplacedReason.CAPACITY: replace(person, weekly_capacity=0),
        UnplacedReason.LINE: replace(person, lines=frozenset({Line.CARGO})),
    }
    for reason, unfit in reasons.items():
        placed = place(motor_cases(3), [unfit], needs_registration=True)
        assert (placed.given, placed.unplaced) == ((), {reason: 3})
