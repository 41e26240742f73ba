"""A recall and a cover: foreseen before they are done, taken back in one press, and then left."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import ClientAccess, Renewal, RenewalAllocation, Staff, Team
from services import people, renewals, undo
from services.actor import SYSTEM, Actor
from services.renewals.standing import month_effort
from terms.clients import AccessReason
from terms.people import LeaveKind, Role
from terms.renewals import AllocationCause, RenewalState
from tests.make import AT, ON, make_actor, make_team
from tests.make.renewals import make_specialists, make_unassigned
from tests.make.tables import all_rows, differences

DAY = timedelta(days=1)
LATER = AT + 7 * DAY
MOTOR_SOON, MOTOR_OVERDUE = 12, 14
"""Effort of a motor case to be reminded of, and of one whose day is over."""


def held(session: Session, staff: Staff, count: int) -> list[Any]:
    """Cases somebody was given a fortnight ago and never touched."""
    cases = make_unassigned(session, staff, count)
    for case in cases:
        case.assignee_id, case.state = staff.id, RenewalState.ALLOCATED
        case.assigned_at, case.due_on = AT - 14 * DAY, ON + 5 * DAY
        session.add(
            ClientAccess(
                staff_id=staff.id, client_id=case.client_id, reason=AccessReason.ASSIGNED_CASE
            )
        )
    session.flush()
    return cases


def team_of_two(session: Session) -> tuple[Team, Actor, Staff, Staff]:
    team = make_team(session)
    lead = make_actor(session, Role.TEAM_LEAD, team=team)
    first, second = make_specialists(session, 2, team=team)
    return team, lead, first, second


def ill(session: Session, staff: Staff, team: Team, **but: Any) -> None:
    people.give_leave(
        session,
        actor=make_actor(session, Role.HR, team=team),
        staff_id=staff.id,
        kind=LeaveKind.SICK,
        at=AT,
        **{"from_on": ON, "to_on": ON + 3 * DAY, "substitute_id": None, **but},
    )
    session.expire_all()


def last_act(session: Session, actor: Actor) -> undo.BatchCard:
    return undo.batches(session, actor=actor, limit=1)[0]


def take_back(session: Session, actor: Actor, at: Any = AT) -> undo.UndoPlan:
    batch = last_act(session, actor)
    done = undo.undo(session, actor=actor, batch_id=batch.id, at=at, on=at.date())
    session.expire_all()
    return done


def effort_of(session: Session, staff: Staff, day: date) -> int:
    return month_effort(session, [staff.id], day).get(staff.id, 0)


def test_a_recall_is_what_was_foreseen_and_goes_back_whole(session: Session) -> None:
    _, lead, first, second = team_of_two(session)
    cases = held(session, first, 2)
    renewals.recall_untouched(session, actor=SYSTEM, on=ON, at=AT)
    session.expire_all()
    before = all_rows(session)
    plan = renewals.foresee_recall(session, actor=lead, on=LATER.date(), at=LATER)
    assert differences(before, all_rows(session)) == {}
    assert {(move.from_name, move.to_name) for move in plan.moves} == {(first.name, second.name)}
    assert plan.by_person == ((second.name, 2),)
    done = renewals.recall_untouched(session, actor=lead, on=LATER.date(), at=LATER, seen=plan.to)
    session.expire_all()
    assert (done.recalled, {case.id: case.assignee_id for case in cases}) == (2, dict(plan.to))
    assert effort_of(session, second, LATER.date()) == 2 * MOTOR_OVERDUE
    act = last_act(session, lead)
    assert (act.about, act.detail["cases"]) == (first.name, 2)
    assert take_back(session, lead, LATER).left_count == 0
    assert differences(before, all_rows(session)) == {}
    assert effort_of(session, second, LATER.date()) == 0


def test_what_was_taken_back_is_not_recalled_again_at_once(session: Session) -> None:
    _, lead, first, _ = team_of_two(session)
    (case,) = held(session, first, 1)
    for at in (AT, LATER):
        renewals.recall_untouched(session, actor=SYSTEM, on=at.date(), at=at)
    take_back(session, lead, LATER)
    again = renewals.recall_untouched(session, actor=SYSTEM, on=LATER.date() + DAY, at=LATER + DAY)
    assert (again.recalled, session.get_one(Renewal, case.id).assignee_id) == (0, first.id)
    much_later = LATER + 14 * DAY
    again = renewals.recall_untouched(session, actor=SYSTEM, on=much_later.date(), at=much_later)
    assert again.recalled == 1


def test_a_recall_that_is_no_longer_what_was_shown_is_refused(session: Session) -> None:
    _, lead, first, _ = team_of_two(session)
    cases = held(session, first, 2)
    renewals.recall_untouched(session, actor=SYSTEM, on=ON, at=AT)
    plan = renewals.foresee_recall(session, actor=lead, on=LATER.date(), at=LATER)
    cases[0].next_at = LATER + DAY
    session.flush()
    with pytest.raises(renewals.RecallChanged):
        renewals.recall_untouched(session, actor=lead, on=LATER.date(), at=LATER, seen=plan.to)
    assert {session.get_one(Renewal, case.id).assignee_id for case in cases} == {first.id}


def test_whose_lead_takes_the_worker_s_recall_back_and_no_other_lead(session: Session) -> None:
    _, lead, first, _ = team_of_two(session)
    stranger = make_actor(session, Role.TEAM_LEAD, team=make_team(session))
    held(session, first, 1)
    for at in (AT, LATER):
        renewals.recall_untouched(session, actor=SYSTEM, on=at.date(), at=at)
    assert undo.batches(session, actor=stranger) == ()
    assert last_act(session, lead).about == first.name


def test_a_cover_is_what_was_foreseen_and_goes_back_whole(session: Session) -> None:
    team, lead, first, second = team_of_two(session)
    cases = held(session, first, 2)
    plan = renewals.foresee_cover(
        session,
        actor=lead,
        staff_id=first.id,
        from_on=ON,
        to_on=ON + 3 * DAY,
        substitute_id=second.id,
        on=ON,
    )
    assert plan.by_person == ((second.name, 2),)
    before = all_rows(session)
    ill(session, first, team, substitute_id=second.id)
    assert {case.id: case.assignee_id for case in cases} == dict(plan.to)
    assert take_back(session, lead).left_count == 0
    left = differences(before, all_rows(session))
    assert left.keys() == {"staff", "staff_leave", "staff_role", "staff_line"}
    assert {case.assignee_id for case in cases} == {first.id}
    assert effort_of(session, second, ON) == 0


def test_what_was_taken_back_stays_with_whoever_is_ill(session: Session) -> None:
    team, lead, first, second = team_of_two(session)
    (case,) = held(session, first, 1)
    ill(session, first, team)
    take_back(session, lead)
    done = renewals.keep_cover(session, actor=SYSTEM, on=ON + DAY, at=AT + DAY)
    assert done == renewals.Cover(0, 0, 0)
    (other,) = held(session, first, 1)
    done = renewals.keep_cover(session, actor=SYSTEM, on=ON + 2 * DAY, at=AT + 2 * DAY)
    session.expire_all()
    assert (done.covered, case.assignee_id, other.assignee_id) == (1, first.id, second.id)


def test_a_case_worked_since_stays_with_its_line_in_the_ledger(session: Session) -> None:
    team, lead, first, second = team_of_two(session)
    worked, idle = held(session, first, 2)
    ill(session, first, team)
    worked.attempts += 1
    session.flush()
    assert take_back(session, lead).left_count == 1
    assert (worked.assignee_id, idle.assignee_id) == (second.id, first.id)
    lines = session.scalars(select(RenewalAllocation)).all()
    assert [(line.renewal_id, line.cause) for line in lines] == [(worked.id, AllocationCause.COVER)]
    assert effort_of(session, second, ON) == MOTOR_SOON
    back = renewals.keep_cover(session, actor=SYSTEM, on=ON + 4 * DAY, at=AT + 4 * DAY)
    session.expire_all()
    assert (back.returned, worked.assignee_id) == (1, first.id)
