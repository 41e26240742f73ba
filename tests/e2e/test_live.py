"""Live screens in Chromium: a colleague's change shows by itself, and takes nothing from anybody.

Changes are made in the database by this process, as another server or the worker makes them.
"""

import random
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from db.models import Renewal, Staff
from db.session import Database
from services import notifications
from services.notifications import NotificationKind
from services.settings import open_database, settings_from_environment
from tests.e2e.conftest import keyed, settle, sign_in
from tests.e2e.serving import Server, environment
from tests.make import AT

SEEN_WITHIN = 2.0
"""Seconds (issue 3, *Shown when* 2), on an otherwise idle machine."""
LISTENING = "() => Object.keys(window.evergreenLive?.heard.mine ?? {}).length > 0"


@pytest.fixture
def desk(own_server: Server) -> Iterator[Database]:
    """The database of the running server, as another process has it open."""
    database = open_database(settings_from_environment(environment(own_server.var)))
    yield database
    database.engine.dispose()


def opened(page: Page, server: Server, username: str, address: str) -> Page:
    page.goto(server.url + address)
    settle(page)
    sign_in(page, username)
    page.wait_for_function(LISTENING)
    settle(page)
    page.wait_for_timeout(1500)
    return page


def staff_id(desk: Database, username: str) -> int:
    with desk.reading() as session:
        return session.scalars(select(Staff.id).where(Staff.username == username)).one()


def tell(desk: Database, username: str, occasion: str) -> None:
    whom = staff_id(desk, username)
    with desk.unaudited("test") as session:
        notifications.notify(
            session,
            staff_ids=[whom],
            kind=NotificationKind.CASES_GIVEN,
            occasion=occasion,
            data={"n": 2},
            at=AT,
        )


def give_case(desk: Database, username: str) -> None:
    """One open case of somebody else becomes that of ``username``."""
    whom = staff_id(desk, username)
    with desk.unaudited("test") as session:
        case = session.scalars(
            select(Renewal.id)
            .where(Renewal.is_open, Renewal.assignee_id != whom)
            .order_by(Renewal.at_risk_fen.desc())
            .limit(1)
        ).one()
        session.execute(update(Renewal).where(Renewal.id == case).values(assignee_id=whom))


@contextmanager
def changing(change: Callable[[int], None], *, every: float) -> Iterator[None]:
    """``change`` again and again, from another thread, until the block ends."""
    over = threading.Event()

    def work() -> None:
        number = 0
        while not over.wait(every):
            number += 1
            change(number)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def bell(page: Page) -> str:
    return keyed(page, "frame.bell").locator("button").inner_text()


def test_a_change_is_seen_in_a_second_browser_within_two_seconds(
    page: Page, browser: Browser, own_server: Server, desk: Database
) -> None:
    other_context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    try:
        first = opened(page, own_server, "specialist", "/my-day")
        second = opened(other_context.new_page(), own_server, "lead", "/my-day")
        took = []
        for number in (1, 2, 3):
            began = time.monotonic()
            tell(desk, "specialist", f"e2e:{number}")
            keyed(first, "frame.bell").get_by_text(str(number), exact=True).wait_for()
            took.append(time.monotonic() - began)
            first.wait_for_timeout(2500)
        assert min(took) < SEEN_WITHIN, took
        assert sorted(took)[1] < SEEN_WITHIN + 1, took
        assert "1" not in bell(second)
    finally:
        other_context.close()


def test_all_tabs_of_a_browser_share_one_stream(
    page: Page, own_server: Server, desk: Database
) -> None:
    tabs = [opened(page, own_server, "specialist", "/my-day")]
    for _number in range(2):
        tab = page.context.new_page()
        tab.goto(own_server.url + "/my-day")
        tab.wait_for_function(LISTENING)
        settle(tab)
        tabs.append(tab)
    assert listeners(own_server) == 1
    tell(desk, "specialist", "for all tabs")
    for tab in reversed(tabs):
        tab.bring_to_front()
        keyed(tab, "frame.bell").get_by_text("1", exact=True).wait_for()
    for tab in tabs[1:]:
        tab.close()
    page.wait_for_timeout(500)
    assert listeners(own_server) == 1


def listeners(server: Server) -> int:
    asked = urllib.request.Request(
        server.url + "/metrics", headers={"Authorization": "Bearer metrics-token-of-the-tests"}
    )
    with urllib.request.urlopen(asked, timeout=10) as answer:
        text = answer.read().decode()
    line = next(one for one in text.splitlines() if one.startswith("evergreen_live_listeners "))
    return int(float(line.split()[1]))


def test_the_menu_counts_by_itself(page: Page, own_server: Server, desk: Database) -> None:
    opened(page, own_server, "specialist", "/my-day")
    badge = page.get_by_test_id("stSidebarNav").locator("a[href$='/renewals'] .stMarkdownBadge")
    before = int(badge.inner_text())
    give_case(desk, "specialist")
    expect(badge).to_have_text(str(before + 1), timeout=15_000)


def test_no_click_is_lost_while_everything_changes(
    page: Page, own_server: Server, desk: Database
) -> None:
    """Streamlit drops a click that another drawing overtakes; ours give way to hands."""
    opened(page, own_server, "specialist", "/renewals")
    dice = random.Random(7)
    with changing(lambda number: tell(desk, "specialist", f"rain:{number}"), every=0.25):
        for turn in range(24):
            page.wait_for_timeout(dice.randrange(0, 2200))
            is_week = turn % 2 == 0
            keyed(page, "renewals.show").locator("button").nth(2 if is_week else 0).click()
            page.wait_for_function(
                "(wanted) => location.search.includes('show=week') === wanted",
                arg=is_week,
                timeout=5000,
            )


def test_typing_goes_on_while_everything_changes(
    page: Page, own_server: Server, desk: Database
) -> None:
    opened(page, own_server, "specialist", "/renewals")
    note = page.locator("section.form textarea")
    note.click()
    said = "客户说下周二下午再打电话，先把报价单发给他看。"
    with changing(lambda number: tell(desk, "specialist", f"rain:{number}"), every=0.25):
        for letter in said:
            page.keyboard.insert_text(letter)
            page.wait_for_timeout(120)
        page.wait_for_timeout(2500)
    assert note.input_value() == said
    page.keyboard.insert_text("！")
    assert note.input_value() == said + "！"


def test_my_queue_offers_new_cases_and_waits(
    page: Page, own_server: Server, desk: Database
) -> None:
    opened(page, own_server, "specialist", "/renewals")
    case = page.locator("section.form").get_attribute("data-case")
    give_case(desk, "specialist")
    offer = keyed(page, "renewals.load").locator("button")
    offer.wait_for()
    assert page.locator("section.form").get_attribute("data-case") == case
    offer.click()
    offer.wait_for(state="detached")
    settle(page)
    assert page.locator("section.form").count() == 1


def test_a_table_in_use_is_offered_the_news(page: Page, own_server: Server, desk: Database) -> None:
    opened(page, own_server, "lead", "/renewals?view=team")
    box = keyed(page, "renewals.people").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 200, box["y"] + 50)
    settle(page)
    give_case(desk, "specialist")
    offer = page.locator("button.offer")
    offer.wait_for()
    offer.click()
    offer.wait_for(state="detached")


def test_the_server_stops_at_once_though_somebody_listens(page: Page, own_server: Server) -> None:
    opened(page, own_server, "specialist", "/my-day")
    began = time.monotonic()
    own_server.stop()
    assert time.monotonic() - began < 8


def test_the_screen_of_a_sign_in_that_ended_shows_the_door(
    page: Page, browser: Browser, own_server: Server
) -> None:
    """A second tab of the browser signs out: the first is not left with what it showed."""
    opened(page, own_server, "specialist", "/my-day")
    other = page.context.new_page()
    other.goto(own_server.url + "/my-day")
    settle(other)
    keyed(other, "frame.me").locator("button").first.click()
    other.get_by_text("退出登录").click()
    other.locator("input[type=password]").wait_for()
    page.bring_to_front()
    page.locator("input[type=password]").wait_for()
