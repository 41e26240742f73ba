"""Changing a client: what is kept true, who is refused, and two people on one file."""

from dataclasses import fields, is_dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import (
    AuditEntry,
    Client,
    ClientRelation,
    ClientSearch,
    ClientSource,
    Party,
    PartyPhone,
    Staff,
)
from services import audit, clients
from services.actor import Actor
from services.clients import ClientEdit, ContactChanges
from services.errors import ChangedMeanwhile, NotFound, NotPermitted
from terms.clients import (
    AccessReason,
    ClientType,
    ConsentPurpose,
    FileItem,
    IdType,
    LifecycleStage,
    PartyRole,
    PhoneKind,
    RelationKind,
    SourceChannel,
)
from terms.people import Role
from terms.renewals import ContactChannel
from tests.make import (
    AT,
    ON,
    actor_of,
    make_access,
    make_actor,
    make_client,
    make_engagement,
    make_group_client,
    make_phone,
    make_policy,
    make_staff,
)
from tests.make.client_files import make_contact_person, make_findable
from tests.make.full_client import make_full_client


@pytest.fixture
def owner(session: Session) -> Staff:
    return make_staff(session)


@pytest.fixture
def actor(session: Session, owner: Staff) -> Actor:
    return actor_of(session, owner)


@pytest.fixture
def full(session: Session, owner: Staff) -> Client:
    return make_full_client(session, owner=owner)


def texts_of(value: Any) -> list[str]:
    """Every text that a dataclass holds, however deep."""
    if is_dataclass(value):
        return [text for one in fields(value) for text in texts_of(getattr(value, one.name))]
    if isinstance(value, tuple | list):
        return [text for one in value for text in texts_of(one)]
    return [str(value)]


def edit(session: Session, actor: Actor, client: Client, seen: int, **data: Any) -> int:
    return clients.edit(
        session,
        actor=actor,
        number=client.number,
        data=ClientEdit(**data),  # type: ignore[typeddict-item]
        at=AT,
        on=ON,
        seen_version=seen,
    )


def test_an_edit_keeps_name_search_completeness_and_sources(
    session: Session, actor: Actor, owner: Staff
) -> None:
    client = make_findable(session, owner=owner, name="李建国")
    before = clients.client_file(session, actor=actor, number=client.number, on=ON)
    version = edit(
        session, actor, client, client.version, name=" 单晓敏 ", occupation="教师", needs="重疾50万"
    )
    file = clients.client_file(session, actor=actor, number=client.number, on=ON)
    assert (file.name, file.version, file.policyholder.name) == ("单晓敏", version, "单晓敏")
    assert file.completeness == client.completeness > before.completeness
    terms = set(
        session.scalars(select(ClientSearch.term).where(ClientSearch.client_id == client.id))
    )
    assert {"sxm", "dxm"} <= terms
    assert "ljg" not in terms
    sources = session.scalars(
        select(ClientSource.field).where(ClientSource.client_id == client.id)
    ).all()
    assert set(sources) == {"name", "occupation", "needs"}


def test_an_edit_is_audited_and_personal_values_are_encrypted(
    session: Session, actor: Actor, full: Client
) -> None:
    edit(
        session,
        actor,
        full,
        full.version,
        needs="想给父亲买医疗险",
        preferred_channel=ContactChannel.WECHAT,
    )
    entry = session.scalars(select(AuditEntry).where(AuditEntry.event == "client:edit")).one()
    assert entry.detail["fields"] == ["needs", "preferred_channel"]
    assert entry.detail["after"] == {"preferred_channel": "wechat"}
    assert "父亲" not in str(entry.detail)
    personal = audit.personal_values(session, entry)
    assert personal is not None
    assert personal["after"] == {"needs": "想给父亲买医疗险"}
    history = clients.history_of(session, actor=actor, number=full.number, on=ON)
    assert history[0].fields == ("needs", "preferred_channel")
    assert "父亲" not in str(texts_of(history))


def test_two_people_on_one_file_learn_who_changed_what(
    session: Session, actor: Actor, full: Client
) -> None:
    seen = full.version
    colleague = make_staff(session, name="王小明")
    make_access(session, client=full, staff=colleague)
    edit(session, actor_of(session, colleague), full, seen, needs="他的话", occupation="医生")
    with pytest.raises(ChangedMeanwhile) as refused:
        edit(session, actor, full, seen, needs="我的话")
    data = refused.value.data
    assert (data["who"], data["at"]) == ("王小明", AT)
    assert data["fields"] == ("needs", "occupation")
    assert session.get_one(Client, full.id).needs == "他的话"
    newest = data["version"]
    assert isinstance(newest, int)
    edit(session, actor, full, newest, needs="我的话")
    file = clients.client_file(session, actor=actor, number=full.number, on=ON)
    assert (file.needs, file.policyholder.occupation) == ("我的话", "医生")


def test_an_edit_without_a_change_is_refused(session: Session, actor: Actor, full: Client) -> None:
    with pytest.raises(clients.NothingChanged):
        edit(session, actor, full, full.version, name=full.name)


def test_strangers_and_readers_do_not_edit(session: Session, full: Client) -> None:
    with pytest.raises(NotFound):
        edit(session, make_actor(session), full, full.version, needs="x")
    with pytest.raises(NotPermitted):
        edit(session, make_actor(session, Role.COMPLIANCE), full, full.version, needs="x")


@pytest.mark.parametrize(
    ("data", "field", "problem"),
    [
        ({"id_number": "110105198001010017"}, "id_number", "check_digit"),
        ({"id_number": "110105202612310011"}, "id_number", "birth_date"),
        ({"birth_on": ON + timedelta(days=1)}, "birth_on", "birth_date"),
        ({"name": "长" * 121}, "name", "too_long"),
    ],
)
def test_what_cannot_be_kept_is_named(
    session: Session, actor: Actor, full: Client, data: dict[str, Any], field: str, problem: str
) -> None:
    with pytest.raises(clients.InvalidClientData) as refused:
        edit(session, actor, full, full.version, **data)
    assert (refused.value.data["field"], refused.value.data["problem"]) == (field, problem)


def test_another_id_type_is_not_checked_and_is_found(
    session: Session, actor: Actor, full: Client
) -> None:
    edit(session, actor, full, full.version, id_type=IdType.PASSPORT, id_number="e-1234567")
    page = clients.find(session, actor=actor, on=ON, filters=clients.ClientFilters(text="E1234567"))
    assert [row.number for row in page.rows] == [full.number]


def test_without_an_engagement_a_client_stays_a_prospect(
    session: Session, actor: Actor, owner: Staff
) -> None:
    client = make_client(session, owner=owner, stage=LifecycleStage.PROSPECT)
    with pytest.raises(clients.EngagementNeeded):
        edit(session, actor, client, client.version, stage=LifecycleStage.FORMAL)
    make_engagement(session, client=client)
    edit(session, actor, client, client.version, stage=LifecycleStage.FORMAL)
    assert client.stage is LifecycleStage.FORMAL


@pytest.mark.parametrize("name", ["=1+1", "@SUM(A1)", "<b>x</b>", "O'Neil; DROP", "😀李", "\x07李"])
def test_odd_names_are_kept_as_written(
    session: Session, actor: Actor, full: Client, name: str
) -> None:
    edit(session, actor, full, full.version, name=name)
    assert full.name == name.replace("\x07", "")


def test_verifying_notes_the_day(session: Session, actor: Actor, full: Client) -> None:
    version = clients.verify(
        session, actor=actor, number=full.number, at=AT, on=ON, seen_version=full.version
    )
    file = clients.client_file(session, actor=actor, number=full.number, on=ON)
    assert (file.verified_on, file.version) == (ON, version)


# Beginning a file


def begin(session: Session, actor: Actor, **but: Any) -> str:
    given: dict[str, Any] = {
        "client_type": ClientType.INDIVIDUAL,
        "data": ClientEdit(name="单晓敏"),
        "at": AT,
        "on": ON,
        **but,
    }
    return clients.create_client(session, actor=actor, **given)


def test_a_new_client_is_a_prospect_of_whoever_begins_the_file(
    session: Session, actor: Actor, owner: Staff
) -> None:
    number = begin(session, actor, source=SourceChannel.REFERRAL)
    file = clients.client_file(session, actor=actor, number=number, on=ON)
    assert (file.stage, file.owner, file.name) == (LifecycleStage.PROSPECT, owner.name, "单晓敏")
    assert file.sources[0].channel is SourceChannel.REFERRAL
    found = clients.find(session, actor=actor, on=ON, filters=clients.ClientFilters(text="sxm"))
    assert [row.number for row in found.rows] == [number]
    with pytest.raises(NotFound):
        clients.client_file(session, actor=make_actor(session), number=number, on=ON)


def test_a_name_may_be_missing(session: Session, actor: Actor) -> None:
    number = begin(session, actor, data=ClientEdit(name=" "), client_type=ClientType.GROUP)
    assert clients.client_file(session, actor=actor, number=number, on=ON).name is None


def test_a_number_stands_once(session: Session, actor: Actor) -> None:
    assert begin(session, actor, number="vip-1") == "VIP-1"
    with pytest.raises(clients.NumberTaken):
        begin(session, actor, number="VIP-1")


def test_readers_begin_no_file(session: Session) -> None:
    with pytest.raises(NotPermitted):
        begin(session, make_actor(session, Role.COMPLIANCE))


# Contact data and people


def change(session: Session, actor: Actor, client: Client, **but: Any) -> int:
    party_id = but.pop("party_id", client.party_id)
    return clients.change_contact_data(
        session,
        actor=actor,
        number=client.number,
        party_id=party_id,
        changes=ContactChanges(**but),
        at=AT,
        on=ON,
        seen_version=client.version,
    )


def test_phones_come_and_go_and_one_is_called_first(
    session: Session, actor: Actor, full: Client
) -> None:
    old = session.scalars(select(PartyPhone)).one()
    change(session, actor, full, add_phones=((PhoneKind.WORK, "0571-8888 6666"),))
    new = session.scalars(select(PartyPhone).where(PartyPhone.id != old.id)).one()
    assert (old.is_primary, new.is_primary, new.number) == (True, False, "057188886666")
    change(session, actor, full, primary_phone=new.id)
    assert (old.is_primary, new.is_primary) == (False, True)
    change(session, actor, full, remove_phones=(new.id,))
    assert old.is_primary
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.event == "client:contact_data")
    ).first()
    assert entry is not None
    assert "8888" not in str(entry.detail)


def test_taking_the_last_phone_away_makes_the_file_thinner(
    session: Session, actor: Actor, full: Client
) -> None:
    change(session, actor, full, add_emails=("a@b.cn",))
    before = full.completeness
    phone = session.scalars(select(PartyPhone)).one()
    change(session, actor, full, remove_phones=(phone.id,))
    assert full.completeness < before


@pytest.mark.parametrize(
    "but",
    [
        {"add_phones": ((PhoneKind.MOBILE, "no phone"),)},
        {"add_emails": ("nobody",)},
        {"add_addresses": (("home", " "),)},
    ],
)
def test_contact_data_that_reach_nobody_are_refused(
    session: Session, actor: Actor, full: Client, but: dict[str, Any]
) -> None:
    with pytest.raises(clients.InvalidClientData):
        change(session, actor, full, **but)


def test_anothers_phone_cannot_be_taken_away(session: Session, actor: Actor, full: Client) -> None:
    other = make_client(session)
    phone = make_phone(session, party=session.get_one(Party, other.party_id))
    with pytest.raises(NotFound):
        change(session, actor, full, party_id=other.party_id, remove_phones=(phone.id,))
    with pytest.raises(clients.NothingChanged):
        change(session, actor, full, remove_phones=(phone.id,))
    assert session.get(PartyPhone, phone.id) is not None


def test_a_group_has_several_contact_persons(session: Session, actor: Actor, owner: Staff) -> None:
    group = make_group_client(session, owner=owner)
    make_contact_person(session, client=group, name="王芳")
    clients.add_contact_person(
        session,
        actor=actor,
        number=group.number,
        name="赵敏",
        position="财务总监",
        phone="13900001111",
        at=AT,
        on=ON,
        seen_version=group.version,
    )
    people = clients.people_of(session, actor=actor, number=group.number, on=ON)
    assert [(one.name, one.roles) for one in people[1:]] == [
        ("王芳", (PartyRole.CONTACT_PERSON,)),
        ("赵敏", (PartyRole.CONTACT_PERSON,)),
    ]
    assert people[2].phones[0].masked == "139****1111"
    file = clients.client_file(session, actor=actor, number=group.number, on=ON)
    assert FileItem.CONTACT_PERSON not in file.missing
    assert FileItem.PHONE not in file.missing
    clients.remove_contact_person(
        session,
        actor=actor,
        number=group.number,
        party_id=people[1].id,
        at=AT,
        on=ON,
        seen_version=group.version,
    )
    people = clients.people_of(session, actor=actor, number=group.number, on=ON)
    assert [one.name for one in people[1:]] == ["赵敏"]


# Consents and relations


def test_consents_are_a_ledger(session: Session, actor: Actor, full: Client) -> None:
    def asked(**but: Any) -> dict[str, Any]:
        return {
            "actor": actor,
            "number": full.number,
            "purpose": ConsentPurpose.MARKETING,
            "at": AT,
            "on": ON,
            "seen_version": full.version,
            **but,
        }

    notice: dict[str, Any] = {"notice_version": "2026-1", "channel": ContactChannel.PHONE}
    clients.give_consent(session, **asked(**notice))
    with pytest.raises(clients.NothingChanged):
        clients.give_consent(session, **asked(**notice))
    clients.withdraw_consent(session, **asked(at=AT + timedelta(hours=1)))
    with pytest.raises(clients.NothingChanged):
        clients.withdraw_consent(session, **asked())
    file = clients.client_file(session, actor=actor, number=full.number, on=ON)
    row = next(row for row in file.consents if row.purpose is ConsentPurpose.MARKETING)
    assert (row.holds, row.notice_version) == (False, "2026-1")


def test_do_not_contact_is_set_and_lifted(session: Session, actor: Actor, full: Client) -> None:
    for wanted in (True, False):
        clients.set_do_not_contact(
            session,
            actor=actor,
            number=full.number,
            do_not_contact=wanted,
            at=AT,
            on=ON,
            seen_version=full.version,
        )
        assert full.do_not_contact is wanted


def test_a_relation_stands_once_and_is_taken_away(
    session: Session, actor: Actor, owner: Staff, full: Client
) -> None:
    wife = make_client(session, owner=owner)

    def relate(first: Client, other: str) -> None:
        clients.relate(
            session,
            actor=actor,
            number=first.number,
            other_number=other,
            kind=RelationKind.FAMILY,
            note="配偶",
            at=AT,
            on=ON,
            seen_version=first.version,
        )

    relate(full, wife.number)
    with pytest.raises(clients.AlreadyRelated):
        relate(wife, full.number)
    with pytest.raises(clients.SameClient):
        relate(full, full.number)
    with pytest.raises(NotFound):
        relate(full, make_client(session).number)
    relation = session.scalars(select(ClientRelation)).one()
    clients.unrelate(
        session,
        actor=actor,
        number=wife.number,
        relation_id=relation.id,
        at=AT,
        on=ON,
        seen_version=wife.version,
    )
    assert clients.relations_of(session, actor=actor, number=full.number, on=ON) == ()


def test_the_history_names_the_other_client_only_to_who_may_open_them(
    session: Session, actor: Actor, owner: Staff, full: Client
) -> None:
    wife = make_client(session, owner=owner)
    clients.relate(
        session,
        actor=actor,
        number=full.number,
        other_number=wife.number,
        kind=RelationKind.FAMILY,
        note=None,
        at=AT,
        on=ON,
        seen_version=full.version,
    )
    relation = session.scalars(select(ClientRelation)).one()
    reader = make_staff(session)
    make_access(session, client=full, staff=reader, reason=AccessReason.COVER)
    colleague = actor_of(session, reader)
    clients.unrelate(
        session,
        actor=colleague,
        number=full.number,
        relation_id=relation.id,
        at=AT,
        on=ON,
        seen_version=full.version,
    )
    for who, told in ((actor, wife.number), (colleague, None)):
        rows = clients.history_of(session, actor=who, number=full.number, on=ON)
        assert [dict(rows[0].before).get("other"), dict(rows[1].after).get("other")] == [told] * 2
        assert wife.number in repr(rows) if told else wife.number not in repr(rows)


def test_completeness_follows_what_other_chapters_add(session: Session, owner: Staff) -> None:
    client = make_client(session, owner=owner, completeness=0)
    version = client.version
    without = clients.refresh_completeness(session, client_id=client.id, on=ON)
    make_policy(session, client=client)
    assert clients.refresh_completeness(session, client_id=client.id, on=ON) > without
    session.refresh(client)
    assert client.version == version
    session.add(
        AuditEntry(
            happened_at=AT, event="test:set_up", subject="client", subject_id=client.id, detail={}
        )
    )
