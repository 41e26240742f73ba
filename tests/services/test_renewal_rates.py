"""Renewal rates, contacts and persistency: the kept counts say what the cases say, within scope."""

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import AuditEntry, Client, Renewal, Rule, Staff
from db.session import Database
from services import renewals
from services.errors import NotPermitted
from services.renewals import CaseFilter
from services.renewals.breakdown import Cohorts, outcomes, persistency
from services.renewals.rates import is_final
from terms.people import Role
from terms.policies import Line, PaymentMode, PolicyEventKind, PolicyStatus
from terms.renewal_analysis import Dimension, RateOf
from terms.renewals import RenewalKind, RenewalState
from tests.make import (
    AT,
    ON,
    actor_of,
    make_actor,
    make_branch,
    make_client,
    make_policy,
    make_renewal,
    make_staff,
    make_team,
)
from tests.make.policies import make_instalment, make_policy_event

FIRST, LAST = date(2025, 11, 1), date(2026, 10, 31)
MARCH = date(2026, 3, 20)


def term(session: Session, owner: Staff, *, client: Client | None = None, **but: Any) -> Renewal:
    client = client or make_client(
        session, owner=owner, team_id=owner.team_id, branch_id=owner.branch_id
    )
    premium = but.pop("premium_fen", 100_000)
    policy = make_policy(
        session,
        client=client,
        expiry_on=but.get("due_on", MARCH),
        premium_fen=premium,
        product=but.pop("product", "车险"),
        insurer=but.pop("insurer", "甲"),
    )
    given = {"state": RenewalState.RENEWED, "closed_on": but.get("due_on", MARCH)}
    return make_renewal(session, policy=policy, assignee=owner, **{**given, **but})


def of_months(session: Session, actor: Any, **more: Any) -> Any:
    return renewals.outcomes_by_month(session, actor=actor, first=FIRST, last=LAST, **more)


def test_three_rates_and_the_one_in_time_are_never_mixed(database: Database) -> None:
    with database.unaudited("test data") as session:
        team = make_team(session)
        owner = make_staff(session, team=team)
        lead = make_actor(session, Role.TEAM_LEAD, team=team)
        loyal = make_client(session, owner=owner, team_id=team.id, branch_id=team.branch_id)
        term(session, owner, client=loyal, premium_fen=100)
        term(session, owner, client=loyal, premium_fen=700, state=RenewalState.LOST)
        term(session, owner, premium_fen=200, closed_on=MARCH + timedelta(days=1))
        term(session, owner, premium_fen=1_000, state=RenewalState.LAPSED)
        term(session, owner, premium_fen=5_000, state=RenewalState.WITHDRAWN)
        term(session, owner, premium_fen=9_000, kind=RenewalKind.INSTALMENT)
        term(session, owner, premium_fen=50, state=RenewalState.ALLOCATED, closed_on=None)
        term(session, owner, premium_fen=77, due_on=date(2025, 10, 31))
        session.flush()
    renewals.count_outcomes(database, on=ON, at=AT)
    with database.reading() as session:
        (march,) = of_months(session, lead)
    assert march.code == "2026-03"
    assert march.part(RateOf.CLIENTS) == (2, 4)
    assert march.part(RateOf.POLICIES) == (2, 5)
    assert march.part(RateOf.PREMIUM) == (300, 2_050)
    assert march.part(RateOf.IN_TIME) == (1, 5)
    assert march.still_open == 1


def a_company(session: Session) -> tuple[Any, ...]:
    """Two branches, three teams; every outcome, product, insurer, price change."""
    branch = make_branch(session)
    near = [make_team(session, branch=branch) for _ in range(2)]
    far = make_team(session)
    people = [make_staff(session, team=team) for team in (*near, far)]
    states = (RenewalState.RENEWED, RenewalState.LOST, RenewalState.LAPSED)
    for number in range(54):
        owner = people[number % 3]
        due_on = FIRST + timedelta(days=number * 6)
        state = states[(number // 3) % 3]
        term(
            session,
            owner,
            due_on=due_on,
            state=state,
            closed_on=due_on + timedelta(days=number % 5 - 2),
            premium_fen=10_000 + number,
            product=f"产品{number % 4}",
            insurer=f"公司{number % 2}",
            proposed_premium_fen=None if number % 5 == 0 else 9_000 + number * 70,
            line=Line.MOTOR if number % 2 else Line.HOME,
            contacts=number % 3,
            effective_contacts=min(number % 3, number % 2),
            first_contact_minutes=number * 7 if number % 3 else None,
        )
    return branch, near, far, people


def test_what_is_kept_says_what_the_cases_say(database: Database) -> None:
    with database.unaudited("test data") as session:
        _, near, _, _ = a_company(session)
        lead = make_actor(session, Role.TEAM_LEAD, team=near[0])
        executive = make_actor(session, Role.EXECUTIVE)
        of_team = Renewal.team_id == near[0].id
    renewals.count_outcomes(database, on=ON, at=AT)
    scopes: Any = ((lead, (of_team,)), (executive, ()))
    with database.reading() as session:
        for by, (actor, where) in product((None, *Dimension), scopes):
            cases: dict[tuple[str, str], list[int]] = {}
            for row in session.execute(outcomes(by, FIRST, LAST, *where)):
                sums = cases.setdefault((row.month, row.code), [0] * 14)
                for place, number in enumerate(row[4:]):
                    sums[place] += int(number)
            kept = {}
            codes = {code for _, code in cases}
            for code in codes:
                which = {} if by is None else {"by": by, "code": code}
                for found in of_months(session, actor, **which):
                    kept[found.code, code] = [
                        *(found.cases, found.renewed, found.in_time, found.still_open),
                        *(found.clients, found.clients_renewed),
                        *(found.premium_fen, found.renewed_premium_fen),
                        *(found.contacted, found.reached),
                        *(found.contacts, found.effective_contacts),
                        *(found.first_contacts, found.first_minutes),
                    ]
            assert kept == cases, by


def test_a_specialist_sees_their_own_cases_as_they_stand(database: Database) -> None:
    with database.unaudited("test data") as session:
        _, _, _, people = a_company(session)
        mine = actor_of(session, people[0])
    with database.reading() as session:
        found = of_months(session, mine)
        assert sum(each.cases for each in found) == 18
        assert renewals.counted_at(session, actor=mine) is None
        bars = renewals.outcomes_by(
            session,
            actor=mine,
            first=FIRST,
            last=LAST,
            by=Dimension.PRODUCT,
            of=RateOf.POLICIES,
            fewest=1,
        )
    assert sum(each.cases for each in bars) == 18


def test_a_manager_counts_the_branch_and_no_other(database: Database) -> None:
    with database.unaudited("test data") as session:
        branch, near, far, _ = a_company(session)
        manager = make_actor(session, Role.MANAGER, team=near[1])
        stranger = make_actor(session, Role.TEAM_LEAD, team=far)
        assert manager.branch_ids == (branch.id,)
        names = {team.name for team in near}
    renewals.count_outcomes(database, on=ON, at=AT)
    with database.reading() as session:
        assert sum(each.cases for each in of_months(session, manager)) == 36
        assert sum(each.cases for each in of_months(session, stranger)) == 18
        assert renewals.counted_at(session, actor=manager) == AT
        bars = renewals.outcomes_by(
            session,
            actor=manager,
            first=FIRST,
            last=LAST,
            by=Dimension.TEAM,
            of=RateOf.CLIENTS,
            fewest=1,
        )
    assert {each.name for each in bars} == names


def test_the_worst_stands_first_and_small_samples_after(database: Database) -> None:
    with database.unaudited("test data") as session:
        team = make_team(session)
        owner = make_staff(session, team=team)
        lead = make_actor(session, Role.TEAM_LEAD, team=team)
        for name, renewed, lost in (("好", 3, 1), ("坏", 1, 3), ("少", 0, 1)):
            for state, count in ((RenewalState.RENEWED, renewed), (RenewalState.LOST, lost)):
                for _ in range(count):
                    term(session, owner, product=name, state=state)
    renewals.count_outcomes(database, on=ON, at=AT)
    with database.reading() as session:
        bars = renewals.outcomes_by(
            session,
            actor=lead,
            first=FIRST,
            last=LAST,
            by=Dimension.PRODUCT,
            of=RateOf.POLICIES,
            fewest=2,
        )
        behind = renewals.case_list(
            session,
            actor=lead,
            on=ON,
            where=CaseFilter(
                dimension=Dimension.PRODUCT, code="坏", only_terms=True, only_open=False
            ),
        )
    assert [each.name for each in bars] == ["坏", "好", "少"]
    assert len(behind) == 4


def test_a_bar_lists_the_cases_it_counts(database: Database) -> None:
    with database.unaudited("test data") as session:
        a_company(session)
        manager = make_actor(session, Role.EXECUTIVE)
    renewals.count_outcomes(database, on=ON, at=AT)
    with database.reading() as session:
        for by in Dimension:
            check_bars(session, manager, by)


def check_bars(session: Session, manager: Any, by: Dimension) -> None:
    bars = renewals.outcomes_by(
        session, actor=manager, first=FIRST, last=LAST, by=by, of=RateOf.POLICIES, fewest=1
    )
    for each in bars:
        where = CaseFilter(
            due_from=FIRST,
            due_to=LAST,
            dimension=by,
            code=each.code,
            only_terms=True,
            only_open=False,
        )
        count = renewals.count_cases(session, actor=manager, where=where, most=100)
        assert count == each.cases
    assert sum(each.cases for each in bars) == 54


def test_counting_is_refused_to_a_stranger_and_leaves_an_entry(database: Database) -> None:
    with database.unaudited("test data") as session:
        executive = make_actor(session, Role.EXECUTIVE)
    with pytest.raises(NotPermitted):
        renewals.count_outcomes(database, on=ON, at=AT, actor=executive)
    renewals.count_outcomes(database, on=ON, at=AT)
    counted = renewals.count_outcomes(database, on=ON, at=AT)
    assert (counted.months, counted.cohorts) == (25, 30)
    with database.reading() as session:
        events = session.scalars(select(AuditEntry.event)).all()
    assert events.count("renewal:count") == 2


# --- persistency (rules §7)


def contract(
    session: Session, owner: Staff, *, paid: tuple[int | None, ...] = (0,), **but: Any
) -> Any:
    """A life policy that began on 2025-06-15, with the instalments of June 2026.

    Args:
        paid: per instalment of that month, days after its due day it was paid; None: never.
    """
    client = make_client(session, owner=owner, team_id=owner.team_id, branch_id=owner.branch_id)
    given = {
        "line": Line.LIFE,
        "expiry_on": None,
        "inception_on": date(2025, 6, 15),
        "payment_mode": PaymentMode.ANNUAL,
        "premium_fen": 100_000,
    }
    policy = make_policy(session, client=client, **{**given, **but})
    for place, days in enumerate(paid):
        due = date(2026, 6, 15 + place)
        paid_on = None if days is None else due + timedelta(days=days)
        make_instalment(session, policy=policy, due_on=due, paid_on=paid_on)
    return policy


def june(session: Session, actor: Any, **more: Any) -> Any:
    found = renewals.cohorts(session, actor=actor, months=13, on=ON, **more)
    return next(each for each in found if each.code == "2025-06")


def test_persistency_is_what_was_paid_by_the_end_of_grace(database: Database) -> None:
    with database.unaudited("test data") as session:
        team = make_team(session)
        owner = make_staff(session, team=team)
        lead = make_actor(session, Role.TEAM_LEAD, team=team)
        contract(session, owner, paid=(60,), premium_fen=1)
        contract(session, owner, paid=(61,), premium_fen=10)
        contract(session, owner, paid=(None,), premium_fen=100)
        contract(session, owner, paid=(), premium_fen=1_000, status=PolicyStatus.LAPSED)
        contract(session, owner, paid=(0, None), premium_fen=10_000)
        contract(session, owner, paid=(-3, 5), premium_fen=100_000)
        contract(session, owner, payment_mode=PaymentMode.SINGLE, paid=(), premium_fen=7)
        contract(session, owner, line=Line.MOTOR, paid=(), premium_fen=7)
        contract(session, owner, inception_on=date(2025, 5, 31), premium_fen=7)
    renewals.count_outcomes(database, on=ON, at=AT)
    with database.reading() as session:
        found = june(session, lead)
    assert (found.policies, found.kept) == (6, 2)
    assert (found.received_fen, found.premium_fen) == (100_001, 111_111)
    assert found.is_final


def test_what_stays_out_of_a_cohort_is_a_rule(database: Database) -> None:
    with database.unaudited("test data") as session:
        team = make_team(session)
        owner = make_staff(session, team=team)
        lead = make_actor(session, Role.TEAM_LEAD, team=team)
        contract(session, owner)
        contract(session, owner, paid=(), status=PolicyStatus.ENDED)
        for days in (15, 16):
            given_back = contract(
                session, owner, paid=(), cooling_off_days=15, status=PolicyStatus.SURRENDERED
            )
            make_policy_event(
                session,
                policy=given_back,
                kind=PolicyEventKind.SURRENDERED,
                happened_on=given_back.inception_on + timedelta(days=days),
            )
    renewals.count_outcomes(database, on=ON, at=AT)
    with database.reading() as session:
        assert june(session, lead).policies == 2
    with database.unaudited("test data") as session:
        rule = session.scalars(
            select(Rule).where(Rule.key == "renewal.persistency_exclusions")
        ).one()
        rule.value = []
    renewals.count_outcomes(database, on=ON, at=AT)
    with database.reading() as session:
        assert june(session, lead).policies == 4


@pytest.mark.parametrize(
    ("on", "final"),
    [(date(2026, 8, 31), False), (date(2026, 9, 1), True), (date(2027, 9, 1), True)],
)
def test_a_cohort_is_final_from_month_fifteen(on: date, final: bool) -> None:
    assert is_final("2025-06", 13, on) is final
    assert is_final("2024-06", 25, on) is final


def test_persistency_adds_up_whatever_it_is_broken_down_by(database: Database) -> None:
    with database.unaudited("test data") as session:
        teams = [make_team(session) for _ in range(2)]
        owners = [make_staff(session, team=team) for team in teams]
        executive = make_actor(session, Role.EXECUTIVE)
        for number in range(8):
            contract(
                session,
                owners[number % 2],
                paid=((0,), (80,), (None,))[number % 3],
                premium_fen=1_000 + number,
                product=f"寿险{number % 3}",
            )
    renewals.count_outcomes(database, on=ON, at=AT)
    with database.reading() as session:
        whole = june(session, executive)
        for by in renewals.OF_COHORT:
            bars = renewals.cohorts_by(session, actor=executive, months=13, on=ON, by=by, fewest=1)
            assert sum(each.received_fen for each in bars) == whole.received_fen
            assert sum(each.premium_fen for each in bars) == whole.premium_fen
            rows = session.execute(persistency(Cohorts(session, on=ON), by, 13, [date(2025, 6, 1)]))
            assert sum(int(row.received_fen) for row in rows) == whole.received_fen
