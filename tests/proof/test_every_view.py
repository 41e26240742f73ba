"""Every view × language × theme × width; `make test` looks at every other view once."""

import pytest
from playwright.sync_api import Page

from tests.e2e.serving import Server
from tests.e2e.test_every_screen import (  # noqa: F401 - fixtures
    assert_good,
    company_database,
    looking,
    signed_in_once,
    somebody,
)
from tests.e2e.test_every_view import address, username  # noqa: F401 - fixtures
from tests.e2e.views import LOOKS, VIEWS, View


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
@pytest.mark.parametrize(("language", "theme", "width"), LOOKS)
def test_a_view_stands_in_each_look(
    looking: Page,  # noqa: F811
    server: Server,
    view: View,
    address: str,  # noqa: F811
    language: str,
    theme: str,
    width: dict[str, int],
) -> None:
    name = f"{view.name}-{language}-{theme}-{width['width']}"
    assert_good(looking, server.url + address, name, language=language)
