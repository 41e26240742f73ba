"""The history: who did what to the file, and where each piece of it came from."""

import pyarrow as pa
import streamlit as st

from services import clients
from services.actor import Actor
from services.clients import ClientFile
from ui.components.queue_table import COMPACT_ROW, height
from ui.session import read, today
from words import _, formats
from words.clients import field_name, history_sentence
from words.labels import label
from words.markdown import quiet


def draw(actor: Actor, file: ClientFile) -> None:
    """Draw the acts on the file, newest first, and its sources."""
    rows = read(clients.history_of, actor=actor, number=file.number, on=today())
    if rows:
        text = st.column_config.TextColumn
        st.dataframe(
            pa.table(
                {
                    "at": [formats.date_time(row.at) for row in rows],
                    "by": [row.by or _("System") for row in rows],
                    "what": [history_sentence(row) for row in rows],
                }
            ),
            key="client.history",
            height=height(len(rows), row=COMPACT_ROW, most=14),
            row_height=COMPACT_ROW,
            hide_index=True,
            column_config={
                "at": text(_("When"), width=130),
                "by": text(_("By whom"), width=110),
                "what": text(_("What"), width=620),
            },
            alt=_("What was done to this file, newest first"),
        )
        st.markdown(quiet(_("Personal values before and after are kept encrypted.")))
    else:
        st.markdown(_("Nothing has been done to this file here yet."))
    if file.sources:
        st.subheader(_("Where it comes from"), anchor=False)
        st.table(
            {
                _("Data"): [field_name(row.field) for row in file.sources],
                _("Source"): [label(row.channel) for row in file.sources],
                _("Recorded"): [formats.date_time(row.recorded_at) for row in file.sources],
                _("Verified"): [formats.day(row.verified_on) for row in file.sources],
            }
        )
