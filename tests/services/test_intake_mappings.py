"""Saved mappings: owned by one, used by all, offered where they fit."""

from pathlib import Path

import pytest
from sqlalchemy import select

from db.models import AuditEntry, Client
from db.session import Database
from services import intake
from services.actor import SYSTEM, Actor
from services.errors import NotPermitted
from terms.intake import ImportField, ImportKind
from terms.people import Role
from tests.make import AT, make_actor
from tests.services.intake_ground import Desk, book

ODD = {"编号": "C1", "叫什么": "王伟"}
MEANS = intake.ColumnMapping({"编号": ImportField.CLIENT_NUMBER, "叫什么": ImportField.CLIENT_NAME})
OTHER = intake.ColumnMapping({"编号": ImportField.CLIENT_NUMBER})


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    return Desk(database, tmp_path)


def manager(database: Database, name: str = "陈静") -> Actor:
    with database.unaudited("test data") as session:
        return make_actor(session, Role.ADMINISTRATOR, name=name)


def keep(
    desk: Desk, actor: Actor, columns: intake.ColumnMapping = MEANS, name: str = " 分公司 "
) -> intake.RunCard:
    run = desk.started(book(ODD), actor=actor)
    with desk.database.transaction() as session:
        kept = intake.save_mapping(
            session, actor=actor, run_id=run.id, name=name, columns=columns, at=AT
        )
    assert kept == name.strip()
    return run


def offered(desk: Desk, actor: Actor, run: intake.RunCard) -> tuple[intake.SavedMapping, ...]:
    with desk.database.reading() as session:
        return intake.mappings_for(session, actor=actor, run_id=run.id)


def named(desk: Desk, actor: Actor, name: str) -> intake.ColumnMapping | None:
    with desk.database.reading() as session:
        return intake.saved_mapping(session, actor=actor, kind=ImportKind.BOOK, name=name)


def test_a_colleagues_mapping_is_offered_for_a_file_it_fits_and_brings_it_in(desk: Desk) -> None:
    hers, me = manager(desk.database), manager(desk.database, "李伟")
    keep(desk, hers)
    run = desk.started(book({**ODD, "备注": "新"}), actor=me)
    (found,) = offered(desk, me, run)
    assert (found.name, found.owner, found.is_mine, found.fits) == ("分公司", "陈静", False, True)
    desk.brought_in(book(ODD), columns=found.columns, actor=me)
    with desk.database.reading() as session:
        assert session.scalars(select(Client.name)).all() == ["王伟"]


def test_a_mapping_whose_columns_are_not_all_there_does_not_fit(desk: Desk) -> None:
    actor = manager(desk.database)
    keep(desk, actor)
    run = desk.started(book({"编号": "C1", "姓名": "王伟"}), actor=actor)
    assert [one.fits for one in offered(desk, actor, run)] == [False]


def test_the_mapping_that_knows_most_comes_first_and_ones_own_before_a_colleagues(
    desk: Desk,
) -> None:
    hers, me = manager(desk.database), manager(desk.database, "李伟")
    keep(desk, me, OTHER, name="短")
    keep(desk, hers)
    run = keep(desk, me, name="我的")
    assert [one.name for one in offered(desk, me, run)] == ["我的", "分公司", "短"]


def test_a_second_persons_mapping_of_the_same_name_is_kept_apart(desk: Desk) -> None:
    hers, me = manager(desk.database), manager(desk.database, "李伟")
    keep(desk, hers)
    run = keep(desk, me, OTHER)
    assert {(one.owner, len(one.columns.fields)) for one in offered(desk, me, run)} == {
        ("陈静", 2),
        ("李伟", 1),
    }
    assert named(desk, hers, "分公司") == MEANS
    assert named(desk, me, "分公司") == OTHER
    assert named(desk, me, f"分公司@{hers.username}") == MEANS
    with pytest.raises(intake.MappingOfSeveral):
        named(desk, SYSTEM, "分公司")


def test_saving_again_under_ones_own_name_replaces_it_and_is_audited(desk: Desk) -> None:
    actor = manager(desk.database)
    keep(desk, actor)
    run = keep(desk, actor, OTHER)
    assert [len(one.columns.fields) for one in offered(desk, actor, run)] == [1]
    with desk.database.reading() as session:
        events = select(AuditEntry).where(AuditEntry.event == "import:save_mapping")
        assert len(session.scalars(events).all()) == 2


def test_a_mapping_without_a_name_is_refused(desk: Desk) -> None:
    with pytest.raises(intake.MappingNameEmpty):
        keep(desk, SYSTEM, name="  ")


def test_whoever_may_not_import_is_offered_nothing(desk: Desk) -> None:
    run = keep(desk, SYSTEM)
    with desk.database.unaudited("test data") as session:
        stranger = make_actor(session, Role.SPECIALIST)
    with pytest.raises(NotPermitted):
        offered(desk, stranger, run)
