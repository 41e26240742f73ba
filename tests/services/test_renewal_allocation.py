"""Giving cases: the day's allocation and a lead's own hand, as written to the database."""

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import AuditEntry, Client, ClientAccess, Renewal, RenewalAllocation, Rule, Staff
from services import renewals
from services.access import visible_clients
from services.actor import SYSTEM
from services.errors import NotFound, NotPermitted
from terms.clients import AccessReason, ClientType
from terms.people import Role
from terms.policies import Line
from terms.renewals import AllocationCause, RenewalState, UnplacedReason
from terms.tiering import Tier
from tests.make import (
    AT,
    ON,
    actor_of,
    make_actor,
    make_contact,
    make_leave,
    make_promise,
    make_staff,
    make_team,
)
from tests.make.renewals import make_specialists, make_team_client, make_unassigned


def allocated(session: Session, on: date = ON, **but: Any) -> renewals.Allocation:
    given = renewals.allocate(session, **{"actor": SYSTEM, "on": on, "at": AT, **but})
    session.expire_all()
    return given


def test_cases_go_evenly_to_the_team_with_ledger_access_and_audit(session: Session) -> None:
    people = make_specialists(session, 3)
    cases = make_unassigned(session, people[0], 7)
    given = allocated(session)
    assert (given.allocated, given.unallocated, given.working_day) == (7, 0, ON)
    assert sorted(count for _, count in given.by_person) == [2, 2, 3]
    held = Counter(case.assignee_id for case in cases)
    assert held == dict(given.by_person)
    assert {case.state for case in cases} == {RenewalState.ALLOCATED}
    assert {case.version for case in cases} == {2}
    ledger = session.scalars(select(RenewalAllocation)).all()
    assert {(row.renewal_id, row.staff_id) for row in ledger} == {
        (case.id, case.assignee_id) for case in cases
    }
    assert {row.cause for row in ledger} == {AllocationCause.ALLOCATED}
    access = session.scalars(
        select(ClientAccess).where(ClientAccess.reason == AccessReason.ASSIGNED_CASE)
    ).all()
    assert {(row.client_id, row.staff_id) for row in access} == {
        (case.client_id, case.assignee_id) for case in cases
    }
    entry = session.scalars(select(AuditEntry).where(AuditEntry.event == "renewal:allocate")).one()
    assert entry.detail["allocated"] == 7
    assert allocated(session).allocated == 0


def test_everybody_may_open_the_clients_of_their_queue(session: Session) -> None:
    people = make_specialists(session, 2)
    make_unassigned(session, people[0], 6)
    allocated(session)
    for staff in people:
        actor = actor_of(session, staff)
        queued = {row.client_id for row in renewals.queue(session, actor=actor, on=ON, at=AT)}
        seen = set(session.scalars(select(Client.id).where(visible_clients(actor, on=ON))))
        assert len(queued) == 3
        assert queued <= seen


def test_the_owner_keeps_the_client_and_gets_no_second_access(session: Session) -> None:
    people = make_specialists(session, 2)
    owned = make_team_client(session, people[0], owner_id=people[1].id)
    (case,) = make_unassigned(session, people[0], 1, client=owned)
    make_unassigned(session, people[0], 3)
    allocated(session)
    assert case.assignee_id == people[1].id
    assert (
        session.scalars(
            select(ClientAccess).where(
                ClientAccess.client_id == owned.id,
                ClientAccess.reason == AccessReason.ASSIGNED_CASE,
            )
        ).all()
        == []
    )


def test_who_spoke_to_the_client_last_goes_on(session: Session) -> None:
    people = make_specialists(session, 3)
    client = make_team_client(session, people[0])
    make_contact(session, client=client, staff=people[2], happened_at=AT - timedelta(days=300))
    make_contact(session, client=client, staff=people[1], happened_at=AT - timedelta(days=200))
    (case,) = make_unassigned(session, people[0], 1, client=client)
    make_unassigned(session, people[0], 2)
    allocated(session)
    assert case.assignee_id == people[1].id


def test_ties_rotate_by_the_ledger(session: Session) -> None:
    people = make_specialists(session, 3)
    got = []
    for day in range(3):
        (case,) = make_unassigned(session, people[0], 1)
        allocated(session, ON + timedelta(days=day))
        got.append(case.assignee_id)
        case.is_open = False
        case.state = RenewalState.RENEWED
        session.flush()
    assert sorted(got) == sorted(person.id for person in people)


def test_leave_is_that_of_the_working_day_allocated_for(session: Session) -> None:
    people = make_specialists(session, 2)
    saturday, monday = ON + timedelta(days=1), ON + timedelta(days=3)
    make_leave(session, staff=people[0], from_on=monday, to_on=monday)
    make_leave(session, staff=people[1], from_on=saturday, to_on=saturday)
    cases = make_unassigned(session, people[0], 2)
    given = allocated(session, saturday)
    assert given.working_day == monday
    assert {case.assignee_id for case in cases} == {people[1].id}


@pytest.mark.parametrize(
    ("but", "reason"),
    [
        ({"roles": (Role.CLIENT_MANAGER,)}, UnplacedReason.NOBODY),
        ({"in_service_to": ON - timedelta(days=1)}, UnplacedReason.ABSENT),
        ({"weekly_capacity": 0}, UnplacedReason.CAPACITY),
        ({"lines": (Line.CARGO,)}, UnplacedReason.LINE),
    ],
)
def test_what_nobody_may_have_is_counted_with_its_reason(
    session: Session, but: dict[str, Any], reason: UnplacedReason
) -> None:
    (staff,) = make_specialists(session, 1, **but)
    make_unassigned(session, staff, 2)
    given = allocated(session)
    assert (given.allocated, given.unallocated) == (0, 2)
    assert given.unplaced == ((reason, 2),)


def test_registration_counts_where_the_rule_asks_for_it(session: Session) -> None:
    (staff,) = make_specialists(session, 1, registration_number=None)
    make_unassigned(session, staff, 1)
    rule = session.scalars(select(Rule).where(Rule.key == "renewal.registration_required")).one()
    rule.value = True
    session.flush()
    assert allocated(session).unplaced == ((UnplacedReason.UNREGISTERED, 1),)
    rule.value = False
    session.flush()
    assert allocated(session).allocated == 1


def test_a_client_without_team_goes_to_the_branch(session: Session) -> None:
    (staff,) = make_specialists(session, 1)
    make_specialists(session, 1)
    client = make_team_client(session, staff, team_id=None)
    (case,) = make_unassigned(session, staff, 1, client=client)
    allocated(session)
    assert case.assignee_id == staff.id


def test_a_lead_allocates_the_own_team_only(session: Session) -> None:
    (mine,), (other,) = make_specialists(session, 1), make_specialists(session, 1)
    (own,), (foreign,) = make_unassigned(session, mine, 1), make_unassigned(session, other, 1)
    lead = actor_of(
        session,
        make_staff(
            session, team_id=mine.team_id, branch_id=mine.branch_id, roles=(Role.TEAM_LEAD,)
        ),
    )
    assert allocated(session, actor=lead).allocated == 1
    assert (own.assignee_id, foreign.assignee_id) == (mine.id, None)
    with pytest.raises(NotPermitted):
        allocated(session, actor=make_actor(session))


def moved(session: Session, actor: Any, cases: list[Renewal], to: Staff) -> Any:
    done = renewals.reassign(
        session,
        actor=actor,
        cases={case.id: case.assignee_id for case in cases},
        to_staff_id=to.id,
        reason="病假",
        on=ON,
        at=AT,
    )
    session.expire_all()
    return done


def test_a_lead_moves_cases_with_appointment_ledger_and_access(session: Session) -> None:
    team = make_team(session)
    first, second = make_specialists(session, 2, team=team)
    cases = make_unassigned(session, first, 4)
    allocated(session)
    lead = make_actor(session, Role.TEAM_LEAD, team=team)
    taken = [case for case in cases if case.assignee_id == first.id]
    promise = make_promise(
        session,
        client=session.get_one(Client, taken[0].client_id),
        staff=first,
        renewal_id=taken[0].id,
    )
    done = moved(session, lead, cases, second)
    assert (done.moved, done.same) == (2, 2)
    assert {case.assignee_id for case in cases} == {second.id}
    assert promise.staff_id == second.id
    ledger = session.scalars(
        select(RenewalAllocation).where(RenewalAllocation.cause == AllocationCause.MOVED)
    ).all()
    assert {(row.from_staff_id, row.staff_id, row.reason, row.by_staff_id) for row in ledger} == {
        (first.id, second.id, "病假", lead.staff_id)
    }
    access = session.execute(
        select(ClientAccess.staff_id, ClientAccess.until).where(
            ClientAccess.client_id == taken[0].client_id,
            ClientAccess.reason == AccessReason.ASSIGNED_CASE,
        )
    )
    until = {row.staff_id: row.until for row in access}
    assert until == {first.id: ON, second.id: None}
    entry = session.scalars(select(AuditEntry).where(AuditEntry.event == "renewal:reassign")).one()
    assert entry.detail["moved"] == 2
    moved(session, lead, taken, first)
    again = session.scalars(
        select(ClientAccess.until).where(
            ClientAccess.client_id == taken[0].client_id, ClientAccess.staff_id == first.id
        )
    ).one()
    assert again is None


def test_cases_are_not_moved_to_whoever_cannot_have_them(session: Session) -> None:
    team = make_team(session)
    (staff,) = make_specialists(session, 1, team=team)
    lead = make_actor(session, Role.TEAM_LEAD, team=team)
    cases = make_unassigned(session, staff, 1)
    away = make_staff(session, team=team)
    make_leave(session, staff=away)
    unfit = {
        "absent": away,
        "line": make_staff(session, team=team, lines=(Line.CARGO,)),
        "nobody": make_staff(session),
    }
    for reason, target in unfit.items():
        with pytest.raises(renewals.AllocationTargetUnfit) as refused:
            moved(session, lead, cases, target)
        assert refused.value.data == {"name": target.name, "reason": reason}


def test_two_leads_at_once_do_not_move_one_case_twice(session: Session) -> None:
    team = make_team(session)
    first, second, third = make_specialists(session, 3, team=team)
    cases = make_unassigned(session, first, 2)
    one, other = (make_actor(session, Role.TEAM_LEAD, team=team) for _ in range(2))
    seen = {case.id: case.assignee_id for case in cases}
    moved(session, one, cases[:1], second)
    with pytest.raises(renewals.CasesMovedMeanwhile) as refused:
        renewals.reassign(
            session,
            actor=other,
            cases=seen,
            to_staff_id=third.id,
            reason="平均分配",
            on=ON,
            at=AT,
        )
    assert refused.value.data == {"count": 1, "who": (second.name,)}
    assert [case.assignee_id for case in cases] == [second.id, None]


def test_cases_of_others_and_closed_ones_are_not_moved(session: Session) -> None:
    team = make_team(session)
    (staff,) = make_specialists(session, 1, team=team)
    lead = make_actor(session, Role.TEAM_LEAD, team=team)
    (foreign,) = make_unassigned(session, make_staff(session), 1)
    (closed,) = make_unassigned(session, staff, 1)
    closed.is_open = False
    closed.state = RenewalState.LOST
    session.flush()
    for case in (foreign, closed):
        with pytest.raises(NotFound):
            moved(session, lead, [case], staff)
    with pytest.raises(NotPermitted):
        moved(session, actor_of(session, staff), [closed], staff)


def test_the_month_and_the_reasons_follow_the_ledger(session: Session) -> None:
    team = make_team(session)
    first, second = make_specialists(session, 2, team=team)
    lead = make_actor(session, Role.TEAM_LEAD, team=team)
    cases = make_unassigned(session, first, 4)
    allocated(session)
    month = {row.staff_id: row for row in renewals.month_by_person(session, actor=lead, on=ON)}
    assert {row.today.cases for row in month.values()} == {2}
    assert {row.month.effort for row in month.values()} == {
        sum(row.effort for row in renewals.given_to(session, actor=lead, on=ON, staff_id=first.id))
    }
    mine = [case for case in cases if case.assignee_id == first.id]
    moved(session, lead, mine, second)
    month = {row.staff_id: row for row in renewals.month_by_person(session, actor=lead, on=ON)}
    assert (month[first.id].today.cases, month[second.id].today.cases) == (0, 4)
    assert month[first.id].month.effort == month[first.id].month.premium_fen == 0
    given = renewals.given_to(session, actor=lead, on=ON, staff_id=second.id)
    assert [row.cause for row in given].count(AllocationCause.MOVED) == 2
    assert renewals.given_to(session, actor=lead, on=ON, staff_id=first.id) == ()
    for where, count in (
        (renewals.CaseFilter(line=given[0].line), 4),
        (renewals.CaseFilter(line=Line.CARGO), 0),
        (renewals.CaseFilter(client_type=ClientType.GROUP, insured_from_fen=1), 0),
        (renewals.CaseFilter(tier=Tier.HIGH), 0),
    ):
        found = renewals.given_to(session, actor=lead, on=ON, staff_id=second.id, where=where)
        assert len(found) == count
    with pytest.raises(NotPermitted):
        renewals.month_by_person(session, actor=actor_of(session, first), on=ON)


def test_what_waits_is_told_by_group_and_limit(session: Session) -> None:
    team = make_team(session)
    (staff,) = make_specialists(session, 1, team=team, lines=(Line.CARGO,))
    lead = make_actor(session, Role.TEAM_LEAD, team=team)
    make_unassigned(session, staff, 2)
    make_unassigned(session, staff, 1, line=Line.CARGO)
    groups = renewals.waiting_groups(session, actor=lead, on=ON)
    assert [(group.line, group.count, group.reason) for group in groups] == [
        (Line.MOTOR, 2, UnplacedReason.LINE),
        (Line.CARGO, 1, None),
    ]
