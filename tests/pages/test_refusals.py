"""What a screen refuses: words for the person, a line in the access log, and neither for more."""

import pytest
from sqlalchemy import delete, select
from streamlit.testing.v1 import AppTest

from db.models import AccessEntry, Client, StaffRole
from db.session import Database
from services import audit
from services.actor import Actor
from services.permissions import Permission
from terms.intake import AccessKind
from terms.people import Locale, Role
from tests.make import AT, actor_of, make_actor, make_client, make_staff
from tests.pages.conftest import OpenPage
from words import in_locale
from words.audit import what_name
from words.permissions import NAMES

NUMBER = "C0000007"


@pytest.fixture
def lead(running: Database) -> Actor:
    """A lead who may change and merge the one client there is."""
    with running.unaudited("test data") as session:
        actor = make_actor(session, Role.TEAM_LEAD)
        make_client(session, number=NUMBER, owner_id=actor.own_id, team_id=actor.team_id)
    return actor


def demote(running: Database, actor: Actor, *roles: Role) -> None:
    """Change the roles of somebody whose screen is open."""
    with running.unaudited("test data") as session:
        session.execute(delete(StaffRole).where(StaffRole.staff_id == actor.own_id))
        session.add_all(StaffRole(staff_id=actor.own_id, role=role) for role in roles)


def refused(running: Database) -> list[str | None]:
    """What the access log says was refused, in order."""
    with running.reading() as session:
        asked = select(AccessEntry.what).where(AccessEntry.kind == AccessKind.REFUSED)
        return list(session.scalars(asked.order_by(AccessEntry.id)))


def told(page: AppTest) -> list[str]:
    return [toast.value for toast in page.toast]


def test_a_refused_page_is_logged_once_a_tab(open_page: OpenPage, running: Database) -> None:
    with running.unaudited("test data") as session:
        actor = make_actor(session, Role.SPECIALIST)
    page = open_page("audit", actor, locale=Locale.EN)
    assert "This screen is not open to your role" in page.title[0].value
    page.run()
    page.run()
    assert refused(running) == ["audit:read"]


def test_an_act_without_its_right_is_refused_in_words_and_logged(
    open_page: OpenPage, running: Database, lead: Actor
) -> None:
    page = open_page("client", lead, locale=Locale.EN, id=NUMBER)
    demote(running, lead, Role.COMPLIANCE)
    page.button(key="client.verify").click().run()
    assert "Your role does not allow this. Nothing was changed." in page.error[0].value
    assert "Your roles were changed: the screens show what they allow now." in told(page)
    assert "client.verify" not in {button.key for button in page.button}
    assert refused(running) == ["client:write"]
    with running.reading() as session:
        assert session.scalar(select(Client.verified_on)) is None


def test_a_button_that_went_with_its_right_says_that_nothing_was_done(
    open_page: OpenPage, running: Database, lead: Actor
) -> None:
    page = open_page("client", lead, locale=Locale.EN, id=NUMBER)
    demote(running, lead, Role.COMPLIANCE)
    page.button(key="client.duplicates").click().run()
    assert told(page) == [
        "Your roles were changed: the screens show what they allow now.",
        "What you pressed is not on this screen any more. Nothing was done.",
    ]
    assert refused(running) == ["press"]
    page.run()
    assert told(page) == []


def test_what_a_colleague_took_away_is_said_and_not_logged(
    open_page: OpenPage, running: Database, lead: Actor
) -> None:
    """The form's button is gone because the colleague's work is done: nobody overstepped."""
    page = open_page("clients", lead)
    page.button(key="clients.new").click().run()
    page.session_state["frame.form"] = ""
    page.button(key="clients.new-save").click().run()
    assert told(page) == ["您点的内容已不在当前页面上，未执行任何操作。"]
    assert refused(running) == []


def test_a_press_that_works_says_nothing_of_the_kind(
    open_page: OpenPage, running: Database, lead: Actor
) -> None:
    page = open_page("client", lead, id=NUMBER)
    for key in ("client.verify", "client.edit", "client.edit-save"):
        page.button(key=key).click().run()
        assert not any("未执行" in text for text in told(page)), key
    assert refused(running) == []


def test_the_log_names_what_was_refused(open_page: OpenPage, running: Database) -> None:
    with running.unaudited("test data") as session:
        reader = make_actor(session, Role.COMPLIANCE)
        staff = make_staff(session, name="何静")
        actor = actor_of(session, staff)
        for what in (Permission.CLIENT_MERGE, "press", "not_theirs", NUMBER):
            audit.record_access(session, actor=actor, kind=AccessKind.REFUSED, at=AT, what=what)
    page = open_page("audit", reader, locale=Locale.EN, view="seen", kind="refused")
    assert list(page.dataframe[0].value["what"]) == [
        "Client file C0000007",
        "A record that is not theirs",
        "A button that was not on their screen",
        "Merging clients",
    ]


def test_every_permission_has_a_name_in_both_languages() -> None:
    assert set(NAMES) == set(Permission)
    for permission in Permission:
        with in_locale("zh_CN"):
            chinese = what_name(permission)
        with in_locale("en"):
            assert what_name(permission) != chinese


@pytest.mark.parametrize(
    ("screen", "view"), [("renewals", "allocation"), ("tiering", "whatif"), ("plans", "stage")]
)
def test_a_view_that_is_not_the_role_s_says_so_and_draws_another(
    open_page: OpenPage, running: Database, screen: str, view: str
) -> None:
    with running.unaudited("test data") as session:
        actor = make_actor(session, Role.EXECUTIVE)
    said = "您的角色不能打开那个视图"
    page = open_page(screen, actor, view=view)
    assert any(said in one.value for one in page.markdown)
    page = open_page(screen, actor)
    assert not any(said in one.value for one in page.markdown)
