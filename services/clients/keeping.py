"""What every operation on a client keeps true: completeness, search rows, copies of the name.

``changing`` loads a client for a change and refuses a version that is no longer the newest;
``kept`` brings the derived values up to date and raises the version.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from db.models import (
    AuditEntry,
    Client,
    ClientParty,
    ClientSearch,
    Engagement,
    Party,
    PartyAddress,
    PartyEmail,
    PartyPhone,
    Policy,
    Staff,
)
from services.access import client_id_by_number
from services.actor import Actor
from services.clients.rules import completeness
from services.clients.search import search_terms
from services.errors import ChangedMeanwhile
from services.permissions import Permission
from services.rule_tables import rule
from terms.clients import ClientType, FileItem, PartyRole


@dataclass(frozen=True, slots=True)
class Change:
    """One change somebody saved after the version on screen."""

    who: str | None
    """None: the system, e.g. an import."""
    at: datetime
    event: str
    fields: tuple[str, ...]


def changing(session: Session, *, actor: Actor, number: str, on: date, seen_version: int) -> Client:
    """The client ``actor`` is about to change, still as they saw it.

    Raises:
        NotPermitted: the actor may not change clients.
        NotFound: there is none, or it is not the actor's.
        ChangedMeanwhile: somebody saved it after ``seen_version``; data ``changes`` names each
            such change, ``who`` and ``at`` are the last one's, ``fields`` all that changed,
            ``version`` the newest.
    """
    actor.require(Permission.CLIENT_WRITE)
    client_id = client_id_by_number(session, actor=actor, number=number, on=on)
    client = session.get_one(Client, client_id, with_for_update=True)
    if client.version != seen_version:
        changes = changes_since(session, client_id, seen_version)
        last = changes[-1] if changes else None
        raise ChangedMeanwhile(
            who=last.who if last else None,
            at=last.at if last else client.updated_at,
            fields=tuple(dict.fromkeys(field for change in changes for field in change.fields)),
            changes=changes,
            version=client.version,
        )
    return client


def changes_since(session: Session, client_id: int, version: int) -> tuple[Change, ...]:
    """The changes that raised the client's version above ``version``, oldest first."""
    entries = (
        select(AuditEntry.happened_at, AuditEntry.event, AuditEntry.detail, Staff.name)
        .outerjoin(Staff, Staff.id == AuditEntry.actor_id)
        .where(AuditEntry.client_id == client_id)
        .order_by(AuditEntry.id.desc())
        .limit(50)
    )
    return tuple(
        reversed(
            [
                Change(who, at, event, tuple(detail.get("fields", ())))
                for at, event, detail, who in session.execute(entries)
                if detail.get("version", 0) > version
            ]
        )
    )


def kept(session: Session, client: Client, *, at: datetime, on: date) -> int:
    """Bring completeness, search rows and the name's copy up to date; the new version."""
    party = session.get_one(Party, client.party_id)
    if client.name != party.name:
        client.name = party.name
    refresh_search(session, client)
    session.flush()
    client.completeness = _percent(session, client, on)
    client.updated_at = at
    flag_modified(client, "updated_at")
    session.flush()
    return client.version


def refresh_search(session: Session, client: Client) -> None:
    """Make the client's search rows those of their name."""
    wanted = search_terms(client.name, client.client_type)
    rows = select(ClientSearch.kind, ClientSearch.term).where(ClientSearch.client_id == client.id)
    there = {(kind, term) for kind, term in session.execute(rows)}
    for kind, term in there - wanted:
        session.execute(
            delete(ClientSearch).where(
                ClientSearch.kind == kind,
                ClientSearch.term == term,
                ClientSearch.client_id == client.id,
            )
        )
    session.add_all(
        ClientSearch(kind=kind, term=term, client_id=client.id)
        for kind, term in sorted(wanted - there)
    )


def refresh_completeness(session: Session, *, client_id: int, on: date) -> int:
    """Recompute the share of required items a client's file holds, in per cent.

    For chapters that add what counts (policies, engagements); it leaves the version alone, so
    that nobody's open form is refused for it.
    """
    client = session.get_one(Client, client_id)
    percent = _percent(session, client, on)
    if percent != client.completeness:
        session.execute(update(Client).where(Client.id == client_id).values(completeness=percent))
        session.expire(client, ["completeness"])
    return percent


def _percent(session: Session, client: Client, on: date) -> int:
    required = required_items(session, client.client_type, on)
    return completeness(required, items_present(session, client)).percent


def required_items(session: Session, client_type: ClientType, on: date) -> Sequence[str]:
    """The items the rule asks of a file of this type on the day ``on``."""
    items: list[str] = rule(session, "client.file_items", on)[client_type.value]
    known = {item.value for item in FileItem}
    return [item for item in items if item in known]


def items_present(session: Session, client: Client) -> frozenset[FileItem]:
    """The items the client's file holds now."""
    party = session.get_one(Party, client.party_id)
    values = {
        FileItem.NAME: party.name,
        FileItem.ID_NUMBER: party.id_number,
        FileItem.BIRTH_ON: party.birth_on,
        FileItem.SEX: party.sex,
        FileItem.OCCUPATION: party.occupation,
        FileItem.PREFERRED_CHANNEL: client.preferred_channel,
        FileItem.RISK_PREFERENCE: client.risk_preference,
        FileItem.RISK_TOLERANCE: client.risk_tolerance,
        FileItem.NEEDS: client.needs,
    }
    of_party = client.party_id
    contact = (ClientParty.client_id == client.id, ClientParty.role == PartyRole.CONTACT_PERSON)
    reachable = (
        select(ClientParty.party_id)
        .where(*contact)
        .union_all(select(Party.id).where(Party.id == of_party))
    )
    there = session.execute(
        select(
            exists().where(
                PartyPhone.party_id.in_(reachable)
                if client.client_type is ClientType.GROUP
                else PartyPhone.party_id == of_party
            ),
            exists().where(PartyEmail.party_id == of_party),
            exists().where(PartyAddress.party_id == of_party),
            exists().where(*contact),
            exists().where(Policy.client_id == client.id),
            exists().where(Engagement.client_id == client.id),
        )
    ).one()
    stored = (
        FileItem.PHONE,
        FileItem.EMAIL,
        FileItem.ADDRESS,
        FileItem.CONTACT_PERSON,
        FileItem.POLICY,
        FileItem.ENGAGEMENT,
    )
    present = {item for item, value in values.items() if value is not None and value != ""}
    present |= {item for item, is_there in zip(stored, there, strict=True) if is_there}
    return frozenset(present)
