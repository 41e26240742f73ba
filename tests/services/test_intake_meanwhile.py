"""What people typed or saved meanwhile is not overwritten, and free columns lie encrypted."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from db.models import Client, ImportRow, PartyEmail, Policy, StagedClient
from db.session import Database
from services import intake
from services.actor import SYSTEM
from services.intake import running
from services.privacy import email_index
from terms.intake import ImportState, Problem, RowOutcome
from tests.services.intake_ground import Desk, book, figures, line

TWO = (line(), line(客户号="C2", 姓名="李静", 保单号="P2", 手机="13800000002"))
RENAMED = (
    line(姓名="王伟强", 保费="1300"),
    line(客户号="C2", 姓名="李晶", 保单号="P2", 手机="13800000002"),
)


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    return Desk(database, tmp_path / "imports")


def colleague_saves(desk: Desk, model: type[Any], number: str) -> None:
    with desk.database.unaudited("a colleague") as session:
        session.execute(
            update(model).where(model.number == number).values(version=model.version + 1)
        )


def names(desk: Desk) -> list[str | None]:
    with desk.database.reading() as session:
        return list(session.scalars(select(Client.name).order_by(Client.number)))


def left(desk: Desk, run: intake.RunCard) -> list[tuple[int, str]]:
    with desk.database.reading() as session:
        found = intake.problems_of(session, actor=SYSTEM, run_id=run.id, outcome=RowOutcome.REFUSED)
        cells = list(intake.refused_rows(session, actor=SYSTEM, run_id=run.id))
    assert [row.cells["客户号"] for row in cells] == ["C1"] * len(cells)
    assert all(problem.column == "客户号" for problem in found)
    return [(problem.line, problem.code) for problem in found]


@pytest.mark.parametrize("model", [Client, Policy])
def test_what_was_saved_after_the_dry_run_is_left_and_named(desk: Desk, model: type[Any]) -> None:
    desk.brought_in(book(*TWO))
    run = desk.checked(desk.started(book(*RENAMED)))
    colleague_saves(desk, model, "C1" if model is Client else "P1")
    run = desk.applied(run)
    assert left(desk, run) == [(2, Problem.CHANGED_MEANWHILE)]
    assert figures(run) == (0, 1, 0, 0, 1)
    assert names(desk) == ["王伟", "李晶"]


@pytest.mark.parametrize("model", [Client, Policy])
def test_what_was_saved_after_staging_is_left_and_named(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, model: type[Any]
) -> None:
    desk.brought_in(book(*TWO))
    run = desk.checked(desk.started(book(*RENAMED)))
    real: Callable[..., None] = running._apply

    def late(*args: object, **kwargs: object) -> None:
        colleague_saves(desk, model, "C1" if model is Client else "P1")
        real(*args, **kwargs)

    monkeypatch.setattr(running, "_apply", late)
    run = desk.applied(run)
    assert run.state is ImportState.APPLIED
    assert left(desk, run) == [(2, Problem.CHANGED_MEANWHILE)]
    assert figures(run) == (0, 1, 0, 0, 1)
    assert names(desk) == ["王伟", "李晶"]
    with desk.database.reading() as session:
        premiums = session.scalars(select(Policy.premium_fen).order_by(Policy.number))
        assert list(premiums) == [120050, 120050]


def test_a_later_file_replaces_an_address_of_a_file_and_none_that_was_typed(desk: Desk) -> None:
    desk.brought_in(book(line()))
    with desk.database.unaudited("a colleague") as session:
        party_id = session.scalars(select(Client.party_id)).one()
        typed = "typed@example.com"
        session.add(PartyEmail(party_id=party_id, address=typed, address_index=email_index(typed)))
    desk.brought_in(book(line(邮箱="later@example.com")))
    with desk.database.reading() as session:
        kept = set(session.scalars(select(PartyEmail.address)))
    assert kept == {"typed@example.com", "later@example.com"}


def test_free_columns_lie_encrypted_and_their_figures_stay_countable(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = {"Customer Lifetime Value": "2763.52", "备用电话": "13700001111", "备注": "配偶李梅"}
    file = book(line(**free))
    run = desk.checked(desk.started(file))
    lying: list[str] = []
    real: Callable[..., None] = running._apply

    def look(*args: object, **kwargs: object) -> None:
        with desk.database.reading() as session:
            lying.append(_stored(session, StagedClient.__tablename__))
        real(*args, **kwargs)

    monkeypatch.setattr(running, "_apply", look)
    desk.applied(run)
    with desk.database.reading() as session:
        client = session.scalars(select(Client)).one()
        assert client.extra == {**free, "车牌": "浙A12345"}
        assert client.extra_numbers == {"Customer Lifetime Value": 2763.52}
        lying.append(_stored(session, Client.__tablename__))
        values = session.scalars(select(ImportRow.values)).all()
    assert values == [None]
    for stored in lying:
        for text_ in ("13700001111", "李梅", "备用电话"):
            assert text_ not in stored
            assert text_.encode().hex() not in stored


def _stored(session: Session, table: str) -> str:
    """``extra`` as it lies in the table, in hexadecimal and as text."""
    raw = session.scalars(text(f"SELECT extra FROM {table}")).one()
    return bytes(raw).hex() + bytes(raw).decode(errors="replace")
