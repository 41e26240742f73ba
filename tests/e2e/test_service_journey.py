"""A client manager engages a prospect, finishes the ten days, plans, and lowers a standard."""

import re
import sqlite3
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.e2e.axe import findings
from tests.e2e.conftest import WIDE, keyed, screenshot, settle, sign_in
from tests.e2e.serving import Server
from tests.make.papers import PDF

expect.set_options(timeout=20_000)


@pytest.fixture
def second_context(browser: Browser) -> BrowserContext:
    return browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", viewport=WIDE)


def a_prospect(server: Server) -> str:
    """A client of the demo client manager with papers and two of a team, taken back to before the
    engagement; the client's number."""
    database = sqlite3.connect(server.var / "evergreen.sqlite", timeout=20)
    with database:
        ((client_id, number),) = database.execute(
            """
            SELECT client.id, client.number FROM client
            JOIN client_standing ON client_standing.client_id = client.id
            JOIN staff ON staff.username = 'lead' AND staff.team_id = client.team_id
            WHERE (SELECT count(*) FROM document d WHERE d.client_id = client.id) > 6
            AND NOT EXISTS (SELECT 1 FROM service_plan p WHERE p.client_id = client.id)
            LIMIT 1
            """
        ).fetchall()
        for act in (
            "DELETE FROM engagement_promise WHERE client_id = ?",
            "DELETE FROM engagement WHERE client_id = ?",
            "DELETE FROM service_team_member WHERE client_id = ? AND role = 'member'",
            "UPDATE client SET stage = 'prospect' WHERE id = ?",
            "UPDATE client_standing SET stars = 3, realised_fen = 2000000 WHERE client_id = ?",
        ):
            database.execute(act, (client_id,))
    database.close()
    return str(number)


def go(page: Page, server: Server, address: str) -> None:
    page.goto(server.url + address)
    settle(page)


def press(page: Page, key: str) -> None:
    keyed(page, key).get_by_role("button").first.click()
    page.wait_for_timeout(200)
    settle(page)


def main(page: Page) -> Locator:
    return page.get_by_test_id("stMain")


def dialog(page: Page) -> Locator:
    return page.locator("[role=dialog]")


def choose(page: Page, key: str, text: str) -> None:
    keyed(page, key).locator("input").click()
    keyed(page, key).locator("input").fill(text)
    page.get_by_role("option").first.click()
    settle(page)


def write(page: Page, key: str, text: str) -> None:
    field = keyed(page, key).locator("textarea, input").first
    field.fill(text)
    field.press("Tab")
    settle(page)


def test_a_prospect_is_engaged_planned_for_and_a_standard_lowered_by_two_people(
    page: Page, own_server: Server, second_context: BrowserContext, tmp_path: Path
) -> None:
    number = a_prospect(own_server)
    service = f"/client?id={number}&view=service"
    go(page, own_server, service)
    sign_in(page, "client_manager")
    go(page, own_server, service)
    expect(main(page)).to_contain_text("该客户仍是准客户")

    press(page, "client.engage")
    expect(keyed(page, "client.engage-text").locator("textarea")).to_have_value(
        re.compile("委托协议书")
    )
    write(page, "client.engage-promises", "每季度上门拜访一次")
    paper = tmp_path / "委托协议书正本.pdf"
    paper.write_bytes(PDF + b"% signed")
    dialog(page).locator("input[type=file]").set_input_files(paper)
    expect(dialog(page).get_by_text("委托协议书正本.pdf")).to_be_visible()
    press(page, "client.engage-save")
    expect(main(page)).to_contain_text("正式客户")
    expect(keyed(page, "client.strip")).to_contain_text("无普通成员")
    expect(main(page)).to_contain_text("正本已归档")

    press(page, "client.team-add-here")
    choose(page, "client.team-person", "")
    write(page, "client.team-duties", "回访与资料整理")
    press(page, "client.team-save")
    expect(keyed(page, "client.strip-team")).to_contain_text("完成")
    press(page, "client.rate")
    expect(keyed(page, "client.strip-star")).to_contain_text("完成")

    press(page, "client.plan-begin")
    expect(keyed(page, "client.strip-plan")).to_contain_text("未提意见")
    press(page, "client.plan-head")
    write(page, "client.head-theme", "今年抓雇主责任险覆盖")
    write(page, "client.head-opinion", "同意，首次拜访请提前约定")
    press(page, "client.head-save")
    expect(keyed(page, "client.plan")).to_contain_text("今年抓雇主责任险覆盖")
    press(page, "client.plan-open")
    press(page, "client.plan-open-go")
    expect(keyed(page, "client.plan")).to_contain_text("执行中")
    for clock in ("team", "file", "star", "plan"):
        expect(keyed(page, f"client.strip-{clock}")).to_contain_text("完成")
    go(page, own_server, service)
    screenshot(page, "service-strip-done")
    assert findings(page) == [], "axe"

    visit = page.locator("[class*=st-key-client-item-change]").first.get_by_role("button")
    visit.click()
    settle(page)
    press(page, "client.item-drop")
    expect(dialog(page)).to_contain_text("这样会低于服务标准")
    write(page, "client.item-why", "客户要求减少打扰")
    screenshot(page, "service-lowering-refused")
    press(page, "client.item-drop")
    expect(keyed(page, "client.plan")).to_contain_text("待审批：A000001")
    expect(keyed(page, "client.plan")).not_to_contain_text("低于标准")

    other = second_context.new_page()
    go(other, own_server, "/approvals")
    sign_in(other, "lead")
    go(other, own_server, "/approvals")
    expect(main(other)).to_contain_text("低于标准或超过限额")
    screenshot(other, "service-lowering-approval")
    keyed(other, "approvals.card").get_by_role("textbox").fill("同意")
    press(other, "approvals.approve")
    expect(main(other)).to_contain_text("没有等您审批的事项。")

    go(page, own_server, service)
    expect(keyed(page, "client.plan")).to_contain_text("低于标准")
    expect(keyed(page, "client.plan")).to_contain_text("第2版")
    page.locator("[class*=st-key-client-item-done]").first.get_by_role("button").click()
    settle(page)
    press(page, "client.done-save")
    expect(dialog(page)).to_contain_text("请填写服务过程")
    write(page, "client.done-what", "电话沟通保障需求")
    write(page, "client.done-reaction", "希望了解雇主责任险")
    press(page, "client.done-save")
    expect(dialog(page)).to_have_count(0)
    go(page, own_server, f"/client?id={number}&view=talks")
    expect(main(page)).to_contain_text("客户反应：希望了解雇主责任险")
    second_context.close()
