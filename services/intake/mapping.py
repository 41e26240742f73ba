"""Which column means what: suggested from header and values, corrected by a person, saved."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from services.intake import codes, dates, values
from services.intake.fields import FIELDS, FIELDS_OF_KIND, REQUIRED, Shape
from services.intake.synonyms import PREFIXES, SYNONYMS, header_key
from services.people.rules import is_username
from services.privacy import normal, normal_phone
from terms.clients import IdType
from terms.intake import DateOrder, ImportKind
from terms.intake import ImportField as F

SAMPLE = 400
FITS = 0.6
"""Share of the sampled cells that must look like a field before a column is taken for it."""


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """The meaning of each column of one file; columns without one go to ``extra``.

    ``orders`` overrides how a column's ambiguous dates are read.
    """

    fields: Mapping[str, F] = field(default_factory=dict)
    orders: Mapping[str, DateOrder] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "columns": {column: meaning.value for column, meaning in self.fields.items()},
            "orders": {column: order.value for column, order in self.orders.items()},
        }

    @staticmethod
    def from_json(stored: Mapping[str, Any]) -> "ColumnMapping":
        """Unknown meanings are passed over: a newer version may have written them."""
        known, orders = set(F), set(DateOrder)
        return ColumnMapping(
            {c: F(f) for c, f in stored.get("columns", {}).items() if f in known},
            {c: DateOrder(o) for c, o in stored.get("orders", {}).items() if o in orders},
        )

    def column_of(self, meaning: F) -> str | None:
        return next((column for column, f in self.fields.items() if f is meaning), None)

    def fitted_to(self, names: Sequence[str]) -> "ColumnMapping":
        """The same mapping for a file whose headers are written a little differently."""
        by_key = {header_key(name): name for name in reversed(names)}
        exact = set(names)

        def there(column: str) -> str | None:
            return column if column in exact else by_key.get(header_key(column))

        fields = {name: f for c, f in self.fields.items() if (name := there(c)) is not None}
        orders = {name: o for c, o in self.orders.items() if (name := there(c)) is not None}
        return ColumnMapping(fields, orders)


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """One column as the mapping screen shows it."""

    column: str
    suggested: F | None
    samples: tuple[str, ...]
    filled: int
    """Cells that are not blank."""
    date_orders: tuple[DateOrder, ...]
    """How its dates are read; empty for a column without dates."""
    date_is_ambiguous: bool


def suggest(table: pa.Table, *, kind: ImportKind, on: date) -> ColumnMapping:
    """The likely meaning of each column; a column nobody recognises gets none.

    A header that names two meanings (``Policy``: number or product) is settled by its values; a
    header nobody knows is still recognised by phones, e-mail addresses or identity numbers.
    """
    offered = FIELDS_OF_KIND[kind]
    samples = {name: sample(table.column(name)) for name in table.column_names}
    scored: list[tuple[float, int, int, str, F]] = []
    for place, name in enumerate(table.column_names):
        for rank, meaning in enumerate(offered):
            score = _score(name, samples[name], meaning, on=on)
            if score > 0:
                scored.append((-score, place, rank, name, meaning))
    fields: dict[str, F] = {}
    taken: set[F] = set()
    for _, _, _, name, meaning in sorted(scored):
        if name not in fields and meaning not in taken:
            fields[name] = meaning
            taken.add(meaning)
    ordered = {name: fields[name] for name in table.column_names if name in fields}
    return ColumnMapping(ordered)


def missing_required(mapping: ColumnMapping, *, kind: ImportKind) -> tuple[F, ...]:
    """The meanings the kind of file needs and no column has."""
    have = set(mapping.fields.values())
    return tuple(meaning for meaning in REQUIRED[kind] if meaning not in have)


def facts(table: pa.Table, mapping: ColumnMapping, *, on: date) -> tuple[ColumnFacts, ...]:
    """What the mapping screen shows of each column."""
    found: list[ColumnFacts] = []
    for name in table.column_names:
        column = table.column(name)
        meaning = mapping.fields.get(name)
        orders: tuple[DateOrder, ...] = ()
        ambiguous = False
        if meaning is not None and FIELDS[meaning].shape is Shape.DATE:
            reading = reading_of(column, mapping.orders.get(name), on=on)
            orders = tuple(dict.fromkeys(reading.orders.values()))
            ambiguous = bool(reading.ambiguous)
        cells = sample(column)
        filled = len(column) - pc.sum(pc.equal(column, "")).as_py()
        found.append(
            ColumnFacts(name, meaning, tuple(dict.fromkeys(cells))[:3], filled, orders, ambiguous)
        )
    return tuple(found)


def reading_of(column: pa.ChunkedArray, forced: DateOrder | None, *, on: date) -> dates.DateReading:
    """How the dates of a whole column are read."""
    reading = dates.decide(pc.unique(column).to_pylist(), on=on)
    if forced is None or not reading.ambiguous:
        return reading
    return dates.DateReading({**reading.orders, **dict.fromkeys(reading.ambiguous, forced)}, ())


def sample(column: pa.ChunkedArray) -> list[str]:
    """Filled cells from the beginning, the middle and the end."""
    size = len(column)
    if size <= 2 * SAMPLE:
        return [cell for cell in column.to_pylist() if cell]
    part = SAMPLE // 2
    middle = max(0, size // 2 - part // 2)
    slices = (column.slice(0, part), column.slice(middle, part), column.slice(max(0, size - part)))
    return [cell for piece in slices for cell in piece.to_pylist() if cell][: SAMPLE * 2]


def _score(name: str, cells: list[str], meaning: F, *, on: date) -> float:
    named = _header_score(name, meaning)
    likeness = _likeness(cells, meaning, on=on)
    if not named:
        tells = meaning in (F.PHONE, F.EMAIL, F.ID_NUMBER) and len(cells) >= 3
        return 0.3 if tells and likeness > 0.9 else 0.0
    if cells and likeness < FITS:
        return 0.0
    return named + 0.2 * likeness


def _header_score(name: str, meaning: F) -> float:
    key = header_key(name)
    if key in SYNONYMS[meaning]:
        return 1.0
    for prefix in PREFIXES:
        if key.startswith(prefix) and key[len(prefix) :] in SYNONYMS[meaning]:
            return 0.8
    return 0.0


def _likeness(cells: list[str], meaning: F, *, on: date) -> float:
    """The share of cells that can be what the field holds; 1 for free text."""
    if not cells:
        return 0.5
    match FIELDS[meaning].shape:
        case Shape.DATE:
            reading = dates.decide(cells, on=on)
            return _share(cells, lambda cell: dates.parse(cell, reading, on=on) is not None)
        case Shape.MONEY | Shape.NUMBER:
            return _share(cells, lambda cell: values.number(cell) is not None)
        case Shape.PHONE:
            return _share(
                cells, lambda c: values.phone_is_plausible(normal_phone(values.first_phone(c)[0]))
            )
        case Shape.EMAIL:
            return _share(cells, values.email_is_plausible)
        case Shape.IDENTITY:
            return _share(cells, _looks_like_identity)
        case Shape.CODE:
            return _share(cells, lambda cell: codes.code_of(meaning, cell)[0] is not None)
        case Shape.YES_NO:
            return _share(cells, lambda cell: codes.yes_no(cell) is not None)
    if meaning is F.USERNAME:
        return _share(cells, is_username)
    if meaning in (F.CLIENT_NUMBER, F.POLICY_NUMBER):
        with_digit = _share(cells, lambda cell: any(map(str.isdigit, cell)) and " " not in cell)
        various = len(set(cells)) / len(cells)
        return with_digit * (1.0 if various > 0.3 or meaning is F.CLIENT_NUMBER else 0.7)
    if meaning in (F.CLIENT_NAME, F.STAFF_NAME):
        return _share(cells, lambda cell: not any(map(str.isdigit, cell)))
    return 0.9


def _looks_like_identity(cell: str) -> bool:
    value = normal(cell)
    return values.guessed_id_type(value) is not IdType.OTHER or values.lost_digits(cell)


def _share(cells: Iterable[str], fits: Any) -> float:
    marks = [bool(fits(cell)) for cell in cells]
    return sum(marks) / len(marks)
