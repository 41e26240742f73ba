"""What is planted in the demo company, in numbers; ``docs/demo-world.md`` tells each.

Rates are points taken from (or added to) an ordinary rate that differs by product. All are meant
to be found by counting, not by looking.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Planted:
    """The strength of every planted pattern."""

    losing_product_points: float = -0.27
    """Renewal rate of the losing product below other medical products."""
    overloaded_book: float = 2.1
    """Book of the overloaded specialist against the mean of the team."""
    overloaded_points: float = -0.11
    overloaded_first_contact_days: int = 20
    """First contact later than the others', in days."""
    price_rise_percent: int = 18
    """What motor quotes rise by in the month of the rise, on top of the ordinary change."""
    price_rise_points: float = -0.24
    price_rise_months_ago: int = 4
    complained_rate: float = 0.15
    """Complaints a term of the complained product; of all others ``complaint_rate``."""
    complaint_rate: float = 0.018
    thin_gaps: float = 2.6
    """How much oftener an item is missing in the files of the thin branch."""
    late_payers: float = 0.15
    """Share of the clients with instalments who pay late as a habit."""
    late_payer_lates: float = 0.78
    """Share of their instalments they pay late; of the others' ``ordinary_lates``."""
    ordinary_lates: float = 0.06
    late_payer_points: float = -0.22


PLANTED = Planted()

THIN_BRANCH = "四川分公司"


def price_rise_month(on: date) -> date:
    """The first day of the month in which motor premiums rose."""
    month = on.year * 12 + on.month - 1 - PLANTED.price_rise_months_ago
    return date(month // 12, month % 12 + 1, 1)
