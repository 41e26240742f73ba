"""A rule's value as people read it."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from services.rule_book import SCHEMAS, Group, Rows, row_of
from words import _
from words.markdown import plain
from words.rule_book import column_name, part_name, value_text


def show_value(key: str, value: Any) -> None:
    """A rule's value as a table of its parts."""
    shape = SCHEMAS[key].shape
    if isinstance(shape, Group):
        nested = all(isinstance(part, Group) for part in shape.parts.values())
        if nested:
            _show_nested(key, shape.parts, value)
            return
        rows = [
            (part_name(key, name), value_text(part, (value or {}).get(name)))
            for name, part in shape.parts.items()
            if not isinstance(part, Group | Rows)
        ]
        _table([_("Part"), _("Value")], rows)
        for name, part in shape.parts.items():
            if isinstance(part, Group):
                st.markdown(f"**{plain(part_name(key, name))}**")
                given = (value or {}).get(name) or {}
                inner = [
                    (column_name(key, f"{name}.{one}"), value_text(its, given.get(one)))
                    for one, its in part.parts.items()
                ]
                _table([_("Part"), _("Value")], inner)
            elif isinstance(part, Rows) and (value or {}).get(name):
                st.markdown(f"**{plain(part_name(key, name))}**")
                _show_rows(key, name, part, value[name])
    elif isinstance(shape, Rows):
        _show_rows(key, "", shape, value)
    else:
        st.markdown(f"**{plain(value_text(shape, value))}**")


def _show_nested(key: str, parts: Mapping[str, Any], value: Mapping[str, Any]) -> None:
    columns = list(dict.fromkeys(name for part in parts.values() for name in part.parts))
    head = [column_name(key, name) for name in columns]
    rows = [
        (
            part_name(key, name),
            *(
                value_text(part.parts[column], (value.get(name) or {}).get(column))
                if column in part.parts
                else ""
                for column in columns
            ),
        )
        for name, part in parts.items()
    ]
    _table([_("For"), *head], rows)


def _show_rows(key: str, path: str, shape: Rows, value: Any) -> None:
    prefix = f"{path}." if path else ""
    head = [part_name(key, f"{prefix}{name}") for name in shape.columns]
    rows = [
        tuple(
            value_text(column, row_of(shape, row)[name]) for name, column in shape.columns.items()
        )
        for row in value
    ]
    _table(head, rows)


def _table(head: list[str], rows: Sequence[tuple[str, ...]]) -> None:
    lines = ["| " + " | ".join(plain(cell) for cell in head) + " |", "|" + ":--|" * len(head)]
    lines += ["| " + " | ".join(plain(cell) for cell in row) + " |" for row in rows]
    st.markdown("\n".join(lines))
