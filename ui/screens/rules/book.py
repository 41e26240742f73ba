"""Every rule in one list beside the rule that is open."""

from collections.abc import Sequence

import pyarrow as pa
import streamlit as st

from services import rule_book
from services.actor import Actor
from services.rule_book import RuleRow
from ui.components.queue_table import COMPACT_ROW, height
from ui.screens.rules.rule import draw_rule
from ui.session import read, today
from words import _, formats
from words.labels import label
from words.rule_book import rule_name

LIST = "rules.list"


def draw(actor: Actor) -> None:
    """Draw the book; the first rule is open until another is picked."""
    rows = read(rule_book.book, actor=actor, on=today())
    keys = [row.key for row in rows]
    given = st.query_params.get("rule", "")
    key = given if given in keys else keys[0]
    left, right = st.columns([5, 7], gap="medium")
    with left:
        _list(rows, keys, key)
    with right:
        draw_rule(actor, key)


def _list(rows: Sequence[RuleRow], keys: list[str], key: str) -> None:
    def pick() -> None:
        chosen = st.session_state[LIST]["selection"]["rows"]
        if chosen:
            st.query_params["rule"] = keys[chosen[0]]

    wanted = [keys.index(key)]
    if st.session_state.get(LIST, {}).get("selection", {}).get("rows") != wanted:
        st.session_state[LIST] = {"selection": {"rows": wanted}}
    text = st.column_config.TextColumn
    with st.container(key="rules-book"):
        st.dataframe(
            pa.table(
                {
                    "group": [label(row.group) for row in rows],
                    "name": [rule_name(row.key) for row in rows],
                    "state": [_state(row) for row in rows],
                }
            ),
            key=LIST,
            height=height(len(rows), row=COMPACT_ROW, most=18),
            row_height=COMPACT_ROW,
            hide_index=True,
            column_config={
                "group": text(_("Part"), width=86),
                "name": text(_("Rule"), width=196),
                "state": text(_("State"), width=110),
            },
            on_select=pick,
            selection_mode="single-row-required",
            alt=_("Rules by part of the business; Shift+Space opens a row"),
        )


def _state(row: RuleRow) -> str:
    if row.waits:
        return _("◆ waits for a decision")
    if row.next_from:
        return _("▲ new from {day}").format(day=formats.short_day(row.next_from))
    if row.has_draft:
        return _("● draft")
    if row.needs_confirmation:
        return _("to be confirmed")
    return "" if row.is_used else _("later chapter")
