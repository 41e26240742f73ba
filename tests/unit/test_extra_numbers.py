"""Which free columns of a file are figures, and which are names of something."""

import pytest

from services.intake.extra_numbers import numbers_of


@pytest.mark.parametrize(
    ("key", "text", "figure"),
    [
        ("Customer Lifetime Value", "2763.519279", 2763.519279),
        ("客户终身价值", "12,500.50", 12500.5),
        ("年收入", "1.2万", 12000),
        ("Number of Open Complaints", "0", 0),
        ("Vehicles", "３", 3),
    ],
)
def test_a_figure_can_be_counted_with(key: str, text: str, figure: float) -> None:
    assert numbers_of({key: text}) == {key: figure}


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("备用电话", "87654321"),
        ("工号", "10086"),
        ("Employee ID", "4711"),
        ("邮编", "310000"),
        ("Amount", "13800000001"),
        ("Amount", "0571"),
        ("Amount", ""),
        ("Notes", "3 dogs"),
        ("Since", "2026-11-20"),
        ("Amount", "inf"),
    ],
)
def test_what_names_somebody_is_no_figure(key: str, text: str) -> None:
    assert numbers_of({key: text}) == {}
