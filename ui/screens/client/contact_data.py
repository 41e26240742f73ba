"""The form for phones, e-mails and addresses of one of the client's people."""

import streamlit as st

from services import clients
from services.actor import Actor
from services.clients import ClientFile, ContactChanges, PartyCard
from services.errors import ChangedMeanwhile
from terms.clients import AddressKind, PhoneKind
from ui.components.asking import forget, form, form_button
from ui.components.drafted import Draft
from ui.session import now, refusal, save, tell_later, today
from words import _, labels
from words.clients import client_title
from words.markdown import plain

VERSION = "client.contact-version"
DRAFT = Draft(
    "client.contact",
    {
        "phone_kind": "client.contact-phone-kind",
        "phone": "client.contact-phone",
        "email": "client.contact-email",
        "address_kind": "client.contact-address-kind",
        "address": "client.contact-address",
    },
    {"phone_kind": PhoneKind, "address_kind": AddressKind},
)
"""New values alone: what is to be taken away is ticked again, against what is there then."""


def button(
    actor: Actor, file: ClientFile, card: PartyCard, *, label: str = "", key: str = ""
) -> None:
    """Opens the form for ``card``; it saves against the version on screen."""
    name = f"client.contact-{card.id}"
    is_open = form_button(
        label or _("Contact data"),
        name,
        prepare=lambda: _prepare(actor, file, card),
        key=key or name,
        icon=":material/contact_phone:",
        type="secondary" if key else "tertiary",
    )
    if is_open and not key:
        title = _("Contact data of {who}").format(who=plain(client_title(card.name, file.number)))
        form(title, _form, actor, file.number, card)


def _subject(number: str, card: PartyCard) -> str:
    return f"{number}:{card.id}"


def _prepare(actor: Actor, file: ClientFile, card: PartyCard) -> None:
    st.session_state[VERSION] = file.version
    DRAFT.restore(actor, _subject(file.number, card))


def _form(actor: Actor, number: str, card: PartyCard) -> None:
    subject = _subject(number, card)
    keeping = DRAFT.keeping(actor, subject)
    with st.container():
        DRAFT.notice(actor, subject)
        removed_phones = _known(
            _("Phones"),
            [(one.id, one.masked, labels.label(one.kind)) for one in card.phones if one.kind],
        )
        primary = None
        if len(card.phones) > 1:
            masked = {one.id: one.masked for one in card.phones}
            primary = st.selectbox(
                _("Call first"),
                list(masked),
                index=0,
                key="client.contact-primary",
                format_func=masked.__getitem__,
            )
        kind_column, value_column = st.columns([1, 2])
        phone_kind: PhoneKind = kind_column.selectbox(
            _("New phone"),
            list(PhoneKind),
            index=0,
            key="client.contact-phone-kind",
            format_func=labels.label,
            **keeping,
        )
        phone = value_column.text_input(
            _("Phone number"), key="client.contact-phone", max_chars=30, live=True, **keeping
        )
        removed_emails = _known(_("E-mails"), [(one.id, one.masked, "") for one in card.emails])
        email = st.text_input(
            _("New e-mail"), key="client.contact-email", max_chars=120, live=True, **keeping
        )
        removed_addresses = _known(
            _("Addresses"),
            [(one.id, one.masked, labels.label(one.kind)) for one in card.addresses if one.kind],
        )
        kind_column, value_column = st.columns([1, 2])
        address_kind: AddressKind = kind_column.selectbox(
            _("New address"),
            list(AddressKind),
            index=0,
            key="client.contact-address-kind",
            format_func=labels.label,
            **keeping,
        )
        address = value_column.text_input(
            _("Address"), key="client.contact-address", max_chars=300, live=True, **keeping
        )
        if not st.button(_("Save"), key="client.contact-save", type="primary"):
            return
        is_first = bool(card.phones) and primary == card.phones[0].id
        changes = ContactChanges(
            add_phones=((phone_kind, phone),) if phone.strip() else (),
            add_emails=(email,) if email.strip() else (),
            add_addresses=((address_kind, address),) if address.strip() else (),
            remove_phones=removed_phones,
            remove_emails=removed_emails,
            remove_addresses=removed_addresses,
            primary_phone=None if is_first else primary,
        )
        saved = save(
            clients.change_contact_data,
            actor=actor,
            number=number,
            party_id=card.id,
            changes=changes,
            at=now(),
            on=today(),
            seen_version=st.session_state[VERSION],
        )
        if saved is not None:
            DRAFT.drop(actor, subject)
            tell_later(_("Contact data saved."))
            forget()
            st.rerun()
        changed = refusal()
        if isinstance(changed, ChangedMeanwhile):
            st.session_state[VERSION] = changed.data["version"]
            st.markdown(
                _("Press **Save** again: your new values are added to what the file holds now.")
            )


def _known(title: str, values: list[tuple[int, str, str]]) -> tuple[int, ...]:
    """What is there, each with a box to take it away; the ids to take away."""
    if not values:
        return ()
    st.markdown(f":gray[{title}]")
    return tuple(
        row_id
        for row_id, masked, kind in values
        if st.checkbox(
            _("remove {value} {kind}").format(value=plain(masked), kind=kind).strip(),
            key=f"client.contact-remove-{row_id}",
        )
    )
