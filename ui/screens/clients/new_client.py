"""Beginning a client's file: the least that is needed, the rest in the file itself."""

import streamlit as st

from services import clients
from services.actor import Actor
from services.clients import ClientEdit
from terms.clients import ClientType, IdType
from ui.components.asking import forget, form, form_button
from ui.session import now, save, switch_to, today
from words import _
from words.labels import label


def button(actor: Actor) -> None:
    """The screen's primary button; it opens the form."""
    if form_button(_("New client"), "clients.new", icon=":material/person_add:", type="primary"):
        form(_("New client"), _form, actor)


def _form(actor: Actor) -> None:
    with st.container():
        client_type = st.segmented_control(
            _("Type"),
            list(ClientType),
            key="clients.new-type",
            default=ClientType.INDIVIDUAL,
            required=True,
            format_func=label,
        )
        is_group = client_type is ClientType.GROUP
        name = st.text_input(_("Name"), key="clients.new-name", max_chars=120)
        id_type = IdType.UNIFIED_CREDIT_CODE if is_group else IdType.RESIDENT_ID
        if not is_group:
            kinds = [kind for kind in IdType if kind is not IdType.UNIFIED_CREDIT_CODE]
            id_type = st.selectbox(
                _("ID type"), kinds, key="clients.new-id-type", format_func=label
            )
        id_number = st.text_input(label(id_type), key="clients.new-id", max_chars=40)
        number = st.text_input(
            _("Client number"),
            key="clients.new-number",
            max_chars=40,
            placeholder=_("Empty: the next free one"),
        )
        if not st.button(_("Begin the file"), key="clients.new-save", type="primary"):
            return
        data = ClientEdit(name=name)
        if id_number.strip():
            data["id_type"] = id_type
            data["id_number"] = id_number
        made = save(
            clients.create_client,
            actor=actor,
            client_type=client_type,
            data=data,
            number=number.strip() or None,
            at=now(),
            on=today(),
        )
        if made is not None:
            forget()
            switch_to("client", id=made)
