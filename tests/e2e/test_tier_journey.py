"""Rules of tiers are tried, published by two people, seen to move clients, and taken back."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.e2e.conftest import WIDE, keyed, screenshot, settle, sign_in
from tests.e2e.serving import Server, run_job

TRY = "/tiering?view=whatif"


@pytest.fixture
def second_context(browser: Browser) -> BrowserContext:
    return browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", viewport=WIDE)


def go(page: Page, server: Server, address: str) -> None:
    page.goto(server.url + address)
    settle(page)


def enter(page: Page, server: Server, username: str, address: str) -> None:
    go(page, server, address)
    sign_in(page, username)
    go(page, server, address)


def press(page: Page, key: str) -> None:
    keyed(page, key).get_by_role("button").click()
    page.wait_for_timeout(150)
    settle(page)


def main(page: Page) -> Locator:
    return page.get_by_test_id("stMain")


def turn(page: Page, name: str, *keys: str) -> None:
    page.get_by_role("slider", name=name).first.focus()
    for key in keys:
        page.keyboard.press(key)
    page.wait_for_timeout(300)
    settle(page)


def decide(page: Page, server: Server) -> None:
    """The compliance officer agrees to what waits."""
    go(page, server, "/approvals")
    keyed(page, "approvals.card").get_by_role("textbox").fill("同意")
    press(page, "approvals.approve")
    expect(main(page)).to_contain_text("没有等您审批的事项。")


def test_what_if_publish_see_the_movement_and_take_it_back(
    page: Page, own_server: Server, second_context: BrowserContext
) -> None:
    run_job(own_server.var, "recalculate-tiers")
    enter(page, own_server, "manager", TRY)
    page.get_by_label("草案名称").fill("2027 年版")
    press(page, "tiering.begin")
    expect(main(page)).to_contain_text("无客户变动 · 共 300 位客户")
    turn(page, "有效保费（元）", *["ArrowRight"] * 15)
    expect(main(page)).to_contain_text("300 位客户中")
    expect(main(page)).to_contain_text("变动的客户，分差大者在前")
    screenshot(page, "tiering-whatif")
    page.reload()
    settle(page)
    expect(page.get_by_role("slider", name="有效保费（元）").first).to_have_value("45")
    moved = main(page).get_by_text("300 位客户中").first.inner_text()

    page.get_by_role("spinbutton").last.focus()
    page.keyboard.press("ArrowDown")
    page.get_by_label("理由（审批人会看到）").fill("低价值客户占用过多服务时间")
    press(page, "tiering.ask")
    expect(main(page)).to_contain_text("已提交审批：A000001")

    other = second_context.new_page()
    enter(other, own_server, "compliance", "/approvals")
    expect(main(other)).to_contain_text("分级规则“2027 年版”")
    expect(main(other)).to_contain_text("价值等级客户数")
    decide(other, own_server)

    done = run_job(own_server.var, "recalculate-tiers")
    assert done["changed"]
    go(page, own_server, TRY)
    expect(main(page)).to_contain_text("已生效并执行")
    changed = moved.split("中")[1].split("位")[0].strip()
    expect(main(page)).to_contain_text(f"变动客户：价值等级 {changed} 位")
    go(page, own_server, "/tiering?view=movement")
    screenshot(page, "tiering-movement")

    go(page, own_server, TRY)
    page.get_by_role("button", name="撤回").click()
    page.get_by_label("理由（审批人会看到）").last.fill("界线定得太低")
    page.locator("[class*='st-key-tiering-ask_back']").get_by_role("button").click()
    settle(page)
    expect(main(page)).to_contain_text("撤回申请待审批")
    decide(other, own_server)
    assert run_job(own_server.var, "recalculate-tiers")["changed"] == done["changed"]
    go(page, own_server, TRY)
    expect(main(page)).to_contain_text("全部客户已回到原等级。")
    second_context.close()
