"""The page's frame of reference: title, width, style sheet and the mark 长青."""

from base64 import b64encode
from functools import cache
from pathlib import Path

import streamlit as st

from terms.people import Locale
from ui import navigation, session
from ui.components.choices import without_icon
from words import _, current_locale

CSS = Path(__file__).resolve().parents[1] / "theme.css"
MENU_WIDTH = {Locale.ZH: 212, Locale.EN: 222}
"""Pixels; English words are longer."""

_LEAVES = (
    '<path d="M15.2 29V17.5" stroke="{dark}" stroke-width="2.4" stroke-linecap="round" '
    'fill="none"/><path d="M15.2 18.5C5.5 18.5 3 12.5 3 6c7.8 0 12.2 4 12.2 12.5z" '
    'fill="{dark}"/><path d="M15.8 16c0-7.8 4.6-12.6 13.2-12.6C29 11.2 24.4 16 15.8 16z" '
    'fill="{bright}"/>'
)
DARK, BRIGHT = "#0B6B4B", "#3FBF8F"


def prepare(*, is_signed_in: bool) -> None:
    """Set the page up; the first thing of every run."""
    st.set_page_config(
        page_title=_("Evergreen"),
        page_icon=mark(),
        layout="wide",
        initial_sidebar_state=MENU_WIDTH[current_locale()],
    )
    st.html(_style())
    if is_signed_in:
        st.logo(wordmark(is_dark=is_dark()), size="large")


def theme_switch() -> None:
    """System, light or dark. Streamlit keeps the choice in the browser, one per address."""
    names = {"System": _("As the system"), "Light": _("Light"), "Dark": _("Dark")}
    chosen = st.segmented_control(
        _("Theme"), list(names), key="account.theme", format_func=without_icon(names.__getitem__)
    )
    if chosen:
        addresses = ["", *(item.address for item in navigation.existing())]
        session.send_errand(theme=chosen, addresses=addresses)
        st.rerun()


def is_dark() -> bool:
    return st.context.theme.type == "dark"


@cache
def _style() -> str:
    """In one line, which Streamlit strips of its indents at every drawing."""
    return f"<style>{' '.join(CSS.read_text().split())}</style>"


@cache
def mark() -> str:
    """Two leaves, as a picture of 32 × 32."""
    leaves = _LEAVES.format(dark=DARK, bright=BRIGHT)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32" viewBox="0 0 32 32">'
        f"{leaves}</svg>"
    )


@cache
def mark_address() -> str:
    """The mark as an address for a picture."""
    return "data:image/svg+xml;base64," + b64encode(mark().encode()).decode()


@cache
def wordmark(*, is_dark: bool) -> str:
    """The leaves and the name beside them."""
    leaves = _LEAVES.format(dark=DARK, bright=BRIGHT)
    ink, quiet = ("#E6EEEA", "#A9B8B3") if is_dark else ("#0B6B4B", "#5B6B66")
    font = "PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="164" height="32" viewBox="0 0 164 32">'
        f"{leaves}"
        f'<text x="38" y="22.5" font-family="{font}" font-size="18" font-weight="700" '
        f'fill="{ink}">长青</text>'
        f'<text x="82" y="22" font-family="{font}" font-size="13" fill="{quiet}">Evergreen</text>'
        "</svg>"
    )
