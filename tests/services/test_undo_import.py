"""An import taken back: every table as it was, but for what somebody changed or uses since."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from db.models import Client, ImportRow, Policy, Staff, UndoBatch, UndoImage
from db.session import Database, connect
from services import clients, intake, undo
from services.actor import SYSTEM, Actor
from services.errors import NotFound
from terms.intake import ImportKind
from terms.people import Role
from terms.undo import LeftBecause, UndoKind
from tests import databases
from tests.make import (
    AT,
    ON,
    make_actor,
    make_contact,
    make_policy,
    make_renewal,
    make_staff,
    make_team,
)
from tests.make.tables import Tables, all_rows, differences
from tests.services.intake_ground import Desk, book, line

LATER = AT + timedelta(hours=2)


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    return Desk(database, tmp_path / "imports")


def rows_of(database: Database) -> Tables:
    with database.reading() as session:
        return all_rows(session)


def batch_of(database: Database, reference: str) -> undo.BatchCard:
    with database.reading() as session:
        return undo.batches(session, actor=SYSTEM, reference=reference)[0]


def undone(database: Database, batch_id: int, *, actor: Actor = SYSTEM) -> undo.UndoPlan:
    with database.reading() as session:
        foreseen = undo.preview(session, actor=actor, batch_id=batch_id)
    with database.transaction() as session:
        done = undo.undo(session, actor=actor, batch_id=batch_id, at=LATER, on=ON)
    assert (done.restored, done.removed, done.left) == (
        foreseen.restored,
        foreseen.removed,
        foreseen.left,
    )
    return done


def a_book(count: int, **but: str) -> list[dict[str, str]]:
    return [
        line(
            客户号=f"C{place}",
            姓名=f"王伟{place}",
            手机=f"1380000{place:04d}",
            邮箱=f"wang{place}@example.com",
            保单号=f"P{place}",
            **but,
        )
        for place in range(1, count + 1)
    ]


def edit(database: Database, numbers: Sequence[str]) -> None:
    """Somebody changes these clients' needs."""
    for number in numbers:
        with database.unaudited("test data") as session:
            owner = make_actor(session, Role.ADMINISTRATOR)
            seen = session.scalars(select(Client.version).where(Client.number == number)).one()
        with database.transaction() as session:
            clients.edit(
                session,
                actor=Actor(**{**_fields(owner), "permissions": SYSTEM.permissions}),
                number=number,
                data={"needs": "养老"},
                at=LATER,
                on=ON,
                seen_version=seen,
            )


def _fields(actor: Actor) -> dict[str, object]:
    return {name: getattr(actor, name) for name in actor.__slots__}


def test_an_import_of_new_clients_is_taken_back_to_nothing(desk: Desk) -> None:
    before = rows_of(desk.database)
    run = desk.brought_in(book(*a_book(30)))
    assert differences(before, rows_of(desk.database))
    done = undone(desk.database, batch_of(desk.database, run.number).id)
    assert differences(before, rows_of(desk.database)) == {}
    assert done.left == ()
    assert done.removed["client"] == done.removed["policy"] == 30


def test_an_import_that_changed_clients_gives_them_back_what_they_held(desk: Desk) -> None:
    with desk.database.unaudited("test data") as session:
        team = make_team(session)
        one, two = (make_staff(session, team_id=team.id) for _ in range(2))
        one.username, two.username = "one", "two"
    desk.brought_in(book(*a_book(12, 业务员="one")))
    with desk.database.unaudited("test data") as session:
        one = session.scalars(select(Staff).where(Staff.username == "one")).one()
        for policy in session.scalars(select(Policy).limit(3)).all():
            make_renewal(session, policy=policy, assignee=one, team_id=None)
    before = rows_of(desk.database)
    changed = a_book(12, 业务员="two", 地址="上海市黄浦区南京东路 2 号", 保费="999")
    for place, each in enumerate(changed):
        each.update(姓名=f"李伟{place}", 手机=f"1390000{place:04d}", 邮箱=f"li{place}@example.com")
    more = [line(客户号="C99", 姓名="新人", 手机="13700000000", 保单号="P99", 业务员="two")]
    run = desk.brought_in(book(*changed, *more))
    assert (run.created, run.changed) == (1, 12)
    touched = differences(before, rows_of(desk.database))
    assert {"client", "party", "party_phone", "policy", "client_access", "renewal"} <= set(touched)
    done = undone(desk.database, batch_of(desk.database, run.number).id)
    assert differences(before, rows_of(desk.database)) == {}
    assert done.restored["client"] == 12
    assert done.left_count == 0


def test_clients_edited_since_are_left_and_named(desk: Desk) -> None:
    desk.brought_in(book(*a_book(10)))
    before = rows_of(desk.database)
    run = desk.brought_in(book(*a_book(14, 地址="上海市黄浦区南京东路 2 号", 职业="工程师")))
    edit(desk.database, ["C3", "C7", "C12"])
    edited = rows_of(desk.database)
    done = undone(desk.database, batch_of(desk.database, run.number).id)
    after = rows_of(desk.database)
    assert {row.name for row in done.left} == {"C3", "C7", "C12"}
    assert {row.why for row in done.left} == {LeftBecause.EDITED}
    assert all(row.by_name and row.at == LATER for row in done.left)
    with desk.database.reading() as session:
        kept = {
            number: client_id
            for number, client_id in session.execute(select(Client.number, Client.id))
        }
    assert set(kept) == {f"C{place}" for place in range(1, 11)} | {"C12"}
    left = {(kept[number],) for number in ("C3", "C7", "C12")}
    assert differences(before, after)["client"] == left
    assert all(edited["client"][key] == after["client"][key] for key in left)


def test_what_somebody_uses_since_stays_with_all_it_needs(desk: Desk) -> None:
    run = desk.brought_in(book(*a_book(4)))
    with desk.database.unaudited("test data") as session:
        used = session.scalars(select(Client).where(Client.number == "C2")).one()
        make_contact(session, client=used, staff=make_staff(session))
        other = session.scalars(select(Client).where(Client.number == "C3")).one()
        make_policy(session, client=other)
    done = undone(desk.database, batch_of(desk.database, run.number).id)
    assert {(row.table, row.name, row.why) for row in done.left} == {
        ("client", "C2", LeftBecause.IN_USE),
        ("client", "C3", LeftBecause.IN_USE),
    }
    with desk.database.reading() as session:
        assert set(session.scalars(select(Client.number))) == {"C2", "C3"}
        assert session.scalars(select(Client)).first() is not None


def test_an_undo_waits_for_nobody_and_survives_a_restart(desk: Desk) -> None:
    before = rows_of(desk.database)
    run = desk.brought_in(book(*a_book(5)))
    batch_id = batch_of(desk.database, run.number).id
    again = connect(
        desk.database.engine.url.render_as_string(hide_password=False), databases.cipher()
    )
    try:
        undone(again, batch_id)
    finally:
        again.engine.dispose()
    assert differences(before, rows_of(desk.database)) == {}


def test_an_import_is_not_undone_twice_nor_too_late(desk: Desk) -> None:
    run = desk.brought_in(book(*a_book(2)))
    card = batch_of(desk.database, run.number)
    with desk.database.transaction() as session, pytest.raises(undo.TooLateToUndo):
        undo.undo(
            session,
            actor=SYSTEM,
            batch_id=card.id,
            at=LATER,
            on=card.expires_on + timedelta(days=1),
        )
    undone(desk.database, card.id)
    with desk.database.transaction() as session, pytest.raises(undo.AlreadyUndone):
        undo.undo(session, actor=SYSTEM, batch_id=card.id, at=LATER, on=ON)


def test_a_stranger_undoes_no_import(desk: Desk) -> None:
    run = desk.brought_in(book(*a_book(2)))
    card = batch_of(desk.database, run.number)
    with desk.database.unaudited("test data") as session:
        specialist = make_actor(session, Role.SPECIALIST)
        manager = make_actor(session, Role.MANAGER)
    for stranger in (specialist, manager):
        with desk.database.transaction() as session, pytest.raises(NotFound):
            undo.undo(session, actor=stranger, batch_id=card.id, at=LATER, on=ON)


def test_an_undone_import_can_be_brought_in_again_under_new_ids(desk: Desk) -> None:
    run = desk.brought_in(book(*a_book(3)))
    with desk.database.reading() as session:
        first = set(session.scalars(select(Client.id)))
    undone(desk.database, batch_of(desk.database, run.number).id)
    again = desk.brought_in(book(*a_book(3)))
    with desk.database.reading() as session:
        assert not first & set(session.scalars(select(Client.id)))
        lines = select(ImportRow.client_id).where(ImportRow.run_id == again.id)
        assert set(session.scalars(lines)) == set(session.scalars(select(Client.id)))


def test_a_staff_list_is_taken_back(desk: Desk) -> None:
    before = rows_of(desk.database)
    content = book(
        {
            "用户名": "zhang.wei",
            "姓名": "张伟",
            "角色": "续保专员",
            "机构": "杭州分公司",
            "团队": "一组",
        },
        {
            "用户名": "li.na",
            "姓名": "李娜",
            "角色": "续保专员",
            "机构": "杭州分公司",
            "团队": "一组",
        },
    )
    run = desk.brought_in(content, kind=ImportKind.STAFF, name="staff.csv")
    assert run.created == 2
    undone(desk.database, batch_of(desk.database, run.number).id)
    assert differences(before, rows_of(desk.database)) == {}


def test_what_an_act_replaced_is_forgotten_when_its_time_is_over(desk: Desk) -> None:
    desk.brought_in(book(*a_book(2)))
    run = desk.brought_in(book(*a_book(2, 职业="医生")))
    card = batch_of(desk.database, run.number)
    with desk.database.transaction() as session:
        forget = undo.forget_expired
        assert forget(session, actor=SYSTEM, on=ON, at=LATER) == 0
        late = card.expires_on + timedelta(days=1)
        assert forget(session, actor=SYSTEM, on=late, at=LATER) == 2
        assert session.scalar(select(UndoImage.id).limit(1)) is None
        kept = select(UndoBatch.reference).where(UndoBatch.kind == UndoKind.IMPORT)
        assert run.number in set(session.scalars(kept))
    assert isinstance(card.expires_on, date)
    assert isinstance(run, intake.RunCard)
