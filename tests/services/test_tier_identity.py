"""Any book and any draft: what is published is what was shown, taking it back is the identity."""

import copy
import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from db.models import (
    Approval,
    ClientStanding,
    Rule,
    TierChange,
    TierCount,
    TierDraft,
    TierPublication,
    TierRun,
)
from db.session import Database
from services import approvals, tier_rules, tiering
from services.actor import Actor
from terms.clients import ClientType, RiskLevel
from terms.people import Role
from terms.policies import IncomeKind, Line
from tests.make import (
    AT,
    ON,
    make_actor,
    make_claim,
    make_client,
    make_complaint,
    make_income,
    make_override,
    make_policy,
)
from tests.services.test_tier_rules import asked_with, movements, moves, stands

SCALES = ("tiering.value", "tiering.risk")


@pytest.mark.parametrize("seed", range(2))
def test_any_draft_over_any_book_comes_back_to_where_it_was(database: Database, seed: int) -> None:
    comes_back(database, seed)


def comes_back(database: Database, seed: int) -> None:
    """A random book, a random draft of all scales: published as shown, taken back to the letter."""
    draw = random.Random(seed)
    with database.unaudited("test data") as session:
        manager = make_actor(session, Role.MANAGER)
        compliance = make_actor(session, Role.COMPLIANCE)
        for _ in range(draw.randint(5, 40)):
            _client(session, draw, manager)
    tiering.recalculate(database, on=ON, at=AT)
    before, counts = stands(database), _counts(database)
    try:
        number, shown = asked_with(database, manager, lambda values: _draft(draw, values))
        _approve(database, compliance, number)
        done = tiering.recalculate(database, on=ON, at=AT)
        assert moves(database, done.run_id) == movements(shown)
        with database.transaction() as session:
            (publication,) = tier_rules.publications(session, actor=manager)
            back = tier_rules.ask_back(
                session, actor=manager, number=publication.number, why="试行", on=ON, at=AT
            )
        _approve(database, compliance, back)
        tiering.recalculate(database, on=ON, at=AT)
        assert stands(database) == before
        assert _counts(database) == counts
    finally:
        with database.unaudited("test data") as session:
            for model in (TierPublication, TierDraft, TierChange, ClientStanding, TierRun):
                session.execute(delete(model))
            session.execute(delete(Rule).where(Rule.approval_id.is_not(None)))


def _client(session: Any, draw: random.Random, manager: Actor) -> None:
    client = make_client(
        session,
        client_type=draw.choice(list(ClientType)),
        needs=draw.choice(("养老", None)),
        client_since_on=draw.choice((None, ON - timedelta(days=draw.randint(0, 6000)))),
        risk_preference=draw.choice((None, *RiskLevel)),
        risk_tolerance=draw.choice((None, *RiskLevel)),
    )
    client.branch_id = draw.choice((*manager.branch_ids, None))
    policies = [
        make_policy(session, client=client, line=line, premium_fen=draw.randint(0, 90_000_000))
        for line in draw.sample(list(Line), draw.randint(0, 3))
    ]
    for _ in range(draw.randint(0, 2)):
        make_income(
            session,
            client=client,
            kind=draw.choice(list(IncomeKind)),
            booked_on=ON - timedelta(days=draw.randint(0, 500)),
            amount_fen=draw.randint(-5_000, 40_000_000),
        )
    if policies and draw.random() < 0.3:
        make_claim(session, policy=policies[0], amount_fen=draw.randint(1, 90_000_000))
    if draw.random() < 0.2:
        make_complaint(session, client=client)
    if draw.random() < 0.2:
        make_override(session, client=client, held=draw.choice(("low", "mid", "high")))


def _draft(draw: random.Random, values: Any) -> dict[str, Any]:
    found = copy.deepcopy(dict(values))
    for key in SCALES:
        for factor in found[key]["factors"]:
            factor["points"] = draw.randint(0, 60)
        found[key]["mid"] = draw.randint(1, 40)
        found[key]["high"] = found[key]["mid"] + draw.randint(1, 60)
    two, three, four, five = sorted(draw.sample(range(1, 30_000_000), 4))
    found["tiering.stars"] = {"two": two, "three": three, "four": four, "five": five}
    return found


def _approve(database: Database, actor: Actor, number: str) -> None:
    with database.transaction() as session:
        version = session.scalars(select(Approval.version).where(Approval.number == number)).one()
        approvals.approve(
            session, actor=actor, number=number, word="同意", on=ON, at=AT, seen_version=version
        )


def _counts(database: Database) -> set[tuple[Any, ...]]:
    with database.reading() as session:
        return {tuple(row) for row in session.execute(select(*TierCount.__table__.columns))}
