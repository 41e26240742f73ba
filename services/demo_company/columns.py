"""Columns of rows to come: how the demo company is held before it is loaded.

A ``Table`` is one table's next rows, column by column. Days are ``datetime64[D]``, instants
``datetime64[s]`` in UTC, texts object arrays; ``NaT``, ``NO_INT`` and ``None`` are null. A column
that is the same in every row may be a plain value.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Draw = np.random.Generator

NO_INT = np.iinfo(np.int64).min
NO_DAY = np.datetime64("NaT", "D")
NO_INSTANT = np.datetime64("NaT", "s")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one table."""

    name: str
    rows: int
    columns: dict[str, Any]


def table(name: str, rows: int, /, **columns: Any) -> Table:
    """The rows of table ``name``; every array must be ``rows`` long.

    Raises:
        ValueError: a column has another length.
    """
    for column, values in columns.items():
        if isinstance(values, np.ndarray) and len(values) != rows:
            raise ValueError(f"{name}.{column}: {len(values)} values for {rows} rows")
    return Table(name, rows, columns)


def texts(values: Iterable[Any]) -> Array:
    """An object array of ``values``, whatever they are."""
    listed = list(values)
    made = np.empty(len(listed), dtype=object)
    made[:] = listed
    return made


def picked(draw: Draw, weights: Sequence[float] | Array, count: int) -> Array:
    """``count`` indexes drawn by weight."""
    edges = np.cumsum(np.asarray(weights, dtype=float))
    found: Array = np.searchsorted(edges, draw.random(count) * edges[-1], side="right")
    return np.minimum(found, len(edges) - 1)


def any_of(draw: Draw, pool: Sequence[Any], count: int) -> Array:
    """``count`` texts drawn evenly from ``pool``."""
    found: Array = texts(pool)[draw.integers(0, len(pool), count)]
    return found


def where_text(condition: Array, values: Array | str, other: Array | str | None = None) -> Array:
    """``values`` where ``condition`` holds, else ``other``; for object columns with nulls."""
    made = np.empty(len(condition), dtype=object)
    made[:] = other if not isinstance(other, np.ndarray) else None
    if isinstance(other, np.ndarray):
        made[~condition] = other[~condition]
    made[condition] = values[condition] if isinstance(values, np.ndarray) else values
    return made


def days(count: Array) -> Array:
    """Whole numbers as a span of days."""
    return np.asarray(count).astype("timedelta64[D]")


def instants(day: Array, seconds_of_day: Array | int, *, offset_hours: int = 8) -> Array:
    """The UTC instant of a local day and time; the company keeps Shanghai time."""
    seconds = np.asarray(seconds_of_day) - offset_hours * 3600
    made: Array = day.astype("datetime64[s]") + seconds.astype("timedelta64[s]")
    return made


def working_seconds(draw: Draw, count: int) -> Array:
    """Seconds of the day inside working hours, 09:00–12:00 and 13:30–18:00, to the minute."""
    minute = draw.integers(0, 180 + 265, count)
    return (np.where(minute < 180, 9 * 60, 13 * 60 + 30 - 180) + minute) * 60
