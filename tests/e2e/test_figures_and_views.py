"""In the browser: a figure opens, says it holds, gives its file; a view is kept and picked."""

import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import BrowserContext, Page

from tests.e2e.axe import findings
from tests.e2e.conftest import PHONE, keyed, screenshot, settle, sign_in
from tests.e2e.serving import Server

OpenAs = Callable[..., Page]


def of_figure(page: Page, code: str) -> Page:
    """Open the figure; wait until its dialog stands."""
    keyed(page, f"figure.{code}").locator("button:visible").click()
    page.get_by_role("dialog").get_by_test_id("stDataFrame").wait_for()
    settle(page)
    return page


def test_a_figure_opens_to_its_rows_and_its_file_adds_up(open_as: OpenAs) -> None:
    page = of_figure(open_as("specialist", "/renewals?view=mine"), "renewals.my_to_save")
    dialog = page.get_by_role("dialog")
    assert "✓ 按明细重算" in dialog.inner_text()
    screenshot(page, "figure-zh")
    assert findings(page) == []
    with page.expect_download() as fetched:
        keyed(page, "figure.export").locator("button:visible").click()
    text = Path(fetched.value.path()).read_text(encoding="utf-8-sig")
    assert text.startswith("# ")
    rows = pd.read_csv(io.StringIO(text.partition("\n")[2]))
    whole = f"{round(rows['可挽回（元）'].sum()):,}"
    shown = keyed(page, "figure.renewals.my_to_save").locator("button:visible").first
    assert whole in shown.inner_text()
    assert rows["客户"].str.endswith("**").all()


def test_a_figure_is_opened_and_left_without_the_mouse(open_as: OpenAs) -> None:
    page = open_as("specialist", "/my-day")
    figure = keyed(page, "figure.overview.due").locator("button:visible")
    figure.focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_figure_on_a_phone(context: BrowserContext, server: Server, theme: str) -> None:
    page = context.new_page()
    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(server.url + "/clients")
    settle(page)
    sign_in(page, "lead")
    figure = keyed(page, "figure.clients.found").locator("button:visible")
    box = figure.bounding_box()
    assert box is not None
    assert box["height"] >= 40
    of_figure(page, "clients.found")
    screenshot(page, f"figure-phone-{theme}")
    assert findings(page) == []


def test_a_view_is_kept_pinned_and_picked_with_one_click(
    context: BrowserContext, own_server: Server
) -> None:
    page = context.new_page()
    page.goto(own_server.url + "/clients?expires=30")
    settle(page)
    sign_in(page, "lead")
    menu = keyed(page, "clients.views").locator("button:visible")
    menu.click()
    page.get_by_text("保存当前筛选…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill("月内到期")
    assert findings(page) == []
    keyed(page, "views.save").locator("button:visible").click()
    dialog.wait_for(state="detached")
    settle(page)
    menu.click()
    page.get_by_text("整理视图…").click()
    page.get_by_role("dialog").get_by_role("button", name="置顶").click()
    page.get_by_role("dialog").get_by_role("button", name="取消置顶").wait_for()
    screenshot(page, "views-arranged")
    assert [one for one in findings(page) if "stToast" not in one.inside] == []
    page.goto(own_server.url + "/clients")
    settle(page)
    page.get_by_role("button", name="月内到期").click()
    page.wait_for_url("**/clients?expires=30")
    settle(page)
    screenshot(page, "views-pinned")
