"""The queue as a table: who, what, when, why here, next step; one row is always picked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any
from unicodedata import east_asian_width

import pyarrow as pa
import streamlit as st

from terms.people import Locale
from words import _, current_locale

HEADER, ROW, EDGE = 31, 58, 2
"""Pixels; a row is over 4 rem high so that two lines of reason fit (``row_height``)."""
COMPACT_ROW = 36
NAME = {Locale.ZH: 76, Locale.EN: 82}
"""Pixels of a client's name in the queue."""
PADDING, LETTER = 16, 6.6
"""Pixels: of a cell left and right, and of a Latin letter."""
MOST_ROWS = 11
"""Rows shown without scrolling inside the table."""
FEN = 100


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One row in words; money in fen."""

    name: str
    line: str
    due: str
    premium_fen: int
    at_risk_fen: int
    probability: int | None
    """Per cent; the column is there where any row has one."""
    why: str
    next_step: str


def height(rows: int, *, row: int = ROW, most: int = MOST_ROWS) -> int:
    """Pixels for ``rows`` rows, so that no slice of an empty row shows."""
    return HEADER + min(max(rows, 1), most) * row + EDGE


def queue_table(
    lines: tuple[QueueLine, ...],
    *,
    key: str,
    picked: int | None,
    on_pick: Callable[[int], None],
) -> None:
    """Draw ``lines`` with row ``picked`` chosen.

    Args:
        picked: the row's place; None when the open case stands in another list.
        on_pick: called with the place of the row a person chose, before the next drawing.
    """

    def chosen() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        if rows:
            on_pick(rows[0])

    wanted = [] if picked is None else [picked]
    if st.session_state.get(key, {}).get("selection", {}).get("rows") != wanted:
        st.session_state[key] = {"selection": {"rows": wanted}}
    st.dataframe(
        _table(lines, current_locale()),
        key=key,
        height=height(len(lines)),
        row_height=ROW,
        hide_index=True,
        column_config=_columns(current_locale()),
        on_select=chosen,
        selection_mode="single-row" if picked is None else "single-row-required",
        alt=_("Renewal queue, most urgent first; Alt and the arrows open rows"),
    )


@lru_cache(maxsize=256)
def _table(lines: tuple[QueueLine, ...], locale: Locale) -> pa.Table:
    """``lines`` as columns; most drawings show the same ones again."""
    chances = [line.probability for line in lines]
    has_chance = any(chance is not None for chance in chances)
    return pa.table(
        {
            "name": names_of([line.name for line in lines], locale, width=NAME[locale]),
            "line": [line.line for line in lines],
            "due": [line.due for line in lines],
            "premium": pa.array([line.premium_fen // FEN for line in lines], pa.int64()),
            "at_risk": pa.array([line.at_risk_fen // FEN for line in lines], pa.int64()),
            **({"chance": pa.array(chances, pa.int64())} if has_chance else {}),
            "why": [line.why for line in lines],
            "next": [line.next_step for line in lines],
        }
    )


@cache
def _columns(locale: Locale) -> dict[str, Any]:
    is_chinese = locale == Locale.ZH
    text, number = st.column_config.TextColumn, st.column_config.NumberColumn
    columns = {
        "name": name_column(locale, width=NAME[locale]),
        "line": text(_("Line"), width=60 if is_chinese else 76),
        "due": text(_("Due"), width=84 if is_chinese else 64),
        "premium": number(
            _("Premium ¥"), width=66 if is_chinese else 70, format="localized", alignment="right"
        ),
        "at_risk": number(_("To save ¥"), width=66, format="localized", alignment="right"),
        "chance": st.column_config.ProgressColumn(
            _("Chance"), width=68, format="%d%%", min_value=0, max_value=100
        ),
        "why": text(_("Why here"), width=184 if is_chinese else 192),
        "next": text(_("Next step"), width=72 if is_chinese else 74),
    }
    return as_given(columns)


def letters(text: str) -> int:
    """How many Latin letters ``text`` is wide; a Chinese character counts as two."""
    return sum(1 + (east_asian_width(one) in "WF") for one in text)


def wide(zh: int, en: int) -> int:
    """A column's width in px: words of one language are longer here, of the other there."""
    return zh if current_locale() == Locale.ZH else en


def names_of(names: Sequence[str], locale: Locale, *, width: int) -> pa.Array:
    """Clients' names for a ``name_column`` of so many px: Chinese screens break them, English ones
    end them with an ellipsis."""
    if locale == Locale.ZH:
        return pa.array(names, pa.string())
    most = int((width - PADDING) / LETTER)
    return pa.array([_ended(name, most) for name in names], pa.string()).dictionary_encode()


def _ended(name: str, most: int) -> str:
    if letters(name) <= most:
        return name
    while letters(name) >= most:
        name = name[:-1]
    return f"{name.rstrip()}…"


def name_column(locale: Locale, *, width: int) -> Any:
    """Clients beside sentences of two lines.

    The table guesses by the average letter it measured before whether a text needs a second line;
    Chinese names raise that so far that English sentences are cut. A choice is not measured.
    """
    text, choice = st.column_config.TextColumn, st.column_config.SelectboxColumn
    return (text if locale == Locale.ZH else choice)(_("Client"), width=width)


def as_given(config: Any) -> dict[str, Any]:
    """``config`` without what it leaves open: Streamlit copies every entry at every drawing."""
    return {
        key: as_given(value) if isinstance(value, dict) else value
        for key, value in config.items()
        if value is not None
    }
