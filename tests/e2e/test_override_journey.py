"""A client's stars are decided by two people in Chromium; the open file follows by itself, and
what is printed for others names none.
"""

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from sqlalchemy import select

from db.models import Client, ClientStanding, Staff
from services.settings import open_database, settings_from_environment
from tests.e2e.conftest import WIDE, keyed, screenshot, settle, sign_in
from tests.e2e.serving import Server, environment, run_job


@pytest.fixture
def second_context(browser: Browser) -> BrowserContext:
    return browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", viewport=WIDE)


@pytest.fixture
def number(own_server: Server) -> str:
    """A client of the manager's branch with two stars."""
    run_job(own_server.var, "recalculate-tiers")
    database = open_database(settings_from_environment(environment(own_server.var)))
    with database.reading() as session:
        found = session.scalars(
            select(Client.number)
            .join(ClientStanding, ClientStanding.client_id == Client.id)
            .join(Staff, Staff.branch_id == Client.branch_id)
            .where(Staff.username == "manager", ClientStanding.stars == 2)
            .order_by(Client.id)
            .limit(1)
        ).one()
    database.engine.dispose()
    return found


def enter(page: Page, server: Server, username: str, address: str) -> None:
    page.goto(server.url + address)
    settle(page)
    sign_in(page, username)
    page.goto(server.url + address)
    settle(page)


def press(page: Page, key: str) -> None:
    keyed(page, key).get_by_role("button").first.click()
    page.wait_for_timeout(150)
    settle(page)


def choose(page: Page, key: str, option: str) -> None:
    keyed(page, key).locator("input").click()
    page.get_by_role("option", name=option, exact=True).click()
    settle(page)


def panel(page: Page) -> Locator:
    return keyed(page, "client-tiers")


def test_stars_decided_by_hand_show_on_the_open_file_and_on_no_paper(
    page: Page, own_server: Server, second_context: BrowserContext, number: str
) -> None:
    enter(page, own_server, "manager", f"/client?id={number}")
    expect(panel(page)).to_contain_text("★★☆☆☆ 2 星")
    press(page, "client.tier-override")
    choose(page, "client.tier-axis", "客户星级")
    choose(page, "client.tier-held", "4 星")
    keyed(page, "client.tier-until").get_by_role("spinbutton").first.click()
    page.keyboard.type("20270331")
    keyed(page, "client.tier-why").locator("textarea").fill("区域龙头企业")
    page.keyboard.press("Tab")
    settle(page)
    press(page, "client.tier-ask")
    expect(panel(page)).to_contain_text("已申请核定，待审批")
    expect(panel(page)).to_contain_text("★★☆☆☆ 2 星")

    other = second_context.new_page()
    enter(other, own_server, "compliance", "/approvals")
    expect(other.get_by_test_id("stMain")).to_contain_text("客户星级：核定为4 星")
    keyed(other, "approvals.card").get_by_role("textbox").fill("同意")
    press(other, "approvals.approve")

    expect(panel(page)).to_contain_text("★★★★☆ 4 星", timeout=15_000)
    expect(panel(page)).to_contain_text("按规则：2 星")
    screenshot(page, "client-tier-by-hand")
    run_job(own_server.var, "recalculate-tiers", "--full")
    page.reload()
    settle(page)
    expect(panel(page)).to_contain_text("★★★★☆ 4 星")

    press(page, "client.print")
    press(page, "client.print-make")
    with page.context.expect_page() as opened:
        keyed(page, "client.print-open").locator("a").click()
    paper = opened.value
    paper.wait_for_load_state()
    expect(paper.locator("main")).to_contain_text("保单")
    assert "星" not in paper.locator("main").inner_text()
    second_context.close()
