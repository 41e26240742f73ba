"""The fragment of ``/rules``: the book and the calendar.

The address: ``view`` (``book``, ``calendar``), ``rule``, a rule's key, and ``year``.
"""

from enum import StrEnum

import streamlit as st

from services.changes import Chapter
from services.permissions import Permission
from ui.components.choices import without_icon
from ui.components.live import live
from ui.screens.rules import book, calendar
from ui.session import fragment, signed_in
from words import _

VIEW = "rules.view"


class View(StrEnum):
    """The views of the screen."""

    BOOK = "book"
    CALENDAR = "calendar"


@fragment
def screen() -> None:
    """Draw the chosen view."""
    actor = signed_in(Permission.RULE_READ)
    live(Chapter.RULES, Chapter.APPROVALS, key="rules.live", every=3)
    given = st.query_params.get("view", "")
    view = View(given) if given in set(View) else View.BOOK
    names = {View.BOOK: _("Rules"), View.CALENDAR: _("Working calendar")}
    st.session_state[VIEW] = view
    st.segmented_control(
        _("View"),
        list(View),
        key=VIEW,
        required=True,
        format_func=without_icon(names.__getitem__),
        label_visibility="collapsed",
        on_change=_to_view,
    )
    match view:
        case View.BOOK:
            book.draw(actor)
        case View.CALENDAR:
            calendar.draw(actor)


def _to_view() -> None:
    st.query_params.from_dict({"view": View(st.session_state[VIEW]).value})
