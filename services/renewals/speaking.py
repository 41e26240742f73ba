"""What a script is filled in with: of a case, and of a policy whose cover is suspended."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Client, CompanyProfile, Instalment, Party, Policy, Suspension
from services.access import may_open
from services.actor import Actor
from services.errors import NotFound
from services.permissions import Permission
from services.renewals.rows import Opening, TermItem
from terms.clients import ClientType, Sex
from terms.instalments import SuspensionState
from terms.people import CompanyKind, Language
from terms.policies import Line


class SpokenAbout(Protocol):
    """Who is spoken to, by whom, and about which cover; a ``Brief`` is one."""

    @property
    def client_name(self) -> str | None: ...
    @property
    def client_type(self) -> ClientType: ...
    @property
    def sex(self) -> Sex | None: ...
    @property
    def preferred_language(self) -> Language | None: ...
    @property
    def line(self) -> Line: ...
    @property
    def product(self) -> str: ...
    @property
    def insurer(self) -> str: ...
    @property
    def due_on(self) -> date: ...
    @property
    def grace_ends_on(self) -> date | None: ...
    @property
    def premium_fen(self) -> int: ...
    @property
    def proposed_premium_fen(self) -> int | None: ...
    @property
    def terms(self) -> tuple[TermItem, ...]: ...
    @property
    def opening(self) -> Opening: ...


@dataclass(frozen=True, slots=True)
class SuspendedCover:
    """A suspended policy as its client is spoken to about it."""

    client_number: str
    client_name: str | None
    client_type: ClientType
    sex: Sex | None
    preferred_language: Language | None
    do_not_contact: bool
    state: SuspensionState
    line: Line
    product: str
    insurer: str
    due_on: date
    """Of the instalment that was not paid."""
    grace_ends_on: date
    premium_fen: int
    opening: Opening
    proposed_premium_fen: int | None = None
    terms: tuple[TermItem, ...] = ()


def suspended_cover(
    session: Session, *, actor: Actor, suspension_id: int, on: date
) -> SuspendedCover:
    """What is said about one row of ``suspended``.

    Raises:
        NotPermitted: the actor lacks ``renewal:read`` or ``client:read``.
        NotFound: there is no such suspension, or its client is not the actor's.
    """
    actor.require(Permission.RENEWAL_READ)
    actor.require(Permission.CLIENT_READ)
    row = session.execute(
        select(Suspension, Client, Policy, Party.sex, Instalment, CompanyProfile)
        .join(Client, Client.id == Suspension.client_id)
        .join(Party, Party.id == Client.party_id)
        .join(Policy, Policy.id == Suspension.policy_id)
        .join(Instalment, Instalment.id == Suspension.instalment_id)
        .outerjoin(CompanyProfile, CompanyProfile.id == 1)
        .where(Suspension.id == suspension_id, may_open(actor, on=on))
    ).first()
    if row is None:
        raise NotFound(kind="suspension")
    suspension, client, policy, sex, instalment, company = row
    return SuspendedCover(
        client_number=client.number,
        client_name=client.name,
        client_type=client.client_type,
        sex=sex,
        preferred_language=client.preferred_language,
        do_not_contact=client.do_not_contact,
        state=suspension.state,
        line=policy.line,
        product=policy.product,
        insurer=policy.insurer,
        due_on=instalment.due_on,
        grace_ends_on=suspension.grace_ended_on,
        premium_fen=instalment.premium_fen,
        opening=Opening(
            company_name=company.name if company else "",
            company_kind=company.kind if company else CompanyKind.BROKER,
            licence_number=company.licence_number if company else None,
            staff_name=actor.name,
            registration_number=actor.registration_number,
        ),
    )
