"""A client's plan, what is due from me, the plans of a scope, how punctual teams are."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from db.models import (
    Approval,
    Client,
    ClientStanding,
    Contact,
    Document,
    ServicePlan,
    ServicePlanItem,
    ServicePlanVersion,
    ServiceTeamMember,
    Staff,
    Team,
)
from db.planning import constant
from services.access import client_id_by_number, may_open, visible_clients
from services.actor import Actor
from services.permissions import Permission
from services.plans import rules
from services.plans.changing import asked_of, held
from services.plans.rows import (
    SOON_DAYS,
    Budget,
    DueItem,
    ItemRow,
    PlanCard,
    PlanRow,
    TeamRate,
    VersionRow,
    WaitingChange,
)
from services.rule_tables import rule
from terms.approvals import ApprovalKind, ApprovalState
from terms.service import ItemState, PlanState, TeamRole

VERSIONS_SHOWN = 30
PLANS_SHOWN = 200


def plan_of(session: Session, *, actor: Actor, number: str, on: date) -> PlanCard | None:
    """The plan of the client with business number ``number``: the draft, else the open one, else
    the last; None where there never was one.

    Raises:
        NotPermitted: the actor lacks ``plan:read``.
        NotFound: there is no such client, or it is not the actor's.
    """
    actor.require(Permission.PLAN_READ)
    client_id = client_id_by_number(session, actor=actor, number=number, on=on)
    opinion_by, disclosed_by = aliased(Staff), aliased(Staff)
    order = case(
        (ServicePlan.state == PlanState.DRAFT, 0), (ServicePlan.state == PlanState.OPEN, 1)
    )
    found = session.execute(
        select(ServicePlan, Client, opinion_by.name, disclosed_by.name, ClientStanding.risk_tier)
        .join(Client, Client.id == ServicePlan.client_id)
        .outerjoin(opinion_by, opinion_by.id == ServicePlan.opinion_by_id)
        .outerjoin(disclosed_by, disclosed_by.id == ServicePlan.disclosed_by_id)
        .outerjoin(ClientStanding, ClientStanding.client_id == ServicePlan.client_id)
        .where(ServicePlan.client_id == client_id)
        .order_by(func.coalesce(order, 2), ServicePlan.id.desc())
        .limit(1)
    ).first()
    if found is None:
        return None
    plan, client, opinion_name, disclosed_name, tier = found
    asked = asked_of(session, plan, on=on)
    rows = session.execute(_item_rows(plan)).all()
    items = [row[0] for row in rows]
    return PlanCard(
        id=plan.id,
        version=plan.version,
        client_number=client.number,
        client_name=client.name,
        client_type=client.client_type,
        state=plan.state,
        number=plan.number,
        stars=plan.stars,
        is_reference=plan.is_reference,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        theme=plan.theme,
        goal=plan.goal,
        needs_talk_on=plan.needs_talk_on,
        agreed_on=plan.agreed_on,
        opinion=plan.opinion,
        opinion_by=opinion_name,
        opinion_at=plan.opinion_at,
        opened_at=plan.opened_at,
        disclosed_at=plan.disclosed_at,
        disclosed_by=disclosed_name,
        items=tuple(_item(row, on) for row in rows),
        shortfalls=rules.shortfalls(asked.services, held(items), plan.starts_on, plan.ends_on),
        risk_tier=tier,
        budget=asked.budget,
        waiting=_waiting(session, client_id),
        versions=_versions(session, plan),
    )


def _item_rows(plan: ServicePlan) -> Select[*tuple[Any, ...]]:
    done_by = aliased(Staff)
    return (
        select(
            ServicePlanItem,
            Staff.name,
            Staff.in_service_to,
            done_by.name,
            Contact.note,
            Contact.reaction,
            Document.name,
        )
        .outerjoin(Staff, Staff.id == ServicePlanItem.handler_id)
        .outerjoin(done_by, done_by.id == ServicePlanItem.done_by_id)
        .outerjoin(Contact, Contact.id == ServicePlanItem.contact_id)
        .outerjoin(Document, Document.id == ServicePlanItem.document_id)
        .where(ServicePlanItem.client_id == plan.client_id, ServicePlanItem.plan_id == plan.id)
        .order_by(ServicePlanItem.ends_on, ServicePlanItem.id)
    )


def _item(row: Row[Any], on: date) -> ItemRow:
    item, handler, until, done_by, done, reaction, evidence = tuple(row)
    return ItemRow(
        id=item.id,
        version=item.version,
        kind=item.kind,
        source=item.source,
        content=item.content,
        channel=item.channel,
        starts_on=item.starts_on,
        ends_on=item.ends_on,
        handler_id=item.handler_id,
        handler=handler,
        handler_is_gone=until is not None and until < on,
        cost_fen=item.cost_fen,
        state=item.state,
        timing=rules.timing(item.state, item.ends_on, item.done_on, on, SOON_DAYS),
        promise_id=item.promise_id,
        done_on=item.done_on,
        done_by=done_by,
        done=done,
        reaction=reaction,
        evidence=evidence,
    )


def _waiting(session: Session, client_id: int) -> tuple[WaitingChange, ...]:
    rows = session.execute(
        select(Approval.number, Staff.name, Approval.asked_at, Approval.why)
        .join(Staff, Staff.id == Approval.asked_by_id)
        .where(
            Approval.client_id == client_id,
            Approval.kind == ApprovalKind.PLAN_CHANGE,
            Approval.state == ApprovalState.WAITING,
        )
        .order_by(Approval.id)
    )
    return tuple(WaitingChange(*row) for row in rows)


def _versions(session: Session, plan: ServicePlan) -> tuple[VersionRow, ...]:
    rows = session.execute(
        select(ServicePlanVersion, Staff.name)
        .outerjoin(Staff, Staff.id == ServicePlanVersion.made_by_id)
        .where(
            ServicePlanVersion.client_id == plan.client_id, ServicePlanVersion.plan_id == plan.id
        )
        .order_by(ServicePlanVersion.number.desc())
        .limit(VERSIONS_SHOWN)
    )
    return tuple(
        VersionRow(
            row.number,
            row.made_at,
            name,
            row.why,
            tuple((what, field, before, after) for what, field, before, after in row.changes),
        )
        for row, name in rows
    )


def my_items(
    session: Session, *, actor: Actor, on: date, within_days: int = 30, limit: int = 100
) -> tuple[DueItem, ...]:
    """What I am to do for clients, late or within ``within_days``, by last day.

    Raises:
        NotPermitted: the actor lacks ``plan:read``.
    """
    actor.require(Permission.PLAN_READ)
    if actor.staff_id is None:
        return ()
    rows = session.execute(
        select(ServicePlanItem, Client.number, Client.name)
        .join(Client, Client.id == ServicePlanItem.client_id)
        .join(ServicePlan, ServicePlan.id == ServicePlanItem.plan_id)
        .where(*mine(actor, on=on, within_days=within_days))
        .order_by(ServicePlanItem.ends_on, ServicePlanItem.id)
        .limit(limit)
    )
    return tuple(
        DueItem(
            id=item.id,
            version=item.version,
            client_number=number,
            client_name=name,
            kind=item.kind,
            content=item.content,
            channel=item.channel,
            starts_on=item.starts_on,
            ends_on=item.ends_on,
            cost_fen=item.cost_fen,
            timing=rules.timing(item.state, item.ends_on, item.done_on, on, SOON_DAYS),
        )
        for item, number, name in rows
    )


def mine(actor: Actor, *, on: date, within_days: int) -> tuple[ColumnElement[bool], ...]:
    """The conditions on item, plan and client that leave what ``actor`` is to do."""
    return (
        ServicePlanItem.handler_id == actor.staff_id,
        ServicePlanItem.state == constant(ItemState.PLANNED),
        ServicePlanItem.ends_on <= on + timedelta(days=within_days),
        ServicePlan.state == PlanState.OPEN,
        may_open(actor, on=on),
    )


def plans(
    session: Session, *, actor: Actor, on: date, limit: int = PLANS_SHOWN
) -> tuple[PlanRow, ...]:
    """The drafts and open plans of the actor's scope, those with late items first.

    Raises:
        NotPermitted: the actor lacks ``plan:read``.
    """
    actor.require(Permission.PLAN_READ)
    if not actor.may(Permission.CLIENT_READ):
        return ()
    percent = rule(session, "service_plan.limits", on)["cost_percent"]
    manager = (
        select(Staff.name)
        .join(ServiceTeamMember, ServiceTeamMember.staff_id == Staff.id)
        .where(
            ServiceTeamMember.client_id == Client.id,
            ServiceTeamMember.role == TeamRole.MANAGER,
            ServiceTeamMember.left_on.is_(None),
        )
        .limit(1)
        .correlate(Client)
        .scalar_subquery()
    )
    chosen = (
        select(ServicePlan.id, ServicePlan.client_id)
        .join(Client, Client.id == ServicePlan.client_id)
        .where(
            ServicePlan.state.in_((PlanState.DRAFT, PlanState.OPEN)),
            visible_clients(actor, on=on),
        )
        .order_by(ServicePlan.id.desc())
        .limit(limit)
        .subquery()
    )
    planned = ServicePlanItem.state == ItemState.PLANNED
    late = and_(planned, ServicePlanItem.ends_on < on)
    kept = ServicePlanItem.state != ItemState.DROPPED
    sums = (
        select(
            chosen.c.id,
            func.count(case((planned, 1))).label("open_items"),
            func.count(case((late, 1))).label("late_items"),
            func.coalesce(func.sum(case((kept, ServicePlanItem.cost_fen))), 0).label("cost_fen"),
        )
        .outerjoin(
            ServicePlanItem,
            and_(
                ServicePlanItem.client_id == chosen.c.client_id,
                ServicePlanItem.plan_id == chosen.c.id,
            ),
        )
        .group_by(chosen.c.id)
        .subquery()
    )
    rows = session.execute(
        select(
            ServicePlan,
            Client.number,
            Client.name,
            manager,
            sums.c.open_items,
            sums.c.late_items,
            sums.c.cost_fen,
            ClientStanding.realised_fen,
            ClientStanding.expected_fen,
        )
        .join_from(sums, ServicePlan, ServicePlan.id == sums.c.id)
        .join(Client, Client.id == ServicePlan.client_id)
        .outerjoin(ClientStanding, ClientStanding.client_id == Client.id)
        .order_by(sums.c.late_items.desc(), ServicePlan.ends_on, ServicePlan.id)
    )
    return tuple(
        PlanRow(
            client_number=number,
            client_name=name,
            state=plan.state,
            manager=by,
            starts_on=plan.starts_on,
            ends_on=plan.ends_on,
            open_items=open_items,
            late_items=late_items,
            budget=Budget(int(cost), realised, expected, percent),
        )
        for plan, number, name, by, open_items, late_items, cost, realised, expected in rows
    )


def team_rates(
    session: Session, *, actor: Actor, from_on: date, to_on: date, on: date
) -> tuple[TeamRate, ...]:
    """How punctual the plans of each team of the actor's scope are: items whose last day lies in
    the days, done by it.

    What is planned and not yet past its last day does not count.

    Raises:
        NotPermitted: the actor lacks ``plan:read``.
    """
    actor.require(Permission.PLAN_READ)
    is_on_time = on_time()
    rows = session.execute(
        select(
            Client.team_id,
            Team.name,
            func.count(),
            func.count(case((is_on_time, 1))),
            func.count(case((ServicePlanItem.state == ItemState.PLANNED, 1))),
        )
        .select_from(ServicePlanItem)
        .join(Client, Client.id == ServicePlanItem.client_id)
        .outerjoin(Team, Team.id == Client.team_id)
        .where(*due_items(actor, from_on=from_on, to_on=to_on, on=on))
        .group_by(Client.team_id, Team.name)
    )
    found = [TeamRate(*row) for row in rows]
    return tuple(sorted(found, key=lambda each: (each.on_time / each.due, -each.due)))


def on_time() -> ColumnElement[bool]:
    """Done by its last day."""
    return and_(
        ServicePlanItem.state == ItemState.DONE, ServicePlanItem.done_on <= ServicePlanItem.ends_on
    )


def due_items(
    actor: Actor, *, from_on: date, to_on: date, on: date
) -> tuple[ColumnElement[bool], ...]:
    """Items of plans that were opened, in the actor's scope, whose last day lies in the days: done,
    or past it."""
    of_item = aliased(ServicePlan)
    opened = exists().where(of_item.id == ServicePlanItem.plan_id, of_item.opened_at.is_not(None))
    return (
        ServicePlanItem.ends_on.between(from_on, to_on),
        or_(
            ServicePlanItem.state == ItemState.DONE,
            and_(ServicePlanItem.state == ItemState.PLANNED, ServicePlanItem.ends_on < on),
        ),
        opened,
        visible_clients(actor, on=on),
    )
