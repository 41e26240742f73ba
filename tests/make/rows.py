"""Putting a row in, and the numbers that make it unlike the others."""

from itertools import count
from typing import TypeVar

from sqlalchemy.orm import Session

from db.models import Base

_numbers = count(1)

Row = TypeVar("Row", bound=Base)


def next_number() -> int:
    """A number no other row of this process has."""
    return next(_numbers)


def put(session: Session, row: Row) -> Row:
    """Add ``row`` and flush, so that it has its id."""
    session.add(row)
    session.flush()
    return row
