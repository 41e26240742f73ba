"""Printing the file: which language, how much, then a page in a tab of its own."""

import streamlit as st

from services import clients
from services.actor import Actor
from services.clients import ClientFile
from services.documents import TICKET_LASTS
from services.settings import clock_now
from terms.people import Locale
from ui.components.asking import form, form_button
from ui.components.choices import without_icon
from ui.session import now, save, today
from words import _, current_locale
from words.client_print import LANGUAGES
from words.markdown import quiet

TICKET = "client.print-ticket"


def button(actor: Actor, file: ClientFile) -> None:
    """Opens the choice of language and content."""
    is_open = form_button(
        _("Print"),
        "client.print",
        prepare=lambda: st.session_state.pop(TICKET, None),
        icon=":material/print:",
    )
    if is_open:
        form(_("Print the file"), _form, actor, file, width="small")


def _form(actor: Actor, file: ClientFile) -> None:
    with st.container():
        locale = st.segmented_control(
            _("Language of the page"),
            list(LANGUAGES),
            key="client.print-language",
            default=current_locale().value,
            required=True,
            format_func=without_icon(LANGUAGES.__getitem__),
            on_change=_again,
        )
        with_contacts = st.checkbox(
            _("With promises and the contact log"),
            value=True,
            key="client.print-contacts",
            on_change=_again,
        )
        st.markdown(quiet(_("Personal values stay masked. Who prints, and when, is logged.")))
        held = st.session_state.get(TICKET)
        if held and clock_now() - held[1] < TICKET_LASTS:
            st.link_button(
                _("Open the print page"),
                f"/download/{held[0]}",
                key="client.print-open",
                type="primary",
                icon=":material/open_in_new:",
                on_click=_again,
            )
            return
        if st.button(_("Make the page"), key="client.print-make", type="primary"):
            ticket = save(
                clients.print_ticket,
                actor=actor,
                number=file.number,
                locale=Locale(locale),
                with_contacts=with_contacts,
                at=now(),
                on=today(),
            )
            if ticket is not None:
                st.session_state[TICKET] = (ticket, clock_now())
                st.rerun(scope="fragment")


def _again() -> None:
    """Another choice needs another page."""
    st.session_state.pop(TICKET, None)
