"""Lists stay quick whatever the company's size: few statements, the same for more rows, and no
walk through a large table. Every query a screen draws a list or a figure from stands here.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy.orm import Session

from db.models import Branch, Client, Renewal, Staff, Team
from services import (
    approvals,
    clients,
    closings,
    duplicates,
    engagements,
    holidays,
    measures,
    notifications,
    overview,
    plans,
    referrals,
    renewals,
    rule_book,
    saved_views,
    scripts,
    tiering,
    voices,
)
from services.actor import Actor
from services.tiering import Side, TierFilter
from terms.clients import AccessReason, ClientType
from terms.people import Role
from terms.policies import Line
from terms.renewal_analysis import Dimension, RateOf
from terms.renewals import CaseClass
from terms.saved_views import ViewPage
from terms.tiering import Tier, TierAxis
from terms.voices import VoiceBy, VoiceKind
from tests import make
from tests.house.plans import (
    Ran,
    assert_no_full_scan,
    shared_database,  # noqa: F401 - a fixture
    watched,
)
from tests.make import AT, ON
from tests.make.closings import make_lost_case, make_referral
from tests.make.service import make_item, make_member, make_plan

LARGE = frozenset(
    {
        "client",
        "client_access",
        "client_party",
        "client_search",
        "contact",
        "claim",
        "client_standing",
        "complaint",
        "income",
        "instalment",
        "lost_case",
        "referral",
        "party",
        "party_phone",
        "persistency_count",
        "policy",
        "promise",
        "renewal",
        "renewal_count",
        "tier_change",
        "tier_override",
        "service_plan",
        "service_plan_item",
        "service_team_member",
    }
)
"""Tables with a row per client or more; a list never walks through one."""

MOST_STATEMENTS = 8


@dataclass(frozen=True, slots=True)
class Ground:
    """Who asks, and about what."""

    session: Session
    actor: Actor
    client: Client
    renewal: Renewal


Query = Callable[[Ground], object]

A_CLASS = renewals.CaseFilter(
    client_type=ClientType.INDIVIDUAL,
    tier=Tier.HIGH,
    line=Line.MOTOR,
    insured_from_fen=0,
    insured_below_fen=10**9,
)

LISTS: dict[str, Query] = {
    "my queue": lambda g: renewals.queue(g.session, actor=g.actor, on=ON, at=AT),
    "my queue's counts": lambda g: renewals.queue_counts(g.session, actor=g.actor, on=ON, at=AT),
    "brief": lambda g: renewals.brief(
        g.session, actor=g.actor, renewal_id=g.renewal.id, on=ON, at=AT
    ),
    "suspended policies": lambda g: renewals.suspended(g.session, actor=g.actor, on=ON),
    "suspended policies counted": lambda g: renewals.suspended_counts(
        g.session, actor=g.actor, on=ON
    ),
    "clocks of a client": lambda g: renewals.clocks_of(
        g.session, actor=g.actor, number=g.client.number, on=ON
    ),
    "gaps of a client": lambda g: renewals.gaps_of(
        g.session, actor=g.actor, number=g.client.number, on=ON
    ),
    "cases": lambda g: renewals.case_list(g.session, actor=g.actor, on=ON),
    "team's queue": lambda g: renewals.team_queue(g.session, actor=g.actor, on=ON),
    "team's load": lambda g: renewals.team_load(g.session, actor=g.actor, on=ON),
    "months by the ledger": lambda g: renewals.month_by_person(g.session, actor=g.actor, on=ON),
    "given today": lambda g: renewals.given_to(
        g.session, actor=g.actor, on=ON, staff_id=g.actor.own_id
    ),
    "given today, a class": lambda g: renewals.given_to(
        g.session, actor=g.actor, on=ON, staff_id=g.actor.own_id, where=A_CLASS
    ),
    "what nobody has": lambda g: renewals.waiting_groups(g.session, actor=g.actor, on=ON),
    "my queue of a class": lambda g: renewals.queue(
        g.session, actor=g.actor, on=ON, at=AT, where=A_CLASS
    ),
    "cases of a class": lambda g: renewals.case_list(
        g.session, actor=g.actor, on=ON, where=replace(A_CLASS, assignee_id=g.actor.own_id)
    ),
    **{
        f"today's cases by {by.value}": partial(
            lambda by, g: renewals.classed(g.session, actor=g.actor, on=ON, by=by), by
        )
        for by in CaseClass
    },
    "what a recall would do": lambda g: renewals.foresee_recall(
        g.session, actor=g.actor, on=ON, at=AT
    ),
    "what a cover would do": lambda g: renewals.foresee_cover(
        g.session,
        actor=g.actor,
        staff_id=g.actor.own_id,
        from_on=ON,
        to_on=ON,
        substitute_id=None,
        on=ON,
    ),
    "open cases": lambda g: renewals.open_count(g.session, actor=g.actor, on=ON),
    "a case's closing": lambda g: closings.closing_of(
        g.session, actor=g.actor, renewal_id=g.renewal.id, on=ON
    ),
    "appointments with others": lambda g: renewals.appointments(
        g.session, actor=g.actor, renewal_id=g.renewal.id, since=AT, until=AT + timedelta(days=14)
    ),
    "clients to win back": lambda g: closings.lost_cases(g.session, actor=g.actor, on=ON),
    "clients of mine to win back": lambda g: closings.lost_cases(
        g.session, actor=g.actor, on=ON, where=closings.LostFilter(mine=True)
    ),
    "clients to win back counted": lambda g: closings.lost_count(g.session, actor=g.actor),
    "conflicts with imports": lambda g: closings.conflicts(g.session, actor=g.actor, on=ON),
    "conflicts with imports counted": lambda g: closings.conflict_count(g.session, actor=g.actor),
    "cases closed lately": lambda g: renewals.closings_done(g.session, actor=g.actor),
    "what clients say": lambda g: voices.heard(g.session, actor=g.actor, on=ON, days=28),
    "contacts of what clients say": lambda g: voices.contacts(
        g.session, actor=g.actor, kind=VoiceKind.OBJECTION, code="price", on=ON, days=28
    ),
    "what clients say by product": lambda g: voices.heard(
        g.session, actor=g.actor, on=ON, days=28, by=VoiceBy.PRODUCT
    ),
    "what clients say in a team": lambda g: voices.heard(
        g.session,
        actor=g.actor,
        on=ON,
        days=28,
        where=voices.VoiceFilter(team="甲", line=Line.MOTOR),
    ),
    "contacts of a product": lambda g: voices.contacts(
        g.session,
        actor=g.actor,
        kind=VoiceKind.REFUSAL,
        code="price",
        on=ON,
        days=28,
        by=VoiceBy.PRODUCT,
        of="车险",
    ),
    "market information": lambda g: voices.market(
        g.session, actor=g.actor, on=ON, days=28, find="报价"
    ),
    "market information counted": lambda g: voices.market_count(
        g.session, actor=g.actor, on=ON, days=28
    ),
    "choices of what clients say": lambda g: voices.choices(
        g.session, actor=g.actor, on=ON, days=28
    ),
    "questions about a client": lambda g: referrals.referrals_of(
        g.session, actor=g.actor, number=g.client.number, on=ON
    ),
    "possible duplicates": lambda g: duplicates.pairs(g.session, actor=g.actor, on=ON),
    "clients": lambda g: clients.find(
        g.session, actor=g.actor, on=ON, filters=clients.ClientFilters()
    ),
    "clients by name": lambda g: clients.find(
        g.session, actor=g.actor, on=ON, filters=clients.ClientFilters(text="李建")
    ),
    "saved views": lambda g: saved_views.views_of(g.session, actor=g.actor, page=ViewPage.CLIENTS),
    "approvals that wait": lambda g: approvals.waiting_for_me(
        g.session, actor=g.actor, on=ON, at=AT
    ),
    "approvals counted": lambda g: approvals.waiting_count(g.session, actor=g.actor, on=ON, at=AT),
    "approvals asked for": lambda g: approvals.asked_by_me(g.session, actor=g.actor, on=ON),
    "approvals decided": lambda g: approvals.ended(g.session, actor=g.actor, on=ON),
    "rules": lambda g: rule_book.book(g.session, actor=g.actor, on=ON),
    "one rule": lambda g: rule_book.rule_card(
        g.session, actor=g.actor, key="renewal.windows", on=ON
    ),
    "scripts": lambda g: scripts.library(g.session, actor=g.actor, on=ON),
    "one script": lambda g: scripts.script_card(
        g.session, actor=g.actor, place="objection.price.motor", on=ON
    ),
    "scripts of a case": lambda g: scripts.usable(g.session, actor=g.actor, line=Line.MOTOR),
    "calendar": lambda g: holidays.coverage(g.session, actor=g.actor, on=ON),
    "my news": lambda g: notifications.notices(g.session, actor=g.actor, on=ON, at=AT),
    "unread news": lambda g: notifications.unread_count(g.session, actor=g.actor, at=AT),
    "unread news of all listeners": lambda g: notifications.unread_counts(
        g.session, staff_ids=[g.actor.own_id], at=AT
    ),
    "whose cases moved": lambda g: renewals.own_marks(g.session, staff_ids=[g.actor.own_id]),
    "where a client stands": lambda g: tiering.standing_of(
        g.session, actor=g.actor, number=g.client.number, on=ON
    ),
    "a client's service year": lambda g: tiering.income_of(
        g.session, actor=g.actor, number=g.client.number, on=ON
    ),
    "a client's changes of class": lambda g: tiering.changes_of(
        g.session, actor=g.actor, number=g.client.number, on=ON
    ),
    "a client's credit file": lambda g: tiering.credit_evidence(
        g.session, actor=g.actor, number=g.client.number, on=ON
    ),
    "whether stars may be told": lambda g: tiering.disclosure_of(
        g.session, actor=g.actor, number=g.client.number, on=ON
    ),
    "classes decided by hand": lambda g: tiering.overrides_of(
        g.session, actor=g.actor, number=g.client.number, on=ON
    ),
    "classes asked for": lambda g: tiering.overrides_waiting(
        g.session, actor=g.actor, number=g.client.number, on=ON
    ),
    "clients in their ten days": lambda g: engagements.in_stage(g.session, actor=g.actor, on=ON),
    "my plan items": lambda g: plans.my_items(g.session, actor=g.actor, on=ON),
    "plans": lambda g: plans.plans(g.session, actor=g.actor, on=ON),
    "clients of a tier": lambda g: tiering.clients_of(
        g.session, actor=g.actor, on=ON, where=TierFilter(value=Tier.LOW, risk=Tier.LOW)
    ),
    "clients of a star": lambda g: tiering.clients_of(
        g.session, actor=g.actor, on=ON, where=TierFilter(stars=2)
    ),
    "clients of all tiers": lambda g: tiering.clients_of(
        g.session, actor=g.actor, on=ON, where=TierFilter()
    ),
    "clients near a limit": lambda g: tiering.near_limit(
        g.session, actor=g.actor, on=ON, side=Side.BELOW
    ),
    "clients above a limit": lambda g: tiering.near_limit(
        g.session, actor=g.actor, on=ON, side=Side.ABOVE
    ),
    "clients with facts missing": lambda g: tiering.with_missing(g.session, actor=g.actor, on=ON),
    "pass over the clients": lambda g: tiering.pass_state(g.session, actor=g.actor),
    "distribution of tiers": lambda g: tiering.distribution(g.session, actor=g.actor, on=ON),
    "points counted": lambda g: tiering.score_counts(
        g.session, actor=g.actor, on=ON, axis=TierAxis.VALUE
    ),
    "facts missing counted": lambda g: tiering.missing_counts(g.session, actor=g.actor, on=ON),
    "concentration": lambda g: tiering.concentrations(g.session, actor=g.actor, on=ON),
    "everybody's day": lambda g: renewals.daily(
        g.session, actor=g.actor, day=ON - timedelta(days=1), on=ON, fewest=30
    ),
    "a member's days": lambda g: renewals.member_days(
        g.session, actor=g.actor, staff_id=g.actor.staff_id or 0, day=ON
    ),
    "a member's day": lambda g: renewals.member_day(
        g.session, actor=g.actor, staff_id=g.actor.own_id, on=ON
    ),
    "my day": lambda g: overview.my_day(g.session, actor=g.actor, on=ON, at=AT),
}

RANGE = {"from": ON.replace(day=1), "to": ON}


def opened(code: str, **about: object) -> Query:
    """A figure opened to the first page of its rows and counted again."""

    def query(g: Ground) -> object:
        which = {name: what(g) if callable(what) else what for name, what in about.items()}
        figure = measures.figure(code, 0, about=which)
        return measures.rows_of(g.session, actor=g.actor, figure=figure, on=ON, at=AT)

    return query


OPENED: dict[str, Query] = {
    f"opened: {code}": opened(code, **about)
    for code, about in {
        "clients.claims": {"client": lambda g: g.client.number},
        "clients.complaints": {"client": lambda g: g.client.number},
        "clients.found": {},
        "clients.policies": {"client": lambda g: g.client.number},
        "clients.together": {"client": lambda g: g.client.number},
        "overview.due": {},
        "plans.mine": {},
        "plans.cost": {"client": lambda g: g.client.number},
        "plans.on_time": RANGE,
        "renewals.due_by_week": {},
        "renewals.funnel": RANGE,
        "renewals.my_cases": {"view": "week"},
        "renewals.my_done_today": {},
        "renewals.refusals": RANGE,
        "renewals.refusal_rate": {**RANGE, "by": "product", "reason": "price"},
        "renewals.open_by_group": {"by": "person"},
        "renewals.team_cases": {},
        "renewals.evenness": {},
        "renewals.given_today": {},
        "renewals.load": {"person": lambda g: g.actor.staff_id},
        "renewals.done_today": {"person": lambda g: g.actor.staff_id},
        "renewals.waiting": {},
        "renewals.member_contacts": {"person": lambda g: g.actor.staff_id, **RANGE},
        "renewals.member_reached": {"person": lambda g: g.actor.staff_id, **RANGE},
        "renewals.member_first": {"person": lambda g: g.actor.staff_id, **RANGE},
        "renewals.member_renewed": {"person": lambda g: g.actor.staff_id, **RANGE},
        "renewals.member_overdue": {"person": lambda g: g.actor.staff_id},
        "renewals.rate_clients": {**RANGE, "by": "team"},
        "renewals.rate_policies": {**RANGE, "by": "product"},
        "renewals.rate_premium": {**RANGE, "by": "tier"},
        "renewals.persistency": {**RANGE, "months": "13", "by": "person"},
        "renewals.week_capacity": {"from": ON, "to": ON},
        "tiers.listed": {"value": "low", "risk": "low"},
        "tiers.missing": {},
        "tiers.moved": {"axis": "value", "from": ON, "to": ON},
        "tiers.near": {"side": "below"},
        "tiers.top_fifth": {"column": "income"},
    }.items()
}
"""A figure somebody opens: counted over all its rows, so an index may be walked."""

FIGURES: dict[str, Query] = {
    "due by week": lambda g: renewals.due_by_week(g.session, actor=g.actor),
    "funnel": lambda g: renewals.funnel(
        g.session, actor=g.actor, from_on=ON.replace(day=1), to_on=ON
    ),
    "on time by team": lambda g: plans.team_rates(
        g.session, actor=g.actor, from_on=ON.replace(day=1), to_on=ON, on=ON
    ),
}
"""Sums over many rows: they may walk an index that holds all they need, never the table."""
FIGURES |= {
    "movement of tiers": lambda g: tiering.movement(
        g.session, actor=g.actor, on=ON, axis=TierAxis.VALUE, since=ON
    ),
    "clients who moved": lambda g: tiering.movers(
        g.session, actor=g.actor, on=ON, axis=TierAxis.VALUE, since=ON
    ),
}
MONTHS: dict[str, Any] = {"first": date(2025, 11, 1), "last": date(2026, 10, 31)}
COHORT: dict[str, Any] = {"months": 13, "on": ON}
FIGURES |= {
    "capacity by week": lambda g: renewals.capacity_by_week(
        g.session, actor=g.actor, from_on=ON, weeks=14
    ),
    "outcomes by month": lambda g: renewals.outcomes_by_month(g.session, actor=g.actor, **MONTHS),
    "outcomes by product": lambda g: renewals.outcomes_by(
        g.session, actor=g.actor, **MONTHS, by=Dimension.PRODUCT, of=RateOf.CLIENTS, fewest=30
    ),
    "waits by person": lambda g: renewals.outcomes_by(
        g.session, actor=g.actor, **MONTHS, by=Dimension.PERSON, of=None, fewest=30
    ),
    "cohorts": lambda g: renewals.cohorts(g.session, actor=g.actor, **COHORT),
    "cohorts by line": lambda g: renewals.cohorts_by(
        g.session, actor=g.actor, **COHORT, by=Dimension.LINE, fewest=30
    ),
    "refusal reasons": lambda g: renewals.refusal_reasons(g.session, actor=g.actor, **MONTHS),
    "refusals by tier": lambda g: renewals.refusals_by(
        g.session, actor=g.actor, **MONTHS, by=Dimension.TIER, reason="price", fewest=30
    ),
    "stages of a product": lambda g: renewals.stages(
        g.session, actor=g.actor, **MONTHS, by=Dimension.PRODUCT, code="机动车商业保险"
    ),
    "stages about now": lambda g: renewals.near_stages(g.session, actor=g.actor, on=ON),
    "weeks due": lambda g: renewals.weeks_due(g.session, actor=g.actor),
    "open cases by product": lambda g: renewals.open_by(
        g.session, actor=g.actor, by=Dimension.PRODUCT, week=None, state=None
    ),
    "weeks of a line": lambda g: renewals.weeks_of(
        g.session, actor=g.actor, by=Dimension.LINE, code="motor"
    ),
    "policies of a cohort": lambda g: renewals.cohort_policies(
        g.session,
        actor=g.actor,
        on=ON,
        where=renewals.CohortFilter(13, date(2025, 6, 1), only_unpaid=True),
    ),
    "cases of a product": lambda g: renewals.case_list(
        g.session,
        actor=g.actor,
        on=ON,
        where=renewals.CaseFilter(
            due_from=MONTHS["first"],
            due_to=MONTHS["last"],
            dimension=Dimension.PRODUCT,
            code="机动车商业保险",
            only_terms=True,
            only_open=False,
        ),
    ),
}
FIGURES |= OPENED

ROLES = (Role.SPECIALIST, Role.TEAM_LEAD, Role.MANAGER, Role.COMPLIANCE)
"""One role for each scope: own, team, branch, all."""

OF_A_LEAD = frozenset(
    {
        "conflicts with imports",
        "what clients say",
        "contacts of what clients say",
        "what clients say by product",
        "what clients say in a team",
        "contacts of a product",
        "market information",
        "market information counted",
        "choices of what clients say",
        "conflicts with imports counted",
        "team's queue",
        "team's load",
        "months by the ledger",
        "given today",
        "given today, a class",
        "what nobody has",
        "opened: renewals.team_cases",
        "opened: renewals.evenness",
        "opened: renewals.given_today",
        "opened: renewals.load",
        "opened: renewals.done_today",
        "opened: renewals.member_contacts",
        "opened: renewals.member_overdue",
        "opened: renewals.member_reached",
        "opened: renewals.member_first",
        "opened: renewals.member_renewed",
        "everybody's day",
        "a member's days",
        "a member's day",
        "what a recall would do",
        "what a cover would do",
        *(f"today's cases by {by.value}" for by in CaseClass),
    }
)
# all clients of the company: counting them, up to where the list stops, reads as many
OF_TIERS = frozenset(
    {
        "clients of a tier",
        "clients of a star",
        "clients of all tiers",
        "clients near a limit",
        "clients above a limit",
        "clients with facts missing",
        "pass over the clients",
        "distribution of tiers",
        "points counted",
        "facts missing counted",
        "concentration",
        "movement of tiers",
        "clients who moved",
        "opened: tiers.listed",
        "opened: tiers.missing",
        "opened: tiers.moved",
        "opened: tiers.near",
        "opened: tiers.top_fifth",
    }
)
OF_WHOLE_TIERS = frozenset({"opened: tiers.missing", "opened: tiers.top_fifth"})
"""Of all clients of the company: counting them reads as many."""
OF_RULES = frozenset({"rules", "one rule", "calendar"})

MAY_NOT: dict[Role, frozenset[str]] = {
    Role.SPECIALIST: OF_A_LEAD | OF_RULES | OF_TIERS,
    Role.TEAM_LEAD: OF_RULES,
    Role.COMPLIANCE: OF_A_LEAD | OF_WHOLE_TIERS | {"opened: clients.found"},
}


@pytest.fixture
def ground(session: Session) -> Callable[[Role], Ground]:
    branch = make.make_branch(session)
    team = make.make_team(session, branch=branch)

    def made(role: Role) -> Ground:
        staff = make.make_staff(session, team=team, roles=(role,))
        add_cases(session, branch, team, 3)
        renewal = add_case(session, branch, make.make_staff(session, team=team))
        client = session.get_one(Client, renewal.client_id)
        make.make_access(session, client=client, staff=staff, reason=AccessReason.COVER)
        return Ground(
            session=session,
            actor=make.actor_of(session, staff),
            client=client,
            renewal=renewal,
        )

    return made


def add_cases(session: Session, branch: Branch, team: Team, count: int) -> None:
    """``count`` clients of as many specialists of the team, each with a case."""
    for _ in range(count):
        add_case(session, branch, make.make_staff(session, team=team))


def add_case(session: Session, branch: Branch, owner: Staff) -> Renewal:
    """A client with one of everything, and an open case of theirs."""
    party = make.make_party(session)
    make.make_phone(session, party=party)
    client = make.make_client(session, owner=owner, party=party, branch_id=branch.id)
    policy = make.make_policy(session, client=client)
    case = make.make_renewal(session, policy=policy, assignee=owner)
    make.make_instalment(session, policy=policy)
    make.make_claim(session, policy=policy)
    make.make_complaint(session, client=client)
    make.make_income(session, client=client)
    make.make_contact(session, client=client, staff=owner, renewal_id=case.id)
    make.make_promise(session, client=client, staff=owner, renewal_id=case.id)
    make_lost_case(session, case=case, owner=owner)
    make_referral(session, client=client, staff=owner)
    make.make_engagement(session, client=client, signed_on=ON, is_in_stage=True)
    make_member(session, client=client, staff=owner)
    make_item(session, plan=make_plan(session, client=client), handler=owner)
    run = make.make_tier_run(session)
    make.make_standing(session, client=client, run=run, team_id=owner.team_id)
    make.make_tier_change(session, client=client, run=run)
    return case


def asked(ground: Ground, query: Query) -> Ran:
    ground.session.expire_all()
    with watched(ground.session) as ran:
        query(ground)
    return ran


@pytest.mark.parametrize("role", ROLES)
def test_a_list_is_few_statements_no_more_for_more_rows_and_walks_through_no_large_table(
    session: Session, ground: Callable[[Role], Ground], role: Role, subtests: pytest.Subtests
) -> None:
    """A figure may walk a whole index: a sum over all rows has to."""
    here = ground(role)
    asking = {
        name: query
        for name, query in {**LISTS, **FIGURES}.items()
        if name not in MAY_NOT.get(role, ())
    }
    few: dict[str, int] = {}
    for name, query in asking.items():
        with subtests.test(name):
            ran = asked(here, query)
            few[name] = ran.count
            assert ran.count <= MOST_STATEMENTS, str(ran)
            assert_no_full_scan(session, ran, tables=LARGE, index_walks=name in FIGURES)
    team = session.get_one(Team, here.actor.team_id)
    add_cases(session, session.get_one(Branch, team.branch_id), team, 5)
    for name, statements in few.items():
        with subtests.test(f"{name}, more rows"):
            assert asked(here, asking[name]).count <= statements, "a statement for each row"
