"""What clients say: objections and refusals of the team against the days before (R87)."""

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from services import voices
from services.actor import Actor
from services.voices import VoiceRow
from ui.components.queue_table import COMPACT_ROW, height
from ui.screens.renewals import address
from ui.session import read, today
from words import _, formats
from words.labels import label
from words.markdown import plain, quiet
from words.voices import kind_name, trend, what

TABLE, DAYS = "renewals.voices", "renewals.voices-days"
PERIODS = (7, 28, 90)


def draw(actor: Actor, bar: DeltaGenerator) -> None:
    """Draw the lines of the period, and the contacts behind the one picked."""
    asked = address.asked("days")
    days = int(asked) if asked in {str(one) for one in PERIODS} else PERIODS[0]
    with bar:
        st.session_state[DAYS] = days
        st.pills(
            _("Period"),
            PERIODS,
            key=DAYS,
            required=True,
            format_func=lambda n: _("Last {n} days").format(n=n),
            label_visibility="collapsed",
            on_change=_show,
        )
    rows = read(voices.heard, actor=actor, on=today(), days=days)
    if not rows:
        with st.container(key="renewals-empty"):
            st.markdown(_("Nobody recorded an objection or a refusal in this time."))
        return
    picked = _table(rows)
    if picked is not None:
        _contacts(actor, picked, days)


def _show() -> None:
    address.put(days=str(st.session_state[DAYS]))
    st.session_state.pop(TABLE, None)


def _table(rows: tuple[VoiceRow, ...]) -> VoiceRow | None:
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    st.dataframe(
        pd.DataFrame(
            {
                "what": [what(row) for row in rows],
                "kind": [kind_name(row.kind) for row in rows],
                "count": [row.count for row in rows],
                "before": [row.before for row in rows],
                "trend": [trend(row) for row in rows],
                "people": [row.people for row in rows],
            }
        ),
        key=TABLE,
        height=height(len(rows), row=COMPACT_ROW, most=14),
        row_height=COMPACT_ROW,
        hide_index=True,
        column_config={
            "what": text(_("What clients say"), width=220),
            "kind": text(_("Kind"), width=110),
            "count": number(_("This period"), width=90),
            "before": number(_("Period before"), width=100),
            "trend": text(_("Change"), width=90),
            "people": number(_("Heard by"), width=90),
        },
        on_select="rerun",
        selection_mode="single-row",
        alt=_("What clients say, most often first; Shift+Space opens the contacts"),
    )
    places = st.session_state[TABLE]["selection"]["rows"]
    return rows[places[0]] if places and places[0] < len(rows) else None


def _contacts(actor: Actor, row: VoiceRow, days: int) -> None:
    st.subheader(what(row), anchor=False)
    for contact in read(
        voices.contacts, actor=actor, kind=row.kind, code=row.code, on=today(), days=days
    ):
        name = plain(contact.client_name or contact.client_number)
        about = " · ".join(
            (
                formats.moment(contact.happened_at, on=today()),
                label(contact.line) if contact.line else "–",
                plain(contact.staff_name),
            )
        )
        st.markdown(f"**[{name}](/client?id={contact.client_number})** {quiet(about)}")
        if contact.note:
            st.text(contact.note)
