"""Figures in words: of too few a count of a count, money with its unit."""

import pytest

from services import measures
from terms.people import Locale
from words import in_locale
from words import measures as said


@pytest.mark.parametrize(
    ("code", "value", "of", "shown"),
    [
        ("renewals.rate_policies", 2, 3, "2 / 3"),
        ("renewals.persistency", 22_929_000, 24_437_000, "229,290 / 244,370 元"),
    ],
)
def test_a_share_of_too_few_is_what_it_was_worked_out_from(
    code: str, value: int, of: int, shown: str
) -> None:
    figure = measures.figure(code, value, of=of)
    with in_locale(Locale.ZH):
        assert said.value(figure, is_small=True) == shown
        assert said.value(figure).endswith("%")
