"""The day's allocation as a decision: level, within its limits, exact, blind to names and ids."""

from collections import Counter
from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from services.renewals.placing import Case, Person, Placing, Unplaced, place
from terms.people import Language
from terms.policies import Line
from terms.renewals import AllocationWhy, UnplacedReason
from tests.make.allocation import (
    broken_limits,
    draw_cases,
    draw_people,
    exact_worth,
    worth_of,
)

OWNER, SPOKE = AllocationWhy.OWNER, AllocationWhy.SPOKE_LAST


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


def placed(cases: list[Case], people: list[Person], *, needs: bool = False) -> Placing:
    return place(cases, people, needs_registration=needs)


def test_no_limit_is_ever_broken_in_three_hundred_companies() -> None:
    for seed in range(300):
        random = Random(seed)
        people, cases, needs = draw_people(random), draw_cases(random), random.random() < 0.5
        done = placed(cases, people, needs=needs)
        assert broken_limits(cases, people, done, needs_registration=needs) == [], seed


def test_every_step_is_the_optimum_a_linear_programme_finds() -> None:
    steps = 0
    for seed in range(60):
        random = Random(seed)
        done = placed(draw_cases(random), draw_people(random))
        for step in done.steps:
            assert worth_of(step) == exact_worth(step), seed
            steps += 1
    assert steps > 60


@given(seed=st.integers(0, 10**9), names=st.permutations(range(500, 512)))
def test_new_names_and_ids_change_nobody_s_cases(seed: int, names: list[int]) -> None:
    random = Random(seed)
    people, cases = draw_people(random), draw_cases(random)
    to_new = dict(zip(range(100, 112), names, strict=True))
    renamed = [replace(each, id=to_new[each.id]) for each in people]
    again = [
        replace(
            case,
            id=9_000 - case.id,
            client_id=None if case.client_id is None else 77 - case.client_id,
            known_by=tuple((to_new[who], why) for who, why in case.known_by),
            barred=frozenset(to_new[who] for who in case.barred),
        )
        for case in cases
    ]
    before, after = placed(cases, people), placed(again, renamed)
    assert [(9_000 - each.case_id, each.staff_id) for each in after.given] == [
        (each.case_id, to_new[each.staff_id]) for each in before.given
    ]
    assert after.unplaced == before.unplaced


@given(seed=st.integers(0, 10**9), people=st.integers(2, 9))
def test_thirty_days_of_equal_people_differ_by_at_most_one(seed: int, people: int) -> None:
    """Over the turn of a month too, where the ledger's month begins anew."""
    random = Random(seed)
    team = equal_people(people)
    total: Counter[int] = Counter()
    month: Counter[int] = Counter()
    order = [person.id for person in team]
    turn_of_month = random.randrange(30)
    for day in range(30):
        if day == turn_of_month:
            month.clear()
        ready = [
            replace(person, load=10 * month[person.id], days=1 + day)
            for person in sorted(team, key=lambda person: order.index(person.id))
        ]
        cases = [
            replace(case, known_by=((random.choice((100, 101, 999)), OWNER),))
            for case in motor_cases(random.randrange(20))
        ]
        for each in placed(cases, ready).given:
            total[each.staff_id] += 1
            month[each.staff_id] += 1
            order.remove(each.staff_id)
            order.append(each.staff_id)
        shares = [total[person.id] for person in team]
        assert max(shares) - min(shares) <= 1


def test_twice_the_capacity_is_twice_the_share() -> None:
    slow, fast = equal_people(2)
    got = counts(placed(motor_cases(30), [slow, replace(fast, weekly_capacity=300)]))
    assert (got[slow.id], got[fast.id]) == (10, 20)


def test_half_the_month_here_is_half_the_share() -> None:
    ill, well = equal_people(2)
    got = counts(placed(motor_cases(30), [replace(ill, days=5), replace(well, days=10)]))
    assert (got[ill.id], got[well.id]) == (10, 20)


def test_the_ledger_of_the_month_is_levelled_and_not_only_today() -> None:
    busy, free = equal_people(2)
    got = counts(placed(motor_cases(10), [replace(busy, load=60), free]))
    assert (got[busy.id], got[free.id]) == (2, 8)


def test_effort_is_levelled_and_not_the_number_of_cases() -> None:
    people = equal_people(2)
    heavy = [replace(each, id=50 + each.id, effort=30) for each in motor_cases(1)]
    done = placed([*heavy, *motor_cases(3)], people)
    effort: Counter[int] = Counter()
    for each in done.given:
        effort[each.staff_id] += each.effort
    assert set(effort.values()) == {30}
    assert sorted(counts(done).values()) == [1, 3]


def test_a_tie_goes_to_whoever_was_given_a_case_longest_ago() -> None:
    first, second = equal_people(2)
    for order in ([first, second], [second, first]):
        (given_to,) = placed(motor_cases(1), order).given
        assert (given_to.staff_id, given_to.why) == (order[0].id, AllocationWhy.TURN)


def test_the_owner_comes_before_who_spoke_last_while_the_share_allows() -> None:
    owner, spoke = equal_people(2)
    cases = motor_cases(4, known_by=((owner.id, OWNER), (spoke.id, SPOKE)))
    who = {each.case_id: (each.staff_id, each.why) for each in placed(cases, [owner, spoke]).given}
    assert Counter(who.values()) == {(owner.id, OWNER): 2, (spoke.id, SPOKE): 2}


def test_cases_of_one_client_go_to_one_person() -> None:
    cases = [replace(each, client_id=7 if each.id < 3 else None) for each in motor_cases(6)]
    done = placed(cases, equal_people(2))
    who = {each.case_id: each.staff_id for each in done.given}
    assert len({who[0], who[1], who[2]}) == 1
    assert sorted(counts(done).values()) == [3, 3]


def test_cases_of_a_client_nobody_may_have_together_are_given_apart() -> None:
    motor, cargo = equal_people(2)
    people = [
        replace(motor, lines=frozenset({Line.MOTOR})),
        replace(cargo, lines=frozenset({Line.CARGO})),
    ]
    one, other = motor_cases(2, client_id=7)
    done = placed([one, replace(other, line=Line.CARGO)], people)
    assert {each.case_id: each.staff_id for each in done.given} == {0: motor.id, 1: cargo.id}
    assert {each.why for each in done.given} == {AllocationWhy.ONLY}


def test_rare_authorisations_are_kept_for_their_lines() -> None:
    everything, motor_only = equal_people(2)
    motor_only = replace(motor_only, lines=frozenset({Line.MOTOR}))
    cases = [
        *motor_cases(4),
        *(replace(each, id=each.id + 10, line=Line.CARGO) for each in motor_cases(4)),
    ]
    got = counts(placed(cases, [everything, motor_only]))
    assert (got[everything.id], got[motor_only.id]) == (4, 4)


def test_why_says_where_the_others_would_have_stood() -> None:
    busy, free = equal_people(2)
    (given_to,) = placed(motor_cases(1), [replace(busy, load=60), free]).given
    assert (given_to.staff_id, given_to.why, given_to.choices) == (
        free.id,
        AllocationWhy.BALANCE,
        2,
    )
    assert (given_to.stands, given_to.next_stands) == (10 / 150, 70 / 150)


def test_who_it_was_taken_from_does_not_get_it_again() -> None:
    first, second = equal_people(2)
    cases = motor_cases(3, barred=frozenset({first.id}), known_by=((first.id, OWNER),))
    assert counts(placed(cases, [first, second])) == {second.id: 3}


def test_what_leaves_nobody_is_named_with_its_group() -> None:
    (person,) = equal_people(1)
    reasons = {
        UnplacedReason.NOBODY: replace(person, team_id=2),
        UnplacedReason.ABSENT: replace(person, is_absent=True),
        UnplacedReason.UNREGISTERED: replace(person, is_registered=False),
        UnplacedReason.CAPACITY: replace(person, weekly_capacity=0),
        UnplacedReason.LINE: replace(person, lines=frozenset({Line.CARGO})),
        UnplacedReason.LANGUAGE: replace(person, languages=frozenset({Language.MANDARIN})),
        UnplacedReason.FULL: replace(person, room=0),
    }
    cases = motor_cases(3, language=Language.CANTONESE)
    for reason, unfit in reasons.items():
        done = placed(cases, [unfit], needs=True)
        assert done.given == ()
        assert done.unplaced == (Unplaced(reason, 1, 1, Line.MOTOR, Language.CANTONESE, 3),)
        assert done.reasons == {reason: 3}


def test_the_ceiling_leaves_the_least_urgent() -> None:
    (person,) = equal_people(1)
    done = placed(motor_cases(5), [replace(person, room=2)])
    assert [each.case_id for each in done.given] == [0, 1]
    assert done.reasons == {UnplacedReason.FULL: 3}
