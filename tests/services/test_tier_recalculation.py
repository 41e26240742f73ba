"""The pass over all clients, on both databases: what it knows, what it writes, what it leaves."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from db.models import AuditEntry, Client, ClientStanding, Rule, TierChange, TierRun
from db.session import Database
from services import tiering
from services.rule_tables import DEFAULTS
from services.tiering import Scale, standing
from terms.clients import RelationKind, RiskLevel
from terms.policies import IncomeKind, InstalmentStatus, Line, PolicyStatus
from tests.make import (
    AT,
    ON,
    make_claim,
    make_client,
    make_complaint,
    make_engagement,
    make_income,
    make_instalment,
    make_policy,
    make_relation,
)

VALUE, RISK = "tiering.value", "tiering.risk"
TOMORROW = ON + timedelta(days=1)

Publish = Callable[[Any], None]


@pytest.fixture
def publish(database: Database) -> Iterator[Publish]:
    """A version of the value rule that is in force from tomorrow on."""

    def published(value: Any) -> None:
        with database.unaudited("test data") as session:
            session.add(
                Rule(
                    key=VALUE,
                    effective_from=TOMORROW,
                    value=value,
                    source="test",
                    created_at=AT,
                    updated_at=AT,
                )
            )

    yield published
    with database.unaudited("test data") as session:
        for model in (TierChange, ClientStanding, TierRun):
            session.execute(delete(model))
        session.execute(delete(Rule).where(Rule.key == VALUE, Rule.effective_from == TOMORROW))


@pytest.fixture
def client_id(database: Database) -> int:
    """One client of whom everything is known, and one of whom nothing is."""
    with database.unaudited("test data") as session:
        known = make_client(
            session,
            client_since_on=date(2021, 3, 15),
            needs="养老",
            risk_preference=RiskLevel.LOW,
            risk_tolerance=RiskLevel.LOW,
        )
        make_engagement(session, client=known, signed_on=date(2024, 2, 29))
        motor = make_policy(session, client=known, line=Line.MOTOR, premium_fen=600_000)
        make_policy(session, client=known, line=Line.LIFE, premium_fen=1_400_000)
        make_policy(
            session, client=known, line=Line.HOME, premium_fen=99, status=PolicyStatus.LAPSED
        )
        make_income(
            session,
            client=known,
            booked_on=date(2026, 3, 1),
            amount_fen=300_000,
            service_from=date(2026, 3, 1),
            service_to=date(2029, 2, 28),
        )
        make_income(
            session,
            client=known,
            kind=IncomeKind.EXPECTED,
            booked_on=date(2026, 12, 1),
            amount_fen=40_000,
            service_from=date(2026, 12, 1),
            service_to=date(2027, 11, 30),
        )
        make_claim(session, policy=motor, amount_fen=500_000, reported_on=ON - timedelta(days=90))
        make_complaint(session, client=known)
        make_instalment(
            session,
            policy=motor,
            due_on=ON - timedelta(days=40),
            status=InstalmentStatus.UNPAID,
            paid_on=None,
        )
        other = make_client(session, client_since_on=None, needs=None)
        make_relation(session, client=known, other=other, kind=RelationKind.FAMILY)
        return known.id


def kept(database: Database, client_id: int) -> ClientStanding:
    with database.reading() as session:
        return session.get_one(ClientStanding, client_id)


def test_what_is_known_becomes_points_that_add_up(database: Database, client_id: int) -> None:
    done = tiering.recalculate(database, on=ON, at=AT)
    assert (done.clients, done.changed) == (2, 2)
    found = kept(database, client_id)
    assert (found.premium_fen, found.lines, found.needs, found.household) == (2_000_000, 2, 1, 2)
    # the service year runs from 28 February 2026 to 27 February 2027: 364 of 1,096 days
    assert (found.realised_fen, found.expected_fen) == (300_000 * 364 // 1096, 40_000)
    assert (found.tenure, found.attitude, found.claims, found.complaints, found.late) == (
        68,
        2,
        1,
        1,
        1,
    )
    assert found.stars == 2
    facts = {
        "premium": found.premium_fen,
        "income": found.realised_fen + found.expected_fen,
        "lines": found.lines,
        "tenure": found.tenure,
        "needs": found.needs,
        "household": found.household,
        "gaps": found.gaps,
        "attitude": found.attitude,
        "claims": found.claims,
        "claims_ratio": found.claims_ratio,
        "complaints": found.complaints,
        "late": found.late,
    }
    for rule, score, tier, parts in (
        (VALUE, found.value_score, found.value_tier, found.value_parts),
        (RISK, found.risk_score, found.risk_tier, found.risk_parts),
    ):
        one = standing(Scale.of(DEFAULTS[rule].value), facts)
        assert (score, tier) == (one.score, one.tier)
        assert score == sum(int(part) for part in parts.split(","))


def test_what_is_not_known_is_missing_and_not_zero(database: Database, client_id: int) -> None:
    tiering.recalculate(database, on=ON, at=AT)
    with database.reading() as session:
        found = session.scalars(
            select(ClientStanding).where(ClientStanding.client_id != client_id)
        ).one()
    assert (found.realised_fen, found.expected_fen, found.stars) == (None, None, None)
    assert (found.tenure, found.attitude, found.claims_ratio) == (None, None, None)
    assert found.value_parts.split(",")[1] == "-"
    assert found.value_could > found.value_tier or found.value_could == "mid"


def test_a_second_pass_writes_nothing_and_a_change_only_its_client(
    database: Database, client_id: int
) -> None:
    tiering.recalculate(database, on=ON, at=AT)
    again = tiering.recalculate(database, on=ON, at=AT)
    assert (again.changed, again.run_id) == (0, None)
    with database.unaudited("test data") as session:
        client = session.get_one(Client, client_id)
        make_income(session, client=client, booked_on=ON, amount_fen=900_000)
    third = tiering.recalculate(database, on=ON, at=AT)
    assert third.changed == 1
    with database.reading() as session:
        moved = session.scalars(select(TierChange)).all()
        runs = session.scalars(select(TierRun).order_by(TierRun.id)).all()
        acts = session.scalars(
            select(AuditEntry).where(AuditEntry.event == "tiers:recalculate")
        ).all()
    assert {(each.client_id, each.axis.value, each.before, each.after) for each in moved} >= {
        (client_id, "stars", "2", "4")
    }
    assert {each.run_id for each in moved} == {third.run_id}
    assert [run.changed for run in runs] == [2, 1]
    assert len(acts) == 2


def test_another_rule_from_its_day_on_changes_the_tiers(
    database: Database, client_id: int, publish: Publish
) -> None:
    tiering.recalculate(database, on=ON, at=AT)
    before = kept(database, client_id)
    value = {**DEFAULTS[VALUE].value, "mid": before.value_score + 1, "high": 99}
    publish(value)
    assert tiering.recalculate(database, on=ON, at=AT).changed == 0
    tiering.recalculate(database, on=TOMORROW, at=AT)
    after = kept(database, client_id)
    assert (before.value_tier.value, after.value_tier.value) == ("high", "low")


def test_a_column_of_the_companys_own_counts_where_a_rule_asks_for_it(
    database: Database, client_id: int, publish: Publish
) -> None:
    value = {
        "factors": [{"factor": "extra:终身价值", "points": 50}],
        "steps": [{"factor": "extra:终身价值", "at": 8_000, "percent": 100}],
        "mid": 10,
        "high": 50,
    }
    with database.unaudited("test data") as session:
        session.get_one(Client, client_id).extra_numbers = {"终身价值": 8_000.5}
    publish(value)
    tiering.recalculate(database, on=TOMORROW, at=AT)
    found = kept(database, client_id)
    assert (found.value_parts, found.value_tier.value) == ("50", "high")
    with database.reading() as session:
        others = session.scalars(
            select(ClientStanding.value_parts).where(ClientStanding.client_id != client_id)
        ).all()
    assert others == ["-"]
