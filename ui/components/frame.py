"""The top of every screen: title and purpose on the left; search, language, help and me right."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from terms.people import Locale
from ui import navigation, session
from ui.components import account
from ui.components.bell import bell
from ui.components.choices import without_icon
from words import _, current_locale
from words.help import help_of
from words.labels import label
from words.markdown import plain

SEARCH_KEY = "frame.search"
LANGUAGE_KEY = "frame.language"


def frame(title: str, purpose: str = "") -> None:
    """Draw the title row; every page calls it right after ``signed_in``.

    Args:
        title: translated, the screen's one h1.
        purpose: one translated line saying what the screen is for.

    The help beside the search is the screen's page of ``words/help``.
    """
    actor = session.who()
    top = st.container(key="frame-top", horizontal=True, vertical_alignment="center")
    top.title(title, anchor=False)
    if actor is not None:
        tools = top.container(
            key="frame-tools", horizontal=True, width="content", vertical_alignment="center"
        )
        _tools(tools, actor.name, [label(role) for role in actor.roles])
    if purpose:
        st.markdown(f":small[:gray[{purpose}]]")
    session.show_notices()
    if actor is not None:
        account.show_if_asked(actor)


def _tools(place: DeltaGenerator, name: str, roles: list[str]) -> None:
    """Draw into ``place`` without entering it: Streamlit copies every container it stands in for
    each part that is drawn by itself, and each of these with all around it."""
    place.text_input(
        _("Search"),
        key=SEARCH_KEY,
        placeholder=_("Client, policy, last four of phone"),
        icon=":material/search:",
        label_visibility="collapsed",
        on_change=_search,
        width=260,
    )
    with place.container(width="content", key="frame-bell-place"):
        bell()
    language_switch(place)
    help_text = help_of(navigation.drawn())
    if help_text:
        with place.popover(_("Help"), icon=":material/help:", type="tertiary", key="frame.help"):
            st.markdown(help_text)
    acts = {
        "account": _("My account"),
        "leave": _("Sign out"),
    }
    place.menu_button(
        f"{plain(name)} · {' / '.join(roles)}",
        list(acts),
        key="frame.me",
        icon=":material/account_circle:",
        type="tertiary",
        format_func=lambda act: acts[act],
        on_click=_me,
    )


def language_switch(place: DeltaGenerator) -> None:
    """中 / EN, also on the sign-in screen."""
    st.session_state[LANGUAGE_KEY] = current_locale().value
    place.segmented_control(
        _("Language"),
        [Locale.ZH.value, Locale.EN.value],
        key=LANGUAGE_KEY,
        required=True,
        format_func=without_icon({Locale.ZH.value: "中", Locale.EN.value: "EN"}.__getitem__),
        label_visibility="collapsed",
        on_change=_choose_language,
    )


def _choose_language() -> None:
    session.choose_locale(Locale(st.session_state[LANGUAGE_KEY]))


def _search() -> None:
    wanted = st.session_state[SEARCH_KEY].strip()
    if wanted and navigation.path_of("clients").is_file():
        session.switch_to("clients", q=wanted)


def _me() -> None:
    match st.session_state["frame.me"]:
        case "leave":
            session.leave()
        case "account":
            account.ask_for()
