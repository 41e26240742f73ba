"""My day: all that is due from me, in one list."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from db.models import Client, ImportRun, Renewal, Staff
from services import overview, renewals
from services.actor import Actor
from services.errors import NotPermitted
from services.overview import DayKind
from terms.clients import AccessReason
from terms.intake import ImportKind, ImportState
from terms.people import Role
from terms.policies import Line
from terms.renewals import PromiseKind, PromiseState, RenewalKind, RenewalState
from tests.make import (
    AT,
    ON,
    actor_of,
    make_access,
    make_actor,
    make_client,
    make_instalment,
    make_policy,
    make_promise,
    make_renewal,
    make_staff,
    make_team,
)
from tests.make.renewals import make_due_policy, make_specialists, make_unassigned


def my_day(session: Session, actor: Actor, **but: Any) -> tuple[overview.DayItem, ...]:
    return overview.my_day(session, actor=actor, **{"on": ON, "at": AT, **but})


def case_of(session: Session, staff: Staff, days_left: int, **but: Any) -> Renewal:
    client = make_client(session, owner=staff)
    policy = make_due_policy(session, days_left, client=client)
    return make_renewal(session, policy=policy, assignee=staff, **but)


def test_what_has_a_time_comes_first_then_what_is_due_by_day_and_money(session: Session) -> None:
    staff = make_staff(session)
    client = make_client(session, owner=staff, name="沈丽华")
    noon = make_promise(session, client=client, staff=staff, due_at=AT + timedelta(hours=3))
    late = make_promise(
        session,
        client=client,
        staff=staff,
        kind=PromiseKind.PROMISE,
        due_at=AT - timedelta(days=1),
        what="寄条款",
    )
    small = case_of(session, staff, 3, at_risk_fen=5)
    large = case_of(session, staff, 3, at_risk_fen=9)
    over = case_of(session, staff, -2)
    items = my_day(session, actor_of(session, staff))
    assert [item.kind for item in items] == [
        DayKind.PROMISE,
        DayKind.APPOINTMENT,
        DayKind.RENEWAL_OVERDUE,
        DayKind.RENEWAL_SOON,
        DayKind.RENEWAL_SOON,
    ]
    assert [item.due_at for item in items[:2]] == [late.due_at, noon.due_at]
    assert [item.is_late for item in items] == [True, False, True, False, False]
    assert (items[0].what, items[0].client_name) == ("寄条款", "沈丽华")
    assert items[0].query == (("id", client.number),)
    assert items[2].due_on == over.due_on
    assert [item.amount_fen for item in items[3:]] == [large.at_risk_fen, small.at_risk_fen]


def test_a_promise_to_a_client_one_may_no_longer_open_names_nobody(session: Session) -> None:
    staff = make_staff(session)
    lost = make_client(session, name="沈丽华")
    access = make_access(session, client=lost, staff=staff, reason=AccessReason.COVER, until=ON)
    make_promise(session, client=lost, staff=staff)
    actor = actor_of(session, staff)
    assert [item.client_name for item in my_day(session, actor)] == ["沈丽华"]
    access.until = ON - timedelta(days=1)
    session.flush()
    assert my_day(session, actor) == ()


def test_a_line_of_a_case_opens_that_case(session: Session) -> None:
    staff = make_staff(session)
    actor = actor_of(session, staff)
    case = case_of(session, staff, 3)
    (item,) = my_day(session, actor)
    assert item.page == "renewals"
    (name, reference) = item.query[0]
    found = renewals.case_by_reference(session, actor=actor, reference=reference, on=ON)
    assert (name, found) == ("case", case.id)


def test_an_appointment_of_a_case_stands_once(session: Session) -> None:
    staff = make_staff(session)
    case = case_of(session, staff, 3, next_at=AT + timedelta(hours=1))
    make_promise(
        session,
        client=session.get_one(Client, case.client_id),
        staff=staff,
        renewal_id=case.id,
        due_at=AT + timedelta(hours=1),
    )
    (item,) = my_day(session, actor_of(session, staff))
    assert (item.kind, item.line) == (DayKind.APPOINTMENT, Line.MOTOR)


def test_what_waits_or_is_done_is_left_out(session: Session) -> None:
    staff = make_staff(session)
    case_of(session, staff, 8)
    case_of(session, staff, 3, last_contact_at=AT)
    case_of(session, staff, 3, next_at=AT + timedelta(days=2))
    case_of(session, staff, 3, state=RenewalState.LOST)
    case_of(session, make_staff(session), 3)
    client = make_client(session, owner=staff)
    make_promise(session, client=client, staff=staff, due_at=AT + timedelta(days=1))
    make_promise(session, client=client, staff=staff, state=PromiseState.KEPT)
    make_promise(session, client=client, staff=make_staff(session))
    assert my_day(session, actor_of(session, staff)) == ()


def test_an_instalment_past_its_day_is_in_grace(session: Session) -> None:
    staff = make_staff(session)
    policy = make_policy(session, client=make_client(session, owner=staff), line=Line.LIFE)
    instalment = make_instalment(session, policy=policy, due_on=ON - timedelta(days=5))
    make_renewal(
        session,
        policy=policy,
        assignee=staff,
        kind=RenewalKind.INSTALMENT,
        instalment_id=instalment.id,
        due_on=instalment.due_on,
    )
    (item,) = my_day(session, actor_of(session, staff))
    assert item.kind is DayKind.INSTALMENT_GRACE


def test_a_lead_sees_the_team_s_unassigned_cases_as_one_line(session: Session) -> None:
    team = make_team(session)
    (staff,) = make_specialists(session, 1, team=team)
    make_unassigned(session, staff, 3)
    make_unassigned(session, make_staff(session), 1)
    (item,) = my_day(session, make_actor(session, Role.TEAM_LEAD, team=team))
    assert (item.kind, item.count, item.page) == (DayKind.UNASSIGNED, 3, "renewals")
    assert my_day(session, actor_of(session, staff)) == ()


def test_an_import_with_refused_rows_waits_for_whoever_ran_it(session: Session) -> None:
    manager = make_actor(session, Role.MANAGER)
    for refused, days in ((7, 1), (0, 1), (9, 30)):
        session.add(
            ImportRun(
                kind=ImportKind.BOOK,
                file_name="客户.xlsx",
                file_path="x",
                file_sha256="0" * 64,
                state=ImportState.APPLIED,
                requested_by_id=manager.staff_id,
                finished_at=AT - timedelta(days=days),
                refused=refused,
                created_at=AT,
                updated_at=AT,
            )
        )
    session.flush()
    (item,) = my_day(session, manager)
    assert (item.kind, item.count, item.what) == (DayKind.IMPORT_REFUSED, 7, "客户.xlsx")


def test_a_day_is_cut_at_its_limit_and_refused_without_the_permission(session: Session) -> None:
    staff = make_staff(session)
    for days in (1, 2, 3):
        case_of(session, staff, days)
    actor = actor_of(session, staff)
    assert len(my_day(session, actor, limit=2)) == 2
    with pytest.raises(NotPermitted):
        my_day(session, replace(actor, permissions=frozenset()))
