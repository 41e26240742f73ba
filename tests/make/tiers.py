"""What a person decided about a client's class; where a client stands, and how it moved."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Client, ClientStanding, Rule, TierChange, TierOverride, TierRun
from terms.tiering import CreditGrade, PassStage, ReceptionClass, Tier, TierAxis
from tests.make.moment import AT, ON
from tests.make.rows import put


def make_override(session: Session, *, client: Client, **but: Any) -> TierOverride:
    """A high value tier, decided for today."""
    fixed: dict[str, Any] = {
        "axis": TierAxis.VALUE,
        "held": "high",
        "reason": "董事长的老同学",
        "from_on": ON,
        "until_on": ON,
        "created_at": AT,
        "updated_at": AT,
    }
    return put(session, TierOverride(client_id=client.id, **{**fixed, **but}))


def make_tier_run(session: Session, **but: Any) -> TierRun:
    """A finished pass over all clients, of today."""
    rules = {
        rule.key: rule.id
        for rule in session.scalars(select(Rule).where(Rule.key.like("tiering.%")))
    }
    fixed: dict[str, Any] = {
        "on": ON,
        "started_at": AT,
        "finished_at": AT,
        "value_rule_id": rules["tiering.value"],
        "risk_rule_id": rules["tiering.risk"],
        "star_rule_id": rules["tiering.stars"],
        "lines_rule_id": rules["tiering.usual_lines"],
        "reception_rule_id": rules["tiering.reception"],
        "credit_rule_id": rules["tiering.credit"],
        "stage": PassStage.DONE,
    }
    return put(session, TierRun(**{**fixed, **but}))


def make_standing(
    session: Session, *, client: Client, run: TierRun | None = None, **but: Any
) -> ClientStanding:
    """A client of the low tiers with 34 points, one beneath the mid tier, of unknown income."""
    fixed: dict[str, Any] = {
        "team_id": client.team_id,
        "branch_id": client.branch_id,
        "premium_fen": 120_000,
        "lines": 1,
        "tenure": 30,
        "needs": 1,
        "household": 1,
        "gaps": 2,
        "claims": 0,
        "complaints": 0,
        "late": 0,
        "value_score": 34,
        "value_tier": Tier.LOW,
        "value_could": Tier.HIGH,
        "value_by_rule": Tier.LOW,
        "value_parts": "10,-,5,9,4,2,4",
        "risk_score": 10,
        "risk_tier": Tier.LOW,
        "risk_could": Tier.LOW,
        "risk_by_rule": Tier.LOW,
        "risk_parts": "0,0,0,5,5",
        "reception": ReceptionClass.D,
        "reception_by_rule": ReceptionClass.D,
        "credit_score": 60,
        "credit": CreditGrade.FAIR,
        "credit_by_rule": CreditGrade.FAIR,
    }
    run = run or make_tier_run(session)
    return put(session, ClientStanding(client_id=client.id, run_id=run.id, **{**fixed, **but}))


def make_tier_change(
    session: Session, *, client: Client, run: TierRun | None = None, **but: Any
) -> TierChange:
    """From the low value tier to the mid one."""
    fixed: dict[str, Any] = {
        "axis": TierAxis.VALUE,
        "before": "low",
        "after": "mid",
        "before_score": 34,
        "after_score": 36,
    }
    run = run or make_tier_run(session)
    return put(session, TierChange(client_id=client.id, run_id=run.id, **{**fixed, **but}))
