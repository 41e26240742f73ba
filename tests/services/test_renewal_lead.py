"""What a lead sees of the renewals: load, lists, figures; each by scope."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from db.models import Client, Renewal
from services import renewals
from services.actor import Actor
from services.errors import NotFound, NotPermitted
from services.renewals import CaseFilter, WeekDue
from terms.people import Role
from terms.policies import Line
from terms.renewals import RenewalKind, RenewalState
from tests.make import (
    AT,
    ON,
    actor_of,
    make_actor,
    make_branch,
    make_client,
    make_contact,
    make_leave,
    make_renewal,
    make_staff,
    make_team,
)
from tests.make.renewals import make_due_policy, make_specialists

MONDAY = date(2026, 11, 16)


def case_of(session: Session, staff: Any, days_left: int = 10, **but: Any) -> Renewal:
    client = make_client(session, owner=staff)
    policy = make_due_policy(
        session, days_left, client=client, premium_fen=but.pop("premium_fen", 100_000)
    )
    assigned = but.pop("assigned", True)
    return make_renewal(session, policy=policy, assignee=staff if assigned else None, **but)


def lead_of(session: Session, *roles: Role) -> tuple[Actor, list[Any]]:
    """Somebody who leads, and two specialists of their team."""
    team = make_team(session)
    people = make_specialists(session, 2, team=team)
    return make_actor(session, *(roles or (Role.TEAM_LEAD,)), team=team), people


def test_the_load_stands_per_person_with_what_nobody_has_first(session: Session) -> None:
    lead, (busy, away) = lead_of(session)
    make_leave(session, staff=away)
    for days in (-3, 7, 40, 80):
        case_of(session, busy, days, at_risk_fen=10)
    case_of(session, busy, assigned=False)
    case_of(session, busy, state=RenewalState.LOST)
    done = case_of(session, busy, 20)
    make_contact(
        session,
        client=session.get_one(Client, done.client_id),
        staff=busy,
        renewal_id=done.id,
    )
    case_of(session, make_staff(session))
    nobody, first, second = renewals.team_load(session, actor=lead, on=ON)
    assert (nobody.staff_id, nobody.open_cases, nobody.may_take) == (None, 1, False)
    assert (first.staff_id, first.open_cases, first.due_week) == (busy.id, 5, 2)
    assert (first.premium_fen, first.done_today) == (500_000, 1)
    assert first.load_percent == round(100 * 4 * 7 / (150 * 60))
    assert (second.staff_id, second.open_cases) == (away.id, 0)
    assert (second.is_on_leave, second.may_take) == (True, False)
    assert [each.staff_id for each in renewals.assignees(session, actor=lead, on=ON)] == [busy.id]


def test_a_manager_sees_the_branch_and_a_specialist_no_load(session: Session) -> None:
    branch = make_branch(session)
    staff = [make_staff(session, team=make_team(session, branch=branch)) for _ in range(2)]
    make_staff(session)
    manager = make_actor(session, Role.MANAGER, team=make_team(session, branch=branch))
    seen = {each.staff_id for each in renewals.team_load(session, actor=manager, on=ON)}
    assert seen == {each.id for each in staff}
    with pytest.raises(NotPermitted):
        renewals.team_load(session, actor=actor_of(session, staff[0]), on=ON)


def listed(session: Session, actor: Actor, **where: Any) -> list[int]:
    found = renewals.case_list(session, actor=actor, on=ON, where=CaseFilter(**where))
    return [row.id for row in found]


def test_a_list_shows_what_the_clicked_bar_stands_for(session: Session) -> None:
    lead, (staff, other) = lead_of(session)
    plain = case_of(session, staff, 10)
    quoted = case_of(session, staff, 12, state=RenewalState.QUOTED, reached=RenewalState.QUOTED)
    refused = case_of(session, other, 30, refusal_reason="price")
    lost = case_of(session, staff, 5, state=RenewalState.LOST)
    nobodys = case_of(session, staff, 40, assigned=False)
    assert listed(session, lead) == [plain.id, quoted.id, refused.id, nobodys.id]
    week = {"due_from": ON + timedelta(days=8), "due_to": ON + timedelta(days=11)}
    assert listed(session, lead, **week) == [plain.id]
    assert listed(session, lead, states=(RenewalState.QUOTED,)) == [quoted.id]
    assert listed(session, lead, reached=RenewalState.CONTACTED) == [quoted.id]
    assert listed(session, lead, refusal_reason="price") == [refused.id]
    assert listed(session, lead, assignee_id=other.id) == [refused.id]
    assert listed(session, lead, unassigned=True) == [nobodys.id]
    assert listed(session, lead, only_open=False)[0] == lost.id
    assert listed(session, lead, line=Line.CARGO) == []
    assert listed(session, lead, kind=RenewalKind.INSTALMENT) == []
    queue = renewals.team_queue(session, actor=lead, on=ON, assignee_id=other.id)
    assert [(row.id, row.assignee_name) for row in queue] == [(refused.id, other.name)]


def test_a_list_is_paged_by_key(session: Session) -> None:
    lead, (staff, _) = lead_of(session)
    for place in range(5):
        case_of(session, staff, 10 + place % 2)
    whole = listed(session, lead)
    paged: list[int] = []
    after = None
    while page := renewals.case_list(session, actor=lead, on=ON, after=after, limit=2):
        paged += [row.id for row in page]
        after = page[-1].key
    assert paged == whole
    assert len(set(whole)) == 5


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.TEAM_LEAD, Role.MANAGER, Role.COMPLIANCE])
def test_everybody_lists_the_cases_of_their_scope(session: Session, role: Role) -> None:
    branch = make_branch(session)
    team = make_team(session, branch=branch)
    me = make_staff(session, team=team, roles=(role,))
    own = case_of(session, me)
    teams = case_of(session, make_staff(session, team=team))
    branchs = case_of(session, make_staff(session, team=make_team(session, branch=branch)))
    foreign = case_of(session, make_staff(session))
    seen = listed(session, actor_of(session, me))
    widest = {
        Role.SPECIALIST: 1,
        Role.TEAM_LEAD: 2,
        Role.MANAGER: 3,
        Role.COMPLIANCE: 4,
    }[role]
    assert seen == [case.id for case in (own, teams, branchs, foreign)][:widest]
    weeks = renewals.due_by_week(session, actor=actor_of(session, me))
    assert sum(each.cases for each in weeks) == widest


def test_an_executive_reads_figures_but_no_names(session: Session) -> None:
    case_of(session, make_staff(session))
    executive = make_actor(session, Role.EXECUTIVE)
    assert sum(each.cases for each in renewals.due_by_week(session, actor=executive)) == 1
    with pytest.raises(NotPermitted):
        listed(session, executive)


def test_what_is_due_is_folded_to_weeks_and_states(session: Session) -> None:
    lead, (staff, _) = lead_of(session)
    for days_left, state in (
        (-4, RenewalState.ALLOCATED),
        (2, RenewalState.ALLOCATED),
        (3, RenewalState.ALLOCATED),
        (3, RenewalState.QUOTED),
        (4, RenewalState.LOST),
    ):
        case_of(session, staff, days_left, state=state)
    weeks = renewals.due_by_week(session, actor=lead)
    assert weeks == (
        WeekDue(MONDAY, RenewalState.ALLOCATED, 2, 200_000),
        WeekDue(MONDAY + timedelta(days=7), RenewalState.ALLOCATED, 1, 100_000),
        WeekDue(MONDAY + timedelta(days=7), RenewalState.QUOTED, 1, 100_000),
    )


LAST_DUE = ON + timedelta(days=30)


def period() -> dict[str, date]:
    return {"from_on": ON, "to_on": LAST_DUE}


def test_the_funnel_counts_how_far_the_cases_of_a_period_came(session: Session) -> None:
    lead, (staff, _) = lead_of(session)
    for state, reached in (
        (RenewalState.ALLOCATED, RenewalState.EXTRACTED),
        (RenewalState.LOST, RenewalState.QUOTED),
        (RenewalState.RENEWED, RenewalState.RENEWED),
    ):
        case_of(session, staff, state=state, reached=reached)
    case_of(session, staff, 31, reached=RenewalState.AGREED)
    stages = renewals.funnel(session, actor=lead, **period())
    assert {each.stage: each.cases for each in stages} == {
        "extracted": 3,
        "contacted": 2,
        "quoted": 2,
        "agreed": 1,
        "renewed": 1,
    }
    assert [each.premium_fen for each in stages] == [300_000, 200_000, 200_000, 100_000, 100_000]


def test_figures_of_nothing_are_empty(session: Session) -> None:
    lead, _ = lead_of(session)
    assert renewals.due_by_week(session, actor=lead) == ()
    assert renewals.refusal_reasons(session, actor=lead, first=ON, last=LAST_DUE) == ()
    stages = renewals.funnel(session, actor=lead, **period())
    assert [(each.cases, each.premium_fen) for each in stages] == [(0, 0)] * 5
    with pytest.raises(NotPermitted):
        renewals.due_by_week(session, actor=make_actor(session, Role.HR))


def test_a_case_is_found_by_the_reference_of_its_address(session: Session) -> None:
    lead, (staff, _) = lead_of(session)
    case = case_of(session, staff)
    (row,) = renewals.queue(session, actor=actor_of(session, staff), on=ON, at=AT)
    brief = renewals.brief(session, actor=lead, renewal_id=row.id, on=ON, at=AT)
    reference = renewals.reference(brief.policy_number, brief.due_on)
    found = renewals.case_by_reference(session, actor=lead, reference=reference, on=ON)
    assert found == case.id
    for actor, wrong in ((make_actor(session), reference), (lead, "P1"), (lead, "P1~20269999")):
        with pytest.raises(NotFound):
            renewals.case_by_reference(session, actor=actor, reference=wrong, on=ON)
