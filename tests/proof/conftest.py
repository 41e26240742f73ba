"""Proofs stand on the ground of the tests they extend."""

from tests.e2e.conftest import (  # noqa: F401 - fixtures
    browser,
    changed_server,
    company,
    context,
    matrix,
    open_as,
    own_server,
    page,
    playwright,
    server,
    whole_matrix,
)
