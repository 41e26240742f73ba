"""Role × page in the running app: what a role may open is drawn, what not is refused with words
and logged; addresses of files say nothing to strangers. ``tests/proof`` has every role.
"""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from db.models import Staff, StaffRole
from db.session import Database
from services.permissions import ROLE_PERMISSIONS
from services.settings import open_database, settings_from_environment
from terms.people import Role
from tests.e2e.conftest import WIDE, settle, sign_in
from tests.e2e.serving import Server, environment
from ui import navigation

REFUSED = "您的角色不能打开这个页面"
"""The title of the screen that says no; the demo accounts read Chinese."""


@pytest.fixture(scope="session")
def accounts(company: Path) -> Iterator[dict[Role, str]]:
    """One demo account of every role."""
    database: Database = open_database(settings_from_environment(environment(company)))
    with database.reading() as session:
        found = session.execute(
            select(StaffRole.role, Staff.username)
            .join(Staff, Staff.id == StaffRole.staff_id)
            .where(Staff.is_demo, Staff.password_hash.is_not(None))
            .order_by(Staff.id.desc())
        )
        yield {role: username for role, username in found}
    database.engine.dispose()


@pytest.mark.parametrize("role", [Role.SPECIALIST, Role.TEAM_LEAD, Role.EXECUTIVE, Role.HR])
def test_a_role_opens_its_screens_and_no_other(
    browser: Browser, server: Server, accounts: dict[Role, str], role: Role
) -> None:
    assert_role(browser, server, accounts[role], role)


def assert_role(browser: Browser, server: Server, username: str, role: Role) -> None:
    """``username`` opens every screen of ``role``; the others say no, and the log says so."""
    context = browser.new_context(
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        viewport=WIDE,  # type: ignore[arg-type]
        reduced_motion="reduce",
    )
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.goto(server.url)
    settle(page)
    sign_in(page, username)
    before = refusals(server)
    refused = 0
    for item in navigation.existing():
        page.goto(f"{server.url}/{item.address}")
        settle(page)
        assert page.get_by_test_id("stException").count() == 0, item.name
        title = page.get_by_test_id("stHeading").first.inner_text()
        may = item.permission in ROLE_PERMISSIONS[role]
        assert (REFUSED in title) is not may, f"{role}: {item.name}: {title}"
        refused += not may
    assert refusals(server) - before >= refused
    context.close()


def refusals(server: Server) -> int:
    """Lines of the log that say a page was refused."""
    count = 0
    for line in server.log.read_text(errors="replace").splitlines():
        try:
            count += json.loads(line).get("event") == "page refused"
        except (ValueError, AttributeError):
            continue
    return count


@pytest.mark.parametrize(
    "path",
    [
        "/download/0123456789abcdef",
        "/media/0123456789abcdef.png",
        "/_stcore/upload_file/a/b",
        "/events",
        "/metrics",
    ],
)
def test_an_address_of_a_file_says_nothing_to_a_stranger(server: Server, path: str) -> None:
    stale = {"Cookie": "evergreen_sid=" + "A" * 43}
    for headers in ({}, stale):
        request = urllib.request.Request(server.url + path, headers=headers)
        with pytest.raises(urllib.error.HTTPError) as answer:
            urllib.request.urlopen(request, timeout=10)
        assert answer.value.code in (401, 403, 404), path
