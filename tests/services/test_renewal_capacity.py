"""Capacity of a week, working time to the first contact, and a member's day."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from services import measures, renewals
from services.errors import NotPermitted
from services.renewals.first_contact import Office, working_minutes
from services.working_calendar import SHANGHAI, calendar_of, seed_official_days
from terms.people import Role
from tests.make import (
    AT,
    ON,
    actor_of,
    make_actor,
    make_client,
    make_contact,
    make_leave,
    make_policy,
    make_renewal,
    make_staff,
    make_team,
)

OFFICE = Office(9 * 60, 12 * 60, 13 * 60 + 30, 18 * 60)
MONDAY = date(2026, 11, 23)


def test_a_week_holds_what_the_people_there_can_work(session: Session) -> None:
    seed_official_days(session)
    team = make_team(session)
    away = make_staff(session, team=team, weekly_capacity=50)
    make_staff(session, team=team, weekly_capacity=23)
    make_staff(session, team=team, weekly_capacity=90, in_service_to=MONDAY - timedelta(days=1))
    make_staff(session, team=make_team(session), weekly_capacity=1_000)
    make_leave(session, staff=away, from_on=MONDAY, to_on=MONDAY + timedelta(days=1))
    lead = make_actor(session, Role.TEAM_LEAD, team=team)
    first, second = renewals.capacity_by_week(session, actor=lead, from_on=MONDAY, weeks=2)
    assert (first.week_on, first.cases, first.away_days) == (MONDAY, 50 * 3 // 5 + 23, 2)
    assert (second.cases, second.away_days) == (50 + 23, 0)
    about = {"from": MONDAY.isoformat(), "to": (MONDAY + timedelta(days=6)).isoformat()}
    shown = measures.figure("renewals.week_capacity", first.cases, about=about)
    opened = measures.rows_of(session, actor=lead, figure=shown, on=ON, at=AT)
    assert opened.worked.numerator == first.cases
    own = renewals.capacity_by_week(session, actor=actor_of(session, away), from_on=ON, weeks=1)
    assert own[0].cases == 50


def test_a_holiday_takes_capacity_and_a_make_up_day_gives_it(session: Session) -> None:
    seed_official_days(session)
    team = make_team(session)
    make_staff(session, team=team, weekly_capacity=50)
    lead = make_actor(session, Role.TEAM_LEAD, team=team)
    found = renewals.capacity_by_week(session, actor=lead, from_on=date(2026, 10, 1), weeks=2)
    assert [(week.working_days, week.cases) for week in found] == [(3, 30), (3, 30)]
    assert not any(week.is_provisional for week in found)


def test_the_weeks_no_calendar_reaches_are_provisional(session: Session) -> None:
    seed_official_days(session)
    lead = make_actor(session, Role.TEAM_LEAD)
    found = renewals.capacity_by_week(session, actor=lead, from_on=date(2026, 12, 21), weeks=3)
    assert [week.is_provisional for week in found] == [False, True, True]


@pytest.mark.parametrize(
    ("opened", "at", "minutes"),
    [
        (date(2026, 11, 23), "2026-11-23T09:00", 0),
        (date(2026, 11, 23), "2026-11-23T08:00", 0),
        (date(2026, 11, 23), "2026-11-23T10:30", 90),
        (date(2026, 11, 23), "2026-11-23T12:45", 180),
        (date(2026, 11, 23), "2026-11-23T14:00", 210),
        (date(2026, 11, 23), "2026-11-23T21:00", 450),
        (date(2026, 11, 23), "2026-11-24T09:30", 480),
        (date(2026, 11, 20), "2026-11-23T09:00", 450),
        (date(2026, 11, 21), "2026-11-23T09:00", 0),
        (date(2026, 11, 20), "2026-11-21T11:00", 450),
        (date(2026, 11, 24), "2026-11-23T11:00", 0),
        (date(2026, 9, 30), "2026-10-08T09:01", 451),
        (date(2026, 10, 9), "2026-10-10T10:00", 510),
    ],
)
def test_working_time_to_the_first_contact(
    session: Session, opened: date, at: str, minutes: int
) -> None:
    seed_official_days(session)
    found = working_minutes(
        calendar_of(session),
        OFFICE,
        from_on=opened,
        at=datetime.fromisoformat(f"{at}:00+08:00"),
        zone=SHANGHAI,
    )
    assert found == minutes


def test_a_contact_counts_in_its_case_and_in_the_members_day(session: Session) -> None:
    team = make_team(session)
    staff = make_staff(session, team=team)
    lead = make_actor(session, Role.TEAM_LEAD, team=team)
    client = make_client(session, owner=staff)
    late = make_policy(session, client=client, expiry_on=ON - timedelta(days=3))
    case = make_renewal(session, policy=late, assignee=staff)
    for days in (0, 6, 7):
        make_contact(
            session, client=client, staff=staff, happened_at=AT - timedelta(days=days, hours=1)
        )
    day = renewals.member_day(session, actor=lead, staff_id=staff.id, on=ON)
    assert (day.contacts_today, day.contacts_week, day.overdue) == (1, 2, 1)
    stranger = make_actor(session, Role.TEAM_LEAD, team=make_team(session))
    other = renewals.member_day(session, actor=stranger, staff_id=staff.id, on=ON)
    assert (other.contacts_today, other.contacts_week, other.overdue) == (0, 0, 0)
    with pytest.raises(NotPermitted):
        renewals.member_day(session, actor=actor_of(session, staff), staff_id=staff.id, on=ON)
    assert (case.contacts, case.first_contact_minutes) == (0, None)
