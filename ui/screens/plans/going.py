"""From a row of a list to the service of its client."""

from collections.abc import Sequence

import streamlit as st

from ui.session import switch_to

GO = "plans.go"


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
