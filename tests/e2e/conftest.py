"""Browser tests: one running app and one Chromium a worker, a fresh context for each test."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Playwright,
    sync_playwright,
)

from services.settings import open_database, settings_from_environment
from tests.e2e.role_matrix import Matrix
from tests.e2e.serving import PASSWORD, Server, environment, make_company, run_job
from tests.e2e.world import World
from tests.house.sources import ROOT
from ui.session import COOKIE

SCREENS = ROOT / "var" / "screens"
CHROMIUM = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
"""The first of them that this machine has: the headless shell takes half the processor."""
QUIET_CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}

OpenPage = Callable[..., Page]


def pytest_itemcollected(item: pytest.Item) -> None:
    """A browser on a busy machine may miss its time once; a second miss is a failure."""
    item.add_marker(pytest.mark.browser)
    item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=["TimeoutError"]))


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo company of 300 clients; copy it to change it."""
    return _made_once("company", make_company, tmp_path_factory)


def _made_once(
    name: str, make: Callable[[Path], None], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A copy for this test process of what the first one that asks makes for all of the run."""
    ours = tmp_path_factory.getbasetemp()
    root = ours.parent if "PYTEST_XDIST_WORKER" in os.environ else ours
    made, done = root / f"{name}-once", root / f"{name}-once.done"
    with (root / f"{name}-once.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(made, ignore_errors=True)
            made.mkdir()
            make(made)
            done.touch()
    var = tmp_path_factory.mktemp(name) / "var"
    shutil.copytree(made, var)
    return var


@pytest.fixture(scope="session")
def server(company: Path) -> Iterator[Server]:
    """The app on the demo company; tests leave it as they found it or take ``own_server``."""
    running = Server(company)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def changed_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on a company of its own with every class worked out, which tests change and none
    restores."""

    def make(var: Path) -> None:
        make_company(var)
        run_job(var, "recalculate-tiers")

    running = Server(_made_once("changed", make, tmp_path_factory))
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def whole_matrix(changed_server: Server) -> Iterator[Matrix]:
    database = open_database(settings_from_environment(environment(changed_server.var)))
    world = World(database)
    yield Matrix(changed_server, world, world.accounts())
    database.engine.dispose()


@pytest.fixture
def matrix(whole_matrix: Matrix) -> Iterator[Matrix]:
    """The running app with the demo accounts, to drive operations by role; tabs close after."""
    yield whole_matrix
    whole_matrix.close()


@pytest.fixture
def own_server(company: Path, tmp_path: Path) -> Iterator[Server]:
    """A server on a copy of the company, to kill and to change as a test likes."""
    var = tmp_path / "var"
    shutil.copytree(company, var, ignore=shutil.ignore_patterns("*.log"))
    running = Server(var)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as made:
        yield made


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium from this machine; it fails where there is none."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    assert found, "no Chromium: make dev"
    made = playwright.chromium.launch(executable_path=found, args=list(QUIET_CHROMIUM))
    yield made
    made.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser of a colleague in Shanghai, nobody signed in.

    Afterwards: no script failed, no content policy was broken, nothing was asked of the outside.
    """
    made = browser.new_context(
        locale="zh-CN", timezone_id="Asia/Shanghai", viewport=WIDE, reduced_motion="reduce"
    )
    made.set_default_timeout(20_000)
    complaints: list[str] = []
    made.on("weberror", lambda error: complaints.append(f"script: {error.error}"))
    made.on(
        "console",
        lambda message: (
            complaints.append(f"policy: {message.text}")
            if "Content Security Policy" in message.text
            else None
        ),
    )
    made.on(
        "request",
        lambda request: (
            complaints.append(f"outside: {request.url}")
            if urlsplit(request.url).hostname not in {"127.0.0.1", None}
            else None
        ),
    )
    yield made
    made.close()
    assert complaints == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def open_as(page: Page, server: Server) -> OpenPage:
    """``open_as("specialist", "/renewals?view=team")``: sign in, open, wait until it stands."""

    def opened(username: str | None, address: str = "/") -> Page:
        page.goto(server.url + address)
        settle(page)
        if username is not None:
            sign_in(page, username)
        return page

    return opened


def settle(page: Page) -> None:
    """Wait until Streamlit has drawn the page and no run is under way."""
    page.wait_for_function(
        """() => {
            const app = document.querySelector('[data-testid="stApp"]');
            return app && app.dataset.testScriptState === 'notRunning'
                && app.dataset.testConnectionState === 'CONNECTED'
                && !document.querySelector('[data-testid="stSkeleton"], [data-stale="true"]');
        }"""
    )


def sign_in(page: Page, username: str, password: str = PASSWORD) -> None:
    """Fill the sign-in form on ``page``; wait for the screen behind it and for the cookie."""
    form = page.get_by_test_id("stForm")
    form.get_by_role("textbox").nth(0).fill(username)
    form.locator("input[type=password]").fill(password)
    form.get_by_role("button").last.click()
    form.locator("input[type=password]").wait_for(state="detached")
    settle(page)
    for _ in range(200):
        if any(cookie["name"] == COOKIE for cookie in page.context.cookies()):
            return
        page.wait_for_timeout(50)
    raise AssertionError("signed in, and no cookie came")


def keyed(page: Page, key: str) -> Locator:
    """The element with the key ``page.thing``."""
    return page.locator(f".st-key-{key.replace('.', '-')}")


def screenshot(page: Page, name: str) -> Path:
    """Keep a picture of ``page`` as ``var/screens/<name>.png`` for people to look at."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    path = SCREENS / f"{name}.png"
    page.screenshot(path=path, animations="disabled")
    return path
