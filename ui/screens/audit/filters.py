"""The filter row of ``/audit`` and its address: ``who``, ``client``, ``event``, ``kind``, ``from``,
``to``; ``after`` says where a page begins.
"""

from collections.abc import Callable
from datetime import date

import streamlit as st

from services import audit_trail
from services.actor import Actor
from services.audit_trail import Search
from terms.intake import AccessKind
from ui.session import read, today
from words import _
from words.audit import event_name
from words.labels import label
from words.markdown import quiet

NAMES = ("who", "client", "event", "kind", "from", "to")
AFTER = "after"


def draw(actor: Actor, *, of_views: bool) -> Search:
    """Draw the row; the search of the address."""
    people = read(audit_trail.named, actor=actor)
    names = {username: f"{name} · {username}" for _id, name, username in people}
    ids = {username: staff_id for staff_id, _name, username in people}
    with st.container(
        key="audit-filters", horizontal=True, vertical_alignment="center", gap="small"
    ):
        _select("who", _("By whom"), list(names), names.__getitem__, 190)
        st.session_state["audit.client"] = st.query_params.get("client", "")
        st.text_input(
            _("Client number"),
            key="audit.client",
            placeholder=_("Client number"),
            icon=":material/person:",
            label_visibility="collapsed",
            on_change=_chosen,
            args=("client",),
            width=170,
        )
        if of_views:
            _select("kind", _("What"), list(AccessKind), lambda kind: label(AccessKind(kind)), 130)
        else:
            events = sorted(read(audit_trail.events_seen, actor=actor), key=event_name)
            _select("event", _("What"), events, event_name, 190)
        st.markdown(quiet(_("from")), width="content")
        _day("from", _("From day"))
        st.markdown(quiet(_("to")), width="content")
        _day("to", _("To day"))
        if any(name in st.query_params for name in NAMES):
            st.button(
                _("Clear filters"),
                key="audit.clear",
                icon=":material/filter_alt_off:",
                type="tertiary",
                on_click=_clear,
            )
    get = st.query_params.get
    kind, event = get("kind", ""), get("event")
    return Search(
        staff_id=ids.get(get("who", "")),
        client_number=get("client", "").strip()[:40] or None,
        event=event if not of_views and event else None,
        kind=AccessKind(kind) if of_views and kind in set(AccessKind) else None,
        from_on=_read_day("from"),
        to_on=_read_day("to"),
    )


def pager(after: str | None) -> None:
    """To the first and the next page."""
    if after is None and AFTER not in st.query_params:
        return
    with st.container(horizontal=True):
        if AFTER in st.query_params:
            st.button(_("First page"), key="audit.first", on_click=_go, args=(None,))
        if after is not None:
            st.button(_("Next page"), key="audit.next", on_click=_go, args=(after,))


def _select(
    name: str, title: str, options: list[str], say: Callable[[str], str], width: int
) -> None:
    value = st.query_params.get(name)
    st.session_state[f"audit.{name}"] = value if value in options else None
    st.selectbox(
        title,
        options,
        key=f"audit.{name}",
        index=None,
        placeholder=title,
        format_func=say,
        label_visibility="collapsed",
        on_change=_chosen,
        args=(name,),
        width=width,
    )


def _day(name: str, title: str) -> None:
    st.session_state[f"audit.{name}"] = _read_day(name)
    st.date_input(
        title,
        value=None,
        key=f"audit.{name}",
        max_value=today(),
        label_visibility="collapsed",
        on_change=_chosen,
        args=(name,),
        width=130,
    )


def _read_day(name: str) -> date | None:
    try:
        found = date.fromisoformat(st.query_params.get(name, ""))
    except ValueError:
        return None
    return min(found, today())


def _chosen(name: str) -> None:
    value = st.session_state[f"audit.{name}"]
    if value:
        st.query_params[name] = str(value)
    else:
        st.query_params.pop(name, None)
    st.query_params.pop(AFTER, None)


def _clear() -> None:
    for name in (*NAMES, AFTER):
        st.query_params.pop(name, None)


def _go(mark: str | None) -> None:
    if mark is None:
        st.query_params.pop(AFTER, None)
    else:
        st.query_params[AFTER] = mark
