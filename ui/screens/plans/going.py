"""What the lists of plans have in common: what they follow, and the way to a client's service."""

from collections.abc import Sequence

import streamlit as st

from services.changes import Chapter
from ui.session import switch_to

GO = "plans.go"
FOLLOWS = (
    Chapter.PLANS,
    Chapter.DOCUMENTS,
    Chapter.CLIENTS,
    Chapter.TIERS,
    Chapter.APPROVALS,
    Chapter.RULES,
)
"""The chapters the lists are read from; a clock of the ten days has its proof in each of them."""


def pick(table: str, numbers: Sequence[str]) -> None:
    """Remember whose row was picked; the next drawing goes there."""
    rows = st.session_state[table]["selection"]["rows"]
    if rows:
        st.session_state[GO] = numbers[rows[0]]
        st.session_state[table] = {"selection": {"rows": []}}


def go_where_picked() -> None:
    """Go to the client whose row was picked."""
    number = st.session_state.pop(GO, None)
    if number:
        switch_to("client", id=number, view="service")
