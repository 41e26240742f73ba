"""Role × operation, every cell: each operation by every demo account, in the running app."""

import pytest

from tests.e2e.operations import OPERATIONS, Operation
from tests.e2e.role_matrix import Matrix
from tests.e2e.test_role_operations import of

EVERYBODY = (
    "specialist",
    "specialist2",
    "lead",
    "lead2",
    "manager",
    "manager2",
    "client_manager",
    "officer",
    "officer2",
    "executive",
    "compliance",
    "admin",
    "legal",
    "hr",
)
"""The demo accounts; the first test compares them with the company."""


def test_every_account_has_its_column(matrix: Matrix) -> None:
    assert set(matrix.accounts) == set(EVERYBODY)


@pytest.mark.parametrize("username", EVERYBODY)
@pytest.mark.parametrize("operation", OPERATIONS, ids=of)
def test_every_account_does_what_is_theirs_and_no_more(
    matrix: Matrix,
    operation: Operation,
    username: str,
) -> None:
    if username in matrix.who_may(operation):
        matrix.does(operation, username)
    else:
        matrix.is_refused(operation, username)
