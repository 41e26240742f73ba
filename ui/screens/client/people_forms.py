"""The small forms of the people view: a contact person, a relation, a consent."""

from typing import Any

import streamlit as st

from services import clients
from services.actor import Actor
from services.clients import ClientFile
from terms.clients import ConsentPurpose, RelationKind
from terms.renewals import ContactChannel
from ui.components.asking import forget, form, form_button
from ui.session import now, save, tell_later, today
from words import _
from words.labels import label


def contact_person_button(actor: Actor, file: ClientFile) -> None:
    """Opens the form for one more person to speak with."""
    if form_button(_("Contact person"), "client.add-person", icon=":material/person_add:"):
        form(_("New contact person"), _contact_person, actor, file, width="small")


def relation_button(actor: Actor, file: ClientFile) -> None:
    """Opens the form for one more relation."""
    if form_button(
        _("Relation"), "client.add-relation", icon=":material/add_link:", type="tertiary"
    ):
        form(_("New relation"), _relation, actor, file, width="small")


def consent_button(actor: Actor, file: ClientFile, purpose: ConsentPurpose) -> None:
    """Opens the form that records a consent to ``purpose``."""
    if form_button(_("Record"), f"client.consent-{purpose.value}", type="tertiary"):
        title = _("Consent: {purpose}").format(purpose=label(purpose))
        form(title, _consent, actor, file, purpose, width="small")


def _contact_person(actor: Actor, file: ClientFile) -> None:
    with st.container():
        name = st.text_input(_("Name"), key="client.person-name", max_chars=120)
        position = st.text_input(_("Position"), key="client.person-position", max_chars=80)
        phone = st.text_input(_("Phone"), key="client.person-phone", max_chars=30)
        if st.button(_("Save"), key="client.person-save", type="primary"):
            _done(
                save(
                    clients.add_contact_person,
                    actor=actor,
                    number=file.number,
                    name=name,
                    position=position,
                    phone=phone.strip() or None,
                    at=now(),
                    on=today(),
                    seen_version=file.version,
                )
            )


def _relation(actor: Actor, file: ClientFile) -> None:
    with st.container():
        kind: RelationKind = st.selectbox(
            _("Relation"),
            list(RelationKind),
            index=0,
            key="client.relation-kind",
            format_func=label,
        )
        other = st.text_input(
            _("Client number of the other"), key="client.relation-other", max_chars=40
        )
        note = st.text_input(_("Note"), key="client.relation-note", max_chars=120)
        if st.button(_("Save"), key="client.relation-save", type="primary"):
            _done(
                save(
                    clients.relate,
                    actor=actor,
                    number=file.number,
                    other_number=other,
                    kind=kind,
                    note=note,
                    at=now(),
                    on=today(),
                    seen_version=file.version,
                )
            )


def _consent(actor: Actor, file: ClientFile, purpose: ConsentPurpose) -> None:
    with st.container():
        version = st.text_input(
            _("Version of the notice the client read"), key="client.consent-version", max_chars=40
        )
        channel: ContactChannel = st.selectbox(
            _("Channel"),
            list(ContactChannel),
            index=0,
            key="client.consent-channel",
            format_func=label,
        )
        if st.button(_("Save"), key="client.consent-save", type="primary"):
            _done(
                save(
                    clients.give_consent,
                    actor=actor,
                    number=file.number,
                    purpose=purpose,
                    notice_version=version,
                    channel=channel,
                    at=now(),
                    on=today(),
                    seen_version=file.version,
                )
            )


def _done(saved: Any) -> None:
    if saved is not None:
        tell_later(_("Saved."))
        forget()
        st.rerun()
