"""A client's tiers and why, for whoever may open the file."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Staff
from db.session import Database
from services import tiering
from services.actor import Actor
from services.errors import NotFound
from services.tiering import standing_of
from terms.people import Role
from terms.policies import Line
from terms.tiering import Tier
from tests.make import AT, ON, make_actor, make_client, make_income, make_policy, make_staff
from tests.make.people import actor_of


@pytest.fixture
def number(database: Database) -> str:
    """A client of ``owner`` who lacks little to the next tier."""
    with database.unaudited("test data") as session:
        owner = make_staff(session, username="owner")
        client = make_client(session, owner=owner, client_since_on=date(2024, 1, 1), needs="养老")
        make_policy(session, client=client, line=Line.MOTOR, premium_fen=450_000)
        make_income(session, client=client, booked_on=ON, amount_fen=45_000)
        return client.number


def test_the_card_says_what_the_pass_kept_and_what_would_lift(
    database: Database, number: str
) -> None:
    with database.reading() as session:
        actor = _owner(session)
        assert standing_of(session, actor=actor, number=number, on=ON) is None
    tiering.recalculate(database, on=ON, at=AT)
    with database.reading() as session:
        card = standing_of(session, actor=_owner(session), number=number, on=ON)
    assert card is not None
    value, risk = card.axes
    assert card.on == ON
    assert sum(part.points for part in value.standing.parts) == value.standing.score
    assert (value.standing.score, value.standing.tier) == (33, Tier.LOW)
    assert value.lift is not None
    assert (value.lift.factor, value.lift.to, value.lift.points) == ("lines", 2, 3)
    assert value.lift.tier is Tier.MID
    assert risk.lift is None
    assert {part.factor for part in risk.standing.missing} == {"attitude"}


def test_a_stranger_sees_no_tier(database: Database, number: str) -> None:
    tiering.recalculate(database, on=ON, at=AT)
    with database.unaudited("test data") as session:
        stranger = make_actor(session, Role.SPECIALIST)
    with database.reading() as session, pytest.raises(NotFound):
        standing_of(session, actor=stranger, number=number, on=ON)


def _owner(session: Session) -> Actor:
    return actor_of(session, session.scalars(select(Staff).where(Staff.username == "owner")).one())
