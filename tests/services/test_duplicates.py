"""Clients that may be one: found, judged, merged, and taken apart again."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from db.models import (
    AuditEntry,
    Base,
    Client,
    ClientAccess,
    ClientFormer,
    DuplicatePair,
    Party,
    PartyPhone,
    Policy,
    Renewal,
)
from db.session import Database
from services import clients, duplicates, undo
from services.actor import SYSTEM, Actor
from services.duplicates.moving import DERIVED, tables_of
from services.errors import ChangedMeanwhile, NotFound, NotPermitted
from terms.clients import AccessReason, RelationKind
from terms.duplicates import Band, PairState
from terms.people import Role
from terms.undo import LeftBecause
from tests.make import (
    AT,
    ON,
    actor_of,
    make_actor,
    make_address,
    make_claim,
    make_client,
    make_complaint,
    make_consent,
    make_contact,
    make_email,
    make_engagement,
    make_group_client,
    make_instalment,
    make_party,
    make_phone,
    make_policy,
    make_policy_event,
    make_promise,
    make_relation,
    make_renewal,
    make_staff,
    make_team,
)
from tests.make.tables import all_rows, differences
from tests.services.intake_ground import Desk, book, line

LATER = AT + timedelta(hours=1)


def twin(
    session: Session, *, name: str = "王伟", phone: str = "13812346721", **but: object
) -> Client:
    party = make_party(
        session, name=name, birth_on=but.pop("birth_on", date(1980, 5, 6)), id_number=None
    )
    client = make_client(session, party=party, **but)  # type: ignore[arg-type]
    make_phone(session, party=party, number=phone)
    make_address(session, party=party)
    return client


def looked(database: Database) -> duplicates.Looked:
    return duplicates.look_for(database, at=AT, on=ON)


def test_two_files_of_one_person_are_found_with_their_reasons(database: Database) -> None:
    with database.unaudited("test data") as session:
        one, two = twin(session), twin(session)
        other = twin(session, name="赵敏", phone="13900000000", birth_on=date(1990, 1, 2))
        numbers = {one.number, two.number}
        compliance = make_actor(session, Role.COMPLIANCE)
        stranger = make_actor(session, Role.SPECIALIST)
        assert other.number not in numbers
    done = looked(database)
    assert (done.clients, done.sure) == (3, 1)
    with database.reading() as session:
        (pair,) = duplicates.pairs(session, actor=compliance, on=ON)
        assert {pair.one.number, pair.two.number} == numbers
        assert pair.band is Band.SURE
        assert pair.score == sum(reason.weight for reason in pair.reasons)
        assert duplicates.pairs(session, actor=stranger, on=ON) == ()
        assert duplicates.pair_counts(session, actor=compliance, on=ON).sure == 1
        assert duplicates.pairs_of(session, actor=compliance, number=pair.one.number, on=ON)
    assert looked(database) == duplicates.Looked()


def test_a_changed_client_is_looked_for_again(database: Database) -> None:
    with database.unaudited("test data") as session:
        one, two = twin(session), twin(session)
        ids = (one.id, two.id)
    looked(database)
    with database.unaudited("test data") as session:
        session.execute(update(Client).where(Client.id == ids[0]).values(name="赵敏", version=2))
        session.execute(
            update(PartyPhone)
            .where(PartyPhone.party_id.in_(select(Client.party_id).where(Client.id == ids[0])))
            .values(number_index=b"another")
        )
    assert looked(database).clients == 1
    with database.reading() as session:
        band = session.scalar(select(DuplicatePair.band))
        assert band is not Band.SURE


def test_what_somebody_said_is_two_stays_two(database: Database) -> None:
    with database.unaudited("test data") as session:
        one, two = twin(session).number, twin(session).number
        manager = make_actor(session, Role.COMPLIANCE)
        lead = Actor(
            **{
                **{name: getattr(manager, name) for name in manager.__slots__},
                "permissions": make_actor(session, Role.MANAGER).permissions,
            }
        )
    looked(database)
    with database.transaction() as session, pytest.raises(NotPermitted):
        duplicates.say_not_same(session, actor=manager, one=one, two=two, at=AT, on=ON)
    with database.transaction() as session:
        duplicates.say_not_same(session, actor=lead, one=two, two=one, at=AT, on=ON)
    with database.transaction() as session:
        duplicates.look_again(session, actor=lead, number=one, at=AT, on=ON)
    with database.reading() as session:
        assert duplicates.pairs(session, actor=lead, on=ON) == ()
        assert session.scalar(select(DuplicatePair.state)) is PairState.NOT_SAME


class Two:
    """Two clients of one team with everything that can hang on a client."""

    def __init__(self, session: Session) -> None:
        team = make_team(session)
        self.owner, self.other = (make_staff(session, team=team) for _ in range(2))
        lead = make_staff(session, team=team)
        self.keep = twin(session, owner=self.owner)
        self.lose = twin(session, owner=self.other, phone="13900001111", needs="养老")
        self.lead = make_actor(session, Role.TEAM_LEAD, team=team)
        assert lead.team_id == self.owner.team_id
        for client in (self.keep, self.lose):
            self.fill(session, client)
        make_relation(session, client=self.keep, other=self.lose, kind=RelationKind.FAMILY)
        session.flush()
        self.numbers = (self.keep.number, self.lose.number)
        self.ids = (self.keep.id, self.lose.id)
        self.parties = (self.keep.party_id, self.lose.party_id)

    def fill(self, session: Session, client: Client) -> None:
        party = session.get_one(Party, client.party_id)
        policy = make_policy(session, client=client)
        make_instalment(session, policy=policy)
        make_policy_event(session, policy=policy)
        make_claim(session, policy=policy)
        case = make_renewal(session, policy=policy, assignee=self.other)
        contact = make_contact(session, client=client, staff=self.owner, renewal_id=case.id)
        make_promise(
            session,
            client=client,
            staff=self.owner,
            renewal_id=case.id,
            contact_id=contact.id,
        )
        make_complaint(session, client=client)
        make_consent(session, client=client)
        make_engagement(session, client=client)
        make_email(session, party=party)
        make_relation(session, client=client, other=make_client(session, owner=self.owner))

    def merged(self, session: Session, *, take: frozenset[str] = frozenset()) -> duplicates.Merged:
        versions = dict(session.execute(select(Client.id, Client.version)).all())
        return duplicates.merge(
            session,
            actor=self.lead,
            keep=self.numbers[0],
            lose=self.numbers[1],
            take=take,
            at=LATER,
            on=ON,
            seen_keep=versions[self.ids[0]],
            seen_lose=versions[self.ids[1]],
        )


def test_a_merge_moves_everything_and_leaves_nothing_that_refers_to_the_other(
    session: Session,
) -> None:
    two = Two(session)
    policies = session.scalar(select(func.count()).select_from(Policy))
    done = two.merged(session, take=frozenset({"needs", "owner"}))
    kept = session.scalars(select(Client).where(Client.number == done.number)).one()
    assert (kept.needs, kept.owner_id, kept.version) == ("养老", two.other.id, done.version)
    for target, gone in (("client", two.ids[1]), ("party", two.parties[1])):
        for table, columns in tables_of(target).items():
            for column in columns:
                left = session.execute(select(table).where(column == gone)).all()
                assert left == [], table.name
    of_kept = select(func.count()).where(Policy.client_id == kept.id)
    assert (session.scalar(of_kept), policies) == (2, 2)
    phones = session.scalars(select(PartyPhone).where(PartyPhone.party_id == kept.party_id)).all()
    assert len(phones) == 2
    assert [phone.is_primary for phone in phones].count(True) == 1
    owners = select(ClientAccess.staff_id).where(
        ClientAccess.client_id == kept.id, ClientAccess.reason == AccessReason.OWNER
    )
    assert session.scalars(owners).all() == [two.other.id]


def test_the_old_number_finds_the_kept_file_and_its_trail(session: Session) -> None:
    two = Two(session)
    done = two.merged(session)
    file = clients.client_file(session, actor=two.lead, number=done.merged_number, on=ON)
    assert file.number == done.number
    history = clients.history_of(session, actor=two.lead, number=done.number, on=ON)
    assert {row.event for row in history} >= {"client:merge", "client:merged_away"}
    with pytest.raises(clients.NumberTaken):
        clients.create_client(
            session,
            actor=two.lead,
            client_type=file.client_type,
            data={"name": "某人"},
            number=done.merged_number,
            at=AT,
            on=ON,
        )


@pytest.mark.parametrize("take", [frozenset[str](), frozenset(duplicates.FIELDS)])
def test_a_merge_undone_leaves_every_table_as_it_was(
    session: Session, take: frozenset[str]
) -> None:
    two = Two(session)
    before = all_rows(session)
    done = two.merged(session, take=take)
    assert differences(before, all_rows(session))
    plan = undo.undo(session, actor=two.lead, batch_id=done.batch_id, at=LATER, on=ON)
    assert plan.left == ()
    assert differences(before, all_rows(session)) == {}
    assert session.scalar(select(func.count()).select_from(ClientFormer)) == 0


def test_a_kept_client_edited_since_the_merge_is_left_and_named(session: Session) -> None:
    two = Two(session)
    before = all_rows(session)
    done = two.merged(session)
    case = session.scalars(select(Renewal).where(Renewal.client_id == two.ids[0])).first()
    assert case is not None
    clients.edit(
        session,
        actor=two.lead,
        number=done.number,
        data={"needs": "医疗"},
        at=LATER,
        on=ON,
        seen_version=done.version,
    )
    plan = undo.undo(session, actor=two.lead, batch_id=done.batch_id, at=LATER, on=ON)
    assert [(row.name, row.why) for row in plan.left] == [(done.number, LeftBecause.EDITED)]
    after = differences(before, all_rows(session))
    assert after["client"] == {(two.ids[0],)}
    policies = dict(session.execute(select(Policy.id, Policy.client_id)).all())
    assert sorted(policies.values()) == sorted(two.ids)


def test_a_merge_asks_for_the_permission_both_clients_and_their_versions(session: Session) -> None:
    two = Two(session)
    given = {
        "keep": two.numbers[0],
        "lose": two.numbers[1],
        "take": frozenset[str](),
        "at": AT,
        "on": ON,
        "seen_keep": two.keep.version,
        "seen_lose": two.lose.version,
    }
    with pytest.raises(NotPermitted):
        duplicates.merge(session, actor=actor_of(session, two.owner), **given)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        stranger = make_actor(session, Role.TEAM_LEAD)
        duplicates.merge(session, actor=stranger, **given)  # type: ignore[arg-type]
    with pytest.raises(ChangedMeanwhile):
        duplicates.merge(session, actor=two.lead, **{**given, "seen_lose": 99})  # type: ignore[arg-type]
    with pytest.raises(duplicates.SameClientTwice):
        duplicates.merge(
            session,
            actor=two.lead,
            **{**given, "lose": two.numbers[0], "seen_lose": two.keep.version},  # type: ignore[arg-type]
        )
    group = make_group_client(session, owner=two.owner)
    with pytest.raises(duplicates.DifferentKinds):
        duplicates.merge(
            session,
            actor=two.lead,
            **{**given, "lose": group.number, "seen_lose": group.version},  # type: ignore[arg-type]
        )
    assert session.scalar(select(AuditEntry.id).where(AuditEntry.event == "client:merge")) is None


def test_every_table_with_a_client_is_moved_or_named_as_one_that_is_not() -> None:
    not_moved = DERIVED | {
        "access_entry",
        "audit_entry",
        "client_former",
        "import_row",
        "staged_client",
        "staged_policy",
        "staged_term",
        "tier_due",
    }
    moved = {table.name for table in tables_of("client")}
    for table in Base.metadata.sorted_tables:
        if "client_id" in table.c:
            assert table.name in moved | not_moved, f"{table.name}.client_id refers to no client"


def test_a_row_under_a_former_number_brings_its_policy_to_the_kept_client(
    database: Database, tmp_path: Path
) -> None:
    desk = Desk(database, tmp_path / "imports")
    desk.brought_in(book(line(), line(客户号="C2", 保单号="P2")))
    with database.transaction() as session:
        versions = dict(session.execute(select(Client.number, Client.version)).all())
        lead = replace(SYSTEM, staff_id=make_staff(session).id)
        duplicates.merge(
            session,
            actor=lead,
            keep="C1",
            lose="C2",
            take=frozenset(),
            at=AT,
            on=ON,
            seen_keep=versions["C1"],
            seen_lose=versions["C2"],
        )
    again = book(
        line(), line(客户号="C2", 姓名="王大伟", 保单号="P2"), line(客户号="C2", 保单号="P3")
    )
    run = desk.brought_in(again)
    assert (run.created, run.changed, run.same, run.warnings) == (1, 0, 2, 2)
    with database.reading() as session:
        assert session.scalars(select(Client.name)).all() == ["王伟"]
        assert set(session.scalars(select(Policy.number))) == {"P1", "P2", "P3"}
