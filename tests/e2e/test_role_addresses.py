"""Every account at the addresses of others: another's client, case, request, file and cookie."""

import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from db.models import Client, Policy, Renewal
from services import people
from services.access import visible_clients
from services.actor import Actor
from services.documents import TicketNotValid
from services.errors import BusinessError, NotPermitted
from terms.people import Role
from tests.e2e.operations import OPERATIONS
from tests.e2e.role_matrix import Matrix, refusing_words
from tests.e2e.serving import PASSWORD
from tests.e2e.tab import Tab
from tests.e2e.ways import Target
from tests.e2e.world import AT, ON
from ui.session import COOKIE, SignInEnded
from words import errors, in_locale

NARROW = ("specialist", "lead", "manager", "client_manager", "officer")
"""One account of every role that opens some clients and not others."""
ACCOUNTS = (*NARROW, "executive", "compliance", "admin", "legal", "hr")
VERIFY = next(each for each in OPERATIONS if each.leaves == "client:verify")
EDIT = next(each for each in OPERATIONS if each.leaves == "client:edit")


@pytest.fixture
def fresh(matrix: Matrix) -> Iterator[Tab]:
    """A browser of its own, whose sign-in may end."""
    tab = Tab(matrix.server.url)
    yield tab
    tab.close()


def says(error: BusinessError) -> str:
    """The sentence the demo accounts read."""
    with in_locale("zh_CN"):
        return errors.sentence(error)


@pytest.mark.parametrize("username", NARROW)
def test_the_address_of_anothers_client_says_nothing(matrix: Matrix, username: str) -> None:
    actor = matrix.world.actor(username)
    with matrix.world.database.reading() as session:
        number, name = session.execute(
            select(Client.number, Client.name)
            .where(~visible_clients(actor, on=ON), Client.name.is_not(None))
            .order_by(Client.id)
            .limit(1)
        ).one()
    before = matrix.world.refusals_of(actor)
    tab = matrix.tab(username).open("client", f"id={number}")
    assert refusing_words() & set(tab.said)
    assert not any(str(name) in text for text in tab.said)
    assert matrix.world.refusals_of(actor) == before + 1


@pytest.mark.parametrize("username", ["specialist", "lead"])
def test_the_address_of_anothers_case_says_nothing(matrix: Matrix, username: str) -> None:
    actor = matrix.world.actor(username)
    with matrix.world.database.reading() as session:
        row = session.execute(
            select(Policy.number, Renewal.due_on, Client.name)
            .join(Renewal, Renewal.policy_id == Policy.id)
            .join(Client, Client.id == Renewal.client_id)
            .where(Renewal.is_open, ~visible_clients(actor, on=ON))
        ).first()
    assert row is not None
    before = matrix.world.refusals_of(actor)
    case = f"{row.number}~{row.due_on:%Y%m%d}"
    tab = matrix.tab(username).open("renewals", f"view=mine&case={case}")
    assert refusing_words() & set(tab.said)
    assert not any(row.name in text for text in tab.said)
    assert matrix.world.refusals_of(actor) == before + 1
    tab.open("renewals", f"view=mine&case={case}")
    assert matrix.world.refusals_of(actor) == before + 2, "another tab, another line"


@pytest.mark.parametrize("username", ACCOUNTS)
def test_a_tickets_file_is_nobody_elses(matrix: Matrix, username: str) -> None:
    owner = "lead2" if username == "lead" else "lead"
    given = matrix.tab(owner).open("clients")
    given.press("clients.export")
    address = given.errand["fetch"]
    actor = matrix.world.actor(username)
    before = matrix.world.refusals_of(actor)
    status, _headers, body = matrix.tab(username).ask("GET", address)
    assert (status, body.decode()) == (404, says(TicketNotValid()))
    assert matrix.world.refusals_of(actor) == before + 1
    assert Tab(matrix.server.url).ask("GET", address)[0] == 401
    assert given.ask("GET", address)[0] == 200, "still good for whom it was made"
    assert given.ask("GET", address)[0] == 404, "once"


def test_a_ticket_is_worth_nothing_once_the_role_is_lost(matrix: Matrix) -> None:
    actor = matrix.world.actor("lead")
    tab = matrix.tab("lead").open("clients")
    tab.press("clients.export")
    before = matrix.world.refusals_of(actor)
    with matrix.world.as_role(actor, Role.SPECIALIST):
        status, _headers, body = tab.ask("GET", tab.errand["fetch"])
    assert (status, body.decode()) == (403, says(NotPermitted()))
    assert matrix.world.refusals_of(actor) == before + 1


@pytest.mark.parametrize("username", ACCOUNTS)
def test_a_cookie_used_after_signing_out_opens_nothing(
    matrix: Matrix, fresh: Tab, username: str
) -> None:
    cookie = fresh.sign_in(username, PASSWORD)
    assert fresh.ask("PUT", "/drafts/matrix/1", b'{"note": "x"}')[0] == 204
    assert listens(fresh) == 200
    fresh.open("my-day")
    assert fresh.ask("POST", "/auth/sign-out")[0] == 204
    fresh.cookie = cookie
    state = matrix.world.state()
    assert fresh.ask("PUT", "/drafts/matrix/1", b'{"note": "y"}')[0] == 401
    assert fresh.ask("GET", "/download/0123456789abcdef")[0] == 401
    assert listens(fresh) == 401
    assert fresh.ask("GET", "/media/0123456789abcdef.png")[0] in (401, 403, 404)
    for page in ("my-day", "clients", "audit", "people"):
        fresh.open(page)
        assert {each.kind for each in fresh.widgets.values()} >= {"text_input"}, "the sign-in form"
        assert not any(key.startswith(("clients.", "audit.", "figure.")) for key in fresh.widgets)
    assert matrix.world.state() == state


def test_a_role_taken_away_by_the_administrator_ends_the_open_screen(
    matrix: Matrix, fresh: Tab
) -> None:
    admin, actor = matrix.world.actor("admin"), matrix.world.actor("lead2")
    target: Target = VERIFY.find(matrix.world, actor)
    fresh.sign_in("lead2", PASSWORD)
    fresh.open(VERIFY.page, target.query)
    set_roles(matrix, admin, actor, Role.HR)
    try:
        state = matrix.world.state()
        VERIFY.press(fresh, target)
        assert matrix.world.state() == state
        assert says(SignInEnded()) in fresh.said
    finally:
        set_roles(matrix, admin, actor, *actor.roles)


def set_roles(matrix: Matrix, admin: Actor, actor: Actor, *roles: Role) -> None:
    matrix.forget(actor.username)
    with matrix.world.database.transaction() as session:
        seen = people.staff_file(session, actor=admin, username=actor.username, on=ON, at=AT)
        people.set_roles(
            session,
            actor=admin,
            staff_id=actor.own_id,
            roles=list(roles),
            at=AT,
            seen_version=seen.version,
        )


def listens(tab: Tab) -> int:
    """The status of the live events for this browser; the stream is left at once."""
    request = urllib.request.Request(tab.url + "/events")
    request.add_header("Cookie", f"{COOKIE}={tab.cookie}")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            answer.readline()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_an_open_form_reads_nothing_more_once_the_role_is_gone(matrix: Matrix) -> None:
    """A form draws itself anew without its page; it goes by the role of now, not of its opening."""
    actor = matrix.world.actor("lead")
    target = EDIT.find(matrix.world, actor)
    tab = matrix.tab("lead").open(EDIT.page, target.query)
    tab.press("client.edit")
    offered = "client.edit-save"
    assert offered in tab.widgets
    with matrix.world.as_role(actor, Role.HR):
        before = matrix.world.refusals_of(actor)
        tab.put("client.edit-needs", "x", sends=True)
        assert says(NotPermitted()) in tab.said
        assert offered not in tab.widgets
        assert matrix.world.refusals_of(actor) > before
