"""The demo company in a database: loaded whole, sound, and only into an empty one."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from db.models import (
    AuditEntry,
    Client,
    ClientStanding,
    Party,
    PartyPhone,
    Policy,
    Renewal,
    Staff,
    TierChange,
    TierRun,
)
from db.session import Database
from services import renewals, tiering
from services.actor import SYSTEM
from services.demo_company import DatabaseNotEmpty, DemoCompany, create, give_tiers
from services.privacy import id_index, last_four_index, phone_index
from services.settings import Settings
from services.soundness import findings
from terms.tiering import TierAxis
from tests.databases import check_references
from tests.make import AT, ON, make_staff
from tests.make.demo_company import demo_tables

CLIENTS = 300


def made(database: Database, seed: int = 1) -> DemoCompany:
    return create(database, clients=CLIENTS, seed=seed, on=ON, at=AT, password="evergreen-demo")


def test_the_company_moves_in_whole_and_sound(database: Database, settings: Settings) -> None:
    company = made(database)
    with database.reading() as session:
        check_references(session)
        assert session.scalar(select(func.count()).select_from(Client)) == CLIENTS
        assert session.scalar(select(func.count()).select_from(Policy)) == company.policies
        unallocated = select(func.count()).where(Renewal.is_open, Renewal.assignee_id.is_(None))
        assert session.scalar(unallocated) == 0
        of_demo = select(AuditEntry).where(AuditEntry.event == "demo:create")
        entry = session.scalars(of_demo).one()
        assert entry.detail["client"] == CLIENTS
    broken = [found for found in findings(settings, database) if found.is_broken]
    assert [found.code for found in broken if found.code != "not_migrated"] == []


def test_what_is_stored_is_what_was_made(database: Database) -> None:
    made(database)
    world = demo_tables(clients=CLIENTS)
    with database.reading() as session:
        for row in world["client"].head(20).itertuples():
            stored = session.get_one(Client, row.id)
            assert (stored.number, stored.name, stored.completeness) == (
                row.number,
                row.name,
                row.completeness,
            )
            assert stored.created_at.replace(tzinfo=None) == row.created_at.to_pydatetime()
        for row in world["party"].dropna(subset=["id_number"]).head(20).itertuples():
            party = session.get_one(Party, row.id)
            assert party.id_number == row.id_number
            assert party.id_index == id_index(row.id_number)
            assert party.birth_on == (None if row.birth_on is None else _day(row.birth_on))
        for row in world["party_phone"].head(20).itertuples():
            phone = session.get_one(PartyPhone, row.id)
            assert phone.number == row.number
            assert phone.number_index == phone_index(row.number)
            assert phone.last_four_index == last_four_index(row.number)
        for row in world["renewal"].head(20).itertuples():
            case = session.get_one(Renewal, row.id)
            assert (case.state, case.due_on, case.is_open) == (
                row.state,
                row.due_on.date(),
                bool(row.is_open),
            )


def _day(value: object) -> object:
    return None if value != value else value.date()  # type: ignore[attr-defined]


def test_a_database_with_anybody_in_it_is_refused(database: Database) -> None:
    with database.unaudited("test data") as session:
        make_staff(session)
    with pytest.raises(DatabaseNotEmpty):
        made(database)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Staff)) == 1
        assert session.scalar(select(func.count()).select_from(Client)) == 0


def test_it_does_not_move_in_twice(database: Database) -> None:
    made(database)
    with pytest.raises(DatabaseNotEmpty):
        made(database, seed=2)


def test_the_next_row_made_by_hand_has_a_free_id(database: Database) -> None:
    made(database)
    with database.unaudited("test data") as session:
        staff = make_staff(session)
        assert staff.id == session.scalar(select(func.max(Staff.id)))


def test_todays_extraction_finds_every_case_open_already(database: Database) -> None:
    made(database)
    with database.transaction() as session:
        found = renewals.extract(session, actor=SYSTEM, on=ON, at=AT)
        assert (found.created, found.lapsed, found.withdrawn) == (0, 0, 0)
        assert found.due > 0
        given = renewals.allocate(session, actor=SYSTEM, on=ON, at=AT)
        assert (given.allocated, given.unallocated) == (0, 0)


def test_a_week_later_everything_new_is_allocated(database: Database) -> None:
    made(database)
    later, at = ON + timedelta(days=7), AT + timedelta(days=7)
    with database.transaction() as session:
        found = renewals.extract(session, actor=SYSTEM, on=later, at=at)
        assert found.created > 0
        given = renewals.allocate(session, actor=SYSTEM, on=later, at=at)
        assert (given.allocated, given.unallocated) == (found.created, 0)


def test_the_company_has_tiers_and_weeks_of_history_that_ends_where_clients_stand(
    database: Database,
) -> None:
    made(database)
    lines = give_tiers(database, on=ON, at=AT)
    with database.reading() as session:
        changes = session.execute(
            select(TierChange.axis, TierChange.after, TierRun.on, ClientStanding)
            .join(TierRun, TierRun.id == TierChange.run_id)
            .join(ClientStanding, ClientStanding.client_id == TierChange.client_id)
            .where(TierRun.on < ON)
        ).all()
        assert len(changes) == lines > CLIENTS // 20
        for axis, after, _on, kept in changes:
            now = {
                TierAxis.VALUE: kept.value_tier,
                TierAxis.RISK: kept.risk_tier,
                TierAxis.STARS: str(kept.stars),
            }
            assert after == now[axis]
        assert not tiering.is_due(session, on=ON)
