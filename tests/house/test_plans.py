"""The plan reader itself: it lets good plans pass and catches bad ones."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from db.models import Client
from tests import make
from tests.house.plans import (
    assert_no_full_scan,
    shared_database,  # noqa: F401 - a fixture
    watched,
)

Other = aliased(Client, name="other")


@pytest.mark.parametrize(
    "statement",
    [
        select(Client.id).where(Client.owner_id == 1).order_by(Client.id).limit(50),
        select(Client).where(Client.number == "C1"),
        select(Client.name, Client.id).order_by(Client.name, Client.id).limit(50),
        select(Client.id).order_by(Client.id.desc()).limit(50),
    ],
    ids=["own clients", "one client", "a page in index order", "the newest page"],
)
def test_a_read_through_an_index_passes(session: Session, statement: object) -> None:
    make.make_client(session)
    with watched(session) as ran:
        session.execute(statement).all()  # type: ignore[call-overload]
    assert ran.count == 1
    assert_no_full_scan(session, ran, tables={"client"})


@pytest.mark.parametrize(
    "statement",
    [
        select(func.count()).select_from(Client),
        select(Client.id).where(Client.needs == "x").order_by(Client.needs).limit(50),
        select(Other.id).where(Other.needs == "x"),
    ],
    ids=["a count", "an order without index", "an alias"],
)
def test_a_read_of_the_whole_table_is_caught(session: Session, statement: object) -> None:
    make.make_client(session)
    with watched(session) as ran:
        session.execute(statement).all()  # type: ignore[call-overload]
    with pytest.raises(AssertionError, match=r"(?i)scan"):
        assert_no_full_scan(session, ran, tables={"client"})
