"""Every screen of the menu in Chromium: closed to strangers, both languages, themes and widths,
nothing that axe finds grave, nothing that runs out of the window.
"""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, StorageState
from sqlalchemy import select, update

from db.models import Client, Staff
from db.session import Database
from services.permissions import ROLE_PERMISSIONS
from services.settings import open_database, settings_from_environment
from terms.people import Locale, Role
from tests.e2e.axe import findings
from tests.e2e.conftest import screenshot, settle, sign_in
from tests.e2e.serving import Server, environment
from tests.e2e.views import LOOKS
from ui import navigation

ACCOUNTS = {
    Role.SPECIALIST: "specialist",
    Role.TEAM_LEAD: "lead",
    Role.MANAGER: "manager",
    Role.COMPLIANCE: "compliance",
    Role.ADMINISTRATOR: "admin",
}
SCREENS = pytest.mark.parametrize("item", navigation.existing(), ids=lambda item: item.name)
SOME_SCREENS = pytest.mark.parametrize(
    "item", navigation.existing()[::4], ids=lambda item: item.name
)
"""A sample; ``tests/proof`` has them all."""


def account_for(item: navigation.Item) -> str:
    """The first account that may open the screen."""
    return next(
        username for role, username in ACCOUNTS.items() if item.permission in ROLE_PERMISSIONS[role]
    )


IN_A_LOOK = pytest.mark.parametrize(
    ("item", "language", "theme", "width"),
    [
        pytest.param(item, *look, id=f"{item.name}-{look[0]}-{look[1]}-{look[2]['width']}")
        for at, item in enumerate(navigation.existing())
        for look in (LOOKS[at % len(LOOKS)],)
    ],
)
"""Each screen once, all eight looks over eight screens; ``tests/proof`` has all of each."""


@pytest.fixture(scope="session")
def company_database(company: Path) -> Iterator[Database]:
    database = open_database(settings_from_environment(environment(company)))
    yield database
    database.engine.dispose()


@pytest.fixture(scope="session")
def somebody(company_database: Database) -> str:
    """The business number of a client of ``specialist``."""
    with company_database.reading() as session:
        number = session.scalar(
            select(Client.number)
            .join(Staff, Staff.id == Client.owner_id)
            .where(Staff.username == "specialist")
            .order_by(Client.id)
        )
    assert number is not None, "the demo gives `specialist` clients"
    return number


@pytest.fixture
def username(item: navigation.Item) -> str:
    return account_for(item)


@pytest.fixture
def address(item: navigation.Item, somebody: str) -> str:
    return f"/{item.address}" + (f"?id={somebody}" if item.name == "client" else "")


@pytest.fixture(scope="session")
def signed_in_once(browser: Browser, server: Server) -> Callable[[str], StorageState]:
    """The cookies of an account that signed in at this server, once for all tests."""

    @cache
    def of(username: str) -> StorageState:
        context = browser.new_context(locale="zh-CN")
        page = context.new_page()
        page.goto(server.url)
        settle(page)
        sign_in(page, username)
        state = context.storage_state()
        context.close()
        return state

    return of


@pytest.fixture
def looking(
    browser: Browser,
    signed_in_once: Callable[[str], StorageState],
    company_database: Database,
    username: str,
    language: str,
    theme: str,
    width: dict[str, int],
) -> Iterator[Page]:
    """A page of the account in the look, signed in already."""
    speaks = update(Staff).where(Staff.username == username)
    with company_database.unaudited("test data") as session:
        session.execute(speaks.values(locale=language))
    context = browser.new_context(
        storage_state=signed_in_once(username),
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        viewport=width,  # type: ignore[arg-type]
        color_scheme=theme,  # type: ignore[arg-type]
        reduced_motion="reduce",
    )
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()
    with company_database.unaudited("test data") as session:
        session.execute(speaks.values(locale=Locale.ZH))


@IN_A_LOOK
def test_a_screen_stands_in_a_look(
    looking: Page,
    server: Server,
    item: navigation.Item,
    address: str,
    language: str,
    theme: str,
    width: dict[str, int],
) -> None:
    name = f"{item.name}-{language}-{theme}-{width['width']}"
    assert_good(looking, server.url + address, name, language=language)


@SOME_SCREENS
def test_the_first_visitor_of_a_fresh_server_sees_nothing_unsigned(
    page: Page, company: Path, address: str
) -> None:
    """Law 2: Streamlit would run a page's file alone for the first address it is asked for."""
    assert_unsigned(page, company, address)


@SOME_SCREENS
def test_a_deep_link_survives_signing_in_and_a_reload(
    page: Page, server: Server, item: navigation.Item, address: str
) -> None:
    assert_deep_link(page, server, item, address)


def assert_unsigned(page: Page, company: Path, address: str) -> None:
    """The first visitor of a fresh server is asked to sign in and sees nothing."""
    fresh = Server(company)
    fresh.start()
    try:
        page.goto(fresh.url + address)
        settle(page)
        assert page.locator("input[type=password]").is_visible()
        assert page.get_by_test_id("stSidebarNavLink").count() == 0
        assert page.get_by_test_id("stDataFrame").count() == 0
        assert page.get_by_test_id("stException").count() == 0
    finally:
        page.close()
        fresh.stop()


def assert_deep_link(page: Page, server: Server, item: navigation.Item, address: str) -> None:
    """The address stays through signing in and a reload, and opens the screen."""
    page.goto(server.url + address)
    settle(page)
    sign_in(page, account_for(item))
    assert page.url.split("?")[0].endswith(f"/{item.address}")
    page.reload()
    settle(page)
    assert page.url.split("?")[0].endswith(f"/{item.address}")
    assert page.locator("input[type=password]").count() == 0
    assert page.get_by_test_id("stHeading").count() >= 1


def assert_good(page: Page, url: str, name: str, *, language: str) -> None:
    """The screen at ``url`` is drawn, fits, and holds nothing grave; its picture is kept."""
    page.goto(url)
    settle(page)
    screenshot(page, name)
    assert page.get_by_test_id("stException").count() == 0
    assert page.locator("input[type=password]").count() == 0, "it asks to sign in again"
    assert page.get_by_test_id("stHeading").count() >= 1, "a screen has a title"
    assert_fits(page)
    if language == Locale.ZH:
        assert_speaks_chinese(page)
    found = findings(page)
    assert found == [], "\n".join(map(str, found))


def assert_speaks_chinese(page: Page) -> None:
    """No English sentence, not even Streamlit's own, on a Chinese screen; a text to say to a client
    in their language is marked as such."""
    english = page.evaluate(
        """() => {
            const sentence = /[A-Za-z][a-z']+(?: [A-Za-z][a-z']+)+/;
            const main = document.querySelector('[data-testid="stMain"]');
            const ours = [...main.querySelectorAll('*')].map(one => one.shadowRoot);
            const apart = 'style, script, [lang^="en"], [data-testid="stVegaLiteChart"]';
            const said = [];
            for (const root of [main, ...ours].filter(Boolean)) {
                for (const field of root.querySelectorAll('[placeholder]'))
                    if (!field.value) said.push(field.placeholder);
                const walk = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
                while (walk.nextNode())
                    if (!walk.currentNode.parentElement?.closest(apart))
                        said.push(walk.currentNode.textContent);
            }
            return said.filter(text => sentence.test(text));
        }"""
    )
    assert english == []


def assert_fits(page: Page) -> None:
    """Nothing makes the window scroll sideways; tables scroll inside themselves."""
    over = page.evaluate(
        """() => {
            const main = document.querySelector('[data-testid="stMain"]');
            return Math.max(main.scrollWidth - main.clientWidth,
                document.documentElement.scrollWidth - window.innerWidth);
        }"""
    )
    assert over <= 0, f"{over} px too wide"
