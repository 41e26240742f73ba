"""How the people of a client are reached: phones, e-mails, addresses, contact persons.

Stored encrypted; shown masked; in clear only through ``reveal``, with a reason, logged.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from db.models import (
    Client,
    ClientParty,
    Party,
    PartyAccount,
    PartyAddress,
    PartyEmail,
    PartyPhone,
)
from services import audit
from services.access import client_id_by_number
from services.actor import Actor
from services.clients.keeping import changing, kept
from services.clients.operations import InvalidClientData, NothingChanged
from services.clients.rules import is_email, is_phone, printable
from services.errors import BusinessError, NotFound
from services.permissions import Permission
from services.privacy import email_index, last_four_index, normal_phone, phone_index
from terms.clients import AddressKind, PartyKind, PartyRole, Personal, PhoneKind
from terms.intake import AccessKind


class ReasonNeeded(BusinessError):
    """A personal value is shown in clear only with a reason (rules §6)."""

    code = "client_reason_needed"


@dataclass(frozen=True, slots=True)
class ContactChanges:
    """What changes in a party's contact data; ids are those of ``Reach``."""

    add_phones: tuple[tuple[PhoneKind, str], ...] = ()
    add_emails: tuple[str, ...] = ()
    add_addresses: tuple[tuple[AddressKind, str], ...] = ()
    remove_phones: tuple[int, ...] = ()
    remove_emails: tuple[int, ...] = ()
    remove_addresses: tuple[int, ...] = ()
    primary_phone: int | None = None
    """Of the phones already there, the one to call first; None leaves it."""


def change_contact_data(
    session: Session,
    *,
    actor: Actor,
    number: str,
    party_id: int,
    changes: ContactChanges,
    at: datetime,
    on: date,
    seen_version: int,
) -> int:
    """Add and take away phones, e-mails and addresses of one of the client's people (R8).

    The first phone becomes the one to call first.

    Returns:
        The client's new version.

    Raises:
        NotPermitted, ChangedMeanwhile: as ``edit``.
        NotFound: no such client or party, or not the actor's.
        InvalidClientData: no phone, no e-mail address, or too long.
        NothingChanged: there is nothing to do.

    Audit: ``client:contact_data``; the values encrypted.
    """
    client = changing(session, actor=actor, number=number, on=on, seen_version=seen_version)
    if changes == ContactChanges():
        raise NothingChanged
    _require_party(session, client, party_id)
    _check(changes)
    before: dict[str, list[str]] = {}
    after: dict[str, list[str]] = {}
    for field, model, value, ids in (
        ("phone", PartyPhone, "number", changes.remove_phones),
        ("email", PartyEmail, "address", changes.remove_emails),
        ("address", PartyAddress, "address", changes.remove_addresses),
    ):
        for row in _rows(session, model, party_id, ids):
            before.setdefault(field, []).append(getattr(row, value))
            session.delete(row)
    session.flush()
    known = list(session.scalars(select(PartyPhone).where(PartyPhone.party_id == party_id)))
    for kind, phone in changes.add_phones:
        row = new_phone(party_id, kind, phone, is_primary=not known)
        if any(other.number_index == row.number_index for other in known):
            continue
        session.add(row)
        known.append(row)
        after.setdefault("phone", []).append(row.number)
    for email in changes.add_emails:
        address = email.strip()
        session.add(
            PartyEmail(party_id=party_id, address=address, address_index=email_index(address))
        )
        after.setdefault("email", []).append(address)
    for address_kind, text in changes.add_addresses:
        text = printable(text).strip()
        session.add(PartyAddress(party_id=party_id, kind=address_kind, address=text))
        after.setdefault("address", []).append(text)
    session.flush()
    if _choose_primary(known, changes.primary_phone):
        after.setdefault("primary_phone", []).append("")
    if not before and not after:
        raise NothingChanged
    version = kept(session, client, at=at, on=on)
    audit.record(
        session,
        actor=actor,
        event="client:contact_data",
        subject="party",
        subject_id=party_id,
        client_id=client.id,
        at=at,
        detail={"version": version, "fields": sorted({*before, *after})},
        personal={"before": before, "after": after},
    )
    return version


def add_contact_person(
    session: Session,
    *,
    actor: Actor,
    number: str,
    name: str,
    position: str | None,
    phone: str | None,
    at: datetime,
    on: date,
    seen_version: int,
) -> int:
    """Add somebody to speak with at the client's (of a group, or a person's confidant).

    Returns:
        The client's new version.

    Raises:
        NotPermitted, NotFound, ChangedMeanwhile: as ``edit``.
        InvalidClientData: no name, or the phone is none.

    Audit: ``client:contact_person``.
    """
    name, position = printable(name).strip(), printable(position or "").strip() or None
    if not name:
        raise InvalidClientData(field="name", problem="missing")
    if len(name) > 120 or (position and len(position) > 80):
        raise InvalidClientData(field="name", problem="too_long", limit=120)
    if phone and not is_phone(phone):
        raise InvalidClientData(field="phone", problem="phone")
    client = changing(session, actor=actor, number=number, on=on, seen_version=seen_version)
    party = Party(kind=PartyKind.PERSON, name=name, created_at=at, updated_at=at)
    session.add(party)
    session.flush()
    role = PartyRole.CONTACT_PERSON
    session.add(ClientParty(client_id=client.id, party_id=party.id, role=role, position=position))
    if phone:
        session.add(new_phone(party.id, PhoneKind.MOBILE, phone, is_primary=True))
    version = kept(session, client, at=at, on=on)
    audit.record(
        session,
        actor=actor,
        event="client:contact_person",
        subject="party",
        subject_id=party.id,
        client_id=client.id,
        at=at,
        detail={"version": version, "fields": ["contact_person"]},
        personal={"after": {"name": name, "position": position, "phone": phone}},
    )
    return version


def remove_contact_person(
    session: Session,
    *,
    actor: Actor,
    number: str,
    party_id: int,
    at: datetime,
    on: date,
    seen_version: int,
) -> int:
    """Take a contact person away from the client; the person's own data stay with the audit.

    Returns:
        The client's new version.

    Raises:
        NotPermitted, NotFound, ChangedMeanwhile: as ``edit``.

    Audit: ``client:contact_person``.
    """
    client = changing(session, actor=actor, number=number, on=on, seen_version=seen_version)
    link = session.get(ClientParty, (client.id, party_id, PartyRole.CONTACT_PERSON))
    if link is None:
        raise NotFound(kind="party")
    name = session.get_one(Party, party_id).name
    session.execute(
        delete(ClientParty).where(
            ClientParty.client_id == client.id,
            ClientParty.party_id == party_id,
            ClientParty.role == PartyRole.CONTACT_PERSON,
        )
    )
    version = kept(session, client, at=at, on=on)
    audit.record(
        session,
        actor=actor,
        event="client:contact_person",
        subject="party",
        subject_id=party_id,
        client_id=client.id,
        at=at,
        detail={"version": version, "fields": ["contact_person"]},
        personal={"before": {"name": name, "position": link.position}},
    )
    return version


def reveal(
    session: Session,
    *,
    actor: Actor,
    number: str,
    party_id: int,
    what: Personal,
    reason: str,
    at: datetime,
    on: date,
) -> tuple[str, ...]:
    """One kind of personal value of one of the client's people, in clear, and log who saw it.

    Args:
        reason: why it is needed now; kept in the access log.

    Returns:
        The values in the order the file shows them.

    Raises:
        NotPermitted: the actor may not reveal.
        NotFound: no such client or party, or not the actor's.
        ReasonNeeded: the reason is empty or longer than 200 characters.

    Audit: none is changed; the access log holds ``revealed``.
    """
    actor.require(Permission.CLIENT_REVEAL)
    client_id = client_id_by_number(session, actor=actor, number=number, on=on)
    reason = printable(reason).strip()
    if not 2 <= len(reason) <= 200:
        raise ReasonNeeded
    _require_party(session, session.get_one(Client, client_id), party_id)
    values: tuple[str, ...]
    match what:
        case Personal.ID_NUMBER:
            id_number = session.get_one(Party, party_id).id_number
            values = (id_number,) if id_number else ()
        case Personal.PHONE:
            phones = _all(session, PartyPhone, party_id)
            phones.sort(key=lambda row: not row.is_primary)
            values = tuple(row.number for row in phones)
        case Personal.EMAIL:
            values = tuple(row.address for row in _all(session, PartyEmail, party_id))
        case Personal.ADDRESS:
            values = tuple(row.address for row in _all(session, PartyAddress, party_id))
        case Personal.ACCOUNT:
            values = tuple(row.number for row in _all(session, PartyAccount, party_id))
    audit.record_access(
        session,
        actor=actor,
        kind=AccessKind.REVEALED,
        at=at,
        client_id=client_id,
        what=what.value,
        reason=reason,
    )
    return values


def new_phone(party_id: int, kind: PhoneKind, number: str, *, is_primary: bool) -> PartyPhone:
    """A phone's row with its indexes."""
    plain = normal_phone(number)
    return PartyPhone(
        party_id=party_id,
        kind=kind,
        number=plain,
        number_index=phone_index(plain),
        last_four_index=last_four_index(plain),
        is_primary=is_primary,
    )


def _require_party(session: Session, client: Client, party_id: int) -> None:
    link = select(ClientParty.party_id).where(
        ClientParty.client_id == client.id, ClientParty.party_id == party_id
    )
    if client.party_id != party_id and session.scalar(link.limit(1)) is None:
        raise NotFound(kind="party")


def _check(changes: ContactChanges) -> None:
    for _, phone in changes.add_phones:
        if not is_phone(phone):
            raise InvalidClientData(field="phone", problem="phone")
    for email in changes.add_emails:
        if not is_email(email):
            raise InvalidClientData(field="email", problem="email")
    for _, address in changes.add_addresses:
        if not printable(address).strip():
            raise InvalidClientData(field="address", problem="missing")
        if len(address) > 300:
            raise InvalidClientData(field="address", problem="too_long", limit=300)


def _rows(session: Session, model: Any, party_id: int, ids: tuple[int, ...]) -> list[Any]:
    if not ids:
        return []
    asked = select(model).where(model.party_id == party_id, model.id.in_(ids))
    return list(session.scalars(asked))


def _all(session: Session, model: Any, party_id: int) -> list[Any]:
    return list(session.scalars(select(model).where(model.party_id == party_id).order_by(model.id)))


def _choose_primary(phones: list[PartyPhone], wanted: int | None) -> bool:
    """Leave exactly one phone to call first; whether that changed anything."""
    if not phones:
        return False
    chosen = next((row for row in phones if row.id == wanted), None)
    chosen = chosen or next((row for row in phones if row.is_primary), phones[0])
    changed = [row for row in phones if row.is_primary != (row is chosen)]
    for row in changed:
        row.is_primary = row is chosen
    return bool(changed) and wanted is not None
