"""Beginning a plan: the star's standard as a minimum, the measures of the risk tier on top."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from db.models import (
    Client,
    ClientStanding,
    Engagement,
    ServicePlan,
    ServicePlanItem,
    ServiceTeamMember,
    Staff,
)
from services.access import client_id_by_number
from services.actor import Actor
from services.engagements import BEFORE_ENGAGEMENT, EngagementMissing, NoEngagement
from services.errors import BusinessError
from services.permissions import Permission
from services.plans import rules
from services.plans.changing import RULES, record
from services.rule_tables import rules as rules_in_force
from services.tiering import service_year
from terms.service import ItemState, PlanState, TeamRole


class PlanThere(BusinessError):
    """The engagement has a plan already. Data: ``state``."""

    code = "plan_there"


def begin(session: Session, *, actor: Actor, number: str, at: datetime, on: date) -> int:
    """Begin a plan for the engagement in force: the services of the client's star as a minimum,
    the measures of the risk tier, each with its days and whoever has that part in the team.

    It covers the service year that is running, or what is left of the engagement (R59).

    Returns:
        The plan's id.

    Raises:
        NotPermitted: the actor lacks ``plan:write``.
        NotFound: there is no such client, or it is not the actor's.
        EngagementMissing: the client is a prospect.
        NoEngagement: there is no engagement in force.
        PlanThere: there is a draft, or an open plan for these days.

    Audit: ``plan:begin``.
    """
    actor.require(Permission.PLAN_WRITE)
    client_id = client_id_by_number(session, actor=actor, number=number, on=on)
    client = session.get_one(Client, client_id, with_for_update=True)
    if client.stage in BEFORE_ENGAGEMENT:
        raise EngagementMissing(number=client.number)
    engagement = session.scalar(
        select(Engagement)
        .where(Engagement.client_id == client_id, Engagement.is_current)
        .order_by(Engagement.signed_on.desc(), Engagement.id.desc())
        .limit(1)
    )
    if engagement is None or (engagement.ends_on is not None and engagement.ends_on < on):
        raise NoEngagement
    year = service_year(engagement.signed_on, max(on, engagement.signed_on))
    first, last = year.first, min(year.last, engagement.ends_on or year.last)
    there = session.scalar(
        select(ServicePlan.state).where(
            ServicePlan.client_id == client_id,
            ServicePlan.state != PlanState.CLOSED,
            or_(ServicePlan.state == PlanState.DRAFT, ServicePlan.ends_on >= last),
        )
    )
    if there is not None:
        raise PlanThere(state=there)
    known = rules_in_force(session, RULES, on=on)
    standing = session.execute(
        select(ClientStanding.stars, ClientStanding.risk_tier).where(
            ClientStanding.client_id == client_id
        )
    ).first()
    stars = (standing.stars if standing else None) or engagement.stars
    until = engagement.ends_on
    months = known["service_plan.limits"]["reference_months"]
    plan = ServicePlan(
        client_id=client_id,
        engagement_id=engagement.id,
        state=PlanState.DRAFT,
        number=0,
        stars=stars,
        standard_on=on,
        is_reference=engagement.is_consulting
        or (
            until is not None
            and rules.is_reference(engagement.signed_on, until, months, is_consulting=False)
        ),
        starts_on=first,
        ends_on=last,
        created_at=at,
        updated_at=at,
    )
    session.add(plan)
    session.flush()
    tier = standing.risk_tier.value if standing else None
    services = (
        *rules.standard(known["plans.standards"], stars),
        *rules.risk_measures(known["plans.risk_measures"], tier),
    )
    handlers = handlers_of(session, client_id, on=on)
    for item in items_for(services, first=first, last=last):
        service, (starts_on, ends_on) = item
        session.add(
            ServicePlanItem(
                client_id=client_id,
                plan_id=plan.id,
                kind=service.kind,
                source=service.source,
                channel=service.channel,
                starts_on=starts_on,
                ends_on=ends_on,
                handler_id=handlers.get(service.role) or handlers.get(TeamRole.MANAGER),
                cost_fen=service.cost_fen,
                state=ItemState.PLANNED,
                created_at=at,
                updated_at=at,
            )
        )
    session.flush()
    record(
        session,
        actor,
        "plan:begin",
        plan,
        at,
        {"from_on": first.isoformat(), "to_on": last.isoformat()},
    )
    return plan.id


def items_for(
    services: Sequence[rules.Service], *, first: date, last: date
) -> list[tuple[rules.Service, tuple[date, date]]]:
    """Every item the services ask for, with its days; a kind that the standard holds already is
    not asked for a second time by the risk tier."""
    found: list[tuple[rules.Service, tuple[date, date]]] = []
    there: dict[object, int] = {}
    for service in services:
        count = rules.wanted(service.times, first, last)
        more = max(0, count - there.get(service.kind, 0))
        there[service.kind] = there.get(service.kind, 0) + more
        found.extend(
            (service, days) for days in rules.days_for(service.kind, count, first, last)[:more]
        )
    return found


def handlers_of(session: Session, client_id: int, *, on: date) -> dict[TeamRole, int]:
    """Who has which part in the team today; the owner as manager where there is no team yet."""
    rows = session.execute(
        select(ServiceTeamMember.role, ServiceTeamMember.staff_id)
        .join(Staff, Staff.id == ServiceTeamMember.staff_id)
        .where(
            ServiceTeamMember.client_id == client_id,
            ServiceTeamMember.left_on.is_(None),
            or_(Staff.in_service_to.is_(None), Staff.in_service_to >= on),
        )
        .order_by(ServiceTeamMember.joined_on.desc(), ServiceTeamMember.id.desc())
    )
    found = {role: staff_id for role, staff_id in rows}
    owner = session.scalar(
        select(Staff.id)
        .join(Client, Client.owner_id == Staff.id)
        .where(
            Client.id == client_id, or_(Staff.in_service_to.is_(None), Staff.in_service_to >= on)
        )
    )
    if TeamRole.MANAGER not in found and owner is not None:
        found[TeamRole.MANAGER] = owner
    return found
