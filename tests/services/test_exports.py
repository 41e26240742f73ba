"""Exports: the list as it stands on screen, at once or made by the worker."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from db.models import ExportOrder, Notification
from db.session import Database
from services import clients, documents, renewals
from services.actor import Actor
from services.clients import ClientFilters
from services.errors import NotFound, NotPermitted
from services.renewals import CaseFilter
from services.settings import Process, use_process
from terms.clients import ClientType
from terms.intake import ExportState
from terms.people import Locale, Role
from terms.policies import Line
from terms.renewals import RenewalKind, RenewalState
from tests.conftest import settings_of
from tests.make import (
    AT,
    ON,
    actor_of,
    make_actor,
    make_client,
    make_policy,
    make_renewal,
    make_staff,
)
from words.documents import finished
from words.exports import CASES, CLIENTS


@pytest.fixture(autouse=True)
def running(database: Database, tmp_path: Path):  # type: ignore[no-untyped-def]
    use_process(Process(settings_of(database, tmp_path), database))
    yield
    use_process(None)


@pytest.fixture
def lead(database: Database) -> Actor:
    """A lead whose team has two clients; a third belongs to another team."""
    with database.unaudited("test data") as session:
        staff = make_staff(session, roles=(Role.TEAM_LEAD,), locale=Locale.EN)
        for name, kind in (("王伟", ClientType.INDIVIDUAL), ("长河制造", ClientType.GROUP)):
            client = make_client(session, owner=staff, name=name, client_type=kind)
            make_renewal(session, policy=make_policy(session, client=client))
        other = make_client(session, name="别人的")
        make_renewal(session, policy=make_policy(session, client=other))
        return actor_of(session, staff)


def table(database: Database, actor: Actor, kind: str, argument: dict[str, object]) -> list[str]:
    """The file as it goes out."""
    with database.reading() as session:
        download = documents.Download(actor, kind, argument)
        file = documents.produce(session, download=download, at=AT)
        return b"".join(finished(file, actor=actor, at=AT)).decode("utf-8-sig").splitlines()


def test_the_client_list_is_exported_as_filtered_and_scoped(
    database: Database, lead: Actor
) -> None:
    lines = table(database, lead, CLIENTS, {})
    assert lines[0].startswith("# Taken out of Evergreen by ")
    assert f"({lead.username}) at 2026-11-20 09:12" in lines[0]
    rows = list(csv.reader(io.StringIO("\n".join(lines[1:]))))
    assert {row[1] for row in rows[1:]} == {"王伟", "长河制造"}
    only_groups = ClientFilters(client_type=ClientType.GROUP)
    lines = table(database, lead, CLIENTS, clients.about_filters(only_groups))
    assert [row.split(",")[1] for row in lines[2:]] == ["长河制造"]


def test_the_cases_are_exported_as_filtered_and_scoped(database: Database, lead: Actor) -> None:
    lines = table(database, lead, CASES, renewals.filter_as_json(CaseFilter()))
    assert len(lines) == 4
    assert not any("别人的" in line for line in lines)
    later = renewals.filter_as_json(CaseFilter(due_from=ON + timedelta(days=3000)))
    assert len(table(database, lead, CASES, later)) == 2


def test_a_case_filter_comes_back_as_it_was() -> None:
    where = CaseFilter(
        due_from=ON,
        due_to=ON + timedelta(days=6),
        states=(RenewalState.QUOTED,),
        reached=RenewalState.CONTACTED,
        kind=RenewalKind.TERM,
        line=Line.MOTOR,
        team_id=3,
        unassigned=True,
        refusal_reason="price",
        only_open=False,
    )
    assert renewals.filter_of(renewals.filter_as_json(where)) == where


def test_a_specialist_exports_nothing(database: Database) -> None:
    with database.unaudited("test data") as session:
        specialist = make_actor(session)
    with database.transaction() as session, pytest.raises(NotPermitted):
        documents.order_export(
            session, actor=specialist, kind=CLIENTS, argument={}, rows=None, at=AT
        )
    with pytest.raises(NotPermitted):
        table(database, specialist, CLIENTS, {})


def order(database: Database, actor: Actor, **but: object) -> int:
    with database.transaction() as session:
        given = {"kind": CLIENTS, "argument": {}, "rows": 2, "at": AT, **but}
        return documents.order_export(session, actor=actor, **given)


def make(database: Database, order_id: int, folder: Path) -> ExportState:
    return documents.make_export(
        database,
        order_id=order_id,
        folder=folder,
        at=AT,
        on=ON,
        finish=lambda file, actor: finished(file, actor=actor, at=AT),
    )


def test_an_ordered_export_is_made_told_and_fetched_by_its_owner_alone(
    database: Database, lead: Actor, tmp_path: Path
) -> None:
    order_id = order(database, lead)
    with database.reading() as session:
        assert documents.orders_waiting(session) == [order_id]
    assert make(database, order_id, tmp_path) is ExportState.READY
    with database.reading() as session:
        assert documents.orders_waiting(session) == []
        (row,) = documents.orders_of(session, actor=lead)
        assert (row.state, row.rows_done) == (ExportState.READY, 2)
        told = session.scalars(select(Notification)).one()
        assert (told.staff_id, told.kind, told.page) == (lead.staff_id, "export.ready", "exports")
        file = documents.order_file(session, actor=lead, order_id=order_id, folder=tmp_path, at=AT)
        content = b"".join(file.chunks).decode("utf-8-sig")
    assert content.startswith("# Taken out of Evergreen by ")
    assert "王伟" in content
    assert "王伟".encode() not in b"".join(path.read_bytes() for path in tmp_path.glob("*.sealed"))
    with database.unaudited("test data") as session:
        other = make_actor(session, Role.MANAGER)
    with database.transaction() as session, pytest.raises(NotFound):
        documents.order_ticket(session, actor=other, order_id=order_id, at=AT)


def test_an_export_made_twice_is_told_once(database: Database, lead: Actor, tmp_path: Path) -> None:
    order_id = order(database, lead)
    make(database, order_id, tmp_path)
    assert make(database, order_id, tmp_path) is ExportState.READY
    with database.reading() as session:
        assert len(session.scalars(select(Notification)).all()) == 1


def test_an_export_that_breaks_is_marked_and_told(
    database: Database, lead: Actor, tmp_path: Path
) -> None:
    order_id = order(database, lead, argument={"filters": "not JSON"})
    with pytest.raises(ValueError):  # noqa: PT011 - whatever breaks
        make(database, order_id, tmp_path)
    with database.reading() as session:
        assert session.scalars(select(ExportOrder.state)).one() is ExportState.FAILED
        assert session.scalars(select(Notification.kind)).one() == "export.failed"
        with pytest.raises(documents.ExportNotReady):
            documents.order_ticket(session, actor=lead, order_id=order_id, at=AT)


def test_one_person_waits_for_three_exports_at_most(database: Database, lead: Actor) -> None:
    for _ in range(3):
        order(database, lead)
    with pytest.raises(documents.TooManyExports):
        order(database, lead)


def test_after_its_days_an_export_is_deleted(
    database: Database, lead: Actor, tmp_path: Path
) -> None:
    order_id = order(database, lead)
    make(database, order_id, tmp_path)
    later = AT + timedelta(days=8)
    with database.transaction() as session:
        gone = documents.forget_exports(
            session, folder=tmp_path, at=later, clock=AT + timedelta(days=9999)
        )
    assert gone == 1
    assert not list(tmp_path.glob("*.sealed"))
    with database.reading() as session, pytest.raises(documents.ExportNotReady):
        documents.order_ticket(session, actor=lead, order_id=order_id, at=later)
