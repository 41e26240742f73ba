"""The pairs that wait for a person, the likeliest first, each with its reasons."""

import pyarrow as pa
import streamlit as st

from services import duplicates, measures
from services.actor import Actor
from terms.duplicates import Band
from terms.undo import UndoKind
from ui.components.choices import without_icon
from ui.components.earlier_acts import earlier_acts
from ui.components.figure import figure
from ui.components.queue_table import ROW, height
from ui.screens.duplicates import places
from ui.session import now, read, save, tell_later, today
from words import _
from words.clients import client_title
from words.duplicates import found_sentence, reasons_text
from words.labels import label
from words.markdown import plain, quiet

TABLE, BAND, AGAIN = "duplicates.pairs", "duplicates.band", "duplicates.again"
TO_LIST = "duplicates.back"


def draw(actor: Actor) -> None:
    """Draw the bands with their counts, the pairs, and what was merged lately."""
    of = st.query_params.get(places.OF, "").strip()
    with st.container(key="duplicates-bar", horizontal=True, vertical_alignment="center"):
        band, counts = (None, None) if of else _band(actor)
        if of:
            st.markdown(_("Who looks like **{number}**").format(number=plain(of)), width="content")
        st.space("stretch")
        if of:
            st.button(
                _("Look again"),
                key=AGAIN,
                icon=":material/search:",
                on_click=_look_again,
                args=(actor, of),
            )
        st.button(
            _("To the clients"),
            key=TO_LIST,
            icon=":material/arrow_back:",
            on_click=places.to_clients,
        )
    if of:
        rows = read(duplicates.pairs_of, actor=actor, number=of, on=today())
    else:
        rows = read(duplicates.pairs, actor=actor, on=today(), band=band)
    if rows:
        _count(counts, band, of, len(rows))
        _table(rows)
    else:
        st.markdown(
            _("Nobody looks like this client.")
            if of
            else _(
                "No two of your clients look like one. New and changed files are compared after"
                " every import and each night."
            )
        )
    earlier_acts(actor, (UndoKind.MERGE,), key="duplicates")


def _count(counts: duplicates.PairCounts | None, band: Band | None, of: str, here: int) -> None:
    """How many pairs there are in all: the list shows the likeliest."""
    about: dict[str, object] = {"band": band.value if band else None, "client": of or None}
    number = here
    if counts is not None:
        each = {Band.SURE: counts.sure, Band.DOUBTFUL: counts.doubtful}
        number = each[band] if band else sum(each.values())
    with st.container(key="duplicates-count", horizontal=True, vertical_alignment="center"):
        figure(measures.figure("duplicates.pairs", number, about=about))
        st.markdown(quiet(_("A row opens the two side by side.")), width="content")


def _band(actor: Actor) -> tuple[Band | None, duplicates.PairCounts]:
    counts = read(duplicates.pair_counts, actor=actor, on=today())
    found = {Band.SURE: counts.sure, Band.DOUBTFUL: counts.doubtful}
    asked = st.query_params.get(places.BAND)
    chosen = next((band for band in Band if band == asked), None)
    band = st.pills(
        _("How certain"),
        list(Band),
        key=BAND,
        default=chosen,
        label_visibility="collapsed",
        format_func=without_icon(lambda band: f"{label(band)} {found[band]}"),
    )
    return band, counts


def _look_again(actor: Actor, number: str) -> None:
    found = save(duplicates.look_again, actor=actor, number=number, at=now(), on=today())
    if found is not None:
        tell_later(found_sentence(found))


def _table(rows: tuple[duplicates.PairRow, ...]) -> None:
    def pick() -> None:
        picked = st.session_state[TABLE]["selection"]["rows"]
        if picked:
            st.session_state[TABLE] = {"selection": {"rows": []}}
            row = rows[picked[0]]
            places.to_sheet(row.one.number, row.two.number)

    text = st.column_config.TextColumn
    st.dataframe(
        pa.table(
            {
                "one": [_side(row.one) for row in rows],
                "two": [_side(row.two) for row in rows],
                "band": [label(row.band) for row in rows],
                "points": pa.array([row.score / 10 for row in rows], pa.float64()),
                "why": [reasons_text(row.reasons) for row in rows],
            }
        ),
        key=TABLE,
        height=height(len(rows), row=ROW, most=9),
        row_height=ROW,
        hide_index=True,
        column_config={
            "one": text(_("One client"), width=190),
            "two": text(_("The other"), width=190),
            "band": text(_("How certain"), width=124),
            "points": st.column_config.NumberColumn(
                _("Points"),
                width=70,
                format="%.1f",
                help=_("The weights of the reasons added up, in bits; rule duplicates.weights"),
            ),
            "why": text(_("Why"), width=465),
        },
        on_select=pick,
        selection_mode="single-row",
        alt=_("Pairs of clients that may be one; Shift+Space opens one"),
    )


def _side(side: duplicates.PairSide) -> str:
    parts = [client_title(side.name, side.number), side.number]
    if side.owner:
        parts.append(side.owner)
    return " · ".join(dict.fromkeys(parts))
