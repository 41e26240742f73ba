"""The clients in their ten working days, the exception first."""

import pyarrow as pa
import streamlit as st

from services import engagements
from services.actor import Actor
from terms.service import ClockState, StageClock
from ui.components.queue_table import COMPACT_ROW, height
from ui.screens.plans.going import FOLLOWS, pick
from ui.session import today
from ui.shared import read_shared
from words import _, formats, ngettext
from words.engagements import cell_said, stage_waits
from words.labels import label

TABLE, ONLY = "plans.stage", "plans.only"


def draw(actor: Actor) -> None:
    """Draw one row a client: the four clocks, and what the most urgent waits for."""
    rows = read_shared(engagements.in_stage, *FOLLOWS, actor=actor, on=today())
    if not rows:
        st.markdown(_("No client of yours is in the ten days after an engagement."))
        st.page_link("../pages/clients.py", label=_("To the clients"), icon=":material/group:")
        return
    late = [row for row in rows if _is_late(row)]
    with st.container(horizontal=True, vertical_alignment="center", key="plans-stage-bar"):
        said = ngettext("{n} client in the stage", "{n} clients in the stage", len(rows))
        st.markdown(said.format(n=len(rows)), width="content")
        if late:
            word = ngettext("{n} late", "{n} late", len(late)).format(n=len(late))
            st.markdown(f":red[▲ {word}]", width="content")
            is_only = st.toggle(_("Only the late ones"), key=ONLY)
            rows = tuple(late) if is_only else rows
    text = st.column_config.TextColumn
    clocks = {
        which.value: [
            next(cell_said(each) for each in row.clocks if each.clock is which) for row in rows
        ]
        for which in StageClock
    }
    st.dataframe(
        pa.table(
            {
                "name": [row.client_name or row.client_number for row in rows],
                "waits": [stage_waits(row.clocks) for row in rows],
                **clocks,
                "signed": [formats.short_day(row.signed_on) for row in rows],
                "manager": [row.manager or "–" for row in rows],
            }
        ),
        key=TABLE,
        height=height(len(rows), row=COMPACT_ROW, most=16),
        row_height=COMPACT_ROW,
        hide_index=True,
        column_config={
            "name": text(_("Client"), width=215),
            "waits": text(_("Waits for"), width=262),
            **{which.value: text(label(which), width=88) for which in StageClock},
            "signed": text(_("Signed"), width=70),
            "manager": text(_("Client manager"), width=100),
        },
        on_select=lambda: pick(TABLE, [row.client_number for row in rows]),
        selection_mode="single-row",
        alt=_("Clients in their ten working days, late first; Shift+Space opens one"),
    )


def _is_late(row: engagements.StageRow) -> bool:
    return any(each.state is ClockState.LATE for each in row.clocks)
