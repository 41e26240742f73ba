"""Twenty random books and drafts of tier rules: published as shown, taken back to the letter."""

import pytest

from db.session import Database
from tests.services.test_tier_identity import comes_back


@pytest.mark.parametrize("seed", range(100, 120))
def test_any_draft_over_any_book_comes_back_to_where_it_was(database: Database, seed: int) -> None:
    comes_back(database, seed)
