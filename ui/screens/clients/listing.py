"""The list of ``/clients``: fifty rows, the next and the previous page, the way into a file."""

from typing import Any

import pyarrow as pa
import streamlit as st

from services import clients, duplicates, measures
from services.actor import Actor
from services.clients import ClientPage, ClientRow
from services.permissions import Permission
from terms.people import Locale
from terms.saved_views import ViewPage
from terms.undo import UndoKind
from ui.components import asking, saved_views
from ui.components.download import export_button
from ui.components.earlier_acts import earlier_acts
from ui.components.figure import figure
from ui.components.queue_table import COMPACT_ROW, height
from ui.components.undoing import begin_unpicked
from ui.screens.clients import filters, new_client, together
from ui.screens.duplicates.places import DUPLICATES, VIEW
from ui.session import read, switch_to, today
from words import _, current_locale, exports
from words.clients import client_title, expiry
from words.labels import label
from words.markdown import quiet

TABLE, OPEN, GO = "clients.list", "clients.open", "clients.go"
PAGE = 50
FEN = 100


def draw(actor: Actor) -> None:
    """Draw filters, count, table and the way to the neighbouring pages."""
    going = st.session_state.pop(GO, None)
    if going:
        switch_to("client", id=going)
    saved_views.pinned(actor, ViewPage.CLIENTS)
    filters.draw(read(clients.filter_choices, actor=actor, on=today()))
    wanted = filters.asked()
    page = read(
        clients.find,
        actor=actor,
        on=today(),
        filters=wanted,
        after=st.query_params.get("after"),
        before=st.query_params.get("before"),
        limit=PAGE,
    )
    with st.container(key="clients-bar", horizontal=True, vertical_alignment="center"):
        if page.rows:
            figure(
                measures.figure(
                    "clients.found",
                    page.count,
                    is_capped=page.is_capped,
                    about=clients.about_filters(wanted),
                )
            )
            st.markdown(quiet(label(page.order)), width="content")
        filters.clear_button()
        acts = st.container(horizontal=True, vertical_alignment="center", width="content")
        st.space("stretch")
        saved_views.menu(actor, ViewPage.CLIENTS)
        if page.rows:
            export_button(
                actor,
                kind=exports.CLIENTS,
                argument=clients.about_filters(wanted),
                rows=lambda: None if page.is_capped else page.count,
                key="clients.export",
            )
        if actor.may(Permission.CLIENT_MERGE):
            _duplicates(actor)
        if actor.may(Permission.CLIENT_WRITE):
            new_client.button(actor)
    if not page.rows:
        _empty(actor, is_narrowed=wanted != clients.ClientFilters())
        return
    picks_many = actor.may(Permission.CLIENT_ASSIGN)
    _table(page, has_text=bool(wanted.text.strip()), picks_many=picks_many)
    _pages(page)
    if picks_many:
        places = st.session_state.get(TABLE, {}).get("selection", {}).get("rows", [])
        picked = [page.rows[place] for place in places if place < len(page.rows)]
        if picked:
            with acts:
                together.bar(actor, picked)
        earlier_acts(actor, (UndoKind.BULK_EDIT,), key="clients")


def _duplicates(actor: Actor) -> None:
    """The way to the clients that may be one, with how many pairs wait."""
    counts = read(duplicates.pair_counts, actor=actor, on=today())
    waiting = counts.sure + counts.doubtful
    label_ = _("Possible duplicates")
    st.button(
        f"{label_} {waiting}" if waiting else label_,
        key="clients.duplicates",
        icon=":material/join_inner:",
        on_click=lambda: st.query_params.from_dict({VIEW: DUPLICATES}),
    )


def _empty(actor: Actor, *, is_narrowed: bool) -> None:
    if is_narrowed:
        st.markdown(_("No client of yours fits. Take a filter away, or try fewer characters."))
        return
    st.markdown(_("You have no clients yet."))
    if actor.may(Permission.IMPORT_RUN):
        st.page_link(
            "../pages/import_book.py",
            label=_("Bring your book in"),
            icon=":material/upload_file:",
        )


def _table(page: ClientPage, *, has_text: bool, picks_many: bool) -> None:
    """The rows; who may change many picks rows and opens a file by its name."""
    rows = page.rows
    on = today()
    left = [(row.next_expiry_on - on).days if row.next_expiry_on else None for row in rows]
    columns = {
        "client": [_marked(row) for row in rows],
        "number": [row.number for row in rows],
        "type": [_short_type(row) for row in rows],
        "owner": [row.owner or "–" for row in rows],
        "team": [row.team or "–" for row in rows],
        "expiry": [_late(expiry(row, days), days) for row, days in zip(rows, left, strict=True)],
        "premium": pa.array([row.premium_in_force_fen // FEN for row in rows], pa.int64()),
        "complete": [row.completeness for row in rows],
        "stage": [label(row.stage) for row in rows],
    }
    if has_text:
        columns["found"] = [label(row.found_by) if row.found_by else "–" for row in rows]
    begin_unpicked(TABLE, together.DONE)
    if not picks_many and st.session_state.get(TABLE, {}).get("selection", {}).get("rows"):
        st.session_state[TABLE] = {"selection": {"rows": []}}
    st.dataframe(
        pa.table(columns),
        key=TABLE,
        height=height(len(rows), row=COMPACT_ROW, most=18),
        row_height=COMPACT_ROW,
        hide_index=True,
        column_config=_columns(rows),
        on_select=asking.forget if picks_many else lambda: _pick(rows),
        selection_mode="multi-row" if picks_many else "single-row",
        alt=_("Clients; arrows move, Shift+Space picks a row")
        if picks_many
        else _("Clients; arrows move, Shift+Space opens a file"),
    )


def _columns(rows: tuple[ClientRow, ...]) -> dict[str, Any]:
    is_chinese = current_locale() == Locale.ZH
    text, number = st.column_config.TextColumn, st.column_config.NumberColumn
    return {
        "client": st.column_config.ButtonColumn(
            _("Client"),
            width=190,
            alignment="left",
            type="tertiary",
            key=OPEN,
            on_click=lambda: _open(rows),
        ),
        "number": text(_("Client number"), width=96),
        "type": text(_("Type"), width=60 if is_chinese else 84),
        "owner": text(_("Owner"), width=84),
        "team": text(_("Team"), width=100),
        "expiry": text(_("Next expiry"), width=140),
        "premium": number(_("In force, yuan"), width=96, format="localized"),
        "complete": st.column_config.ProgressColumn(
            _("File"), width=100, min_value=0, max_value=100, format="%d%%"
        ),
        "stage": text(_("Stage"), width=84 if is_chinese else 104),
        "found": text(_("Found by"), width=110),
    }


def _marked(row: ClientRow) -> str:
    name = client_title(row.name, row.number)
    return _("{name} ■ no contact").format(name=name) if row.do_not_contact else name


def _short_type(row: ClientRow) -> str:
    names = {"individual": _("Person"), "group": _("Group")}
    return names[row.client_type.value]


def _late(said: str, days: int | None) -> str:
    if days is None or days > 15:
        return said
    return f"◆ {said}"


def _open(rows: tuple[ClientRow, ...]) -> None:
    st.session_state[GO] = rows[st.session_state[OPEN]["row"]].number


def _pick(rows: tuple[ClientRow, ...]) -> None:
    picked = st.session_state[TABLE]["selection"]["rows"]
    if picked:
        st.session_state[GO] = rows[picked[0]].number


def _pages(page: ClientPage) -> None:
    if not page.next_after and not page.previous_before:
        return
    with st.container(key="clients-pages", horizontal=True, horizontal_alignment="right"):
        st.button(
            _("Previous"),
            key="clients.previous",
            icon=":material/chevron_left:",
            disabled=page.previous_before is None,
            on_click=filters.go_to,
            kwargs={"before": page.previous_before or ""},
        )
        st.button(
            _("Next"),
            key="clients.next",
            icon=":material/chevron_right:",
            icon_position="right",
            disabled=page.next_after is None,
            on_click=filters.go_to,
            kwargs={"after": page.next_after or ""},
        )
