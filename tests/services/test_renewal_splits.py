"""Refusals, stages and weeks by bar: the kept counts say what the cases say, within scope; the
policies of a cohort are those its bar counts."""

from collections import Counter
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Client, Renewal
from db.session import Database
from services import renewals
from services.actor import Actor
from services.errors import NotPermitted
from services.renewals import CaseFilter, CohortFilter
from services.renewals.breakdown import code_of, joined
from services.renewals.scope import visible_cases
from services.renewals.splits import monday_of_code, periods_of, week_code
from terms.people import Role
from terms.policies import Line
from terms.renewal_analysis import Dimension
from terms.renewals import RefusalReason, RenewalKind, RenewalState
from tests.make import AT, ON, actor_of, make_actor, make_branch, make_staff, make_team
from tests.services.test_renewal_rates import FIRST, LAST, contract, term

STATES = (
    RenewalState.EXTRACTED,
    RenewalState.ALLOCATED,
    RenewalState.CONTACTED,
    RenewalState.QUOTED,
    RenewalState.AGREED,
    RenewalState.RENEWED,
    RenewalState.LOST,
)
REACHED = (
    RenewalState.EXTRACTED,
    RenewalState.CONTACTED,
    RenewalState.QUOTED,
    RenewalState.AGREED,
    RenewalState.RENEWED,
)


def a_company(session: Session) -> list[Actor]:
    """Two branches, three teams, every state, stage and reason; who sees one, a team, a branch,
    all of it."""
    branch = make_branch(session)
    near = [make_team(session, branch=branch) for _ in range(2)]
    far = make_team(session)
    people = [make_staff(session, team=team) for team in (*near, far)]
    reasons = [*RefusalReason, None, None]
    for number in range(66):
        owner, state = people[number % 3], STATES[(number // 3) % 7]
        case = term(
            session,
            owner,
            due_on=ON + timedelta(days=number) if number % 4 == 0 else FIRST + 5 * DAY * number,
            state=state,
            closed_on=None if state.is_open else FIRST,
            reached=REACHED[number % 5],
            refusal_reason=reasons[number % 10],
            premium_fen=10_000 + number,
            product=f"产品{number % 4}",
            insurer=f"公司{number % 2}",
            proposed_premium_fen=None if number % 5 == 0 else 9_000 + number * 70,
            line=Line.MOTOR if number % 2 else Line.HOME,
            kind=RenewalKind.INSTALMENT if number % 11 == 0 else RenewalKind.TERM,
        )
        if number % 13 == 0:
            case.assignee_id = None
    session.flush()
    return [
        actor_of(session, people[0]),
        make_actor(session, Role.TEAM_LEAD, team=near[0]),
        make_actor(session, Role.MANAGER, team=near[1]),
        make_actor(session, Role.EXECUTIVE),
    ]


DAY = timedelta(days=1)


def cases_of(session: Session, actor: Actor, by: Dimension) -> list[tuple[str, Renewal]]:
    """The cases of the actor's scope, each with its code."""
    chosen = joined(select(code_of(by), Renewal).select_from(Renewal), by)
    return [tuple(row) for row in session.execute(chosen.where(visible_cases(actor)))]


def test_refusals_and_stages_of_every_bar_are_those_of_its_cases(database: Database) -> None:
    with database.unaudited("test data") as session:
        actors = a_company(session)
    renewals.count_outcomes(database, on=ON, at=AT)
    about: dict[str, Any] = {"first": FIRST, "last": LAST}
    with database.reading() as session:
        for actor, by in product(actors, Dimension):
            due = [
                (code, case)
                for code, case in cases_of(session, actor, by)
                if FIRST <= case.due_on <= LAST
            ]
            assert due
            for reason in (None, "price"):
                bars = renewals.refusals_by(
                    session, actor=actor, **about, by=by, reason=reason, fewest=1
                )
                refused = Counter(
                    code
                    for code, case in due
                    if case.refusal_reason and reason in (None, case.refusal_reason)
                )
                all_of = Counter(code for code, _ in due)
                assert {each.code: each.refused for each in bars} == {
                    code: refused[code] for code in all_of
                }, (actor.scope, by)
                assert {each.code: each.cases for each in bars} == all_of
                shares = [each.refused / each.cases for each in bars]
                assert shares == sorted(shares, reverse=True)
            for code in {code for code, _ in due}:
                check_bar(session, actor, by, code, [case for of, case in due if of == code])
            whole = renewals.refusal_reasons(session, actor=actor, **about)
            said = Counter(case.refusal_reason for _, case in due if case.refusal_reason)
            assert {each.reason: each.cases for each in whole} == said


def check_bar(
    session: Session, actor: Actor, by: Dimension, code: str, cases: list[Renewal]
) -> None:
    about: dict[str, Any] = {"first": FIRST, "last": LAST, "by": by, "code": code}
    table = renewals.refusal_reasons(session, actor=actor, **about)
    said = Counter(case.refusal_reason for case in cases if case.refusal_reason)
    assert {each.reason: each.cases for each in table} == said
    premium = sum(case.premium_fen for case in cases if case.refusal_reason)
    assert sum(each.premium_fen for each in table) == premium
    stages = renewals.stages(session, actor=actor, **about)
    for place, stage in enumerate(REACHED):
        further = sum(case.reached in REACHED[place:] for case in cases)
        assert stages[place].stage is stage
        assert stages[place].cases == further


def test_open_cases_of_every_bar_and_week_are_those_of_the_list(database: Database) -> None:
    with database.unaudited("test data") as session:
        actors = a_company(session)
    renewals.count_outcomes(database, on=ON, at=AT)
    with database.reading() as session:
        for actor, by in product(actors, Dimension):
            open_cases = [
                (code, case) for code, case in cases_of(session, actor, by) if case.is_open
            ]
            week = min(case.due_on for _, case in open_cases if case.due_on >= ON)
            week -= DAY * week.weekday()
            for monday in (None, week):
                bars = renewals.open_by(session, actor=actor, by=by, week=monday, state=None)
                shown = Counter(
                    code
                    for code, case in open_cases
                    if monday is None or monday <= case.due_on <= monday + 6 * DAY
                )
                assert {each.code: each.cases for each in bars} == shown, (actor.scope, by)
            code, _ = open_cases[0]
            table = renewals.weeks_of(session, actor=actor, by=by, code=code)
            counted = Counter(
                (f"{case.due_on - DAY * case.due_on.weekday():%Y-%m-%d}", case.state.value)
                for of, case in open_cases
                if of == code
            )
            weeks = {(each.week_on.isoformat(), each.state.value): each.cases for each in table}
            assert weeks == counted, (actor.scope, by)
            where = CaseFilter(dimension=by, code=code)
            count = renewals.count_cases(session, actor=actor, where=where, most=100)
            assert count == sum(counted.values())


def test_what_falls_due_about_now_is_kept_as_it_stands(database: Database) -> None:
    with database.unaudited("test data") as session:
        actors = a_company(session)
    with database.reading() as session:
        before = renewals.weeks_due(session, actor=actors[-1])
    renewals.count_outcomes(database, on=ON, at=AT)
    first, last = renewals.near(ON)
    assert (ON - first, last - ON) == (90 * DAY, 30 * DAY)
    with database.reading() as session:
        for actor in actors:
            live = renewals.funnel(session, actor=actor, from_on=first, to_on=last)
            kept = renewals.near_stages(session, actor=actor, on=ON)
            assert kept == live, actor.scope
            weeks = renewals.weeks_due(session, actor=actor)
            assert weeks == renewals.due_by_week(session, actor=actor), actor.scope
        assert weeks == before


def test_what_falls_due_about_now_is_about_the_day_the_counts_are_of(database: Database) -> None:
    with database.unaudited("test data") as session:
        actor = a_company(session)[-1]
    renewals.count_outcomes(database, on=ON - 3 * DAY, at=AT)
    with database.reading() as session:
        of = renewals.counted_at(session, actor=actor)
        assert of == AT
        kept = renewals.near_stages(session, actor=actor, on=ON)
        first, last = renewals.near(ON)
        assert kept == renewals.funnel(session, actor=actor, from_on=first, to_on=last)
    assert kept[0].cases > 0


def test_a_period_ends_with_the_month_before_and_a_week_keeps_its_year() -> None:
    assert periods_of("2026-10", ON) == ["2610-03", "2610-06", "2610-12", "2610-24"]
    assert periods_of("2026-07", ON) == ["2610-06", "2610-12", "2610-24"]
    assert periods_of("2024-11", ON) == ["2610-24"]
    assert periods_of("2024-10", ON) == periods_of("2026-11", ON) == []
    for monday in (date(2026, 12, 28), date(2025, 12, 29), date(2026, 11, 23)):
        assert monday_of_code(week_code(monday)) == monday
    assert week_code(date(2025, 12, 29)) == "2026W01"


def test_the_capacity_of_a_bar_is_that_of_its_people(database: Database) -> None:
    with database.unaudited("test data") as session:
        team = make_team(session)
        one = make_staff(session, team=team, weekly_capacity=20)
        make_staff(session, team=team, weekly_capacity=35)
        lead = make_actor(session, Role.TEAM_LEAD, team=team)
        person, of_team = str(one.id), str(team.id)
    asked: dict[str, Any] = {"actor": lead, "from_on": ON, "weeks": 2}
    with database.reading() as session:
        for by, code, cases in (
            (Dimension.PERSON, person, 20),
            (Dimension.TEAM, of_team, 55),
            (Dimension.PERSON, "", 0),
            (Dimension.LINE, "motor", 0),
        ):
            weeks = renewals.capacity_by_week(session, **asked, by=by, code=code)
            assert weeks[1].cases == cases, (by, code)


def test_the_policies_of_a_cohort_are_those_its_bar_counts(database: Database) -> None:
    with database.unaudited("test data") as session:
        teams = [make_team(session) for _ in range(2)]
        owners = [make_staff(session, team=team) for team in teams]
        lead = make_actor(session, Role.TEAM_LEAD, team=teams[0])
        executive = make_actor(session, Role.EXECUTIVE)
        admin = make_actor(session, Role.ADMINISTRATOR)
        for number in range(12):
            contract(
                session,
                owners[number % 2],
                paid=((0,), (80,), (None,))[number % 3],
                premium_fen=1_000 + number,
                product=f"寿险{number % 3}",
                inception_on=date(2025, 6, 1 + 2 * number),
            )
        mine = owners[0].id
        numbers = dict(session.execute(select(Client.number, Client.owner_id)).all())
    renewals.count_outcomes(database, on=ON, at=AT)
    june = CohortFilter(13, date(2025, 6, 1))
    with database.reading() as session:
        (counted,) = renewals.cohorts(session, actor=lead, months=13, on=ON)
        rows = renewals.cohort_policies(session, actor=lead, on=ON, where=june)
        assert [row.inception_on for row in rows] == sorted(row.inception_on for row in rows)
        assert len(rows) == counted.policies == 6
        assert sum(row.premium_fen for row in rows) == counted.premium_fen
        assert sum(row.premium_fen for row in rows if row.is_kept) == counted.received_fen
        assert {numbers[row.client_number] for row in rows} == {mine}
        unpaid = CohortFilter(13, june.cohort, only_unpaid=True)
        few = renewals.cohort_policies(session, actor=lead, on=ON, where=unpaid)
        assert [row.id for row in few] == [row.id for row in rows if not row.is_kept]
        paged, after = [], None
        while page := renewals.cohort_policies(
            session, actor=lead, on=ON, where=june, after=after, limit=4
        ):
            paged += page
            after = page[-1].key
        assert tuple(paged) == rows
        of_bar = CohortFilter(13, None, Dimension.PRODUCT, "寿险1")
        assert (
            renewals.count_cohort_policies(session, actor=lead, on=ON, where=of_bar, most=10)
            == len(renewals.cohort_policies(session, actor=lead, on=ON, where=of_bar))
            == 2
        )
        given = renewals.cohort_filter_as_json(of_bar)
        assert renewals.cohort_filter_of(given) == of_bar
        for stranger in (executive, admin):
            with pytest.raises(NotPermitted):
                renewals.cohort_policies(session, actor=stranger, on=ON, where=june)
