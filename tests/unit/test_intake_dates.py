"""Dates as they stand in real files."""

from datetime import date

import pytest

from services.intake import dates
from terms.intake import DateOrder
from tests.make.moment import ON


def read(*cells: str) -> list[date | None]:
    reading = dates.decide(cells, on=ON)
    return [dates.parse(cell, reading, on=ON) for cell in cells]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2024-01-05", date(2024, 1, 5)),
        ("2024/1/5", date(2024, 1, 5)),
        ("2024.1.5", date(2024, 1, 5)),
        ("2024年1月5日", date(2024, 1, 5)),
        ("２０２４年１月５日", date(2024, 1, 5)),
        ("20240105", date(2024, 1, 5)),
        ("45296", date(2024, 1, 5)),
        ("45296.5", date(2024, 1, 5)),
        ("2024-01-05 00:00:00", date(2024, 1, 5)),
        ("2024-01-05T09:30:00Z", date(2024, 1, 5)),
        ("5-Jan-2024", date(2024, 1, 5)),
        ("January 5, 2024", date(2024, 1, 5)),
        ("13/1/2024", date(2024, 1, 13)),
        ("1/13/24", date(2024, 1, 13)),
    ],
)
def test_a_date_is_read_in_any_usual_form(cell: str, day: date) -> None:
    assert read(cell) == [day]


@pytest.mark.parametrize(
    "cell", ["", "soon", "2024-02-30", "31/31/2024", "99999", "1234567", "待定"]
)
def test_what_is_no_date_is_none(cell: str) -> None:
    assert read(cell) == [None]


def test_two_ways_of_writing_in_one_column_are_decided_apart() -> None:
    assert read("2/24/11", "12/31/11", "02-05-11", "01-12-11") == [
        date(2011, 2, 24),
        date(2011, 12, 31),
        date(2011, 2, 5),
        date(2011, 1, 12),
    ]


def test_day_first_is_recognised_by_a_day_above_twelve() -> None:
    assert read("05/04/2024", "25/04/2024") == [date(2024, 4, 5), date(2024, 4, 25)]


def test_one_wrong_cell_does_not_change_the_order_of_the_others() -> None:
    found = read("05/24/2024", "06/25/2024", "07/26/2024", "31/02/2024")
    assert found == [date(2024, 5, 24), date(2024, 6, 25), date(2024, 7, 26), None]


def test_dates_that_fit_two_orders_are_called_ambiguous() -> None:
    reading = dates.decide(["01/02/2024", "03/04/2024"], on=ON)
    assert reading.ambiguous == ("/4",)
    assert not dates.decide(["01/22/2024", "03/04/2024"], on=ON).ambiguous


def test_among_fitting_orders_the_part_that_varies_most_is_the_day() -> None:
    cells = [f"{day:02d}/03/2024" for day in range(1, 12)]
    assert dates.decide(cells, on=ON).orders == {"/4": DateOrder.DMY}


def test_years_of_two_digits_reach_twenty_years_ahead() -> None:
    assert read("12/31/65", "12/31/40") == [date(1965, 12, 31), date(2040, 12, 31)]
