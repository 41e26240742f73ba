"""The analysis of renewals in Chromium: a bar chooses, choices hold together, one press takes them
away; the policies of a cohort; each member's day."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import OpenPage, keyed, settle

expect.set_options(timeout=20_000)


def bars(page: Page, chart: str) -> Locator:
    return keyed(page, chart).locator('path[aria-roledescription="bar"]')


def test_choices_of_two_charts_hold_together_and_one_press_takes_them_away(
    open_as: OpenPage,
) -> None:
    page = open_as("manager", "/renewals?view=analysis&part=reasons&by=person")
    expect(page.get_by_text("点任一柱条")).to_be_visible()
    expect(page.get_by_text("对应的续保件", exact=True)).to_have_count(0)
    bars(page, "renewals.reasons").first.click()
    expect(page.get_by_text("对应的续保件", exact=True)).to_be_visible()
    settle(page)
    bars(page, "renewals.refused-by").first.click()
    expect(page).to_have_url(re.compile("bar="))
    assert "reason=" in page.url
    link = page.url
    page.goto(link)
    settle(page)
    chosen = keyed(page, "renewals.unfilter").locator("button").first
    expect(chosen).to_contain_text(" · ")
    chosen.click()
    expect(page.get_by_text("点任一柱条")).to_be_visible()
    assert "reason=" not in page.url
    assert "bar=" not in page.url


def test_a_bar_of_persistency_lists_its_policies(open_as: OpenPage) -> None:
    page = open_as("manager", "/renewals?view=analysis&part=persistency&by=line")
    expect(page.get_by_text("对应的保单", exact=True)).to_have_count(0)
    bars(page, "renewals.persistency").first.click()
    expect(page.get_by_text("对应的保单", exact=True)).to_be_visible()
    keyed(page, "renewals.cohort-paid").get_by_text("断交").click()
    expect(page).to_have_url(re.compile("paid=unpaid"))


def test_a_lead_walks_from_a_day_to_the_open_cases(open_as: OpenPage) -> None:
    page = open_as("lead", "/renewals?view=team")
    keyed(page, "renewals.team-show").get_by_text("每日").click()
    people = keyed(page, "renewals.day-people")  # painted; its words stand inside the canvas
    expect(people.locator("canvas").first).to_be_visible()
    expect(
        people.get_by_role("columnheader", name="首次联系按时", include_hidden=True)
    ).to_be_attached()
    keyed(page, "renewals.day-cases").locator("button").first.click()
    expect(page).not_to_have_url(re.compile("show=day"))
    expect(page).to_have_url(re.compile("person="))
