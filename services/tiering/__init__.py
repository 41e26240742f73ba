"""Tiering 客户分级: what a client is worth, how risky, how many stars, and why.

``rules`` turns what is known of a client into points that add up to the score, names what is not
known and the smallest change that would lift the client by one tier; ``income`` is the income of
one service year and the stars it makes. Every scale is a rule table with a day it takes effect.
"""

from services.tiering.income import (
    Entry,
    Push,
    ServiceYear,
    YearIncome,
    pushes,
    service_year,
    share_fen,
    stars,
    year_income,
)
from services.tiering.queries import AxisCard, StandingCard, standing_of
from services.tiering.recalculation import Recalculated, is_due, recalculate
from services.tiering.rules import (
    Lift,
    Part,
    Scale,
    Standing,
    attitude,
    faults,
    smallest_lift,
    standing,
)

__all__ = [
    "AxisCard",
    "Entry",
    "Lift",
    "Part",
    "Push",
    "Recalculated",
    "Scale",
    "ServiceYear",
    "Standing",
    "StandingCard",
    "YearIncome",
    "attitude",
    "faults",
    "is_due",
    "pushes",
    "recalculate",
    "service_year",
    "share_fen",
    "smallest_lift",
    "standing",
    "standing_of",
    "stars",
    "year_income",
]
