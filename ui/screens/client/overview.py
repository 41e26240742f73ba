"""The overview: what to do first, then what the client holds, then who they are."""

import streamlit as st

from services import clients, measures
from services.actor import Actor
from services.clients import ClientFile, Due
from services.permissions import Permission
from terms.clients import ClientType, DueKind, Personal
from ui.components.figure import tile
from ui.screens.client import contact_data, edit, tiers
from ui.screens.client.reveal import personal_line
from ui.session import now, read, today
from words import _, formats
from words.clients import due_sentence, missing_sentence, when_due
from words.labels import badge, label
from words.markdown import plain, quiet

MOST_DUE = 6


def draw(actor: Actor, file: ClientFile) -> None:
    """Draw the overview in two columns: acts and holdings left, the person right."""
    wide, narrow = st.columns([3, 2], gap="small")
    with wide:
        with st.container(border=True):
            st.subheader(_("What to do first"), anchor=False)
            _first(actor, file)
        with st.container(border=True):
            st.subheader(_("What the client holds"), anchor=False)
            _holds(actor, file)
        tiers.draw(file.number)
        if file.needs or file.special_circumstances:
            with st.container(border=True):
                st.subheader(_("Needs and circumstances"), anchor=False)
                _text(_("Insurance needs"), file.needs)
                _text(_("Special circumstances"), file.special_circumstances)
    with narrow:
        with st.container(border=True):
            _person(actor, file)
        with st.container(border=True):
            st.subheader(_("How the client wants to be served"), anchor=False)
            _preferences(file)
        if file.extra:
            with st.expander(_("Other imported data")):
                st.table({"": [key for key, _v in file.extra], " ": [v for _k, v in file.extra]})


def _first(actor: Actor, file: ClientFile) -> None:
    if file.missing:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f":orange[◆] {missing_sentence(file.missing)}")
            if actor.may(Permission.CLIENT_WRITE):
                st.space("stretch")
                edit.fill_button(actor, file)
    for due in file.due[:MOST_DUE]:
        st.markdown(_due_line(due))
    if len(file.due) > MOST_DUE:
        rest = len(file.due) - MOST_DUE
        st.markdown(quiet(_("and {n} more in 90 days").format(n=rest)))
    if not file.missing and not file.due:
        st.markdown(_("Nothing is due in the coming 90 days and the file is complete."))


def _due_line(due: Due) -> str:
    is_late = due.days_left < 0 or (due.at is not None and due.at < now())
    if is_late and due.kind is not DueKind.BIRTHDAY:
        colour, sign = "red", "▲"
    elif due.days_left <= 15 and due.kind is not DueKind.BIRTHDAY:
        colour, sign = "orange", "◆"
    else:
        colour, sign = "gray", "○"
    said = f":{colour}[{sign} {when_due(due, today())}]"
    return f"{said} &nbsp; {plain(due_sentence(due))} {quiet(formats.day(due.on))}"


def _holds(actor: Actor, file: ClientFile) -> None:
    claims = read(clients.claims_of, actor=actor, number=file.number, on=today())
    complaints = read(clients.complaints_of, actor=actor, number=file.number, on=today())
    held = read(clients.holdings_of, actor=actor, number=file.number, on=today())
    of = {"client": file.number}
    still_open = measures.figure("clients.open_complaints", held.open_complaints, about=of)
    with st.container(key="client-figures"), st.grid(4, min_column_width=130):
        tile(measures.figure("clients.premium", file.premium_in_force_fen, about=of))
        tile(measures.figure("clients.policies", file.policies_in_force, about=of))
        tile(measures.figure("clients.claims", held.claims, about=of))
        tile(
            measures.figure("clients.complaints", held.complaints, about=of),
            note=still_open if held.open_complaints else None,
        )
    for claim in claims[:3]:
        st.markdown(
            _("Claim {number} · {day} · {amount} yuan · {state}").format(
                number=plain(claim.number),
                day=formats.day(claim.reported_on),
                amount=formats.money(claim.amount_fen),
                state=badge(claim.status),
            )
        )
    for complaint in complaints[:3]:
        said = _("Complaint {number} · {day} · {dispute} · {state}").format(
            number=plain(complaint.number),
            day=formats.local_day(complaint.received_at),
            dispute=label(complaint.dispute),
            state=badge(complaint.state),
        )
        st.markdown(f"{said} :small[:gray[{plain(complaint.summary or '')}]]")


def _person(actor: Actor, file: ClientFile) -> None:
    card = file.policyholder
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(
            _("Company") if file.client_type is ClientType.GROUP else _("Person"), anchor=False
        )
        if actor.may(Permission.CLIENT_WRITE):
            st.space("stretch")
            contact_data.button(actor, file, card)
    facts = []
    if card.sex:
        facts.append(label(card.sex))
    if card.age is not None:
        facts.append(_("{n} years old").format(n=card.age))
    if card.birth_on:
        facts.append(_("born {day}").format(day=formats.day(card.birth_on)))
    if card.occupation:
        facts.append(plain(card.occupation))
    if card.region:
        facts.append(plain(card.region))
    if facts:
        st.markdown(" · ".join(facts))
    phones = [
        f"{plain(reach.masked)} :small[:gray[{label(reach.kind)}]]"
        for reach in card.phones
        if reach.kind
    ]
    personal_line(actor, file, card, Personal.PHONE, _("Phone"), phones)
    id_title = label(card.id_type) if card.id_type else _("ID number")
    ids = [plain(card.id_masked)] if card.id_masked else []
    personal_line(actor, file, card, Personal.ID_NUMBER, id_title, ids)
    emails = [plain(reach.masked) for reach in card.emails]
    personal_line(actor, file, card, Personal.EMAIL, _("E-mail address"), emails)
    addresses = [plain(reach.masked) for reach in card.addresses]
    personal_line(actor, file, card, Personal.ADDRESS, _("Address"), addresses)
    if card.accounts:
        accounts = [plain(reach.masked) for reach in card.accounts]
        personal_line(actor, file, card, Personal.ACCOUNT, _("Bank account"), accounts)


def _preferences(file: ClientFile) -> None:
    times = {
        "morning": _("in the morning"),
        "afternoon": _("in the afternoon"),
        "evening": _("in the evening"),
    }
    rows = {
        _("Channel"): label(file.preferred_channel) if file.preferred_channel else None,
        _("Time"): times.get(file.preferred_time or "", file.preferred_time),
        _("Language"): label(file.preferred_language) if file.preferred_language else None,
        _("Risk preference"): label(file.risk_preference) if file.risk_preference else None,
        _("Risk tolerance"): label(file.risk_tolerance) if file.risk_tolerance else None,
    }
    for title, value in rows.items():
        st.markdown(f":gray[{title}] &nbsp; {plain(value) if value else '–'}")
    held = [label(row.purpose) for row in file.consents if row.holds]
    agreed_to = _("Agreed to")
    agreed = formats.listing(held) if held else _("nothing recorded")
    st.markdown(f":gray[{agreed_to}] &nbsp; {agreed}")


def _text(title: str, text: str | None) -> None:
    if text:
        st.markdown(f":gray[{title}]")
        st.text(text)
