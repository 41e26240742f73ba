"""Parties, clients, and who may open them."""

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from db.models import (
    Client,
    ClientAccess,
    ClientConsent,
    ClientParty,
    ClientRelation,
    Engagement,
    Party,
    PartyAddress,
    PartyEmail,
    PartyPhone,
    Staff,
)
from services.privacy import email_index, id_index, last_four_index, phone_index
from terms.clients import (
    AccessReason,
    AddressKind,
    ClientType,
    ConsentPurpose,
    EngagementKind,
    IdType,
    LifecycleStage,
    PartyKind,
    PartyRole,
    PhoneKind,
    RelationKind,
    Sex,
)
from terms.renewals import ContactChannel
from tests.make.moment import AT
from tests.make.people import make_staff
from tests.make.rows import next_number, put

_STAMPS = {"created_at": AT, "updated_at": AT}


def make_party(session: Session, **but: Any) -> Party:
    """A person with a resident ID (its check digit is right); give ``id_number=None`` for none."""
    given: dict[str, Any] = {
        "kind": PartyKind.PERSON,
        "name": f"李建国{next_number()}",
        "sex": Sex.MALE,
        "birth_on": date(1980, 1, 1),
        "id_type": IdType.RESIDENT_ID,
        "id_number": "11010519800101001X",
        "region": "浙江杭州",
        **_STAMPS,
        **but,
    }
    if given["id_number"] and "id_index" not in but:
        given["id_index"] = id_index(given["id_number"])
    return put(session, Party(**given))


def make_phone(session: Session, *, party: Party, number: str = "13812346721", **but: Any) -> Any:
    given = {
        "party_id": party.id,
        "kind": PhoneKind.MOBILE,
        "number": number,
        "number_index": phone_index(number),
        "last_four_index": last_four_index(number),
    }
    return put(session, PartyPhone(**{**given, **but}))


def make_email(
    session: Session, *, party: Party, address: str = "li.jianguo@example.com", **but: Any
) -> PartyEmail:
    given = {"party_id": party.id, "address": address, "address_index": email_index(address)}
    return put(session, PartyEmail(**{**given, **but}))


def make_address(session: Session, *, party: Party, **but: Any) -> PartyAddress:
    given = {
        "party_id": party.id,
        "kind": AddressKind.HOME,
        "address": "浙江省杭州市西湖区文三路 100 号",
    }
    return put(session, PartyAddress(**{**given, **but}))


def make_client(
    session: Session, *, owner: Staff | None = None, party: Party | None = None, **but: Any
) -> Client:
    """An individual client of ``owner`` (a new specialist by default), who may open them.

    Give ``owner_id=None`` for a client nobody owns.
    """
    owned = not ("owner_id" in but and but["owner_id"] is None)
    if owned and owner is None:
        owner = make_staff(session)
    party = party or make_party(session, **({"name": but["name"]} if "name" in but else {}))
    given: dict[str, Any] = {
        "number": f"C{next_number():08d}",
        "client_type": ClientType.INDIVIDUAL,
        "party_id": party.id,
        "name": party.name,
        "owner_id": owner.id if owner else None,
        "team_id": owner.team_id if owner else None,
        "branch_id": owner.branch_id if owner else None,
        "stage": LifecycleStage.FORMAL,
        "client_since_on": date(2021, 3, 1),
        "preferred_channel": ContactChannel.PHONE,
        "completeness": 60,
        **_STAMPS,
    }
    client = put(session, Client(**{**given, **but}))
    session.add(ClientParty(client_id=client.id, party_id=party.id, role=PartyRole.POLICYHOLDER))
    session.flush()
    if owner is not None:
        make_access(session, client=client, staff=owner)
    return client


def make_group_client(session: Session, *, owner: Staff | None = None, **but: Any) -> Client:
    """A group with a unified credit code and no contact person yet."""
    name = but.pop("name", f"杭州华信科技有限公司{next_number()}")
    party = make_party(
        session,
        kind=PartyKind.ORGANISATION,
        name=name,
        sex=None,
        birth_on=None,
        id_type=IdType.UNIFIED_CREDIT_CODE,
        id_number="91330100MA27XXXX0U",
    )
    return make_client(
        session, owner=owner, party=party, **{"client_type": ClientType.GROUP, **but}
    )


def make_access(session: Session, *, client: Client, staff: Staff, **but: Any) -> ClientAccess:
    """``staff`` may open ``client``; as its owner unless ``reason`` says otherwise."""
    given = {"client_id": client.id, "staff_id": staff.id, "reason": AccessReason.OWNER}
    return put(session, ClientAccess(**{**given, **but}))


def make_consent(session: Session, *, client: Client, **but: Any) -> ClientConsent:
    given = {
        "client_id": client.id,
        "purpose": ConsentPurpose.SERVICE,
        "notice_version": "2026-01",
        "channel": ContactChannel.COUNTER,
        "given_at": AT,
    }
    return put(session, ClientConsent(**{**given, **but}))


def make_relation(session: Session, *, client: Client, other: Client, **but: Any) -> ClientRelation:
    given = {
        "client_id": client.id,
        "other_id": other.id,
        "kind": RelationKind.FAMILY,
        **_STAMPS,
    }
    return put(session, ClientRelation(**{**given, **but}))


def make_engagement(session: Session, *, client: Client, **but: Any) -> Engagement:
    given = {
        "client_id": client.id,
        "number": f"E{next_number():06d}",
        "kind": EngagementKind.ENGAGEMENT_AGREEMENT,
        "signed_on": date(2025, 12, 1),
        **_STAMPS,
    }
    return put(session, Engagement(**{**given, **but}))
