"""The brief of one case: everything a specialist needs beside the row, and the number to call."""

from datetime import date, datetime
from functools import lru_cache
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    bindparam,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased, load_only

from db.models import (
    Client,
    ClientParty,
    CompanyProfile,
    Complaint,
    Instalment,
    Party,
    PartyPhone,
    Policy,
    Renewal,
    Staff,
)
from db.types import Encrypted
from services import audit
from services.access import may_open
from services.actor import Actor
from services.engagements import BEFORE_ENGAGEMENT
from services.errors import BusinessError, NotFound
from services.permissions import Permission
from services.privacy import mask_phone
from services.renewals import brief_client, instalment_rules, rules
from services.renewals.cover_gaps import gap_of_term
from services.renewals.instalment_queries import clock_of
from services.renewals.motor_quotes import quote_from
from services.renewals.operations import ClientDoesNotWantContact
from services.renewals.rows import Brief, Opening
from services.renewals.working import NotYourCase, RenewalAlreadyClosed
from services.rule_tables import rules as rules_in_force
from services.working_calendar import SHANGHAI, local_date
from terms.clients import PartyRole
from terms.complaints import ComplaintState
from terms.intake import AccessKind
from terms.people import CompanyKind
from terms.renewals import RenewalKind

CLOSED_COMPLAINTS = (ComplaintState.CLOSED, ComplaintState.WITHDRAWN, ComplaintState.MERGED)
_PINNER = aliased(Staff)


class NoPhoneKnown(BusinessError):
    """The client has no phone number on file."""

    code: ClassVar[str] = "no_phone_known"


def brief(
    session: Session,
    *,
    actor: Actor,
    renewal_id: int,
    on: date,
    at: datetime,
    zone: ZoneInfo = SHANGHAI,
) -> Brief:
    """Everything beside one row of the queue (R79, R83), the phone number masked.

    Raises:
        NotPermitted: the actor lacks ``renewal:read`` or ``client:read``.
        NotFound: there is no such case, or its client is not the actor's.
    """
    actor.require(Permission.RENEWAL_READ)
    actor.require(Permission.CLIENT_READ)
    row = session.execute(_everything(actor, on), {"renewal": renewal_id}).first()
    if row is None:
        raise NotFound(kind="renewal")
    renewal: Renewal = row.Renewal
    client: Client = row.Client
    policy: Policy = row.Policy
    known = rules_in_force(session, ("renewal.refusal_reasons", "renewal.grace_days"), on=on)
    grace_ends_on = None
    if renewal.kind is RenewalKind.INSTALMENT:
        grace_ends_on = instalment_rules.grace(
            renewal.due_on,
            demanded_on=row.demanded_on,
            agreed_until=row.grace_ends_on,
            rule=instalment_rules.GraceRule.of(known["renewal.grace_days"]),
        ).ends_on
    return Brief(
        id=renewal.id,
        version=renewal.version,
        client_id=client.id,
        client_number=client.number,
        client_name=client.name,
        client_type=client.client_type,
        sex=row.sex,
        age=rules.full_years(row.birth_on, on),
        client_years=rules.full_years(client.client_since_on, on),
        preferred_channel=client.preferred_channel,
        preferred_time=client.preferred_time,
        preferred_language=client.preferred_language,
        do_not_contact=client.do_not_contact,
        lacks_engagement=client.stage in BEFORE_ENGAGEMENT,
        phone_masked=mask_phone(row.phone),
        special_circumstances=client.special_circumstances,
        policy_number=policy.number,
        line=renewal.line,
        product=policy.product,
        insurer=policy.insurer,
        kind=renewal.kind,
        due_on=renewal.due_on,
        days_left=(renewal.due_on - on).days,
        grace_ends_on=grace_ends_on,
        state=renewal.state,
        is_open=renewal.is_open,
        is_mine=actor.staff_id is not None and renewal.assignee_id == actor.staff_id,
        assignee_name=row.assignee_name,
        attempts=renewal.attempts,
        last_intention=renewal.last_intention,
        refusal_reason=renewal.refusal_reason,
        next_at=renewal.next_at,
        premium_fen=renewal.premium_fen,
        proposed_premium_fen=renewal.proposed_premium_fen,
        renewed_premium_fen=renewal.renewed_premium_fen,
        at_risk_fen=renewal.at_risk_fen,
        probability=renewal.probability,
        probability_reasons=tuple(tuple(each) for each in renewal.probability_reasons or ()),
        terms=rules.compare_terms(
            premium_fen=renewal.premium_fen,
            proposed_premium_fen=renewal.proposed_premium_fen,
            cover=policy.cover or {},
            proposed_cover=renewal.proposed_cover or {},
        ),
        **brief_client.told(session, client_id=client.id, on=on, at=at, zone=zone),
        open_complaints=row.open_complaints,
        opening=Opening(
            company_name=row.company_name or "",
            company_kind=row.company_kind or CompanyKind.BROKER,
            licence_number=row.licence_number,
            staff_name=actor.name,
            registration_number=actor.registration_number,
        ),
        refusal_reasons=tuple(known["renewal.refusal_reasons"]),
        pinned_at=renewal.pinned_at if renewal.is_open else None,
        pinned_by=row.pinned_by,
        **_clocks(session, renewal, policy, on=on),
    )


def reveal_phone(
    session: Session,
    *,
    actor: Actor,
    renewal_id: int,
    at: datetime,
    zone: ZoneInfo = SHANGHAI,
) -> str:
    """The client's full number, for the call button of one's own open case (rules §6).

    The case is the reason; the access log keeps it.

    Raises:
        NotPermitted: the actor lacks ``renewal:work``.
        NotFound: there is no such case, or its client is not the actor's.
        NotYourCase, RenewalAlreadyClosed
        ClientDoesNotWantContact: the client asked for no commercial contact.
        NoPhoneKnown
    """
    actor.require(Permission.RENEWAL_WORK)
    on = local_date(at, zone)
    row = session.execute(
        select(
            Renewal.assignee_id,
            Renewal.is_open,
            Renewal.state,
            Renewal.closed_on,
            Renewal.kind,
            Client.id.label("client_id"),
            Client.do_not_contact,
            Policy.number.label("policy_number"),
            Staff.name.label("assignee_name"),
            _phone().label("phone"),
        )
        .join(Client, Client.id == Renewal.client_id)
        .join(Policy, Policy.id == Renewal.policy_id)
        .outerjoin(Staff, Staff.id == Renewal.assignee_id)
        .where(Renewal.id == renewal_id, may_open(actor, on=on))
    ).first()
    if row is None:
        raise NotFound(kind="renewal")
    if row.assignee_id != actor.own_id:
        raise NotYourCase(name=row.assignee_name)
    if not row.is_open:
        raise RenewalAlreadyClosed(state=row.state.value, closed_on=row.closed_on)
    if row.do_not_contact and row.kind is RenewalKind.TERM:
        raise ClientDoesNotWantContact
    if not row.phone:
        raise NoPhoneKnown
    audit.record_access(
        session,
        actor=actor,
        kind=AccessKind.REVEALED,
        at=at,
        client_id=row.client_id,
        what="phone",
        reason=f"renewal {row.policy_number}",
    )
    number: str = row.phone
    return number


def _clocks(session: Session, renewal: Renewal, policy: Policy, *, on: date) -> dict[str, Any]:
    """What runs for the case beside its due day: of an instalment its clock, of a term the gap
    after it and the day a motor quote may be promised from."""
    if renewal.kind is RenewalKind.INSTALMENT:
        if renewal.instalment_id is None:
            return {}
        return {"clock": clock_of(session, instalment_id=renewal.instalment_id, on=on)}
    if renewal.due_on < on:
        return {"gap": gap_of_term(session, policy_id=policy.id, on=on)}
    from_on = quote_from(
        session,
        line=renewal.line,
        kind=renewal.kind,
        due_on=renewal.due_on,
        branch_id=renewal.branch_id,
        insurer=policy.insurer,
        on=on,
    )
    return {"quote_from": from_on if from_on is not None and on < from_on else None}


@lru_cache(maxsize=1024)
def _everything(actor: Actor, on: date) -> Select[*tuple[Any, ...]]:
    complaints = (
        select(func.count())
        .where(
            Complaint.client_id == Client.id,
            Complaint.state.not_in(CLOSED_COMPLAINTS),
            or_(Complaint.about_staff_id.is_(None), Complaint.about_staff_id != actor.staff_id),
        )
        .scalar_subquery()
    )
    return (
        select(
            Renewal,
            Client,
            Policy,
            Party.sex,
            Party.birth_on,
            Instalment.grace_ends_on,
            Instalment.demanded_on,
            Staff.name.label("assignee_name"),
            _PINNER.name.label("pinned_by"),
            CompanyProfile.name.label("company_name"),
            CompanyProfile.kind.label("company_kind"),
            CompanyProfile.licence_number,
            _phone().label("phone"),
            complaints.label("open_complaints"),
        )
        .join(Client, Client.id == Renewal.client_id)
        .join(Party, Party.id == Client.party_id)
        .join(Policy, Policy.id == Renewal.policy_id)
        .outerjoin(Instalment, Instalment.id == Renewal.instalment_id)
        .outerjoin(Staff, Staff.id == Renewal.assignee_id)
        .outerjoin(_PINNER, _PINNER.id == Renewal.pinned_by_id)
        .outerjoin(CompanyProfile, CompanyProfile.id == 1)
        .where(Renewal.id == bindparam("renewal", type_=Integer()), may_open(actor, on=on))
        .options(
            load_only(
                Client.number,
                Client.name,
                Client.client_type,
                Client.stage,
                Client.client_since_on,
                Client.preferred_channel,
                Client.preferred_time,
                Client.preferred_language,
                Client.do_not_contact,
                Client.special_circumstances,
            ),
            load_only(Policy.number, Policy.product, Policy.insurer, Policy.cover),
        )
    )


def _phone() -> ColumnElement[str | None]:
    """The policyholder's primary number; a group's contact person's where it has none."""
    first = (PartyPhone.is_primary.desc(), PartyPhone.id)
    own = (
        select(PartyPhone.number)
        .where(PartyPhone.party_id == Client.party_id)
        .order_by(*first)
        .limit(1)
        .correlate(Client)
        .scalar_subquery()
    )
    contact_person = (
        select(PartyPhone.number)
        .join(ClientParty, ClientParty.party_id == PartyPhone.party_id)
        .where(ClientParty.client_id == Client.id, ClientParty.role == PartyRole.CONTACT_PERSON)
        .order_by(*first)
        .limit(1)
        .correlate(Client)
        .scalar_subquery()
    )
    return func.coalesce(own, contact_person, type_=Encrypted())
