"""Who saw what: opened files, revealed values, exports, refusals, with the reason given."""

import pyarrow as pa
import streamlit as st

from services import audit_trail
from services.actor import Actor
from services.documents import LONG_ROWS
from services.errors import NotFound
from ui.components.download import export_button
from ui.components.queue_table import COMPACT_ROW, height
from ui.screens.audit import filters
from ui.session import read, today, try_read
from words import _, formats
from words.audit import what_name
from words.audit_files import VIEWS, argument_of
from words.labels import label
from words.markdown import plain


def draw(actor: Actor) -> None:
    """Draw filters and the page of the access log that is found."""
    search = filters.draw(actor, of_views=True)
    try:
        page = try_read(
            audit_trail.views,
            actor=actor,
            search=search,
            on=today(),
            after=st.query_params.get(filters.AFTER),
        )
    except NotFound:
        st.warning(
            _("There is no client with the number {number}.").format(
                number=plain(search.client_number or "")
            )
        )
        return
    if not page.rows:
        st.markdown(_("Nothing was found."))
        return
    text = st.column_config.TextColumn
    st.dataframe(
        pa.table(
            {
                "at": [formats.date_time(row.at) for row in page.rows],
                "who": [row.who for row in page.rows],
                "kind": [label(row.kind) for row in page.rows],
                "client": [
                    " · ".join(part for part in (row.client_name, row.client_number) if part) or "–"
                    for row in page.rows
                ],
                "what": [what_name(row.what, row.kind) for row in page.rows],
                "reason": [row.reason or "–" for row in page.rows],
            }
        ),
        key="audit.seen",
        height=height(len(page.rows), row=COMPACT_ROW, most=18),
        row_height=COMPACT_ROW,
        hide_index=True,
        column_config={
            "at": text(_("When"), width=130),
            "who": text(_("By whom"), width=110),
            "kind": text(_("What"), width=90),
            "client": text(_("Client"), width=200),
            "what": text(_("What was seen"), width=170),
            "reason": text(_("Reason"), width=300),
        },
        alt=_("Who saw what, newest first"),
    )
    with st.container(horizontal=True):
        filters.pager(page.next)
        st.space("stretch")
        export_button(
            actor,
            kind=VIEWS,
            argument=argument_of(search),
            rows=lambda: read(
                audit_trail.count_found,
                actor=actor,
                search=search,
                on=today(),
                of_views=True,
                most=LONG_ROWS,
            ),
            key="audit.export",
        )
