"""The shapes a rule's value can have, and what may be wrong with one that was typed.

Forms, checks, differences and words are all made from a shape, so that a new rule needs no screen
of its own. Pure: no session, no clock.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, floor
from typing import Any

from terms.rule_book import RuleUnit

_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


class ProblemCode(StrEnum):
    """What is wrong with a part of a value; ``words.rule_book`` says it."""

    MISSING = "missing"
    NOT_A_NUMBER = "not_a_number"
    TOO_LOW = "too_low"
    TOO_HIGH = "too_high"
    NOT_A_TIME = "not_a_time"
    UNKNOWN = "unknown"
    DOUBLED = "doubled"
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    TOO_LONG = "too_long"
    NOT_BELOW = "not_below"
    NOT_HUNDRED = "not_hundred"
    IN_THE_PAST = "in_the_past"
    DAY_TAKEN = "day_taken"


@dataclass(frozen=True, slots=True)
class Problem:
    """One part of a value that cannot stand, at its path (``quote``, ``places.1.days``)."""

    path: str
    code: ProblemCode
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """One part that differs: its path, a row of a table by its key in brackets."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number."""

    low: int = 0
    high: int = 3650
    unit: RuleUnit | None = None


@dataclass(frozen=True, slots=True)
class Weight:
    """A number that speaks for (above 0) or against something, with one decimal."""

    low: int = -50
    high: int = 50


@dataclass(frozen=True, slots=True)
class Fen:
    """Money in fen, typed in yuan."""

    low: int = 0
    high: int = 10_000_000


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes or no."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day, ``09:00``."""


@dataclass(frozen=True, slots=True)
class Text:
    """A few words, e.g. the name of a province."""

    longest: int = 40


@dataclass(frozen=True, slots=True)
class Choices:
    """Some of the members of an enum, each once, in an order that counts."""

    of: type[StrEnum]
    least: int = 1


@dataclass(frozen=True, slots=True)
class Member:
    """One member of an enum; or, where ``also`` is given, a text that begins with it."""

    of: type[StrEnum]
    also: str | None = None


@dataclass(frozen=True, slots=True)
class Wholes:
    """A few whole numbers, each once, from high to low."""

    low: int = 0
    high: int = 365
    unit: RuleUnit | None = None
    most: int = 12


@dataclass(frozen=True, slots=True)
class Group:
    """Named parts."""

    parts: Mapping[str, "Shape"]


@dataclass(frozen=True, slots=True)
class Rows:
    """A table of rows; ``keys`` are the columns no two rows may share.

    ``as_lists``: a row is stored as a list in the order of the columns, else as an object.
    Rows are kept in the order of their keys, or as they were typed where ``as_typed``.
    """

    columns: Mapping[str, "Shape"]
    keys: tuple[str, ...]
    as_lists: bool = False
    least: int = 1
    most: int = 60
    as_typed: bool = False


Shape = Whole | Weight | Fen | Flag | Clock | Text | Member | Choices | Wholes | Group | Rows


def join(path: str, part: str | int) -> str:
    """``path`` with one more step."""
    return f"{path}.{part}" if path else str(part)


def row_of(shape: Rows, row: Any) -> dict[str, Any]:
    """A stored row as column → value."""
    if isinstance(row, Mapping):
        return {name: row.get(name) for name in shape.columns}
    given = list(row) if isinstance(row, Sequence) and not isinstance(row, str) else []
    return {name: given[at] if at < len(given) else None for at, name in enumerate(shape.columns)}


def stored(shape: Shape, typed: Any) -> Any:
    """``typed`` as it is kept: blank rows gone, rows in the order of their keys.

    Nothing is corrected: what is wrong stays and is found by ``problems``.
    """
    match shape:
        case Group(parts=parts):
            given = typed if isinstance(typed, Mapping) else {}
            return {name: stored(part, given.get(name)) for name, part in parts.items()}
        case Rows():
            rows = [row_of(shape, row) for row in typed or ()]
            kept = [
                {name: stored(column, row[name]) for name, column in shape.columns.items()}
                for row in rows
                if any(value not in (None, "") for value in row.values())
            ]
            if not shape.as_typed:
                kept.sort(key=lambda row: [_order(row[name]) for name in shape.keys])
            return [list(row.values()) for row in kept] if shape.as_lists else kept
        case Wholes():
            numbers = list(typed or ())
            return sorted(numbers, key=_order, reverse=True)
        case Text() | Member():
            return typed.strip() if isinstance(typed, str) else typed
        case _:
            return typed


def _order(value: Any) -> tuple[int, Any]:
    """Numbers, then words, then what is missing."""
    if isinstance(value, int | float):
        return (0, value)
    return (1, value) if isinstance(value, str) and value else (2, "")


def completed(shape: Shape, value: Any, default: Any) -> Any:
    """``value`` with the parts it does not have yet, from ``default``: a version of the house
    may know parts that a stored rule does not."""
    if not isinstance(shape, Group):
        return value
    given = value if isinstance(value, Mapping) else {}
    first = default if isinstance(default, Mapping) else {}
    return {
        name: completed(part, given[name], first.get(name)) if name in given else first.get(name)
        for name, part in shape.parts.items()
    }


def problems(shape: Shape, value: Any, path: str = "") -> Iterator[Problem]:
    """Everything in ``value`` that the shape does not allow, in the order of the form."""
    match shape:
        case Group(parts=parts):
            for name, part in parts.items():
                yield from problems(part, (value or {}).get(name), join(path, name))
        case Rows():
            yield from _row_problems(shape, value or (), path)
        case Wholes() | Choices():
            yield from _list_problems(shape, list(value or ()), path)
        case Whole(low=low, high=high):
            yield from _number_problems(value, low, high, path)
        case Weight(low=low, high=high):
            plain = value if value is None or isinstance(value, bool) else _as_whole(value)
            yield from _number_problems(plain, low, high, path)
        case Fen(low=low, high=high):
            for found in _number_problems(value, low, high, path):
                yield Problem(path, found.code, {**found.data, "is_fen": True})
        case _:
            yield from _word_problems(shape, value, path)


def _as_whole(value: Any) -> Any:
    """A number with decimals as the whole one beyond it, for the limits; the rest as it is."""
    return (ceil(value) if value > 0 else floor(value)) if isinstance(value, float) else value


def _list_problems(shape: Wholes | Choices, value: list[Any], path: str) -> Iterator[Problem]:
    if isinstance(shape, Wholes):
        for number in value:
            yield from _number_problems(number, shape.low, shape.high, path)
        if len(value) > shape.most:
            yield Problem(path, ProblemCode.TOO_MANY, {"most": shape.most})
    else:
        known = {member.value for member in shape.of}
        for choice in value:
            if choice not in known:
                yield Problem(path, ProblemCode.UNKNOWN, {"value": choice})
        if len(value) < shape.least:
            yield Problem(path, ProblemCode.TOO_FEW, {"least": shape.least})
    yield from _doubled(value, path)


def _word_problems(shape: Flag | Clock | Text | Member, value: Any, path: str) -> Iterator[Problem]:
    match shape:
        case Flag():
            if not isinstance(value, bool):
                yield Problem(path, ProblemCode.MISSING, {})
        case _ if not isinstance(value, str) or not value:
            yield Problem(path, ProblemCode.MISSING, {})
        case Clock():
            if not _CLOCK.fullmatch(value):
                yield Problem(path, ProblemCode.NOT_A_TIME, {"value": value})
        case Member(of=enum, also=also):
            own = also is not None and value.startswith(also) and value != also
            if not own and value not in set(enum):
                yield Problem(path, ProblemCode.UNKNOWN, {"value": value})
        case Text(longest=longest):
            if len(value) > longest:
                yield Problem(path, ProblemCode.TOO_LONG, {"longest": longest})


def _number_problems(value: Any, low: int, high: int, path: str) -> Iterator[Problem]:
    if value is None or value == "":
        yield Problem(path, ProblemCode.MISSING, {})
    elif isinstance(value, bool) or not isinstance(value, int):
        yield Problem(path, ProblemCode.NOT_A_NUMBER, {"value": value})
    elif value < low:
        yield Problem(path, ProblemCode.TOO_LOW, {"low": low, "value": value})
    elif value > high:
        yield Problem(path, ProblemCode.TOO_HIGH, {"high": high, "value": value})


def _doubled(values: Iterable[Any], path: str) -> Iterator[Problem]:
    seen: set[Any] = set()
    for value in values:
        if value in seen:
            yield Problem(path, ProblemCode.DOUBLED, {"value": value})
        seen.add(value)


def _row_problems(shape: Rows, value: Iterable[Any], path: str) -> Iterator[Problem]:
    rows = [row_of(shape, row) for row in value]
    seen: set[tuple[Any, ...]] = set()
    for at, row in enumerate(rows):
        for name, column in shape.columns.items():
            yield from problems(column, row[name], join(join(path, at), name))
        key = tuple(row[name] for name in shape.keys)
        if key in seen and None not in key:
            where = join(join(path, at), shape.keys[-1])
            yield Problem(where, ProblemCode.DOUBLED, {"value": key[-1]})
        seen.add(key)
    if len(rows) < shape.least:
        yield Problem(path, ProblemCode.TOO_FEW, {"least": shape.least})
    if len(rows) > shape.most:
        yield Problem(path, ProblemCode.TOO_MANY, {"most": shape.most})


def differences(shape: Shape, before: Any, after: Any, path: str = "") -> Iterator[Difference]:
    """What differs between two values, part by part; a table by its rows' keys."""
    match shape:
        case Group(parts=parts):
            for name, part in parts.items():
                old, new = (before or {}).get(name), (after or {}).get(name)
                yield from differences(part, old, new, join(path, name))
        case Rows():
            old_rows, new_rows = _by_key(shape, before), _by_key(shape, after)
            keys = sorted({*old_rows, *new_rows}, key=lambda key: [_order(one) for one in key])
            for key in keys:
                if old_rows.get(key) != new_rows.get(key):
                    named = "|".join(str(one) for one in key)
                    yield Difference(f"{path}[{named}]", old_rows.get(key), new_rows.get(key))
        case _:
            if before != after:
                yield Difference(path, before, after)


def _by_key(shape: Rows, value: Any) -> dict[tuple[Any, ...], dict[str, Any]]:
    found = {}
    for row in value or ():
        given = row_of(shape, row)
        key = tuple(given[name] for name in shape.keys)
        found[key] = {name: held for name, held in given.items() if name not in shape.keys}
    return found


def part_at(shape: Shape, path: str) -> tuple[Shape, tuple[str, ...]]:
    """The shape at ``path``, and the names on the way without the places and keys of rows."""
    plain, _, _ = path.partition("[")
    names: list[str] = []
    for step in filter(None, plain.split(".")):
        match shape:
            case Group(parts=parts):
                shape = parts[step]
                names.append(step)
            case Rows(columns=columns) if not step.isdigit():
                shape = columns[step]
                names.append(step)
    return shape, tuple(names)
