"""The menu: who may open what, and where each role lands."""

import pytest

from services.actor import Actor
from services.permissions import permissions_of, scope_of
from terms.people import Role
from ui import navigation


@pytest.fixture(autouse=True)
def every_screen_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "existing", lambda: navigation.MENU)


def in_role(*roles: Role) -> Actor:
    return Actor(
        staff_id=1,
        username="zhoumin",
        name="周敏",
        roles=roles,
        permissions=permissions_of(roles),
        scope=scope_of(roles),
    )


EVERYBODY = {"my_day", "exports", "approvals"}
FILES = EVERYBODY | {"clients", "client"}
ALL = FILES | {"renewals", "people", "import_book", "rules", "audit", "first_steps"}


@pytest.mark.parametrize(
    ("role", "names"),
    [
        (Role.SPECIALIST, FILES | {"renewals"}),
        (Role.TEAM_LEAD, FILES | {"renewals", "people"}),
        (Role.MANAGER, FILES | {"renewals", "people", "import_book", "rules"}),
        (Role.CLIENT_MANAGER, FILES | {"renewals"}),
        (Role.COMPLAINT_OFFICER, FILES),
        (Role.EXECUTIVE, EVERYBODY | {"renewals"}),
        (Role.COMPLIANCE, FILES | {"renewals", "people", "rules", "audit"}),
        (
            Role.ADMINISTRATOR,
            FILES | {"first_steps", "import_book", "people", "rules", "audit"},
        ),
        (Role.LEGAL, FILES),
        (Role.HR, EVERYBODY | {"people"}),
    ],
)
def test_a_role_opens_its_screens_and_no_other(role: Role, names: set[str]) -> None:
    """Of the screens known here; a screen that is added later comes in with its row."""
    known = {item.name for item in navigation.MENU if item.name in ALL}
    assert {item.name for item in navigation.open_to(in_role(role))} & ALL == names & known


def test_a_stranger_opens_nothing() -> None:
    assert navigation.open_to(None) == ()


def test_two_roles_open_what_either_opens() -> None:
    both = {item.name for item in navigation.open_to(in_role(Role.HR, Role.MANAGER))}
    assert both == {item.name for item in navigation.open_to(in_role(Role.MANAGER))}


@pytest.mark.parametrize(
    ("role", "landing"),
    [(Role.MANAGER, "renewals"), (Role.SPECIALIST, "my_day"), (Role.HR, "my_day")],
)
def test_a_role_lands_on_its_screen(role: Role, landing: str) -> None:
    assert navigation.landing_of(in_role(role)) == landing


def test_a_lead_lands_on_my_day_until_the_morning_screen_works() -> None:
    assert navigation.landing_of(in_role(Role.TEAM_LEAD)) == "my_day"


def test_nobody_lands_where_no_screen_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "existing", lambda: ())
    assert navigation.landing_of(in_role(Role.MANAGER)) is None
