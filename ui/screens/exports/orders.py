"""The long exports somebody ordered: how far each is, and fetching it when it is there."""

import streamlit as st

from services import documents
from services.actor import Actor
from services.changes import Chapter
from services.documents import OrderRow
from terms.intake import ExportState
from ui.components.download import fetch
from ui.components.live import live
from ui.session import fragment, now, read, save
from words import _, formats
from words.documents import export_name, order_state, size
from words.labels import badge
from words.markdown import plain, quiet

SEEN = "exports.going-on"


def draw(actor: Actor) -> None:
    """Draw the orders; while one is being made its progress follows the work."""
    rows = read(documents.orders_of, actor=actor)
    if not rows:
        st.markdown(
            _("You ordered no export. Long lists that you export come here when they are made.")
        )
        return
    going_on = [row for row in rows if row.is_going_on]
    if going_on:
        fragment(_progress)(actor)
    for row in rows:
        if not row.is_going_on:
            _row(actor, row)


def _progress(actor: Actor) -> None:
    """What is being made; once one is done the whole screen is drawn again."""
    live(Chapter.DOCUMENTS, key="exports.progress", scope="exports-bar", every=1)
    rows = [row for row in read(documents.orders_of, actor=actor) if row.is_going_on]
    before = st.session_state.get(SEEN, 0)
    st.session_state[SEEN] = len(rows)
    if len(rows) < before:
        st.rerun()
    for row in rows:
        with st.container(border=True):
            _title(row)
            share = min(1.0, row.rows_done / row.rows) if row.rows else 0.0
            st.progress(share, text=order_state(row) or _("Waiting its turn"))


def _row(actor: Actor, row: OrderRow) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
        _title(row)
        if row.state is ExportState.READY:
            st.space("stretch")
            st.button(
                _("Fetch"),
                key=f"exports.fetch-{row.id}",
                icon=":material/download:",
                on_click=_fetch,
                args=(actor, row.id),
            )


def _title(row: OrderRow) -> None:
    parts = [
        _("ordered {time}").format(time=formats.date_time(row.ordered_at)),
        order_state(row) if not row.is_going_on else "",
        size(row.size_bytes) if row.state is ExportState.READY else "",
    ]
    quietly = quiet(" · ".join(part for part in parts if part))
    st.markdown(f"**{plain(export_name(row.kind))}** {badge(row.state)}  \n{quietly}")


def _fetch(actor: Actor, order_id: int) -> None:
    ticket = save(documents.order_ticket, actor=actor, order_id=order_id, at=now())
    if ticket is not None:
        fetch(ticket)
