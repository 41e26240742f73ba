"""The pass over all clients, on both databases: what it knows, what it writes, what it leaves."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from db.models import (
    AuditEntry,
    Client,
    ClientRelation,
    ClientStanding,
    Rule,
    TierChange,
    TierCount,
    TierRun,
    TierScoreCount,
)
from db.session import Database
from services import tiering
from services.errors import NotFound
from services.rule_tables import DEFAULTS
from services.tiering import Scale, recalculation, standing
from terms.clients import RelationKind, RiskLevel
from terms.policies import IncomeKind, InstalmentStatus, Line, PolicyStatus
from terms.tiering import PassStage, TierAxis
from tests.make import (
    AT,
    ON,
    make_claim,
    make_client,
    make_complaint,
    make_engagement,
    make_income,
    make_instalment,
    make_override,
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


def counted(database: Database) -> tuple[dict[Any, int], dict[Any, int]]:
    """The counts as they are kept, and as they follow from the standings."""
    with database.reading() as session:
        rows = session.scalars(select(TierCount)).all()
        stands = session.scalars(select(ClientStanding)).all()
    kept_counts = {
        (row.branch_id, row.team_id, row.value_tier, row.risk_tier, row.stars, row.is_open): (
            row.clients,
            row.premium_fen,
            row.income_fen,
        )
        for row in rows
    }
    found: dict[Any, Any] = {}
    for one in stands:
        key = (
            one.branch_id or 0,
            one.team_id or 0,
            one.value_tier,
            one.risk_tier,
            one.stars or 0,
            one.value_could != one.value_by_rule,
        )
        clients, premium, income = found.get(key, (0, 0, 0))
        more = (one.realised_fen or 0) + (one.expected_fen or 0)
        found[key] = (clients + 1, premium + one.premium_fen, income + more)
    return kept_counts, found


def test_after_the_days_pass_only_clients_whose_data_changed_are_read(
    database: Database, client_id: int
) -> None:
    assert tiering.recalculate(database, on=ON, at=AT).is_full
    with database.reading() as session:
        assert not tiering.is_due(session, on=ON)
        assert tiering.is_due(session, on=TOMORROW)
    with database.unaudited("test data") as session:
        make_policy(session, client=session.get_one(Client, client_id), premium_fen=50_000_000)
    with database.reading() as session:
        assert tiering.is_due(session, on=ON)
    done = tiering.recalculate(database, on=ON, at=AT)
    assert (done.is_full, done.clients, done.changed) == (False, 1, 1)
    kept_counts, found = counted(database)
    assert kept_counts == found
    with database.reading() as session:
        assert not tiering.is_due(session, on=ON)
    full = tiering.recalculate(database, on=ON, at=AT, full=True)
    assert (full.is_full, full.clients, full.changed) == (True, 2, 0)
    assert counted(database) == (kept_counts, found)


def test_the_counts_are_those_of_the_standings(database: Database, client_id: int) -> None:
    tiering.recalculate(database, on=ON, at=AT)
    kept_counts, found = counted(database)
    assert kept_counts == found
    with database.reading() as session:
        scores = {
            (row.axis.value, row.score): row.clients
            for row in session.scalars(select(TierScoreCount))
        }
        stands = session.scalars(select(ClientStanding)).all()
    assert sum(scores.values()) == 2 * len(stands)
    for one in stands:
        assert scores[("value", one.value_score)] >= 1
        assert scores[("risk", one.risk_score)] >= 1


def test_a_persons_decision_holds_through_every_pass_until_it_ends(
    database: Database, client_id: int
) -> None:
    tiering.recalculate(database, on=ON, at=AT)
    by_rule = kept(database, client_id)
    with database.unaudited("test data") as session:
        for axis, held in ((TierAxis.VALUE, "low"), (TierAxis.STARS, "5")):
            make_override(
                session,
                client=session.get_one(Client, client_id),
                axis=axis,
                held=held,
                from_on=ON,
                until_on=ON,
            )
    tiering.recalculate(database, on=ON, at=AT)
    tiering.recalculate(database, on=ON, at=AT, full=True)
    now = kept(database, client_id)
    assert (now.value_tier.value, now.stars) == ("low", 5)
    assert (now.value_by_rule, now.value_score) == (by_rule.value_tier, by_rule.value_score)
    tiering.recalculate(database, on=TOMORROW, at=AT)
    after = kept(database, client_id)
    assert (after.value_tier, after.stars) == (by_rule.value_tier, by_rule.stars)


def test_a_version_can_be_named_instead_of_the_one_in_force(
    database: Database, client_id: int, publish: Publish
) -> None:
    publish({**DEFAULTS[VALUE].value, "mid": 98, "high": 99})
    done = tiering.recalculate(database, on=ON, at=AT, instead={VALUE: TOMORROW})
    assert (done.changed, kept(database, client_id).value_tier.value) == (2, "low")
    with pytest.raises(NotFound):
        tiering.recalculate(database, on=ON, at=AT, instead={VALUE: ON + timedelta(days=9)})


def test_a_deleted_client_leaves_the_counts(database: Database, client_id: int) -> None:
    tiering.recalculate(database, on=ON, at=AT)
    with database.unaudited("test data") as session:
        other = session.scalars(select(Client).where(Client.id != client_id)).one()
        session.execute(delete(ClientRelation))
        session.delete(other)
    done = tiering.recalculate(database, on=ON, at=AT)
    assert (done.is_full, done.clients) == (True, 1)
    kept_counts, found = counted(database)
    assert kept_counts == found


def test_a_pass_that_another_one_overtook_begins_again(
    database: Database, client_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, late = recalculation._read, []

    def slowly(*given: Any) -> Any:
        found = read(*given)
        if not late:
            late.append(True)
            tiering.recalculate(database, on=ON, at=AT)
        return found

    monkeypatch.setattr(recalculation, "_read", slowly)
    done = tiering.recalculate(database, on=ON, at=AT, full=True)
    assert (done.clients, done.changed) == (2, 0)
    with database.reading() as session:
        assert {run.stage for run in session.scalars(select(TierRun))} == {PassStage.DONE}
