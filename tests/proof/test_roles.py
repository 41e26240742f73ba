"""Role × page in the running app, every role; `make test` has a sample."""

import pytest
from playwright.sync_api import Browser

from terms.people import Role
from tests.e2e.serving import Server
from tests.e2e.test_roles import accounts, assert_role  # noqa: F401 - fixtures


@pytest.mark.parametrize("role", list(Role))
def test_every_role_opens_its_screens_and_no_other(
    browser: Browser,
    server: Server,
    accounts: dict[Role, str],  # noqa: F811
    role: Role,
) -> None:
    assert_role(browser, server, accounts[role], role)
