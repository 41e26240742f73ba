"""Every screen × language × theme × width; `make test` looks at two of these per screen."""

import pytest
from playwright.sync_api import Page

from terms.people import Locale
from tests.e2e.conftest import PHONE, WIDE
from tests.e2e.serving import Server
from tests.e2e.test_every_screen import (  # noqa: F401 - fixtures
    SCREENS,
    address,
    assert_good,
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
