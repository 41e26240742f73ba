"""Untouched cases and sick leave: warned, recalled, covered and given back."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import (
    AuditEntry,
    Client,
    Notification,
    Promise,
    Renewal,
    RenewalAllocation,
    Staff,
    StaffLeave,
)
from db.session import Database
from services import people, renewals
from services.actor import SYSTEM
from services.notifications import NotificationKind
from terms.people import LeaveKind, Role
from terms.renewals import AllocationCause, AllocationWhy, RenewalKind, RenewalState
from tests.make import AT, ON, make_actor, make_promise, make_team
from tests.make.renewals import make_specialists, make_unassigned

DAY = timedelta(days=1)


def held(session: Session, staff: Staff, count: int, *, days_left: int = 5) -> list[Renewal]:
    """Cases somebody was given a fortnight ago and never touched."""
    cases = make_unassigned(session, staff, count)
    for case in cases:
        case.assignee_id, case.state = staff.id, RenewalState.ALLOCATED
        case.assigned_at, case.due_on = AT - 14 * DAY, ON + timedelta(days=days_left)
    session.flush()
    return cases


def looked(session: Session, at: datetime = AT) -> renewals.Recall:
    done = renewals.recall_untouched(session, actor=SYSTEM, on=at.date(), at=at)
    session.expire_all()
    return done


def test_untouched_cases_are_warned_of_once_and_then_recalled(session: Session) -> None:
    first, second = make_specialists(session, 2)
    cases = held(session, first, 3)
    assert looked(session).warned == 3
    told = session.scalars(select(Notification)).one()
    assert (told.staff_id, told.kind) == (first.id, NotificationKind.CASES_UNTOUCHED)
    assert told.data == {"n": 3}
    assert looked(session, AT + timedelta(hours=1)) == renewals.Recall(0, 0, 0)
    assert looked(session, AT + 7 * DAY).recalled == 3
    assert {case.assignee_id for case in cases} == {second.id}
    assert {case.warned_at for case in cases} == {None}
    ledger = session.scalars(select(RenewalAllocation)).all()
    assert {(row.cause, row.from_staff_id, row.staff_id) for row in ledger} == {
        (AllocationCause.RECALLED, first.id, second.id)
    }
    events = session.scalars(
        select(AuditEntry.event).where(AuditEntry.event == "renewal:recall")
    ).all()
    assert len(events) == 2


def test_what_was_touched_or_is_not_yet_to_be_called_is_left(session: Session) -> None:
    first, _ = make_specialists(session, 2)
    early = held(session, first, 1, days_left=80)[0]
    touched, promised = held(session, first, 2)
    touched.last_contact_at = AT - 2 * DAY
    promised.next_at = AT + DAY
    session.flush()
    assert looked(session) == renewals.Recall(0, 0, 0)
    assert early.assignee_id == first.id


def test_an_instalment_is_untouched_from_its_first_reminder_on(session: Session) -> None:
    first, _ = make_specialists(session, 2)
    far, near = held(session, first, 1, days_left=20)[0], held(session, first, 1, days_left=5)[0]
    for case in (far, near):
        case.kind = RenewalKind.INSTALMENT
    session.flush()
    assert looked(session).warned == 1
    assert (far.warned_at, near.warned_at) == (None, AT)


def test_what_nobody_else_may_have_stays(session: Session) -> None:
    (alone,) = make_specialists(session, 1)
    (case,) = held(session, alone, 1)
    looked(session)
    assert looked(session, AT + 7 * DAY) == renewals.Recall(0, 0, 1)
    assert case.assignee_id == alone.id


def test_a_morning_that_recalls_nothing_writes_nothing(database: Database) -> None:
    """Not even where lots are drawn for people the ledger does not know yet."""
    with database.unaudited("test data") as session:
        (alone,) = make_specialists(session, 1)
        (case,) = held(session, alone, 1)
        case.warned_at = AT
    at = AT + 7 * DAY
    with database.transaction() as session:
        done = renewals.recall_untouched(session, actor=SYSTEM, on=at.date(), at=at)
    assert done == renewals.Recall(0, 0, 1)
    with database.reading() as session:
        assert list(session.scalars(select(AuditEntry.event))) == []


def ill(session: Session, actor: Any, staff: Staff, **but: Any) -> int:
    leave = people.give_leave(
        session,
        **{
            "actor": actor,
            "staff_id": staff.id,
            "kind": LeaveKind.SICK,
            "from_on": ON,
            "to_on": ON + 3 * DAY,
            "substitute_id": None,
            "at": AT,
            **but,
        },
    )
    session.expire_all()
    return leave


def test_sick_leave_moves_due_work_at_once_and_gives_it_back(session: Session) -> None:
    team = make_team(session)
    first, second = make_specialists(session, 2, team=team)
    hr = make_actor(session, Role.HR, team=team)
    due, closed, agreed = held(session, first, 3)
    (later,) = held(session, first, 1, days_left=70)
    ill(session, hr, first)
    assert {due.assignee_id, closed.assignee_id, agreed.assignee_id} == {second.id}
    assert later.assignee_id == first.id
    row = session.scalars(
        select(RenewalAllocation).where(RenewalAllocation.renewal_id == due.id)
    ).one()
    assert (row.cause, row.until_on) == (AllocationCause.COVER, ON + 3 * DAY)
    closed.is_open, closed.state = False, RenewalState.RENEWED
    agreed.next_at = AT + 10 * DAY
    promise = make_promise(
        session,
        client=session.get_one(Client, agreed.client_id),
        staff=second,
        renewal_id=agreed.id,
    )
    session.flush()
    back = renewals.keep_cover(session, actor=SYSTEM, on=ON + 3 * DAY, at=AT + 3 * DAY)
    assert back.returned == 0
    back = renewals.keep_cover(session, actor=SYSTEM, on=ON + 4 * DAY, at=AT + 4 * DAY)
    session.expire_all()
    assert back.returned == 2
    assert (due.assignee_id, agreed.assignee_id) == (first.id, first.id)
    assert session.get_one(Promise, promise.id).staff_id == first.id
    assert (closed.assignee_id, closed.state) == (second.id, RenewalState.RENEWED)
    again = renewals.keep_cover(session, actor=SYSTEM, on=ON + 5 * DAY, at=AT + 5 * DAY)
    assert again == renewals.Cover(0, 0, 0)


def test_a_cancelled_sick_leave_gives_it_back_at_once(session: Session) -> None:
    team = make_team(session)
    first, second = make_specialists(session, 2, team=team)
    hr = make_actor(session, Role.HR, team=team)
    (case,) = held(session, first, 1)
    leave = ill(session, hr, first)
    assert case.assignee_id == second.id
    people.cancel_leave(session, actor=hr, leave_id=leave, at=AT, seen_version=1)
    session.expire_all()
    assert case.assignee_id == first.id


def test_the_named_substitute_comes_first(session: Session) -> None:
    team = make_team(session)
    first, second, third = make_specialists(session, 3, team=team)
    hr = make_actor(session, Role.HR, team=team)
    held(session, first, 2)
    ill(session, hr, first, substitute_id=third.id)
    rows = session.scalars(select(RenewalAllocation)).all()
    assert sorted(row.staff_id for row in rows) == sorted((second.id, third.id))
    assert {row.why for row in rows if row.staff_id == third.id} == {AllocationWhy.SUBSTITUTE}


def test_what_a_lead_gave_away_meanwhile_does_not_come_back(session: Session) -> None:
    team = make_team(session)
    first, second, third = make_specialists(session, 3, team=team)
    hr, lead = (
        make_actor(session, Role.HR, team=team),
        make_actor(session, Role.TEAM_LEAD, team=team),
    )
    (case,) = held(session, first, 1)
    ill(session, hr, first)
    to = third if case.assignee_id == second.id else second
    renewals.reassign(
        session,
        actor=lead,
        cases={case.id: case.assignee_id},
        to_staff_id=to.id,
        reason="长期病假",
        on=ON,
        at=AT,
    )
    done = renewals.keep_cover(session, actor=SYSTEM, on=ON + 5 * DAY, at=AT + 5 * DAY)
    session.expire_all()
    assert (done.returned, case.assignee_id) == (0, to.id)


def test_holidays_move_nothing(session: Session) -> None:
    team = make_team(session)
    first, _ = make_specialists(session, 2, team=team)
    hr = make_actor(session, Role.HR, team=team)
    (case,) = held(session, first, 1)
    ill(session, hr, first, kind=LeaveKind.HOLIDAY)
    assert case.assignee_id == first.id


def morning(database: Database, days: int) -> tuple[renewals.Cover, list[dict[str, Any]]]:
    """What a later morning does, committed as the worker does it, and what it has audited."""
    on, at = ON + days * DAY, AT + days * DAY
    with database.transaction() as session:
        done = renewals.keep_cover(session, actor=SYSTEM, on=on, at=at)
    with database.reading() as session:
        entries = select(AuditEntry.detail).where(
            AuditEntry.event == "renewal:cover", AuditEntry.happened_at == at
        )
        return done, list(session.scalars(entries))


def fallen_ill(database: Database, *, cases: int) -> list[int]:
    """Somebody on sick leave for three days more, whose due cases a colleague has; their ids."""
    with database.unaudited("test data") as session:
        team = make_team(session)
        first, _ = make_specialists(session, 2, team=team)
        found = [case.id for case in held(session, first, cases)] if cases else []
        ill(session, make_actor(session, Role.HR, team=team), first)
        return found


def test_a_morning_with_somebody_ill_and_nothing_due_writes_nothing(database: Database) -> None:
    fallen_ill(database, cases=0)
    assert morning(database, 1) == (renewals.Cover(0, 0, 0), [])


def test_a_morning_on_which_all_is_covered_already_writes_nothing(database: Database) -> None:
    fallen_ill(database, cases=2)
    assert morning(database, 1) == (renewals.Cover(0, 0, 0), [])


def test_covers_whose_cases_were_closed_end_and_the_end_is_on_record(database: Database) -> None:
    cases = fallen_ill(database, cases=2)
    with database.unaudited("test data") as session:
        for case_id in cases:
            case = session.get_one(Renewal, case_id)
            case.is_open, case.state = False, RenewalState.RENEWED
    done, (entry,) = morning(database, 4)
    assert done == renewals.Cover(0, 0, 0)
    assert (entry["ended"], entry["returned"]) == (2, 0)
    with database.reading() as session:
        ended = session.scalars(select(RenewalAllocation.returned_on)).all()
    assert ended == [ON + 4 * DAY] * 2
    assert morning(database, 5) == (renewals.Cover(0, 0, 0), [])


def test_a_leave_that_lasts_longer_prolongs_its_covers_on_record(database: Database) -> None:
    fallen_ill(database, cases=1)
    with database.unaudited("test data") as session:
        session.scalars(select(StaffLeave)).one().to_on = ON + 9 * DAY
    done, (entry,) = morning(database, 1)
    assert (done, entry["changed"]) == (renewals.Cover(0, 0, 0), 1)
    with database.reading() as session:
        assert session.scalars(select(RenewalAllocation.until_on)).one() == ON + 9 * DAY
    assert morning(database, 2) == (renewals.Cover(0, 0, 0), [])
