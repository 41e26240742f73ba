"""Each member's day, for the lead who looks after them (R160)."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from db.models import Client, Renewal, Staff
from db.session import Database
from services import renewals
from services.errors import NotPermitted
from services.working_calendar import seed_official_days
from terms.people import Role
from terms.renewal_days import StandsOut
from terms.renewals import ContactOutcome, RenewalKind, RenewalState
from tests.make import AT, ON, actor_of, make_actor, make_client, make_policy, make_renewal
from tests.make.people import make_leave, make_staff, make_team
from tests.make.policies import make_contact

THURSDAY = ON - timedelta(days=1)
NINE = datetime(2026, 11, 19, 1, tzinfo=UTC)
"""Nine in the morning of that Thursday."""


def a_case(session: Session, owner: Staff, **but: Any) -> Renewal:
    client = make_client(session, owner=owner, team_id=owner.team_id, branch_id=owner.branch_id)
    policy = make_policy(session, client=client, expiry_on=but.get("due_on", date(2026, 12, 1)))
    return make_renewal(session, policy=policy, assignee=owner, **but)


def call(session: Session, owner: Staff, case: Renewal, at: datetime, **but: Any) -> None:
    client = session.get_one(Client, case.client_id)
    make_contact(session, client=client, staff=owner, renewal_id=case.id, happened_at=at, **but)


def test_a_day_counts_contacts_first_contacts_on_time_and_renewals(database: Database) -> None:
    with database.unaudited("test data") as session:
        seed_official_days(session)
        team = make_team(session)
        one, idle, away = (make_staff(session, team=team, name=name) for name in "甲乙丙")
        lead = make_actor(session, Role.TEAM_LEAD, team=team)
        make_leave(session, staff=away, from_on=THURSDAY, to_on=THURSDAY)
        for owner in (idle, away):
            a_case(session, owner)
        at_once = a_case(session, one, assigned_at=NINE - timedelta(hours=17))
        long_ago = NINE - timedelta(days=30)
        in_time = a_case(session, one, assigned_at=long_ago, due_on=date(2027, 3, 1))
        instalment = a_case(
            session,
            one,
            assigned_at=long_ago,
            kind=RenewalKind.INSTALMENT,
            due_on=THURSDAY + timedelta(days=30),
        )
        late, again = (a_case(session, one, assigned_at=long_ago) for _ in range(2))
        call(session, one, again, NINE - timedelta(days=2))
        for case in (at_once, in_time, instalment, late, again):
            call(session, one, case, NINE)
        call(session, one, again, NINE + timedelta(hours=2), outcome=ContactOutcome.NO_ANSWER)
        a_case(session, one, state=RenewalState.RENEWED, closed_on=THURSDAY)
        a_case(session, one, state=RenewalState.LOST, closed_on=THURSDAY)
        who = one.id
    with database.reading() as session:
        found = renewals.daily(session, actor=lead, day=THURSDAY, on=ON, fewest=30)
        days = renewals.member_days(session, actor=lead, staff_id=who, day=THURSDAY)
        (today, *_rest) = renewals.days_to_look_at(session, on=ON)
    assert [(each.name, each.stands_out) for each in found] == [
        ("乙", StandsOut.NO_CONTACT),
        ("甲", None),
        ("丙", None),
    ]
    mine = found[1]
    done = mine.worked
    assert (done.contacts, done.reached, done.first, done.first_on_time) == (6, 5, 4, 3)
    assert (done.renewed, mine.usual, mine.open_cases) == (1, 0.1, 5)
    assert not found[-1].is_there
    assert days[0] == done
    assert len(days) == 10
    assert sum(each.contacts for each in days) == 7
    assert today == ON


def test_nobody_sees_the_days_of_somebody_they_do_not_lead(database: Database) -> None:
    with database.unaudited("test data") as session:
        seed_official_days(session)
        owner = make_staff(session, team=make_team(session))
        case = a_case(session, owner)
        call(session, owner, case, AT)
        me = actor_of(session, owner)
        stranger = make_actor(session, Role.TEAM_LEAD, team=make_team(session))
        who = owner.id
    with database.reading() as session:
        assert renewals.daily(session, actor=stranger, day=ON, on=ON, fewest=30) == ()
        days = renewals.member_days(session, actor=stranger, staff_id=who, day=ON)
        assert sum(each.contacts for each in days) == 0
        for ask in (
            lambda: renewals.daily(session, actor=me, day=ON, on=ON, fewest=30),
            lambda: renewals.member_days(session, actor=me, staff_id=who, day=ON),
        ):
            with pytest.raises(NotPermitted):
                ask()
