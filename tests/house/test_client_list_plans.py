"""However the list of clients is narrowed, searched or turned, it walks through no large table."""

import pytest
from sqlalchemy.orm import Session

from services import clients
from services.clients import ClientFilters
from terms.clients import ClientType, LifecycleStage
from terms.people import Role
from terms.policies import Line
from tests.house.plans import (
    assert_no_full_scan,
    shared_database,  # noqa: F401 - a fixture
    watched,
)
from tests.make import ON, actor_of, make_policy, make_staff
from tests.make.client_files import make_findable

LARGE = frozenset(
    {"client", "client_access", "client_party", "client_search", "party", "party_phone", "policy"}
)

ASKED = {
    "nothing": ClientFilters(),
    "line": ClientFilters(line=Line.MOTOR),
    "expiry": ClientFilters(expires_within_days=30),
    "expiry and line": ClientFilters(expires_within_days=30, line=Line.MOTOR),
    "thin": ClientFilters(completeness_below=60),
    "thin and stage": ClientFilters(completeness_below=60, stage=LifecycleStage.LOST),
    "group": ClientFilters(client_type=ClientType.GROUP),
    "name": ClientFilters(text="欧阳"),
    "initials": ClientFilters(text="oy"),
    "piece": ClientFilters(text="华信科技"),
    "last four": ClientFilters(text="6721"),
    "phone": ClientFilters(text="13812346721"),
    "ID number": ClientFilters(text="110105198001010016"),
    "policy number": ClientFilters(text="PDAA202633010000077"),
    "text and filters": ClientFilters(text="欧阳", expires_within_days=30, line=Line.MOTOR),
}


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.TEAM_LEAD, Role.MANAGER, Role.COMPLIANCE])
@pytest.mark.parametrize("asked", ASKED)
def test_a_list_of_clients_walks_through_no_large_table(
    session: Session, role: Role, asked: str
) -> None:
    staff = make_staff(session, roles=(role,))
    for number in range(3):
        client = make_findable(session, owner=staff, name=f"欧阳{number}", number=f"C77{number}")
        make_policy(session, client=client)
    actor = actor_of(session, staff)
    for place in ({}, {"after": "C771"}, {"before": "C771"}):
        with watched(session) as ran:
            clients.find(session, actor=actor, on=ON, filters=ASKED[asked], limit=1, **place)
        assert_no_full_scan(session, ran, tables=LARGE)
