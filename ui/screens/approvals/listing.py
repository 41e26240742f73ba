"""A list of requests; the open one is picked."""

from collections.abc import Sequence
from datetime import date, timedelta

import pyarrow as pa
import streamlit as st

from services.approvals import ApprovalRow
from services.working_calendar import SHANGHAI, local_date
from terms.approvals import ApprovalState
from ui.components.queue_table import COMPACT_ROW, height
from ui.session import today
from words import _, approvals, formats
from words.labels import label

LIST = "approvals.list"


def draw_list(rows: Sequence[ApprovalRow], number: str) -> None:
    """Draw ``rows``; picking one opens it."""
    numbers = [row.number for row in rows]

    def pick() -> None:
        chosen = st.session_state[LIST]["selection"]["rows"]
        if chosen:
            st.query_params["id"] = numbers[chosen[0]]

    wanted = [numbers.index(number)] if number in numbers else []
    if st.session_state.get(LIST, {}).get("selection", {}).get("rows") != wanted:
        st.session_state[LIST] = {"selection": {"rows": wanted}}
    text = st.column_config.TextColumn
    st.dataframe(
        pa.table(
            {
                "what": [approvals.title(row.kind, row.payload) for row in rows],
                "who": [row.asked_by for row in rows],
                "until": [_until(row) for row in rows],
            }
        ),
        key=LIST,
        height=height(len(rows), row=COMPACT_ROW, most=16),
        row_height=COMPACT_ROW,
        hide_index=True,
        column_config={
            "what": text(_("Asked for"), width=250),
            "who": text(_("Asked by"), width=80),
            "until": text(_("State"), width=130),
        },
        on_select=pick,
        selection_mode="single-row" if not wanted else "single-row-required",
        alt=_("Requests; Shift+Space opens a row"),
    )


def last_day(row: ApprovalRow) -> date:
    """The last day on which a request may be decided: it runs out at its 24:00."""
    return local_date(row.expires_at - timedelta(seconds=1), SHANGHAI)


def _until(row: ApprovalRow) -> str:
    if row.state is not ApprovalState.WAITING:
        return label(row.state)
    return _("until {day}").format(day=formats.near_day(last_day(row), on=today()))
