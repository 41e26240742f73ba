"""The tiers in Chromium: a cell of the matrix lists its clients, the page follows a pass."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.conftest import keyed, settle, sign_in
from tests.e2e.serving import Server, run_job

OpenPage = Callable[..., Page]


def test_a_cell_of_the_matrix_lists_its_clients(open_as: OpenPage) -> None:
    page = open_as("manager", "/tiering")
    chart = keyed(page, "tiering.matrix").locator(".marks").first
    chart.wait_for()
    box = chart.bounding_box()
    assert box is not None
    chart.click(position={"x": box["width"] * 0.45, "y": box["height"] * 0.6})
    way_back = keyed(page, "tiering.unfilter").get_by_role("button").first
    expect(way_back).to_be_visible()
    assert "value=mid&risk=" in page.url
    way_back.click()
    expect(way_back).to_have_count(0)
    assert "value=" not in page.url


def test_the_page_follows_a_pass_that_somebody_runs(page: Page, own_server: Server) -> None:
    page.goto(f"{own_server.url}/tiering")
    settle(page)
    sign_in(page, "manager")
    state = page.get_by_text("分级数据日：2026-11-20")
    expect(state).to_be_visible()
    run_job(own_server.var, "recalculate-tiers", "--on", "2026-11-21")
    expect(page.get_by_text("分级数据日：2026-11-21")).to_be_visible(timeout=20_000)
