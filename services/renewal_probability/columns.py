"""Columns of an Arrow table as whole numbers: days since 1970, and what is not there."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Ints = NDArray[np.int64]
NEVER = np.int64(-(10**6))
"""Stands where a day or a number is not there."""
_EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    return (day - _EPOCH).days


def day_of(number: int) -> date:
    return _EPOCH + timedelta(days=int(number))


def ints(table: pa.Table, name: str) -> Ints:
    column = table[name].combine_chunks()
    if pa.types.is_null(column.type):
        return np.full(len(column), NEVER)
    filled = column.cast(pa.int64()).fill_null(int(NEVER))
    found: Ints = np.asarray(filled.to_numpy(zero_copy_only=False), np.int64)
    return found


def days(table: pa.Table, name: str) -> Ints:
    """Days since 1970; SQLite keeps days as text."""
    column = table[name].combine_chunks()
    if pa.types.is_null(column.type):
        return np.full(len(column), NEVER)
    if not pa.types.is_date(column.type):
        column = column.cast(pa.string()).cast(pa.date32())
    filled = column.cast(pa.int32()).cast(pa.int64()).fill_null(int(NEVER))
    return np.asarray(filled.to_numpy(zero_copy_only=False), np.int64)


def instant_days(table: pa.Table, name: str) -> Ints:
    """The day of each instant in Shanghai; SQLite keeps instants as text in UTC."""
    column = table[name].combine_chunks()
    if pa.types.is_null(column.type):
        return np.full(len(column), NEVER)
    if not pa.types.is_timestamp(column.type):
        column = pc.cast(column.cast(pa.string()), pa.timestamp("us"))
    seconds = column.cast(pa.timestamp("us", tz=getattr(column.type, "tz", None)))
    micro = np.asarray(seconds.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False))
    days: Ints = (micro + 8 * 3_600_000_000) // 86_400_000_000
    return days
