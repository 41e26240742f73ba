"""Every screen × language × theme × width, and as a deep link; `make test` has a sample."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from terms.people import Locale
from tests.e2e.conftest import PHONE, WIDE
from tests.e2e.serving import Server
from tests.e2e.test_every_screen import (  # noqa: F401 - fixtures
    SCREENS,
    address,
    assert_deep_link,
    assert_good,
    assert_unsigned,
    company_database,
    looking,
    signed_in_once,
    somebody,
    username,
)
from ui import navigation

WIDTHS = [
    WIDE,
    PHONE,
    {"width": 1280, "height": 800},
    {"width": 1920, "height": 1080},
]


@SCREENS
@pytest.mark.parametrize("language", [Locale.ZH, Locale.EN])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS, ids=lambda width: str(width["width"]))
def test_a_screen_stands_in_each_look(
    looking: Page,  # noqa: F811
    server: Server,
    item: navigation.Item,
    address: str,  # noqa: F811
    language: str,
    theme: str,
    width: dict[str, int],
) -> None:
    name = f"{item.name}-{language}-{theme}-{width['width']}"
    assert_good(looking, server.url + address, name, language=language)


@SCREENS
def test_the_first_visitor_of_a_fresh_server_sees_nothing_unsigned(
    page: Page,
    company: Path,
    address: str,  # noqa: F811
) -> None:
    assert_unsigned(page, company, address)


@SCREENS
def test_a_deep_link_survives_signing_in_and_a_reload(
    page: Page,
    server: Server,
    item: navigation.Item,
    address: str,  # noqa: F811
) -> None:
    assert_deep_link(page, server, item, address)
