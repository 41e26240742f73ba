"""Every other view in Chromium, in one of the eight looks by turns; `make proof` has them all."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from db.session import Database
from tests.e2e.serving import Server
from tests.e2e.test_every_screen import (  # noqa: F401 - fixtures
    assert_good,
    company_database,
    looking,
    signed_in_once,
    somebody,
)
from tests.e2e.views import LOOKS, VIEWS, View, filled

BY_TURNS = pytest.mark.parametrize(
    ("view", "language", "theme", "width"),
    [
        pytest.param(
            view,
            *LOOKS[at % len(LOOKS)],
            id="-".join((view.name, *map(str, LOOKS[at % len(LOOKS)][:2]))),
        )
        for at, view in enumerate(VIEWS[::2])
    ],
)


@pytest.fixture
def username(view: View) -> str:
    return view.username


@pytest.fixture
def address(
    view: View,
    company_database: Database,  # noqa: F811
    somebody: str,  # noqa: F811
) -> Iterator[str]:
    with filled(company_database, view.shows, number=somebody):
        yield view.address.format(number=somebody)


@BY_TURNS
def test_a_view_stands_in_a_look(
    looking: Page,  # noqa: F811
    server: Server,
    view: View,
    address: str,
    language: str,
    theme: str,
    width: dict[str, int],
) -> None:
    name = f"{view.name}-{language}-{theme}-{width['width']}"
    assert_good(looking, server.url + address, name, language=language)
