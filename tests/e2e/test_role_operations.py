"""Role × operation in the running app: what a role may works and is on record, what it may not is
refused with words and logged. Every operation is tried by one account that may and one that may
not, a different one each time; ``tests/proof`` tries every account.
"""

import pytest

from services.permissions import Permission
from tests.e2e.operations import OPERATIONS, Operation
from tests.e2e.role_matrix import Matrix

WITHOUT_OPERATION = {
    Permission.DAY_READ,
    Permission.COMPLAINT_READ,
    Permission.PLAN_EXECUTE,
    Permission.PLAN_APPROVE,
    Permission.RENEWAL_MODEL,
}
"""Permissions that only open a screen, and those no row of the matrix drives."""


def of(operation: Operation) -> str:
    return operation.name.replace(" ", "-")


@pytest.mark.parametrize("operation", OPERATIONS, ids=of)
def test_who_may_does_it(matrix: Matrix, operation: Operation) -> None:
    who = matrix.who_may(operation)
    matrix.does(operation, who[OPERATIONS.index(operation) % len(who)])


@pytest.mark.parametrize("operation", OPERATIONS, ids=of)
def test_who_may_not_is_refused_with_words_and_logged(matrix: Matrix, operation: Operation) -> None:
    who = matrix.who_may_not(operation)
    matrix.is_refused(operation, who[OPERATIONS.index(operation) % len(who)])


def test_every_permission_is_asked_for_by_an_operation() -> None:
    asked = frozenset[Permission]().union(*(each.asks for each in OPERATIONS))
    assert set(Permission) - asked == WITHOUT_OPERATION
