"""The people behind the client, the clients they belong with, and what they agreed to."""

import streamlit as st

from services import clients, measures
from services.actor import Actor
from services.clients import ClientFile, PartyCard, RelationRow
from services.permissions import Permission
from terms.clients import ClientType, ConsentPurpose, PartyRole, Personal, RelationKind
from ui.components.figure import figure
from ui.screens.client import contact_data, people_forms
from ui.screens.client.reveal import personal_line
from ui.session import now, read, save, today
from words import _, formats, ngettext
from words.clients import client_title, engagement_sentence
from words.labels import label
from words.markdown import plain, quiet, tag


def draw(actor: Actor, file: ClientFile) -> None:
    """Draw people left, relations, consents and engagements right."""
    on = today()
    cards = read(clients.people_of, actor=actor, number=file.number, on=on)
    wide, narrow = st.columns([3, 2], gap="small")
    may_write = actor.may(Permission.CLIENT_WRITE)
    with wide:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(_people_title(file, cards), anchor=False)
            if may_write:
                st.space("stretch")
                people_forms.contact_person_button(actor, file)
        for card in cards:
            with st.container(border=True):
                _card(actor, file, card, may_write=may_write)
    with narrow:
        with st.container(border=True):
            _relations(actor, file, may_write=may_write)
        with st.container(border=True):
            _consents(actor, file, may_write=may_write)
        with st.container(border=True):
            _engagements(actor, file)


def _people_title(file: ClientFile, cards: tuple[PartyCard, ...]) -> str:
    if file.client_type is not ClientType.GROUP:
        return _("People")
    count = sum(PartyRole.CONTACT_PERSON in card.roles for card in cards)
    return ngettext(
        "Company and {n} contact person", "Company and {n} contact persons", count
    ).format(n=count)


def _card(actor: Actor, file: ClientFile, card: PartyCard, *, may_write: bool) -> None:
    roles = formats.listing([label(role) for role in card.roles])
    with st.container(horizontal=True, vertical_alignment="center"):
        position = f" · {plain(card.position)}" if card.position else ""
        name = plain(client_title(card.name, file.number))
        st.markdown(f"**{name}** &nbsp; :gray[{roles}{position}]")
        if may_write:
            st.space("stretch")
            contact_data.button(actor, file, card)
            if card.roles == (PartyRole.CONTACT_PERSON,):
                st.button(
                    _("Remove"),
                    key=f"client.remove-person-{card.id}",
                    icon=":material/person_remove:",
                    type="tertiary",
                    on_click=_remove_person,
                    args=(actor, file, card.id),
                )
    phones = [
        f"{plain(reach.masked)} :small[:gray[{label(reach.kind)}]]"
        for reach in card.phones
        if reach.kind
    ]
    personal_line(actor, file, card, Personal.PHONE, _("Phone"), phones)
    if card.emails:
        emails = [plain(reach.masked) for reach in card.emails]
        personal_line(actor, file, card, Personal.EMAIL, _("E-mail address"), emails)


def _remove_person(actor: Actor, file: ClientFile, party_id: int) -> None:
    save(
        clients.remove_contact_person,
        actor=actor,
        number=file.number,
        party_id=party_id,
        at=now(),
        on=today(),
        seen_version=file.version,
    )


def _relations(actor: Actor, file: ClientFile, *, may_write: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(_("Relations"), anchor=False)
        if may_write:
            st.space("stretch")
            people_forms.relation_button(actor, file)
    rows = read(clients.relations_of, actor=actor, number=file.number, on=today())
    if not rows:
        st.markdown(_("No family, group or referrer is known."))
        return
    family = [row for row in rows if row.kind is not RelationKind.REFERRER and row.number]
    if family:
        each = {row.number: row.premium_in_force_fen or 0 for row in family}
        total = file.premium_in_force_fen + sum(each.values())
        figure(measures.figure("clients.together", total, about={"client": file.number}))
    for row in rows:
        _relation(actor, file, row, may_write=may_write)


def _relation(actor: Actor, file: ClientFile, row: RelationRow, *, may_write: bool) -> None:
    kind = label(row.kind)
    if row.kind is RelationKind.REFERRER and not row.is_from_here:
        kind = _("Referred by this client")
    note = f" · {plain(row.note)}" if row.note else ""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if row.number is None:
            st.markdown(_("A client of somebody else"))
        else:
            st.page_link(
                "../pages/client.py",
                label=plain(client_title(row.name, row.number)),
                query_params={"id": row.number},
                icon=":material/person:",
            )
        if may_write:
            st.space("stretch")
            st.button(
                _("Remove"),
                key=f"client.unrelate-{row.id}",
                type="tertiary",
                icon=":material/link_off:",
                on_click=_unrelate,
                args=(actor, file, row.id),
            )
    premium = ""
    if row.premium_in_force_fen is not None:
        money = formats.money_with_unit(row.premium_in_force_fen)
        premium = " · " + _("premium in force {money}").format(money=money)
    st.markdown(quiet(f"{kind}{note}{premium}"))


def _unrelate(actor: Actor, file: ClientFile, relation_id: int) -> None:
    save(
        clients.unrelate,
        actor=actor,
        number=file.number,
        relation_id=relation_id,
        at=now(),
        on=today(),
        seen_version=file.version,
    )


def _consents(actor: Actor, file: ClientFile, *, may_write: bool) -> None:
    st.subheader(_("Consents"), anchor=False)
    held = {row.purpose: row for row in file.consents}
    for purpose in ConsentPurpose:
        row = held.get(purpose)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if row is None:
                state = tag("gray", _("not asked"))
            elif row.holds:
                day = formats.local_day(row.given_at)
                said = _("agreed {day}, notice {version}").format(
                    day=day, version=plain(row.notice_version)
                )
                state = f":green-badge[:material/check_circle: {said}]"
            else:
                day = formats.local_day(row.withdrawn_at)
                said = _("withdrawn {day}").format(day=day)
                state = f":red-badge[:material/cancel: {said}]"
            st.markdown(f"{label(purpose)} &nbsp; {state}")
            if may_write:
                st.space("stretch")
                if row is not None and row.holds:
                    st.button(
                        _("Withdraw"),
                        key=f"client.withdraw-{purpose.value}",
                        type="tertiary",
                        on_click=_withdraw,
                        args=(actor, file, purpose),
                    )
                else:
                    people_forms.consent_button(actor, file, purpose)
    if may_write:
        st.button(
            _("Allow commercial contact again")
            if file.do_not_contact
            else _("Client wants no commercial contact"),
            key="client.do-not-contact",
            icon=":material/notifications_off:",
            on_click=_do_not_contact,
            args=(actor, file),
            help=_("Statutory notices still go."),
        )


def _withdraw(actor: Actor, file: ClientFile, purpose: ConsentPurpose) -> None:
    save(
        clients.withdraw_consent,
        actor=actor,
        number=file.number,
        purpose=purpose,
        at=now(),
        on=today(),
        seen_version=file.version,
    )


def _do_not_contact(actor: Actor, file: ClientFile) -> None:
    save(
        clients.set_do_not_contact,
        actor=actor,
        number=file.number,
        do_not_contact=not file.do_not_contact,
        at=now(),
        on=today(),
        seen_version=file.version,
    )


def _engagements(actor: Actor, file: ClientFile) -> None:
    st.subheader(_("Engagement documents"), anchor=False)
    rows = read(clients.engagements_of, actor=actor, number=file.number, on=today())
    if not rows:
        st.markdown(_("None: without a written engagement the client stays a prospect."))
    for row in rows:
        st.markdown(engagement_sentence(row))
