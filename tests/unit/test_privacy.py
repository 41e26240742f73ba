"""Personal values in texts nobody expected them in."""

import pytest

from services.privacy import mask_within


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("13812346721（妻子）", "138****6721（妻子）"),
        ("138-1234-6721", "138****6721"),
        ("家 0571-88886666", "家 057****6666"),
        ("11010519800101001X", "110****001X"),
        ("6222 0212 3456 7890 123", "622****0123"),
        ("wang.wei@example.com, 晚上", "w***@example.com, 晚上"),
        ("浙A12345", "浙A12345"),
        ("2026-01-05 10:00", "2026-01-05 10:00"),
        ("1,200,000.50", "1,200,000.50"),
    ],
)
def test_phones_ids_accounts_and_addresses_are_masked_inside_a_text(text: str, shown: str) -> None:
    assert mask_within(text) == shown
