"""What was done: the acts that are found, and the chosen one with before and after."""

import pyarrow as pa
import streamlit as st

from services import audit_trail
from services.actor import Actor
from services.audit_trail import Change, EntryRow, Search
from services.documents import LONG_ROWS
from services.errors import NotFound
from services.permissions import Permission
from ui.components.asking import forget, form, form_button
from ui.components.download import export_button
from ui.components.queue_table import COMPACT_ROW, height
from ui.screens.audit import filters
from ui.session import link_to, now, read, save, today, try_read
from words import _, formats
from words.audit import change_text, event_name
from words.audit_files import ENTRIES, argument_of, told_facts
from words.markdown import plain, quiet, strong

PICKED = "audit.entry"
TABLE = "audit.acts"


def draw(actor: Actor) -> None:
    """Draw filters, the page that is found, and the chosen entry beside it."""
    search = filters.draw(actor, of_views=False)
    try:
        page = try_read(
            audit_trail.entries,
            actor=actor,
            search=search,
            on=today(),
            after=st.query_params.get(filters.AFTER),
        )
    except NotFound:
        _no_client(search)
        return
    if not page.rows:
        st.markdown(_("Nothing was found."))
        return
    left, right = st.columns([3, 2], gap="medium")
    with left:
        chosen = _table(page.rows)
        with st.container(horizontal=True):
            filters.pager(page.next)
            st.space("stretch")
            export_button(
                actor,
                kind=ENTRIES,
                argument=argument_of(search),
                rows=lambda: read(
                    audit_trail.count_found,
                    actor=actor,
                    search=search,
                    on=today(),
                    of_views=False,
                    most=LONG_ROWS,
                ),
                key="audit.export",
            )
    with right:
        _entry(actor, chosen)


def _no_client(search: Search) -> None:
    st.warning(
        _("There is no client with the number {number}.").format(
            number=plain(search.client_number or "")
        )
    )


def _table(rows: tuple[EntryRow, ...]) -> EntryRow:
    """The page as a table with one row picked."""
    ids = [row.id for row in rows]
    picked = st.session_state.get(PICKED)
    place = ids.index(picked) if picked in ids else 0

    def chosen() -> None:
        selected = st.session_state[TABLE]["selection"]["rows"]
        if selected:
            st.session_state[PICKED] = ids[selected[0]]
            forget()

    if st.session_state.get(TABLE, {}).get("selection", {}).get("rows") != [place]:
        st.session_state[TABLE] = {"selection": {"rows": [place]}}
    text = st.column_config.TextColumn
    st.dataframe(
        pa.table(
            {
                "at": [formats.date_time(row.at) for row in rows],
                "who": [row.who or _("System") for row in rows],
                "what": [event_name(row.event) for row in rows],
                "client": [_client(row) for row in rows],
            }
        ),
        key=TABLE,
        height=height(len(rows), row=COMPACT_ROW, most=16),
        row_height=COMPACT_ROW,
        hide_index=True,
        on_select=chosen,
        selection_mode="single-row-required",
        column_config={
            "at": text(_("When"), width=130),
            "who": text(_("By whom"), width=100),
            "what": text(_("What"), width=190),
            "client": text(_("Client"), width=170),
        },
        alt=_("Acts, newest first; Shift+Space shows one with before and after"),
    )
    return rows[place]


def _client(row: EntryRow) -> str:
    if row.client_number is None:
        return "–"
    return f"{row.client_name} · {row.client_number}" if row.client_name else row.client_number


def _entry(actor: Actor, row: EntryRow) -> None:
    """One act in words."""
    st.subheader(event_name(row.event), anchor=False)
    who = plain(row.who) if row.who else _("System")
    sealed = _("sealed") if row.is_sealed else _("not sealed yet")
    st.markdown(quiet(f"{formats.date_time(row.at)} · {who} · {sealed}"))
    if row.client_number is not None and actor.may(Permission.CLIENT_READ):
        link_to("client", plain(_client(row)), icon=":material/person:", id=row.client_number)
    _changes(row.changes)
    for fact in told_facts(row):
        st.markdown(plain(fact))
    if row.has_personal:
        _personal(actor, row)


def _changes(changes: tuple[Change, ...]) -> None:
    told = [found for found in map(change_text, changes) if found is not None]
    if told:
        names, before, after = zip(*told, strict=True)
        st.table({_("What"): names, _("Before"): before, _("After"): after})


def _personal(actor: Actor, row: EntryRow) -> None:
    changes = read(audit_trail.personal_of, actor=actor, entry_id=row.id)
    if not changes:
        st.markdown(quiet(_("The personal values were erased with the client's key.")))
        return
    st.markdown(strong(_("Personal values, masked")))
    _changes(changes)
    if actor.may(Permission.CLIENT_REVEAL) and form_button(
        _("Show in clear"), "audit.reveal", icon=":material/visibility:"
    ):
        form(_("Personal values in clear"), _reveal, actor, row)


def _reveal(actor: Actor, row: EntryRow) -> None:
    reason = st.text_input(_("Reason"), key="audit.reason", max_chars=200)
    if not st.button(_("Show in clear"), key="audit.reveal-go", type="primary"):
        return
    changes = save(
        audit_trail.reveal_entry,
        actor=actor,
        entry_id=row.id,
        reason=reason,
        at=now(),
        on=today(),
    )
    if changes is not None:
        _changes(changes)
