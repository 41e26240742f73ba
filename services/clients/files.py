"""One client's file: who they are, what is missing, what falls due; and its parts.

Every query asks for the client by business number and finds nothing for whoever may not open it.
Personal values leave this module masked; ``operations.reveal`` gives them in clear, with a
reason. ``people_of`` and what follows each read the part of one view.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import (
    Branch,
    Client,
    ClientConsent,
    ClientParty,
    ClientSource,
    Instalment,
    Party,
    PartyAccount,
    PartyAddress,
    PartyEmail,
    PartyPhone,
    Policy,
    Promise,
    Staff,
    Team,
)
from services.access import client_id_by_number
from services.actor import Actor
from services.clients.keeping import items_present, required_items
from services.clients.rows import LIVE
from services.clients.rules import (
    age_years,
    completeness,
    next_birthday,
    tenure_months,
)
from services.permissions import Permission
from services.privacy import (
    mask_account,
    mask_address,
    mask_email,
    mask_id,
    mask_phone,
    mask_within,
)
from services.working_calendar import SHANGHAI, local_date
from terms.clients import (
    AddressKind,
    ClientType,
    ConsentPurpose,
    DueKind,
    FileItem,
    IdType,
    LifecycleStage,
    PartyKind,
    PartyRole,
    PhoneKind,
    RiskLevel,
    Sex,
    SourceChannel,
)
from terms.people import Language
from terms.policies import InstalmentStatus
from terms.renewals import ContactChannel, PromiseState

DUE_WITHIN_DAYS = 90
"""How far ahead the overview looks."""


@dataclass(frozen=True, slots=True)
class Reach:
    """One way to reach a party, masked. ``id`` says which one to reveal or take away."""

    id: int
    kind: PhoneKind | AddressKind | None
    masked: str
    is_primary: bool = False


@dataclass(frozen=True, slots=True)
class PartyCard:
    """A person or organisation of the client's, masked."""

    id: int
    kind: PartyKind
    roles: tuple[PartyRole, ...]
    name: str | None
    position: str | None
    sex: Sex | None
    birth_on: date | None
    age: int | None
    occupation: str | None
    id_type: IdType | None
    id_masked: str | None
    region: str | None
    phones: tuple[Reach, ...]
    emails: tuple[Reach, ...]
    addresses: tuple[Reach, ...]
    accounts: tuple[Reach, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that falls due; ``at`` where it has a time."""

    kind: DueKind
    on: date
    at: datetime | None
    what: str | None
    amount_fen: int | None
    who: str | None
    days_left: int


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """What the client agreed to; the latest row of a purpose counts."""

    purpose: ConsentPurpose
    notice_version: str
    channel: ContactChannel | None
    given_at: datetime
    withdrawn_at: datetime | None

    @property
    def holds(self) -> bool:
        return self.withdrawn_at is None


@dataclass(frozen=True, slots=True)
class SourceRow:
    """Where a piece of the file came from and when it was last verified (R6, R8)."""

    field: str
    channel: SourceChannel
    recorded_at: datetime
    verified_on: date | None


@dataclass(frozen=True, slots=True)
class ClientFile:
    """The head of the file and its overview."""

    number: str
    version: int
    name: str | None
    client_type: ClientType
    stage: LifecycleStage
    owner: str | None
    team: str | None
    branch: str | None
    client_since_on: date | None
    tenure_months: int | None
    preferred_channel: ContactChannel | None
    preferred_time: str | None
    preferred_language: Language | None
    do_not_contact: bool
    risk_preference: RiskLevel | None
    risk_tolerance: RiskLevel | None
    needs: str | None
    special_circumstances: str | None
    completeness: int
    missing: tuple[FileItem, ...]
    required_count: int
    verified_on: date | None
    policyholder: PartyCard
    policies_in_force: int
    premium_in_force_fen: int
    due: tuple[Due, ...]
    consents: tuple[ConsentRow, ...]
    sources: tuple[SourceRow, ...]
    extra: tuple[tuple[str, str], ...]
    """Imported columns that have no place of their own, and cells that could not be read as what
    their column is; numbers and e-mail addresses in them masked."""


def client_file(session: Session, *, actor: Actor, number: str, on: date) -> ClientFile:
    """The file of the client with business number ``number``, masked.

    Raises:
        NotFound: there is none, or it is not the actor's.
        NotPermitted: the actor may not read clients.
    """
    client_id = readable_client(session, actor=actor, number=number, on=on)
    client, owner, team, branch = session.execute(
        select(Client, Staff.name, Team.name, Branch.name)
        .outerjoin(Staff, Staff.id == Client.owner_id)
        .outerjoin(Team, Team.id == Client.team_id)
        .outerjoin(Branch, Branch.id == Client.branch_id)
        .where(Client.id == client_id)
    ).one()
    required = required_items(session, client.client_type, on)
    lack = completeness(required, items_present(session, client))
    held = _in_force(session, client_id, on)
    holder = _cards(session, [client.party_id], client_id, on)[client.party_id]
    return ClientFile(
        number=client.number,
        version=client.version,
        name=client.name,
        client_type=client.client_type,
        stage=client.stage,
        owner=owner,
        team=team,
        branch=branch,
        client_since_on=client.client_since_on,
        tenure_months=(
            tenure_months(client.client_since_on, on) if client.client_since_on else None
        ),
        preferred_channel=client.preferred_channel,
        preferred_time=client.preferred_time,
        preferred_language=client.preferred_language,
        do_not_contact=client.do_not_contact,
        risk_preference=client.risk_preference,
        risk_tolerance=client.risk_tolerance,
        needs=client.needs,
        special_circumstances=client.special_circumstances,
        completeness=lack.percent,
        missing=lack.missing,
        required_count=len(required),
        verified_on=client.verified_on,
        policyholder=holder,
        policies_in_force=held[0],
        premium_in_force_fen=held[1],
        due=_due(session, client_id, holder, on),
        consents=_consents(session, client_id),
        sources=_sources(session, client_id),
        extra=tuple((str(key), mask_within(str(value))) for key, value in client.extra.items()),
    )


def readable_client(session: Session, *, actor: Actor, number: str, on: date) -> int:
    """The row of the client, if the actor may read it; every part of the file begins here."""
    actor.require(Permission.CLIENT_READ)
    return client_id_by_number(session, actor=actor, number=number, on=on)


def people_of(session: Session, *, actor: Actor, number: str, on: date) -> tuple[PartyCard, ...]:
    """The people behind the client: policyholder first, then contact persons, insured and
    beneficiaries; masked."""
    client_id = readable_client(session, actor=actor, number=number, on=on)
    ids = list(
        session.scalars(
            select(ClientParty.party_id).where(ClientParty.client_id == client_id).distinct()
        )
    )
    cards = _cards(session, ids, client_id, on)
    order = list(PartyRole)
    return tuple(
        sorted(
            cards.values(),
            key=lambda card: (min(order.index(role) for role in card.roles), card.id),
        )
    )


def _in_force(session: Session, client_id: int, on: date) -> tuple[int, int]:
    """Policies in force today and their premium of one term, in fen."""
    count, premium = session.execute(
        select(func.count(), func.coalesce(func.sum(Policy.premium_fen), 0)).where(
            Policy.client_id == client_id,
            Policy.status.in_(LIVE),
            Policy.expiry_on.is_(None) | (Policy.expiry_on >= on),
        )
    ).one()
    return count, int(premium)


def _cards(
    session: Session, party_ids: list[int], client_id: int, on: date
) -> dict[int, PartyCard]:
    """The parties, each with all ways to reach it, in six statements however many there are."""
    roles: dict[int, list[tuple[PartyRole, str | None]]] = {}
    for party_id, role, position in session.execute(
        select(ClientParty.party_id, ClientParty.role, ClientParty.position).where(
            ClientParty.client_id == client_id, ClientParty.party_id.in_(party_ids)
        )
    ):
        roles.setdefault(party_id, []).append((role, position))
    phones = _reaches(session, PartyPhone, party_ids, PartyPhone.number, mask_phone)
    emails = _reaches(session, PartyEmail, party_ids, PartyEmail.address, mask_email)
    addresses = _reaches(session, PartyAddress, party_ids, PartyAddress.address, mask_address)
    accounts = _reaches(session, PartyAccount, party_ids, PartyAccount.number, mask_account)
    cards = {}
    for party in session.scalars(select(Party).where(Party.id.in_(party_ids))):
        of_party = roles.get(party.id, [(PartyRole.POLICYHOLDER, None)])
        cards[party.id] = PartyCard(
            id=party.id,
            kind=party.kind,
            roles=tuple(role for role, _ in of_party),
            name=party.name,
            position=next((position for _, position in of_party if position), None),
            sex=party.sex,
            birth_on=party.birth_on,
            age=age_years(party.birth_on, on) if party.birth_on else None,
            occupation=party.occupation,
            id_type=party.id_type,
            id_masked=mask_id(party.id_number),
            region=party.region,
            phones=phones.get(party.id, ()),
            emails=emails.get(party.id, ()),
            addresses=addresses.get(party.id, ()),
            accounts=accounts.get(party.id, ()),
        )
    return cards


def _reaches(
    session: Session, model: Any, party_ids: list[int], value: Any, mask: Any
) -> dict[int, tuple[Reach, ...]]:
    found: dict[int, tuple[Reach, ...]] = {}
    rows = session.scalars(select(model).where(model.party_id.in_(party_ids)).order_by(model.id))
    for row in rows:
        reach = Reach(
            id=row.id,
            kind=getattr(row, "kind", None),
            masked=mask(getattr(row, value.key)) or "",
            is_primary=getattr(row, "is_primary", False),
        )
        found[row.party_id] = (*found.get(row.party_id, ()), reach)
    return {
        party_id: tuple(sorted(reaches, key=lambda reach: not reach.is_primary))
        for party_id, reaches in found.items()
    }


def _due(session: Session, client_id: int, holder: PartyCard, on: date) -> tuple[Due, ...]:
    """Open promises, then expiries and instalments of the coming days, then the birthday."""
    last = on + timedelta(days=DUE_WITHIN_DAYS)
    due: list[Due] = []
    day: date | None
    promises = (
        select(Promise.due_at, Promise.what, Staff.name)
        .join(Staff, Staff.id == Promise.staff_id)
        .where(Promise.client_id == client_id, Promise.state == PromiseState.OPEN)
    )
    for at, what, who in session.execute(promises):
        day = local_date(at, SHANGHAI)
        due.append(Due(DueKind.PROMISE, day, at, what, None, who, (day - on).days))
    expiries = select(Policy.expiry_on, Policy.product, Policy.premium_fen).where(
        Policy.client_id == client_id,
        Policy.status.in_(LIVE),
        Policy.expiry_on.between(on - timedelta(days=DUE_WITHIN_DAYS // 3), last),
    )
    for day, product, premium in session.execute(expiries):
        assert day is not None
        due.append(Due(DueKind.EXPIRY, day, None, product, premium, None, (day - on).days))
    unpaid = (InstalmentStatus.DUE, InstalmentStatus.GRACE, InstalmentStatus.UNPAID)
    instalments = (
        select(Instalment.due_on, Policy.product, Instalment.premium_fen)
        .join(Policy, Policy.id == Instalment.policy_id)
        .where(
            Instalment.client_id == client_id,
            Instalment.status.in_(unpaid),
            Instalment.due_on <= last,
        )
    )
    for day, product, premium in session.execute(instalments):
        due.append(Due(DueKind.INSTALMENT, day, None, product, premium, None, (day - on).days))
    if holder.birth_on is not None:
        day = next_birthday(holder.birth_on, on)
        if day <= on + timedelta(days=30):
            due.append(Due(DueKind.BIRTHDAY, day, None, None, None, None, (day - on).days))
    return tuple(sorted(due, key=lambda one: (one.on, one.at is None)))


def _consents(session: Session, client_id: int) -> tuple[ConsentRow, ...]:
    """The latest row of every purpose."""
    latest: dict[ConsentPurpose, ConsentRow] = {}
    rows = session.scalars(
        select(ClientConsent)
        .where(ClientConsent.client_id == client_id)
        .order_by(ClientConsent.given_at, ClientConsent.id)
    )
    for row in rows:
        latest[row.purpose] = ConsentRow(
            row.purpose, row.notice_version, row.channel, row.given_at, row.withdrawn_at
        )
    return tuple(latest[purpose] for purpose in ConsentPurpose if purpose in latest)


def _sources(session: Session, client_id: int) -> tuple[SourceRow, ...]:
    rows = session.scalars(
        select(ClientSource).where(ClientSource.client_id == client_id).order_by(ClientSource.field)
    )
    return tuple(
        SourceRow(row.field, row.channel, row.recorded_at, row.verified_on) for row in rows
    )
