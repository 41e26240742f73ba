"""A list of cases as leads and analysts see it: whose, when, how far, how much."""

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

import pyarrow as pa
import streamlit as st

from services import documents, renewals
from services.actor import Actor
from services.renewals import CaseFilter, CaseRow
from services.working_calendar import SHANGHAI
from terms.people import Locale
from ui.components.download import export_button
from ui.components.queue_table import COMPACT_ROW, as_given, height, wide
from ui.session import read
from words import _, current_locale, exports, formats
from words.labels import label
from words.renewal_cases import due_in_queue

PAGE = 50
ROWS = "renewals.rows"


def shown_rows() -> int:
    """How many rows the person has asked for."""
    return int(st.session_state.get(ROWS, PAGE))


def draw(
    rows: Sequence[CaseRow],
    *,
    actor: Actor,
    where: CaseFilter,
    total: int,
    key: str,
    pick_many: bool = False,
) -> list[int]:
    """Draw ``rows`` of ``total``; the places picked, where ``pick_many``.

    Args:
        where: what the rows were asked with; an export asks the same.
    """
    st.dataframe(
        _table(tuple(rows), current_locale()),
        key=key,
        height=height(len(rows), row=COMPACT_ROW, most=12),
        row_height=COMPACT_ROW,
        hide_index=True,
        column_config=_columns(current_locale()),
        on_select="rerun" if pick_many else "ignore",
        selection_mode="multi-row",
        alt=_("Cases by due day; Shift+Space picks a row"),
    )
    with st.container(key=f"{key}-acts".replace(".", "-"), horizontal=True):
        more_button(len(rows) < total and len(rows) >= shown_rows(), total - len(rows))
        st.space("stretch")
        export_button(
            actor,
            kind=exports.CASES,
            argument=renewals.filter_as_json(where),
            rows=lambda: _count(actor, where),
            key=f"{key}-export",
        )
    if not pick_many:
        return []
    picked = st.session_state[key]["selection"]["rows"]
    return [place for place in picked if place < len(rows)]


@lru_cache(maxsize=64)
def _table(rows: tuple[CaseRow, ...], _locale: Locale) -> pa.Table:
    """``rows`` in words; most drawings show the same ones again."""
    return pa.table(
        {
            "name": [row.client_name or row.client_number for row in rows],
            "file": [f"/client?id={row.client_number}" for row in rows],
            "line": [label(row.line) for row in rows],
            "due_on": [row.due_on.isoformat() for row in rows],
            "due": [
                due_in_queue(kind=row.kind, line=row.line, days_left=row.days_left, grace_left=None)
                if row.state.is_open
                else "–"
                for row in rows
            ],
            "state": [label(row.state) for row in rows],
            "with": [row.assignee_name or _("nobody") for row in rows],
            "premium": [formats.yuan(row.premium_fen) for row in rows],
            "at_risk": [formats.yuan(row.at_risk_fen) for row in rows],
            "attempts": [row.attempts for row in rows],
            "last": [_day_of(row) for row in rows],
        }
    )


@cache
def _columns(_locale: Locale) -> dict[str, Any]:
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    return as_given(
        {
            "name": text(_("Client"), width=wide(178, 150)),
            "file": st.column_config.LinkColumn(_("File"), display_text=_("open"), width=52),
            "line": text(_("Line"), width=wide(76, 100)),
            "due_on": text(_("Due on"), width=wide(92, 88)),
            "due": text(_("Due"), width=wide(96, 118)),
            "state": text(_("State"), width=wide(80, 116)),
            "with": text(_("With"), width=wide(78, 66)),
            "premium": number(_("Premium ¥"), width=wide(92, 86), format="localized"),
            "at_risk": number(_("To save ¥"), width=wide(92, 84), format="localized"),
            "attempts": number(_("Unreached"), width=wide(78, 82)),
            "last": text(_("Last contact"), width=wide(92, 88)),
        }
    )


def more_button(is_there: bool, left: int = PAGE) -> None:
    """Ask for a further page of the list, where there is one."""
    if is_there:
        more = _("Show {n} more").format(n=min(PAGE, left))
        st.button(more, key="renewals.more-cases", type="tertiary", on_click=_more)


def _count(actor: Actor, where: CaseFilter) -> int | None:
    return read(renewals.count_cases, actor=actor, where=where, most=documents.LONG_ROWS)


def _more() -> None:
    st.session_state[ROWS] = shown_rows() + PAGE


def _day_of(row: CaseRow) -> str:
    if row.last_contact_at is None:
        return "–"
    return formats.short_day(row.last_contact_at.astimezone(SHANGHAI).date())
