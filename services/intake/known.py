"""What the database already knows of the clients and policies of one piece of a file."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from db.models import (
    Branch,
    Client,
    ClientFormer,
    ClientParty,
    CompanyProfile,
    Engagement,
    Instalment,
    Party,
    PartyAddress,
    PartyEmail,
    PartyPhone,
    Policy,
    Staff,
    Team,
)
from services import rule_tables
from services.access import visible_clients
from services.actor import Actor
from terms.clients import FileItem, PartyRole
from terms.intake import ImportField as F
from terms.people import CompanyKind

_AT_ONCE = 900
"""Numbers in one ``IN``: SQLite's limit on variables."""

CLIENT_COLUMNS: dict[F, str] = {
    F.CLIENT_NAME: "name",
    F.CLIENT_TYPE: "client_type",
    F.STAGE: "stage",
    F.CLIENT_SINCE_ON: "client_since_on",
    F.PREFERRED_CHANNEL: "preferred_channel",
    F.PREFERRED_TIME: "preferred_time",
    F.PREFERRED_LANGUAGE: "preferred_language",
    F.DO_NOT_CONTACT: "do_not_contact",
    F.RISK_PREFERENCE: "risk_preference",
    F.RISK_TOLERANCE: "risk_tolerance",
    F.NEEDS: "needs",
    F.SPECIAL_CIRCUMSTANCES: "special_circumstances",
}
PARTY_COLUMNS: dict[F, str] = {
    F.SEX: "sex",
    F.BIRTH_ON: "birth_on",
    F.OCCUPATION: "occupation",
    F.ID_TYPE: "id_type",
    F.REGION: "region",
}
POLICY_COLUMNS: dict[F, str] = {
    F.LINE: "line",
    F.PRODUCT: "product",
    F.INSURER: "insurer",
    F.INCEPTION_ON: "inception_on",
    F.EXPIRY_ON: "expiry_on",
    F.PREMIUM: "premium_fen",
    F.SUM_INSURED: "sum_insured_fen",
    F.PAYMENT_MODE: "payment_mode",
    F.POLICY_STATUS: "status",
    F.COOLING_OFF_DAYS: "cooling_off_days",
}


@dataclass(slots=True)
class KnownClient:
    """A stored client as an import compares with it."""

    id: int
    party_id: int
    is_visible: bool
    values: dict[F, Any]
    owner_id: int | None
    team_id: int | None
    branch_id: int | None
    id_index: bytes | None
    id_number: str | None
    extra: dict[str, Any]
    completeness: int
    version: int
    phones: dict[bytes, str] = field(default_factory=dict)
    emails: dict[bytes, str] = field(default_factory=dict)
    addresses: list[str] = field(default_factory=list)
    is_former: bool = False
    """Known here under a number it does not have any more: the file's row is of a client merged
    into it."""
    has: set[str] = field(default_factory=set)
    """File items that are not columns: policy, engagement, contact person."""


@dataclass(slots=True)
class KnownPolicy:
    id: int
    client_id: int
    number: str
    insurer: str
    values: dict[F, Any]
    extra: dict[str, Any]
    version: int
    due: set[date] = field(default_factory=set)


@dataclass(slots=True)
class Known:
    """The clients by number and the policies by number of one piece of a file."""

    clients: dict[str, KnownClient] = field(default_factory=dict)
    policies: dict[str, list[KnownPolicy]] = field(default_factory=dict)


def load(
    session: Session,
    *,
    actor: Actor,
    on: date,
    numbers: Collection[str],
    policy_numbers: Collection[str],
    fields: Collection[F],
) -> Known:
    """Read the clients called ``numbers`` and the policies called ``policy_numbers``.

    Args:
        fields: what the file brings; only that is compared, so only that is decrypted.
    """
    known = Known()
    for piece in _pieces(numbers):
        _load_clients(session, known, piece, actor=actor, on=on, fields=fields)
    for piece in _pieces(policy_numbers):
        _load_policies(session, known, piece)
    return known


def _pieces(values: Collection[Any]) -> list[list[Any]]:
    listed = list(values)
    return [listed[at : at + _AT_ONCE] for at in range(0, len(listed), _AT_ONCE)]


def _load_clients(
    session: Session,
    known: Known,
    numbers: list[str],
    *,
    actor: Actor,
    on: date,
    fields: Collection[F],
) -> None:
    columns = [
        Client.number,
        Client.id,
        Client.party_id,
        visible_clients(actor, on=on).label("is_visible"),
        Client.owner_id,
        Client.team_id,
        Client.branch_id,
        Client.extra,
        Client.completeness,
        Client.version,
        Party.id_index,
        *((Party.id_number,) if F.ID_NUMBER in fields else ()),
        *(getattr(Client, name) for name in CLIENT_COLUMNS.values()),
        *(getattr(Party, name) for name in PARTY_COLUMNS.values()),
    ]
    former: dict[int, list[str]] = defaultdict(list)
    merged = select(ClientFormer.into_id, ClientFormer.number)
    for into_id, number in session.execute(merged.where(ClientFormer.number.in_(numbers))):
        former[into_id].append(number)
    asked = or_(Client.number.in_(numbers), Client.id.in_(former))
    found = session.execute(
        select(*columns).join(Party, Party.id == Client.party_id).where(asked)
    ).mappings()
    by_party: dict[int, KnownClient] = {}
    by_id: dict[int, KnownClient] = {}
    for held in found:
        client = KnownClient(
            id=held["id"],
            party_id=held["party_id"],
            is_visible=bool(held["is_visible"]),
            values={
                meaning: held[name]
                for names in (CLIENT_COLUMNS, PARTY_COLUMNS)
                for meaning, name in names.items()
            },
            owner_id=held["owner_id"],
            team_id=held["team_id"],
            branch_id=held["branch_id"],
            id_index=held["id_index"],
            id_number=held.get("id_number"),
            extra=held["extra"],
            completeness=held["completeness"],
            version=held["version"],
        )
        known.clients[held["number"]] = client
        by_party[client.party_id] = client
        by_id[client.id] = client
        for number in former.get(client.id, ()):
            known.clients[number] = replace(client, is_former=True)
    if by_id:
        _load_contacts(session, by_party, decrypt=set(fields))
        _load_file_items(session, by_id)


def _load_contacts(
    session: Session, by_party: Mapping[int, KnownClient], *, decrypt: set[F]
) -> None:
    parties = list(by_party)
    number = PartyPhone.number if F.PHONE in decrypt else PartyPhone.kind
    phones = select(PartyPhone.party_id, PartyPhone.number_index, number).where(
        PartyPhone.party_id.in_(parties)
    )
    for party_id, index, digits in session.execute(phones.order_by(PartyPhone.id)):
        by_party[party_id].phones[index] = str(digits)
    mail = PartyEmail.address if F.EMAIL in decrypt else PartyEmail.address_index
    emails = select(PartyEmail.party_id, PartyEmail.address_index, mail).where(
        PartyEmail.party_id.in_(parties)
    )
    for party_id, index, address in session.execute(emails.order_by(PartyEmail.id)):
        by_party[party_id].emails[index] = str(address)
    written = PartyAddress.address if F.ADDRESS in decrypt else PartyAddress.kind
    addresses = select(PartyAddress.party_id, written).where(PartyAddress.party_id.in_(parties))
    for party_id, text in session.execute(addresses.order_by(PartyAddress.id)):
        by_party[party_id].addresses.append(str(text))


def _load_file_items(session: Session, by_id: Mapping[int, KnownClient]) -> None:
    ids = list(by_id)
    for item, found in (
        (FileItem.POLICY, select(Policy.client_id).where(Policy.client_id.in_(ids)).distinct()),
        (FileItem.ENGAGEMENT, select(Engagement.client_id).where(Engagement.client_id.in_(ids))),
        (
            FileItem.CONTACT_PERSON,
            select(ClientParty.client_id).where(
                ClientParty.client_id.in_(ids), ClientParty.role == PartyRole.CONTACT_PERSON
            ),
        ),
    ):
        for client_id in session.scalars(found):
            by_id[client_id].has.add(item.value)


def _load_policies(session: Session, known: Known, numbers: list[str]) -> None:
    columns = [Policy.id, Policy.client_id, Policy.number, Policy.extra, Policy.version]
    columns += [getattr(Policy, name) for name in POLICY_COLUMNS.values()]
    by_id: dict[int, KnownPolicy] = {}
    found = session.execute(select(*columns).where(Policy.number.in_(numbers)))
    for held in found.mappings():
        values = {meaning: held[name] for meaning, name in POLICY_COLUMNS.items()}
        policy = KnownPolicy(
            held["id"],
            held["client_id"],
            held["number"],
            held["insurer"],
            values,
            held["extra"],
            held["version"],
        )
        known.policies.setdefault(policy.number, []).append(policy)
        by_id[policy.id] = policy
    long_term = [policy.id for policy in by_id.values() if policy.values[F.LINE].is_long_term]
    for piece in _pieces(long_term):
        due = select(Instalment.policy_id, Instalment.due_on)
        for policy_id, due_on in session.execute(due.where(Instalment.policy_id.in_(piece))):
            by_id[policy_id].due.add(due_on)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a member of staff, a team or a branch stands."""

    id: int
    team_id: int | None
    branch_id: int | None


@dataclass(frozen=True, slots=True)
class Company:
    """What every row is compared with: people, teams, branches, the insurer, the file items."""

    staff: Mapping[str, tuple[Place, ...]]
    """Small letters of username, registration number and name → who is called so."""
    teams: Mapping[str, Place]
    branches: Mapping[str, Place]
    insurer: str
    """An insurer's own name; empty for a broker."""
    file_items: Mapping[str, tuple[str, ...]]


def load_company(session: Session, *, on: date) -> Company:
    """Read the people and the parts of the company once per run."""
    staff: dict[str, dict[int, Place]] = defaultdict(dict)
    by_name: dict[str, dict[int, Place]] = defaultdict(dict)
    for row in session.execute(
        select(
            Staff.id,
            Staff.username,
            Staff.registration_number,
            Staff.name,
            Staff.team_id,
            Staff.branch_id,
        )
    ):
        place = Place(row.id, row.team_id, row.branch_id)
        staff[row.username.casefold()][row.id] = place
        if row.registration_number:
            staff[row.registration_number.casefold()][row.id] = place
        by_name[row.name.casefold()][row.id] = place
    for name, places in by_name.items():
        if name not in staff:
            staff[name] = places
    teams = select(Team.id, Team.name, Team.branch_id)
    branches = select(Branch.id, Branch.name)
    profile = session.execute(select(CompanyProfile.kind, CompanyProfile.name)).one_or_none()
    is_insurer = profile is not None and profile.kind is CompanyKind.INSURER
    items = rule_tables.rule(session, "client.file_items", on)
    return Company(
        staff={key: tuple(places.values()) for key, places in staff.items()},
        teams={
            name.casefold(): Place(team_id, team_id, branch_id)
            for team_id, name, branch_id in session.execute(teams)
        },
        branches={
            name.casefold(): Place(branch_id, None, branch_id)
            for branch_id, name in session.execute(branches)
        },
        insurer=profile.name if profile is not None and is_insurer else "",
        file_items={kind: tuple(asked) for kind, asked in items.items()},
    )
