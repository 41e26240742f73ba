"""My day 我的一天: all that is due from me, from every part of the system, in one list.

``my_day`` is one query; each chapter joins it by adding a select with the same columns to
``sources.SOURCES``. Rows come in the order of their time, then of their urgency.
``my_day_counts`` counts them all, ``measures`` says what the two counts mean.
"""

from services.overview.queries import my_day, my_day_counts
from services.overview.rows import DayCounts, DayItem, DayKind

__all__ = ["DayCounts", "DayItem", "DayKind", "my_day", "my_day_counts"]
