"""Beginning a client's file: the least that is needed, the rest in the file itself."""

import streamlit as st

from services import clients
from services.actor import Actor
from services.clients import ClientEdit
from terms.clients import ClientType, IdType
from ui.components.asking import forget, form, form_button
from ui.components.choices import without_icon
from ui.components.drafted import Draft
from ui.session import now, save, switch_to, today
from words import _
from words.labels import label

DRAFT = Draft(
    "clients.new",
    {
        "type": "clients.new-type",
        "name": "clients.new-name",
        "id_type": "clients.new-id-type",
        "id_number": "clients.new-id",
        "number": "clients.new-number",
    },
    {"type": ClientType, "id_type": IdType},
)


def button(actor: Actor) -> None:
    """The screen's primary button; it opens the form."""
    if form_button(
        _("New client"),
        "clients.new",
        prepare=lambda: DRAFT.restore(actor),
        icon=":material/person_add:",
        type="primary",
    ):
        form(_("New client"), _form, actor)


def _form(actor: Actor) -> None:
    keeping = DRAFT.keeping(actor)
    with st.container():
        DRAFT.notice(actor)
        st.session_state.setdefault("clients.new-type", ClientType.INDIVIDUAL)
        client_type = st.segmented_control(
            _("Type"),
            list(ClientType),
            key="clients.new-type",
            required=True,
            format_func=without_icon(label),
            **keeping,
        )
        is_group = client_type is ClientType.GROUP
        name = st.text_input(_("Name"), key="clients.new-name", max_chars=120, live=True, **keeping)
        id_type = IdType.UNIFIED_CREDIT_CODE if is_group else IdType.RESIDENT_ID
        if not is_group:
            kinds = [kind for kind in IdType if kind is not IdType.UNIFIED_CREDIT_CODE]
            id_type = st.selectbox(
                _("ID type"), kinds, key="clients.new-id-type", format_func=label, **keeping
            )
        id_number = st.text_input(
            label(id_type), key="clients.new-id", max_chars=40, live=True, **keeping
        )
        number = st.text_input(
            _("Client number"),
            key="clients.new-number",
            max_chars=40,
            placeholder=_("Empty: the next free one"),
            live=True,
            **keeping,
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
            DRAFT.drop(actor)
            forget()
            switch_to("client", id=made)
