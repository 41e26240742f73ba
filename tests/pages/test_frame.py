"""The frame every screen stands in: signed out, signed in, not permitted, session ended."""

from dataclasses import replace
from datetime import timedelta

import bcrypt
import pytest
from streamlit.testing.v1 import AppTest

from db.models import SignInSession, Staff
from db.session import Database
from services import people
from services.actor import Actor
from services.settings import Process, clock_now, process, use_process
from terms.people import Locale, Role
from tests.make import make_actor
from tests.pages.conftest import SHELL, OpenPage
from ui import navigation
from ui.session import ERRAND_KEY, LOCALE_KEY, SESSION_KEY, UNATTENDED_KEY

PASSWORD = "sieben graue Kraniche"


@pytest.fixture
def no_screens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the frame: what stands in it is tested with each screen."""
    monkeypatch.setattr(navigation, "existing", lambda: ())


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """bcrypt at its cheapest, also for the name that nobody has."""
    gensalt = bcrypt.gensalt
    monkeypatch.setattr(bcrypt, "gensalt", lambda _rounds: gensalt(4))


def employ(database: Database, *roles: Role, **but: object) -> Actor:
    with database.unaudited("test data") as session:
        return make_actor(session, *roles, **but)


def keys(page: AppTest) -> set[str]:
    found = (*page.button, *page.text_input, *page.segmented_control)
    return {one.key for one in found if one.key and not one.key.startswith("FormSubmitter")}


def open_form(database: Database) -> AppTest:
    page = AppTest.from_file(str(SHELL), default_timeout=30)
    page.session_state[LOCALE_KEY] = Locale.EN.value
    return page.run()


def fill(page: AppTest, username: str, password: str) -> AppTest:
    page.text_input[0].input(username)
    page.text_input[1].input(password)
    return page.button[0].click().run()


@pytest.mark.usefixtures("no_screens")
def test_a_stranger_sees_the_form_and_nothing_else(open_page: OpenPage) -> None:
    page = open_page("home", None, locale=Locale.EN)
    assert [one.label for one in page.text_input] == ["User name", "Password"]
    assert keys(page) == {"frame.language"}
    assert page.subheader[0].value == "Sign in"


@pytest.mark.usefixtures("no_screens")
def test_the_right_password_opens_the_house(running: Database) -> None:
    with running.unaudited("test data") as session:
        make_actor(
            session, username="zhoumin", password_hash=people.hash_password(PASSWORD, rounds=4)
        )
    page = fill(open_form(running), "zhoumin", "wrong")
    assert page.error[0].value == "User name and password do not belong together."
    page = fill(page, "zhoumin", PASSWORD)
    assert {"frame.search", "frame.language"} <= keys(page)
    assert not page.subheader


@pytest.mark.usefixtures("no_screens")
def test_the_fifth_wrong_password_is_told(running: Database) -> None:
    page = open_form(running)
    for _ in range(5):
        page = fill(page, "nobody", "wrong")
    assert "locked for 15 minutes" in page.error[0].value


@pytest.mark.usefixtures("no_screens")
def test_an_empty_form_is_answered_kindly(running: Database) -> None:
    page = open_form(running).button[0].click().run()
    assert page.warning[0].value == "Type your user name and your password."


@pytest.mark.usefixtures("no_screens")
def test_the_demo_accounts_stand_at_the_form_of_the_demo_only(running: Database) -> None:
    employ(running, Role.MANAGER, username="manager", is_demo=True, password_hash="x")
    assert any("`manager`" in one.value for one in open_form(running).markdown)
    use_process(Process(replace(process().settings, demo=False), running))
    assert not any("manager" in one.value for one in open_form(running).markdown)


@pytest.mark.usefixtures("no_screens")
@pytest.mark.parametrize(("locale", "search"), [(Locale.ZH, "搜索"), (Locale.EN, "Search")])
def test_the_frame_speaks_both_languages(
    open_page: OpenPage, running: Database, locale: Locale, search: str
) -> None:
    page = open_page("home", employ(running), locale=locale)
    assert page.text_input(key="frame.search").label == search


@pytest.mark.usefixtures("no_screens")
def test_switching_the_language_is_kept_with_the_person(
    open_page: OpenPage, running: Database
) -> None:
    actor = employ(running)
    page = open_page("home", actor, locale=Locale.ZH)
    page.segmented_control(key="frame.language").set_value("en").run()
    assert page.text_input(key="frame.search").label == "Search"
    assert page.session_state[ERRAND_KEY]["reload"], "tables measure their letters anew"
    with running.reading() as session:
        assert session.get_one(Staff, actor.own_id).locale == Locale.EN


@pytest.mark.usefixtures("no_screens")
def test_a_revoked_session_ends_at_the_next_click(open_page: OpenPage, running: Database) -> None:
    page = open_page("home", employ(running), locale=Locale.EN)
    with running.transaction() as session:
        people.sign_out(session, session_id=page.session_state[SESSION_KEY], at=clock_now())
    page.run()
    assert page.warning[0].value.startswith("Your sign-in has ended.")
    assert [one.label for one in page.text_input] == ["User name", "Password"]


@pytest.mark.usefixtures("no_screens")
def test_the_last_use_of_a_session_is_written_down(open_page: OpenPage, running: Database) -> None:
    page = open_page("home", employ(running))
    session_id = page.session_state[SESSION_KEY]
    long_ago = clock_now() - timedelta(minutes=30)
    with running.unaudited("test data") as session:
        session.get_one(SignInSession, session_id).last_seen_at = long_ago
    page.run()
    with running.reading() as session:
        assert session.get_one(SignInSession, session_id).last_seen_at > long_ago


@pytest.mark.usefixtures("no_screens")
def test_a_first_password_is_changed_before_anything_else(
    open_page: OpenPage, running: Database
) -> None:
    use_process(Process(replace(process().settings, demo=False), running))
    actor = employ(
        running,
        must_change_password=True,
        password_hash=people.hash_password(PASSWORD, rounds=4),
    )
    page = open_page("home", actor, locale=Locale.EN)
    assert page.title[0].value == "Choose your password"
    assert "frame.search" not in keys(page)
    page.text_input(key="first.password.old").input(PASSWORD)
    page.text_input(key="first.password.new").input("password123")
    page.text_input(key="first.password.again").input("password123")
    page = page.button(key="first.password.save").click().run()
    assert page.error[0].value.startswith("This password is among those")
    page.text_input(key="first.password.old").input(PASSWORD)
    page.text_input(key="first.password.new").input("acht weiße Schwäne")
    page.text_input(key="first.password.again").input("acht weiße Schwäne")
    page = page.button(key="first.password.save").click().run()
    assert "frame.search" in keys(page)


@pytest.mark.parametrize("item", navigation.existing(), ids=lambda item: item.name)
def test_a_role_without_the_permission_reads_why(
    open_page: OpenPage, running: Database, item: navigation.Item
) -> None:
    outsider = next((role for role in Role if item.permission not in permissions(role)), None)
    if outsider is None:
        assert item.name in {"my_day", "exports", "approvals"}
        return
    page = open_page(item.name, employ(running, outsider), locale=Locale.EN)
    assert page.title[0].value == "This screen is not open to your role"
    assert keys(page) == {"frame.home"}


def permissions(role: Role) -> frozenset[str]:
    from services.permissions import ROLE_PERMISSIONS

    return ROLE_PERMISSIONS[role]


@pytest.mark.usefixtures("no_screens")
def test_a_drawing_that_a_change_asked_for_is_no_use_of_the_session(
    running: Database, open_page: OpenPage
) -> None:
    """A screen left alone ends at its idle limit, however much happens on it."""
    page = open_page("home", employ(running, Role.SPECIALIST))
    long_ago = clock_now() - timedelta(minutes=30)

    def seen_last() -> bool:
        with running.reading() as session:
            found = session.get_one(SignInSession, page.session_state[SESSION_KEY])
            return found.last_seen_at == long_ago

    with running.unaudited("test data") as session:
        session.get_one(SignInSession, page.session_state[SESSION_KEY]).last_seen_at = long_ago
    page.session_state[UNATTENDED_KEY] = True
    page.run()
    assert seen_last()
    page.run()
    assert not seen_last()
