"""A form made from a rule's shape, and what was typed into it."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import streamlit as st

from services.rule_book import (
    SCHEMAS,
    Choices,
    Clock,
    Fen,
    Flag,
    Group,
    Member,
    Rows,
    Shape,
    Text,
    Weight,
    Whole,
    Wholes,
    join,
    row_of,
)
from words import _
from words.labels import label
from words.markdown import plain, quiet
from words.rule_book import choice_name, column_name, member_name, part_name

_LONG = 400
"""Characters from which a text gets several lines."""
SPARE_ROWS = 2
"""Empty rows at the end of a table; a row left empty falls away."""


def draw_fields(key: str, value: Any, *, form: str) -> None:
    """Draw a field for every part of ``value``; ``form`` names the drawing they belong to."""
    _draw(key, SCHEMAS[key].shape, value, "", form)


def typed(key: str, *, form: str) -> Any:
    """What stands in the fields of ``form`` now."""
    return _typed(SCHEMAS[key].shape, "", form)


def _name(form: str, path: str) -> str:
    return f"{form}:{path or 'value'}"


def _draw(key: str, shape: Shape, value: Any, path: str, form: str) -> None:
    match shape:
        case Group(parts=parts):
            given = value if isinstance(value, Mapping) else {}
            small = [name for name, part in parts.items() if not _is_wide(part)]
            if small:
                with st.grid(3, min_column_width=150, key=f"{form}-grid-{path or 'all'}"):
                    for name in small:
                        _draw(key, parts[name], given.get(name), join(path, name), form)
            for name, part in parts.items():
                if name not in small:
                    if isinstance(part, Group):
                        st.markdown(f"**{plain(part_name(key, join(path, name)))}**")
                    _draw(key, part, given.get(name), join(path, name), form)
        case Rows():
            _draw_rows(key, shape, value or [], path, form)
        case _:
            _draw_one(key, shape, value, path, form)


def _is_wide(part: Shape) -> bool:
    return isinstance(part, Group | Rows | Choices) or (
        isinstance(part, Text) and part.longest >= _LONG
    )


def _draw_one(
    key: str, shape: Shape, value: Any, path: str, form: str, *, hides_label: bool = False
) -> None:
    said = part_name(key, path) if path else _("Value")
    above = path.rpartition(".")[0]
    if above and not above.rpartition(".")[2].isdigit():
        said = column_name(key, path)
    name = _name(form, path)
    shown: Any = "collapsed" if hides_label else "visible"
    match shape:
        case Whole(unit=unit):
            given = value if isinstance(value, int) and not isinstance(value, bool) else None
            text = f"{said} ({label(unit)})" if unit else said
            st.number_input(
                text, value=given, step=1, format="%d", key=name, label_visibility=shown
            )
        case Weight():
            st.number_input(
                said,
                value=float(value) if isinstance(value, int | float) else None,
                step=0.5,
                format="%.1f",
                key=name,
                label_visibility=shown,
            )
        case Fen():
            st.number_input(
                f"{said} (¥)",
                value=value / 100 if isinstance(value, int) else None,
                step=10.0,
                format="%.2f",
                key=name,
                label_visibility=shown,
            )
        case Flag():
            st.toggle(part_name(key, path), value=bool(value), key=name)
        case Wholes(unit=unit):
            text = f"{said} ({label(unit)})" if unit else said
            numbers = ", ".join(str(number) for number in value or ())
            st.text_input(text, value=numbers, key=name, help=_("Numbers with commas"))
        case Choices(of=enum):
            members = {member.value: member for member in enum}
            st.multiselect(
                said,
                list(members),
                default=[one for one in value or () if one in members],
                format_func=lambda one: choice_name(members[one]),
                placeholder=_("Choose, in the order they are to stand in"),
                key=name,
            )
        case Member(of=enum, also=also):
            known = [member.value for member in enum]
            own = [value] if isinstance(value, str) and value and value not in known else []
            st.selectbox(
                said,
                [*known, *own],
                index=(known + own).index(value) if value in known + own else None,
                format_func=partial(member_name, shape),
                accept_new_options=also is not None,
                placeholder="",
                key=name,
                label_visibility=shown,
            )
        case Text(longest=longest) if longest >= _LONG:
            st.text_area(said, value=value or "", height=180, key=name, max_chars=longest)
        case Clock() | Text():
            st.text_input(said, value=value or "", key=name, label_visibility=shown)
        case _:
            raise TypeError(shape)


def _draw_rows(key: str, shape: Rows, value: list[Any], path: str, form: str) -> None:
    if path:
        st.markdown(f"**{plain(part_name(key, path))}**")
    st.markdown(quiet(_("A row left empty falls away; empty rows at the end are for new ones.")))
    rows = [row_of(shape, row) for row in value]
    rows += [dict.fromkeys(shape.columns) for _spare in range(SPARE_ROWS)]
    for at, row in enumerate(rows[: shape.most + SPARE_ROWS]):
        with st.grid(len(shape.columns), min_column_width=110, key=f"{form}-row-{path}-{at}"):
            for name, column in shape.columns.items():
                place = join(join(path, at), name)
                _draw_one(key, column, row[name], place, form, hides_label=at > 0)


def _typed(shape: Shape, path: str, form: str) -> Any:
    match shape:
        case Group(parts=parts):
            return {name: _typed(part, join(path, name), form) for name, part in parts.items()}
        case Rows(columns=columns):
            rows: list[dict[str, object]] = []
            first = next(iter(columns))
            while _name(form, join(join(path, len(rows)), first)) in st.session_state:
                at = join(path, len(rows))
                rows.append(
                    {name: _typed(column, join(at, name), form) for name, column in columns.items()}
                )
            return rows
        case Fen():
            given = st.session_state.get(_name(form, path))
            return None if given is None else round(given * 100)
        case Weight():
            given = st.session_state.get(_name(form, path))
            return int(given) if given is not None and given == int(given) else given
        case Wholes():
            return _numbers(st.session_state.get(_name(form, path)) or "")
        case Whole():
            given = st.session_state.get(_name(form, path))
            return None if given is None else int(given)
        case Choices():
            return list(st.session_state.get(_name(form, path)) or ())
        case _:
            return st.session_state.get(_name(form, path))


def _numbers(text: str) -> list[Any]:
    """The numbers in ``text``; what is none stays as it was typed and is told."""
    for mark in "，、;；":
        text = text.replace(mark, ",")
    parts = [part.strip() for part in text.split(",") if part.strip()]
    return [int(part) if part.lstrip("-").isdigit() else part for part in parts]
