"""A specialist's morning of twenty cases by keyboard alone; `make test` works eight of them."""

from playwright.sync_api import Page

from tests.e2e.serving import Server
from tests.e2e.test_renewal_journeys import (  # noqa: F401 - fixtures
    a_morning,
    busy_company,
    busy_server,
)


def test_a_morning_of_twenty_cases(
    page: Page,
    busy_server: Server,  # noqa: F811
) -> None:
    a_morning(page, busy_server, cases=20)
