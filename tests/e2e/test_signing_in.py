"""Signing in for real: the form, the cookie, deep links, several tabs, and the way out."""

from playwright.sync_api import Page

from tests.e2e.axe import findings
from tests.e2e.conftest import OpenPage, keyed, settle, sign_in
from tests.e2e.serving import Server

COOKIE = "evergreen_sid"


def form_of(page: Page):  # type: ignore[no-untyped-def]
    return page.get_by_test_id("stForm").locator("input[type=password]")


def cookie_of(page: Page) -> dict[str, object] | None:
    return next((one for one in page.context.cookies() if one["name"] == COOKIE), None)


def wait_for_cookie(page: Page) -> dict[str, object]:
    for _ in range(100):
        found = cookie_of(page)
        if found:
            return found
        page.wait_for_timeout(100)
    raise AssertionError("the browser got no session cookie")


def choose_me(page: Page, act: str) -> None:
    keyed(page, "frame.me").get_by_role("button").first.click()
    page.get_by_text(act, exact=True).last.click()
    settle(page)


def test_a_deep_link_survives_signing_in_and_a_reload(open_as: OpenPage) -> None:
    page = open_as("specialist", "/renewals?view=analysis")
    assert page.url.endswith("/renewals?view=analysis")
    cookie = wait_for_cookie(page)
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Lax"
    page.reload()
    settle(page)
    keyed(page, "frame.me").wait_for()
    assert page.url.endswith("/renewals?view=analysis")


def test_everybody_lands_on_the_screen_of_their_role(open_as: OpenPage) -> None:
    page = open_as("manager")
    keyed(page, "frame.me").wait_for()
    page.wait_for_url("**/renewals*")
    wait_for_cookie(page)


def test_signing_out_ends_every_tab_and_the_cookie_is_worth_nothing(
    open_as: OpenPage, server: Server
) -> None:
    page = open_as("officer", "/my-day")
    cookie = wait_for_cookie(page)
    other = page.context.new_page()
    other.goto(server.url + "/clients")
    settle(other)
    keyed(other, "frame.me").wait_for()
    choose_me(page, "退出登录")
    form_of(page).wait_for()
    keyed(other, "frame.language").get_by_text("EN").click()
    form_of(other).wait_for()
    other.get_by_text("Your sign-in has ended").wait_for()
    page.context.add_cookies([{"name": COOKIE, "value": str(cookie["value"]), "url": server.url}])
    page.reload()
    settle(page)
    form_of(page).wait_for()


def test_another_language_loads_the_page_again_where_it_was(
    open_as: OpenPage, server: Server
) -> None:
    page = open_as("lead", "/renewals?view=team")
    wait_for_cookie(page)
    for word, title in (("EN", "Renewal queue"), ("中", "续保队列")):
        page.evaluate("window.isTheSamePage = true")
        keyed(page, "frame.language").get_by_text(word).click()
        page.wait_for_function("() => !window.isTheSamePage")
        settle(page)
        page.get_by_role("heading", name=title).wait_for()
        assert "/renewals?view=team" in page.url


def test_the_form_is_good_for_everybody(open_as: OpenPage) -> None:
    page = open_as(None, "/my-day")
    assert findings(page) == []
    assert page.get_by_text("client_manager").is_visible()


def test_the_account_opens_and_the_theme_is_kept_on_every_screen(
    open_as: OpenPage, server: Server
) -> None:
    page = open_as("legal", "/my-day")
    wait_for_cookie(page)
    choose_me(page, "我的账号")
    page.get_by_role("dialog").get_by_text("当前密码").wait_for()
    assert findings(page) == []
    with page.expect_navigation():
        page.get_by_role("dialog").get_by_text("深色").click()
    for address in ("/my-day", "/clients"):
        page.goto(server.url + address)
        settle(page)
        colour = page.evaluate(
            "getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
        )
        assert colour == "rgb(16, 24, 21)"


def test_the_search_opens_the_clients(open_as: OpenPage) -> None:
    page = open_as("lead", "/my-day")
    search = keyed(page, "frame.search").locator("input")
    search.fill("张")
    search.press("Enter")
    page.wait_for_url("**/clients?q=*")
    settle(page)


def test_signing_in_again_returns_to_the_same_place(open_as: OpenPage) -> None:
    page = open_as("compliance", "/clients?q=wang")
    choose_me(page, "退出登录")
    sign_in(page, "compliance")
    assert page.url.endswith("/clients?q=wang")
