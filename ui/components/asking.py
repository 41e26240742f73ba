"""Which form stands open over a screen: a choice in the session, so that a drawing of the whole
screen (a reconnection, a colleague's news) does not close what somebody is typing in.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st

from ui.session import dialog

FORM = "frame.form"


def ask(name: str) -> None:
    """Open the form ``name`` at the next drawing; only one stands open."""
    st.session_state[FORM] = name


def forget() -> None:
    """Close whatever stands open; before ``st.rerun()`` once the form is saved."""
    st.session_state.pop(FORM, None)


def stands_open(name: str) -> bool:
    """Whether the form ``name`` is to be drawn."""
    return bool(st.session_state.get(FORM) == name)


def form_button(
    label: str, name: str, *, prepare: Callable[[], None] | None = None, **options: Any
) -> bool:
    """A button that opens the form ``name``; whether that form stands open.

    Args:
        prepare: runs once when the button is pressed, before the form is drawn.
        options: as ``st.button``; the key is the form's name unless given.
    """

    def pressed() -> None:
        if prepare is not None:
            prepare()
        ask(name)

    st.button(label, on_click=pressed, **{"key": name, **options})
    return stands_open(name)


def form(title: str, draw: Callable[..., None], *args: Any, width: str = "medium") -> None:
    """Draw the open form in a dialog; closing it by hand forgets it."""
    dialog(title, width=width, on_dismiss=forget)(draw)(*args)
