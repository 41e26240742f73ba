"""A rule is changed by two people in Chromium, and a notice of holidays adopted."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.e2e.conftest import WIDE, keyed, screenshot, settle, sign_in
from tests.e2e.serving import Server, run_job

NOTICE = """国务院办公厅关于2027年部分节假日安排的通知
国办发明电〔2026〕9号
一、元旦：1月1日（周五）至3日（周日）放假，共3天。
二、春节：2月5日（周五）至11日（周四）放假调休，共8天。2月14日（周日）上班。
三、国庆节、中秋节：10月1日（周五）至7日（周四）放假调休，共7天。9月26日（周日）上班。"""


@pytest.fixture
def second_context(browser: Browser) -> BrowserContext:
    return browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", viewport=WIDE)


def enter(page: Page, server: Server, username: str, address: str) -> None:
    page.goto(server.url + address)
    settle(page)
    sign_in(page, username)
    go(page, server, address)


def go(page: Page, server: Server, address: str) -> None:
    page.goto(server.url + address)
    settle(page)


def press(page: Page, key: str) -> None:
    keyed(page, key).get_by_role("button").click()
    page.wait_for_timeout(150)
    settle(page)


def main(page: Page) -> Locator:
    return page.get_by_test_id("stMain")


def test_a_rule_is_changed_by_two_people_and_takes_effect_by_itself(
    page: Page, own_server: Server, second_context: BrowserContext
) -> None:
    enter(page, own_server, "admin", "/rules?rule=renewal.windows")
    press(page, "rules.change")
    page.get_by_label("开始准备 (天)").fill("-5")
    press(page, "rules.save")
    expect(main(page)).to_contain_text("开始准备：不能小于1。")
    expect(page.get_by_label("开始准备 (天)")).to_have_value("-5")
    page.get_by_label("开始准备 (天)").fill("120")
    page.get_by_label("开始联系 (天)").fill("45")
    page.get_by_label("依据：法规条款、会议决定或文件").fill("2026年11月办公会决定")
    page.get_by_label("理由（审批人会看到）").fill("车险任务进入队列太晚")
    press(page, "rules.save")
    expect(main(page)).to_contain_text("件在办续保任务中")
    screenshot(page, "rules-draft-preview")
    press(page, "rules.ask")
    expect(main(page)).to_contain_text("已提交审批：A000001")

    go(page, own_server, "/approvals?view=mine")
    expect(keyed(page, "approvals.withdraw")).to_be_visible()
    expect(keyed(page, "approvals.approve")).to_have_count(0)

    other = second_context.new_page()
    enter(other, own_server, "compliance", "/approvals")
    expect(main(other)).to_contain_text("120 天")
    press(other, "approvals.approve")
    expect(main(other)).to_contain_text("请填写审批意见")
    keyed(other, "approvals.card").get_by_role("textbox").fill("同意")
    press(other, "approvals.approve")
    expect(main(other)).to_contain_text("没有等您审批的事项。")

    go(page, own_server, "/rules?rule=renewal.windows")
    expect(main(page)).to_contain_text("2026-11-21起有新版本")
    expect(main(page)).to_contain_text("90 天")
    page.get_by_test_id("stMain").get_by_text("变更记录", exact=True).click()
    settle(page)
    expect(main(page)).to_contain_text("意见：同意")
    screenshot(page, "rules-history")
    own_server.stop()
    own_server.but["EVERGREEN_NOW"] = "2026-11-23T09:12:00+08:00"
    own_server.start()
    go(page, own_server, "/rules?rule=renewal.windows")
    expect(main(page)).to_contain_text("自2026-11-21起施行")
    expect(main(page)).to_contain_text("120 天")
    second_context.close()


def test_a_notice_is_read_put_right_and_adopted(
    page: Page, own_server: Server, second_context: BrowserContext
) -> None:
    enter(page, own_server, "admin", "/rules?view=calendar&year=2027")
    page.get_by_label("通知原文").fill(NOTICE)
    press(page, "rules.read")
    expect(main(page)).to_contain_text("春节：文中写明共8天，实际读到7天。")
    page.reload()
    settle(page)
    expect(page.get_by_label("通知原文")).to_have_value(NOTICE)
    page.get_by_label("通知原文").fill(NOTICE.replace("共8天", "共7天"))
    press(page, "rules.read")
    expect(main(page)).to_contain_text("放假 · 春节")
    page.get_by_label("理由（审批人会看到）").fill("通知已公布")
    press(page, "rules.adopt")

    other = second_context.new_page()
    enter(other, own_server, "compliance", "/approvals")
    keyed(other, "approvals.card").get_by_role("textbox").fill("与原文一致")
    press(other, "approvals.approve")
    expect(main(other)).to_contain_text("没有等您审批的事项。")
    go(page, own_server, "/rules?view=calendar&year=2027")
    expect(main(page)).to_contain_text("官方日历覆盖至2027-12-31")
    screenshot(page, "rules-calendar-2027")
    found = run_job(own_server.var, "check")
    codes = {each["code"] for each in found["findings"]}  # type: ignore[union-attr]
    assert not codes & {"calendar_ends", "clocks_past_calendar"}
    second_context.close()
