"""Cases by class (R77): lists, the queue and the allocation's groups say the same."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy.orm import Session

from db.models import Client
from services import renewals
from services.renewals import UNKNOWN, CaseFilter
from terms.clients import ClientType
from terms.people import Role
from terms.policies import Line
from terms.renewals import CaseClass, RenewalState, WindowStage
from terms.tiering import Tier
from tests.make import AT, ON, make_actor, make_policy, make_renewal, make_team
from tests.make.people import make_staff
from tests.make.renewals import make_team_client
from tests.make.tiers import make_standing

WAN = 1_000_000


def make_case(session: Session, of: Any, **but: Any) -> Any:
    """An open case of a client of the team of ``of``, held by ``but['by']`` or nobody."""
    given = {"client_type": ClientType.INDIVIDUAL, "line": Line.MOTOR, "insured": None, "left": 20}
    asked = {**given, "by": None, **but}
    client = make_team_client(session, of, client_type=asked["client_type"])
    policy = make_policy(
        session, client=client, line=asked["line"], sum_insured_fen=asked["insured"]
    )
    case = make_renewal(
        session,
        policy=policy,
        state=RenewalState.EXTRACTED if asked["by"] is None else RenewalState.ALLOCATED,
        assignee_id=asked["by"],
        due_on=ON + timedelta(days=asked["left"]),
    )
    session.flush()
    return case


@pytest.mark.parametrize(
    ("narrow", "other"),
    [
        ({"client_type": ClientType.GROUP}, {"client_type": ClientType.INDIVIDUAL}),
        ({"line": Line.HOME}, {"line": Line.MOTOR}),
        ({"insured": 60 * WAN}, {"insured": 40 * WAN}),
        ({"insured": 50 * WAN}, {"insured": 100 * WAN}),
        ({"left": -3}, {"left": 40}),
    ],
)
def test_a_class_narrows_the_list_and_the_queue_alike(
    session: Session, narrow: dict[str, Any], other: dict[str, Any]
) -> None:
    team = make_team(session)
    specialist = make_actor(session, Role.SPECIALIST, team=team)
    lead = make_actor(session, Role.TEAM_LEAD, team=team)
    of = make_staff(session, team=team)
    wanted = make_case(session, of, by=specialist.own_id, **narrow)
    make_case(session, of, by=specialist.own_id, **other)
    asked = {
        "client_type": narrow.get("client_type"),
        "line": narrow.get("line"),
        "insured": "50" if "insured" in narrow else "",
        "window": WindowStage.OVERDUE if "left" in narrow else None,
    }
    where = renewals.case_classes(session, on=ON).filter(CaseFilter(), **asked)
    whole = renewals.queue(session, actor=specialist, on=ON, at=AT)
    queued = renewals.queue(session, actor=specialist, on=ON, at=AT, where=where)
    listed = renewals.case_list(session, actor=lead, on=ON, where=where)
    assert len(whole) == 2
    assert [row.id for row in queued] == [row.id for row in listed] == [wanted.id]
    told = renewals.filter_of(renewals.filter_as_json(where))
    assert told == where


def test_a_case_without_a_sum_insured_is_found_as_such(session: Session) -> None:
    team = make_team(session)
    specialist = make_actor(session, Role.SPECIALIST, team=team)
    of = make_staff(session, team=team)
    without = make_case(session, of, by=specialist.own_id)
    make_case(session, of, by=specialist.own_id, insured=0)
    classes = renewals.case_classes(session, on=ON)
    where = classes.filter(CaseFilter(), insured=UNKNOWN)
    found = renewals.queue(session, actor=specialist, on=ON, at=AT, where=where)
    assert [row.id for row in found] == [without.id]
    assert classes.filter(CaseFilter(), insured="12345") == CaseFilter()


def test_groups_hold_what_was_given_today_and_what_nobody_has(session: Session) -> None:
    team = make_team(session)
    lead = make_actor(session, Role.TEAM_LEAD, team=team)
    make_actor(session, Role.SPECIALIST, team=team)
    of = make_staff(session, team=team)
    make_case(session, of, insured=60 * WAN, client_type=ClientType.GROUP)
    make_case(session, of, insured=5 * WAN)
    renewals.allocate(session, actor=lead, on=ON, at=AT)
    make_case(session, of, line=Line.HOME)

    def groups(by: CaseClass) -> list[tuple[str, int, int]]:
        rows = renewals.classed(session, actor=lead, on=ON, by=by)
        return [(row.code, row.given, row.waiting) for row in rows]

    assert groups(CaseClass.CLIENT_TYPE) == [("individual", 1, 1), ("group", 1, 0)]
    assert groups(CaseClass.INSURED) == [("0", 1, 0), ("50", 1, 0), (UNKNOWN, 0, 1)]
    assert groups(CaseClass.LINE) == [("motor", 2, 0), ("home", 0, 1)]
    assert groups(CaseClass.WINDOW) == [("quote", 2, 1)]
    assert sum(given for _, given, _ in groups(CaseClass.TIER)) == 2


def test_another_team_s_cases_are_in_no_group(session: Session) -> None:
    of = make_staff(session, team=make_team(session))
    make_case(session, of)
    stranger = make_actor(session, Role.TEAM_LEAD, team=make_team(session))
    assert renewals.classed(session, actor=stranger, on=ON, by=CaseClass.LINE) == ()


def test_windows_meet_without_a_gap(session: Session) -> None:
    days = renewals.case_classes(session, on=ON).days
    for (_, last), (first, _) in pairwise(days.values()):
        assert last == (first or ON) - timedelta(days=1)


def test_the_value_tier_narrows_too(session: Session) -> None:
    team = make_team(session)
    specialist = make_actor(session, Role.SPECIALIST, team=team)
    of = make_staff(session, team=team)
    high = make_case(session, of, by=specialist.own_id)
    make_case(session, of, by=specialist.own_id)
    client = session.get_one(Client, high.client_id)
    make_standing(session, client=client, value_tier=Tier.HIGH)
    where = renewals.case_classes(session, on=ON).filter(CaseFilter(), tier=Tier.HIGH)
    found = renewals.queue(session, actor=specialist, on=ON, at=AT, where=where)
    assert [row.id for row in found] == [high.id]
