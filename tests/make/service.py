"""A client in service: engagement, team, standing."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from db.models import (
    Client,
    ClientStanding,
    Engagement,
    Rule,
    ServicePlan,
    ServicePlanItem,
    ServiceTeamMember,
    Staff,
    TierRun,
)
from services.actor import Actor
from terms.people import Role
from terms.renewals import ContactChannel
from terms.service import (
    ItemSource,
    ItemState,
    PlanState,
    ServiceKind,
    TeamField,
    TeamRole,
)
from terms.tiering import CreditGrade, PassStage, ReceptionClass, Tier
from tests.make.clients import make_access, make_client, make_engagement
from tests.make.moment import AT, ON
from tests.make.people import actor_of, make_branch, make_staff, make_team
from tests.make.rows import put

_STAMPS = {"created_at": AT, "updated_at": AT}


def make_member(session: Session, *, client: Client, staff: Staff, **but: Any) -> ServiceTeamMember:
    """``staff`` serves ``client`` and may open the file."""
    given = {
        "client_id": client.id,
        "staff_id": staff.id,
        "role": TeamRole.MEMBER,
        "field": TeamField.NON_LIFE,
        "duties": "保单检视",
        "joined_on": date(2026, 11, 11),
        **_STAMPS,
        **but,
    }
    make_access(session, client=client, staff=staff, reason="service_team")
    return put(session, ServiceTeamMember(**given))


def make_standing(session: Session, *, client: Client, **but: Any) -> ClientStanding:
    """Three stars, low risk, an income of 20,000 yuan."""
    rule = session.query(Rule).filter_by(key="tiering.value").first()
    assert rule is not None
    run = put(
        session,
        TierRun(
            on=ON,
            started_at=AT,
            stage=PassStage.DONE,
            **{
                column.name: rule.id
                for column in TierRun.__table__.columns
                if column.name.endswith("_rule_id")
            },
        ),
    )
    given: dict[str, Any] = {
        "client_id": client.id,
        "run_id": run.id,
        "premium_fen": 5_000_000,
        "realised_fen": 2_000_000,
        "expected_fen": None,
        "lines": 2,
        "needs": 1,
        "household": 1,
        "gaps": 0,
        "claims": 0,
        "complaints": 0,
        "late": 0,
        "value_score": 50,
        "value_tier": Tier.MID,
        "value_could": Tier.MID,
        "value_parts": "",
        "risk_score": 0,
        "risk_tier": Tier.LOW,
        "risk_could": Tier.LOW,
        "risk_parts": "",
        "value_by_rule": Tier.MID,
        "risk_by_rule": Tier.LOW,
        "stars": 3,
        "stars_by_rule": 3,
        "reception": ReceptionClass.C,
        "reception_by_rule": ReceptionClass.C,
        "credit_score": 0,
        "credit": CreditGrade.GOOD,
        "credit_by_rule": CreditGrade.GOOD,
        **but,
    }
    return put(session, ClientStanding(**given))


def make_plan(session: Session, *, client: Client, **but: Any) -> ServicePlan:
    """An open plan of the client's engagement for the year, with nothing in it."""
    engagement = session.query(Engagement).filter_by(client_id=client.id).first()
    assert engagement is not None
    given: dict[str, Any] = {
        "client_id": client.id,
        "engagement_id": engagement.id,
        "state": PlanState.OPEN,
        "number": 1,
        "stars": 3,
        "standard_on": ON,
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2027, 12, 31),
        "opened_at": AT,
        "opinion": "同意",
        **_STAMPS,
        **but,
    }
    return put(session, ServicePlan(**given))


def make_item(session: Session, *, plan: ServicePlan, handler: Staff, **but: Any) -> Any:
    """A phone visit planned for today, of 20 yuan."""
    given: dict[str, Any] = {
        "client_id": plan.client_id,
        "plan_id": plan.id,
        "kind": ServiceKind.PHONE_VISIT,
        "source": ItemSource.STANDARD,
        "channel": ContactChannel.PHONE,
        "starts_on": date(2026, 6, 1),
        "ends_on": ON,
        "handler_id": handler.id,
        "cost_fen": 2_000,
        "state": ItemState.PLANNED,
        **_STAMPS,
        **but,
    }
    return put(session, ServicePlanItem(**given))


@dataclass(frozen=True)
class Desk:
    """A client in service, and the people around."""

    manager: Actor
    lead: Actor
    member: Staff
    member_name: str
    client_id: int
    number: str


def make_desk(
    session: Session,
    *,
    signed_on: date = date(2026, 11, 10),
    ends_on: date | None = None,
    **standing: Any,
) -> Desk:
    """A client of a client manager with team, engagement and star; the team's lead beside them."""
    team = make_team(session, branch=make_branch(session))
    manager = make_staff(session, team=team, roles=(Role.CLIENT_MANAGER,), name="何嘉怡")
    lead = make_staff(session, team=team, roles=(Role.TEAM_LEAD,), name="陈建华")
    deputy = make_staff(session, team=team, name="李敏")
    member = make_staff(session, team=team, name="王磊")
    client = make_client(
        session, owner=manager, team_id=team.id, branch_id=team.branch_id, name="杭州华信"
    )
    make_engagement(session, client=client, signed_on=signed_on, ends_on=ends_on, is_in_stage=True)
    make_standing(session, client=client, **standing)
    for staff, role in ((manager, TeamRole.MANAGER), (deputy, TeamRole.DEPUTY)):
        make_member(session, client=client, staff=staff, role=role)
    make_member(session, client=client, staff=member)
    return Desk(
        manager=actor_of(session, manager),
        lead=actor_of(session, lead),
        member=member,
        member_name=member.name,
        client_id=client.id,
        number=client.number,
    )
