"""A client's tiers and why, for whoever may open the file."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Client, ClientStanding, Document, Policy, Staff
from db.session import Database
from services import tiering
from services.actor import Actor
from services.errors import NotFound
from services.tiering import standing_of
from terms.intake import DocumentKind
from terms.people import Role
from terms.policies import InstalmentStatus, Line
from terms.tiering import CreditGrade, ReceptionClass, Tier
from tests.make import (
    AT,
    ON,
    make_actor,
    make_claim,
    make_client,
    make_complaint,
    make_income,
    make_instalment,
    make_policy,
    make_staff,
)
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


def test_reception_and_credit_stand_on_the_card_with_what_lies_behind(
    database: Database, number: str
) -> None:
    with database.unaudited("test data") as session:
        client = session.scalars(select(Client).where(Client.number == number)).one()
        policy = session.scalars(select(Policy).where(Policy.client_id == client.id)).one()
        for due, paid in ((40, None), (400, 390), (800, 790)):
            make_instalment(
                session,
                policy=policy,
                due_on=ON - timedelta(days=due),
                paid_on=None if paid is None else ON - timedelta(days=paid),
                status=InstalmentStatus.UNPAID if paid is None else InstalmentStatus.PAID,
            )
        make_claim(session, policy=policy, amount_fen=20_000_000, reported_on=ON)
        make_complaint(session, client=client, about_staff_id=None)
        make_complaint(session, client=client, about_staff_id=client.owner_id)
        for kind, name in (
            (DocumentKind.CREDIT, "资信证明.pdf"),
            (DocumentKind.OTHER, "合影.jpg"),
        ):
            session.add(
                Document(
                    client_id=client.id,
                    kind=kind,
                    name=name,
                    content_type="application/pdf",
                    size_bytes=1,
                    sha256=name.encode().hex().rjust(64, "0")[:64],
                    path=name,
                    stored_at=AT,
                )
            )
    tiering.recalculate(database, on=ON, at=AT)
    with database.reading() as session:
        card = standing_of(session, actor=_owner(session), number=number, on=ON)
        file = tiering.credit_evidence(session, actor=_owner(session), number=number, on=ON)
        kept = session.scalars(select(ClientStanding)).one()
    assert card is not None
    assert (card.reception.holds, card.reception.cost_fen) == (ReceptionClass.D, 15_000)
    assert card.reception.companions == ((4, 1), (10, 2), (999, 3))
    # two late instalments of two years, claims at many times the premium, 34 months here
    assert [part.points for part in card.credit.standing.parts] == [28, 25, 8, 10]
    assert (card.credit.holds, card.credit.standing.score) == (CreditGrade.POOR, 71)
    assert (kept.credit, kept.credit_score) == (CreditGrade.POOR, 71)
    assert sorted(one.kind.value for one in file) == [
        "claim",
        "complaint",
        "document",
        "paid_late",
        "unpaid",
    ]
    assert [one.what for one in file if one.kind == "document"] == ["资信证明.pdf"]


def test_a_stranger_sees_no_credit_file(database: Database, number: str) -> None:
    with database.unaudited("test data") as session:
        stranger = make_actor(session, Role.SPECIALIST)
    with database.reading() as session, pytest.raises(NotFound):
        tiering.credit_evidence(session, actor=stranger, number=number, on=ON)
