"""The fragment of ``/approvals``: three lists and the request that is open.

The address: ``view`` (``waiting``, ``mine``, ``ended``) and ``id``, the request's number.
"""

from enum import StrEnum

import streamlit as st

from services import approvals, measures
from services.actor import Actor
from services.approvals import ApprovalRow
from services.changes import Chapter
from services.permissions import Permission
from ui.components.choices import without_icon
from ui.components.figure import figure
from ui.components.live import live
from ui.screens.approvals.card import draw_card
from ui.screens.approvals.listing import draw_list
from ui.session import fragment, now, read, signed_in, today
from words import _

VIEW = "approvals.view"
MOST = 50


class View(StrEnum):
    """The lists of the screen."""

    WAITING = "waiting"
    MINE = "mine"
    ENDED = "ended"


@fragment
def screen() -> None:
    """Draw the chosen list beside the request that is open."""
    actor = signed_in(Permission.APPROVAL_READ)
    live(Chapter.APPROVALS, key="approvals.live", every=3)
    given = st.query_params.get("view", "")
    view = View(given) if given in set(View) else View.WAITING
    waiting = read(approvals.waiting_for_me, actor=actor, on=today(), at=now(), limit=MOST)
    count = len(waiting)
    if count == MOST:
        count = read(approvals.waiting_count, actor=actor, on=today(), at=now())
    with st.container(key="approvals-bar", horizontal=True, vertical_alignment="center"):
        _switch(view)
        figure(measures.figure("approvals.waiting", count))
    rows = waiting if view is View.WAITING else _rows(actor, view)
    number = st.query_params.get("id") or (rows[0].number if rows else None)
    if number is None:
        st.markdown(_EMPTY[view]())
        return
    if not rows:
        draw_card(actor, number)
        return
    left, right = st.columns([5, 6], gap="medium")
    with left, st.container(key="approvals-book"):
        draw_list(rows, number)
    with right:
        draw_card(actor, number)


_EMPTY = {
    View.WAITING: lambda: _("Nothing waits for your decision."),
    View.MINE: lambda: _("You have asked for nothing yet."),
    View.ENDED: lambda: _("Nothing has been decided yet."),
}


def _rows(actor: Actor, view: View) -> tuple[ApprovalRow, ...]:
    if view is View.MINE:
        return read(approvals.asked_by_me, actor=actor, on=today())
    return read(approvals.ended, actor=actor, on=today())


def _switch(view: View) -> None:
    names = {
        View.WAITING: _("Waits for me"),
        View.MINE: _("I asked for"),
        View.ENDED: _("Decided"),
    }
    st.session_state[VIEW] = view
    st.segmented_control(
        _("List"),
        list(View),
        key=VIEW,
        required=True,
        format_func=without_icon(names.__getitem__),
        label_visibility="collapsed",
        on_change=_to_view,
    )


def _to_view() -> None:
    st.query_params.from_dict({"view": View(st.session_state[VIEW]).value})
