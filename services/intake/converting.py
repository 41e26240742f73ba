"""From the text of a file's columns to typed values, column by column, with what is odd of it.

Each different text is read once, however often it stands in the column.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from services.clients.rules import id_problem, is_phone
from services.intake import codes, dates, values
from services.intake.fields import FIELDS, Shape
from services.intake.mapping import ColumnMapping, reading_of
from services.intake.reading import Table
from services.intake.synonyms import extra_key
from services.privacy import normal, normal_phone
from terms.clients import IdProblem, IdType
from terms.intake import ImportField as F
from terms.intake import Problem, ProblemLevel

BLANKS = frozenset({"null", "n/a", "#n/a", "nan", "none", "-", "--", "—", "——", "\\n", "无"})
"""What files write into a cell to say that it is empty."""

FULL_SHARE = 0.02
"""A column with fewer blanks than this share is "otherwise full", and a blank in it odd."""
FULL_FROM_ROWS = 10

_FEWEST_LIKE = 4
"""Cells that two rows must have filled, beside the number, to be called look-alikes."""

Found = tuple[Any, Problem | None, bool]
"""The value, what is odd, and whether the text says more than the value and is kept as well."""


@dataclass(slots=True)
class Rows:
    """A file's rows as typed columns. Lists are parallel; a blank cell is None."""

    lines: list[int]
    fields: dict[F, list[Any]]
    extras: list[tuple[str, list[str]]]
    """Unmapped columns: the key they are kept under and their cells."""
    columns: dict[F, str]
    """The header each field was read from."""
    problems: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    """Row's place → problems ``{"column", "code", "level", …}``; never the cell's text."""
    kept: dict[int, dict[str, str]] = field(default_factory=dict)
    """Row's place → texts of mapped cells that would be lost; they go to ``extra``."""
    duplicate_of: dict[int, int] = field(default_factory=dict)
    """Row's place → the earlier line it equals apart from the client number."""

    def __len__(self) -> int:
        return len(self.lines)

    def has(self, meaning: F) -> bool:
        return meaning in self.fields

    def value(self, meaning: F, place: int) -> Any:
        column = self.fields.get(meaning)
        return None if column is None else column[place]

    def add(
        self,
        place: int,
        meaning: F | None,
        code: Problem,
        *,
        level: ProblemLevel = ProblemLevel.WARNING,
        **data: object,
    ) -> None:
        column = self.columns.get(meaning, "") if meaning is not None else ""
        self.problems.setdefault(place, []).append(
            {"column": column, "code": code.value, "level": level.value, **data}
        )


def convert(table: Table, mapping: ColumnMapping, *, on: date) -> Rows:
    """Read every column of ``table`` as ``mapping`` says.

    Args:
        on: today, for years of two digits and births in the future.
    """
    rows = Rows(table.rows, {}, [], {meaning: c for c, meaning in mapping.fields.items()})
    for name in table.names:
        column = table.columns.column(name)
        meaning = mapping.fields.get(name)
        if meaning is None:
            rows.extras.append((extra_key(name), column.to_pylist()))
            continue
        read = _reader(meaning, name, column, mapping, on=on)
        rows.fields[meaning] = _convert_column(rows, meaning, column, read)
    _note_blanks(rows, table)
    _check_identities(rows, on=on)
    _find_look_alikes(rows, table, mapping)
    return rows


def _convert_column(
    rows: Rows, meaning: F, column: pa.ChunkedArray, read: Callable[[str], Found]
) -> list[Any]:
    encoded = column.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.chunk(0)
    texts = encoded.dictionary.to_pylist()
    found = [_read_cell(text, read) for text in texts]
    indices = encoded.indices.to_numpy(zero_copy_only=False)
    result = [value for value, _, _ in found]
    header = extra_key(rows.columns[meaning])
    odd = {i for i, (_, problem, keeps) in enumerate(found) if problem is not None or keeps}
    if odd:
        for place in np.flatnonzero(np.isin(indices, list(odd))).tolist():
            _, problem, keeps = found[indices[place]]
            if problem is not None:
                rows.add(place, meaning, problem)
            if keeps:
                rows.kept.setdefault(place, {})[header] = texts[indices[place]]
    return [result[index] for index in indices.tolist()]


def _read_cell(text: str, read: Callable[[str], Found]) -> Found:
    if not text or text.casefold() in BLANKS:
        return None, None, False
    return read(text)


def _reader(
    meaning: F, header: str, column: pa.ChunkedArray, mapping: ColumnMapping, *, on: date
) -> Callable[[str], Found]:
    match FIELDS[meaning].shape:
        case Shape.DATE:
            reading = reading_of(column, mapping.orders.get(header), on=on)
            return lambda text: _or_odd(dates.parse(text, reading, on=on), Problem.DATE_ODD)
        case Shape.MONEY:
            scale = values.header_scale(header)
            return lambda text: _or_odd(values.amount_fen(text, scale=scale), Problem.AMOUNT_ODD)
        case Shape.NUMBER:
            return _whole_number
        case Shape.CODE:
            return lambda text: _code(meaning, text)
        case Shape.CODES:
            return lambda text: _codes(meaning, text)
        case Shape.YES_NO:
            return lambda text: _or_odd(codes.yes_no(text), Problem.CODE_UNKNOWN)
        case Shape.PHONE:
            return _phone
        case Shape.EMAIL:
            return _email
        case Shape.IDENTITY:
            return _identity
    length = FIELDS[meaning].length
    return lambda text: (text, None, False) if len(text) <= length else _too_long(text, length)


def _or_odd(value: Any, code: Problem) -> Found:
    return (value, None, False) if value is not None else (None, code, True)


def _too_long(text: str, length: int) -> Found:
    return text[:length], Problem.TOO_LONG, True


def _whole_number(text: str) -> Found:
    value = values.number(text)
    whole = value is not None and value == int(value) and 0 <= value < 10**9
    return (
        (int(value), None, False)
        if value is not None and whole
        else (
            None,
            Problem.NUMBER_ODD,
            True,
        )
    )


def _code(meaning: F, text: str) -> Found:
    code, exact = codes.code_of(meaning, text)
    if code is None:
        return None, Problem.CODE_UNKNOWN, True
    return code, None, not exact


def _codes(meaning: F, text: str) -> Found:
    parts = [part for part in values.parts(text) if part]
    found = [codes.code_of(meaning, part)[0] for part in parts]
    known = tuple(dict.fromkeys(code for code in found if code is not None))
    return known or None, Problem.CODE_UNKNOWN if None in found else None, False


def _phone(text: str) -> Found:
    first, several = values.first_phone(text)
    digits = normal_phone(first)
    if values.phone_is_plausible(digits, international=first.startswith(("+", "00"))):
        return (
            ("+" + digits if first.startswith("+") and len(digits) > 11 else digits),
            (Problem.PHONE_ODD if several else None),
            several,
        )
    if is_phone(first) and len(digits) >= 7:
        return digits, Problem.PHONE_ODD, True
    return None, Problem.PHONE_ODD, True


def _email(text: str) -> Found:
    address = values.plain(text)
    if values.email_is_plausible(address) and len(address) <= FIELDS[F.EMAIL].length:
        return address, None, False
    return None, Problem.EMAIL_ODD, True


def _identity(text: str) -> Found:
    if values.lost_digits(text):
        return None, Problem.ID_LOST_DIGITS, False
    number = normal(text)
    return (number[:60], None, False) if number else (None, Problem.ID_FORM, True)


_ID_PROBLEMS = {
    IdProblem.LENGTH: Problem.ID_FORM,
    IdProblem.CHARACTERS: Problem.ID_FORM,
    IdProblem.BIRTH_DATE: Problem.ID_DATE,
    IdProblem.CHECK_DIGIT: Problem.ID_CHECK_DIGIT,
}


def _check_identities(rows: Rows, *, on: date) -> None:
    """Name the document each number belongs to, and say what is odd of a Chinese one.

    A wrong number is a warning, never a refusal: the client is as real as before, and people
    must be able to see and mend it.
    """
    numbers = rows.fields.get(F.ID_NUMBER)
    if numbers is None:
        return
    types = rows.fields.setdefault(F.ID_TYPE, [None] * len(rows))
    for place, number in enumerate(numbers):
        if number is None:
            continue
        if types[place] is None:
            types[place] = values.guessed_id_type(number)
        problem = id_problem(types[place], number, born_before=on)
        if problem is not None:
            rows.add(place, F.ID_NUMBER, _ID_PROBLEMS[problem])


def is_sound_resident_id(id_type: IdType | None, number: str | None, *, on: date) -> bool:
    """Whether a birth date and a sex may be taken from the number."""
    return (
        id_type is IdType.RESIDENT_ID
        and number is not None
        and id_problem(id_type, number, born_before=on) is None
    )


def _note_blanks(rows: Rows, table: Table) -> None:
    """A blank in a column that is otherwise full is a warning that names the cell."""
    count = len(rows)
    for name in table.names:
        cells = table.columns.column(name).to_pylist()
        blank = [place for place, cell in enumerate(cells) if not cell]
        few = len(blank) <= FULL_SHARE * count or (len(blank) == 1 and count >= FULL_FROM_ROWS)
        if blank and few:
            for place in blank:
                rows.problems.setdefault(place, []).append(
                    {
                        "column": name,
                        "code": Problem.BLANK_IN_FULL_COLUMN.value,
                        "level": ProblemLevel.WARNING.value,
                    }
                )


def _find_look_alikes(rows: Rows, table: Table, mapping: ColumnMapping) -> None:
    """Rows equal to an earlier one but for the client number; flagged, never held back."""
    number = mapping.column_of(F.CLIENT_NUMBER)
    others = [name for name in table.names if name != number]
    if number is None or len(others) < _FEWEST_LIKE:
        return
    codes_of = {}
    filled = np.zeros(len(rows), dtype=np.int32)
    for name in others:
        encoded = table.columns.column(name).combine_chunks().dictionary_encode()
        if isinstance(encoded, pa.ChunkedArray):
            encoded = encoded.chunk(0)
        indices = encoded.indices.to_numpy(zero_copy_only=False)
        blank = [i for i, text in enumerate(encoded.dictionary.to_pylist()) if not text]
        filled += ~np.isin(indices, blank)
        codes_of[name] = indices
    frame = pd.DataFrame(codes_of)
    group = frame.groupby(others, sort=False).ngroup().to_numpy()
    again = frame.duplicated().to_numpy() & (filled >= _FEWEST_LIKE)
    first: dict[int, int] = {}
    wanted = set(group[again].tolist())
    numbers = rows.fields[F.CLIENT_NUMBER]
    for place in np.flatnonzero(np.isin(group, list(wanted))).tolist():
        earlier = first.setdefault(group[place], place)
        if earlier != place and numbers[place] != numbers[earlier]:
            rows.duplicate_of[place] = rows.lines[earlier]


def as_cells(table: Table, place: int) -> dict[str, str]:
    """The cells of one row as they stand in the file."""
    return {name: table.columns.column(name)[place].as_py() for name in table.names}


def merged_extra(parts: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Filled cells only; the first of equal keys counts."""
    merged: dict[str, str] = {}
    for key, text in parts:
        if text and key not in merged:
            merged[key] = text
    return merged
