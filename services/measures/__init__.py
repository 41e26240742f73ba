"""Figures 数字: every number on a screen is defined once, opens to its rows and can be recounted.

A chapter registers a ``Measure`` for each of its figures: what it counts, from which tables, over
which time, as a select of its rows and the way from those rows to the number. A screen reads its
numbers by the quickest statement it has and shows them as a ``Figure``; ``rows_of`` opens one to
its rows and counts it again from them, ``export_ticket`` gives the same rows as a file, and the
tests recompute every figure of every screen from that file. ``fewest`` is the small-sample rule: a
share of fewer is not said in per cent. What a figure is called stands in ``words.measures``.
"""

from services.measures.columns import client_columns, mark
from services.measures.definitions import (
    Asked,
    Column,
    ColumnKind,
    Figure,
    Measure,
    Rows,
    Sums,
    Work,
    Worked,
    capacity_share,
    count,
    every,
    figure,
    mean,
    measure,
    part_of,
    register,
    share,
    total,
)
from services.measures.opening import (
    FIGURE_FILE,
    Opened,
    about_of,
    export_rows,
    export_ticket,
    fewest,
    order_export,
    rows_of,
)

__all__ = [
    "FIGURE_FILE",
    "Asked",
    "Column",
    "ColumnKind",
    "Figure",
    "Measure",
    "Opened",
    "Rows",
    "Sums",
    "Work",
    "Worked",
    "about_of",
    "capacity_share",
    "client_columns",
    "count",
    "every",
    "export_rows",
    "export_ticket",
    "fewest",
    "figure",
    "mark",
    "mean",
    "measure",
    "order_export",
    "part_of",
    "register",
    "rows_of",
    "share",
    "total",
]
