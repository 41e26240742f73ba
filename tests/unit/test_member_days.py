"""What stands out in somebody's day: the weightiest thing; nothing of small numbers."""

from dataclasses import replace

import pytest

from services.renewals.day_rules import DayFacts, stands_out
from terms.renewal_days import StandsOut

GOOD = DayFacts(
    is_there=True,
    is_over=True,
    open_cases=30,
    contacts=10,
    reached=7,
    usual=9.0,
    first=4,
    first_on_time=3,
    clients=40,
    clients_renewed=32,
    all_contacts=100,
    all_reached=70,
    all_clients=400,
    all_renewed=320,
    fewest=30,
)


@pytest.mark.parametrize(
    ("but", "what"),
    [
        ({}, None),
        ({"contacts": 0, "reached": 0, "first": 0}, StandsOut.NO_CONTACT),
        ({"contacts": 0, "reached": 0, "first": 0, "open_cases": 0, "usual": 0.0}, None),
        ({"contacts": 0, "reached": 0, "first": 0, "is_there": False}, None),
        ({"contacts": 0, "reached": 0, "first": 0, "is_over": False}, None),
        ({"contacts": 4}, StandsOut.FEW_CONTACTS),
        ({"contacts": 4, "is_over": False}, None),
        ({"contacts": 5}, None),
        ({"contacts": 1, "usual": 3.9}, None),
        ({"first_on_time": 2}, StandsOut.FIRST_LATE),
        ({"first": 0, "first_on_time": 0}, None),
        ({"reached": 3}, StandsOut.FEW_REACHED),
        ({"reached": 4}, None),
        ({"contacts": 4, "usual": 4.0, "reached": 0}, None),
        ({"clients_renewed": 28}, StandsOut.LOW_RATE),
        ({"clients_renewed": 29}, None),
        ({"clients": 29, "clients_renewed": 0}, None),
        ({"contacts": 4, "first_on_time": 0, "clients_renewed": 0}, StandsOut.FEW_CONTACTS),
        ({"first_on_time": 0, "clients_renewed": 0}, StandsOut.FIRST_LATE),
    ],
)
def test_the_weightiest_thing_stands_out(but: dict[str, object], what: StandsOut | None) -> None:
    assert stands_out(replace(GOOD, **but)) is what  # type: ignore[arg-type]
