"""What a figure is: its unit, its source, its rows, and the way from the rows to the number."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select
from sqlalchemy.orm import Session

from services.actor import Actor
from services.permissions import Permission
from services.working_calendar import SHANGHAI
from terms.measures import Formula, Period, Unit


class ColumnKind(StrEnum):
    """What stands in a column of rows, and so how it is shown, masked and summed."""

    TEXT = "text"
    CLIENT = "client"
    """A client's number; empty where the client is not the actor's to open."""
    NAME = "name"
    """A client's name; masked in files unless the actor may export clients."""
    DAY = "day"
    INSTANT = "instant"
    MONEY = "money"
    """Fen."""
    NUMBER = "number"
    MARK = "mark"
    """1 or 0: whether the row counts in the numerator."""
    CONSTANT = "constant"
    """The same number in every row: a capacity."""
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a figure's rows."""

    name: str
    kind: ColumnKind = ColumnKind.TEXT
    enum: type[StrEnum] | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Who opens a figure, when, and which one of its kind: ``about`` names person, view, days."""

    session: Session
    actor: Actor
    about: Mapping[str, str]
    on: date
    at: datetime
    zone: ZoneInfo = SHANGHAI

    def day(self, name: str) -> date:
        return date.fromisoformat(self.about[name])

    def number(self, name: str) -> int | None:
        """A row id in ``about``; None where it is not given."""
        given = self.about.get(name)
        return int(given) if given else None


Rows = Callable[[Asked], Select[*tuple[Any, ...]] | None]
"""The rows of a figure in their order, with the columns of the measure; None: there are none."""


@dataclass(frozen=True, slots=True)
class Sums:
    """How many rows there are, and the sum of each column (a constant's own value)."""

    rows: int
    of: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Worked:
    """A figure worked out: ``numerator`` is the number, or the upper part of a share."""

    numerator: int
    denominator: float | None = None
    sample: int = 0
    """Rows it rests on."""


@dataclass(frozen=True, slots=True)
class Work:
    """The way from the sums of the rows to the number."""

    formula: Formula
    compute: Callable[[Sums], Worked]
    column: str | None = None
    """The column that is summed or marked."""
    of: str | None = None
    """The column the denominator stands in."""
    also: tuple[str, ...] = ()
    """Further columns it needs the sums of."""

    @property
    def needs(self) -> frozenset[str]:
        """The columns whose sums it is worked out from."""
        return frozenset(name for name in (self.column, self.of, *self.also) if name)


def count(mark: str | None = None) -> Work:
    """The rows; with ``mark`` those where it is 1."""
    return Work(
        Formula.COUNT,
        lambda sums: Worked(sums.rows if mark is None else int(sums.of[mark]), None, sums.rows),
        mark,
    )


def total(column: str) -> Work:
    """The sum of ``column``."""
    return Work(Formula.SUM, lambda sums: Worked(int(sums.of[column]), None, sums.rows), column)


def share(mark: str) -> Work:
    """Rows where ``mark`` is 1 ÷ all rows."""
    return Work(Formula.SHARE, lambda sums: Worked(int(sums.of[mark]), sums.rows, sums.rows), mark)


def part_of(column: str, whole: str) -> Work:
    """The sum of ``column`` ÷ the sum of ``whole``."""
    return Work(
        Formula.PART_OF_SUM,
        lambda sums: Worked(int(sums.of[column]), sums.of[whole], sums.rows),
        column,
        whole,
    )


def mean(column: str) -> Work:
    """The sum of ``column`` ÷ the number of rows."""
    return Work(
        Formula.MEAN, lambda sums: Worked(int(sums.of[column]), sums.rows, sums.rows), column
    )


def capacity_share(mark: str, capacity: str) -> Work:
    """Rows where ``mark`` is 1 ÷ the number that stands in each row's ``capacity``."""
    return Work(
        Formula.OF_CAPACITY,
        lambda sums: Worked(int(sums.of[mark]), sums.of[capacity], sums.rows),
        mark,
        capacity,
    )


@dataclass(frozen=True, slots=True)
class Measure:
    """One definition; ``words.measures`` says it in both languages.

    ``by`` names what the figure is broken down by where it stands as a chart; the number itself is
    then the whole.
    """

    code: str
    permission: Permission
    unit: Unit
    period: Period
    tables: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: Rows
    work: Work = field(default_factory=count)
    by: tuple[str, ...] = ()
    counts_to: int | None = None
    """Counting stops just beyond it, as it does on the screen; the file has all rows."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number as a screen shows it."""

    code: str
    value: int
    """A count, fen, or the numerator of a share."""
    of: float | None = None
    """The denominator, where there is one."""
    about: tuple[tuple[str, str], ...] = ()
    parts: tuple[tuple[tuple[str, ...], int], ...] = ()
    """What a chart shows: the codes of ``Measure.by`` and the number of each."""
    is_capped: bool = False
    """There are more than ``value``: counting stopped there."""

    @property
    def percent(self) -> int | None:
        """Whole per cent of a share; None without a denominator."""
        return round(100 * self.value / self.of) if self.of else None


def figure(
    code: str,
    value: int,
    *,
    of: float | None = None,
    parts: tuple[tuple[tuple[str, ...], int], ...] = (),
    is_capped: bool = False,
    about: Mapping[str, object] | None = None,
) -> Figure:
    """The figure ``code`` with the number a screen has read; None in ``about`` is left out."""
    said = tuple(
        sorted((name, str(what)) for name, what in (about or {}).items() if what is not None)
    )
    return Figure(measure(code).code, value, of, said, parts, is_capped)


_measures: dict[str, Measure] = {}


def register(*measures: Measure) -> None:
    """Add definitions; a chapter's ``measures`` module calls it once for each of its own."""
    for one in measures:
        if one.code in _measures:
            raise ValueError(f"two definitions of {one.code}")
        _measures[one.code] = one


def measure(code: str) -> Measure:
    """The definition of ``code``."""
    return _measures[code]


def every() -> tuple[Measure, ...]:
    """Every definition, by code."""
    return tuple(_measures[code] for code in sorted(_measures))
