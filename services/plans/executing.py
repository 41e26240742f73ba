"""Doing what a plan says, and what a risk tier puts into it by itself."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from db.models import (
    Client,
    ClientStanding,
    Contact,
    ServicePlan,
    ServicePlanItem,
    Staff,
)
from services import documents, notifications
from services.access import require_client
from services.actor import Actor
from services.clients.rules import printable
from services.engagements import Upload
from services.errors import BusinessError, ChangedMeanwhile, NotFound, NotPermitted
from services.permissions import Permission
from services.plans import rules
from services.plans.beginning import handlers_of
from services.plans.changing import ItemSettled, apply, record
from services.plans.operations import PlanInvalid
from services.plans.rows import Act, ItemData
from services.rule_tables import rule
from services.working_calendar import SHANGHAI
from terms.intake import DocumentKind
from terms.notifications import NotificationKind
from terms.renewals import ContactChannel, ContactOutcome
from terms.service import ItemSource, ItemState, PlanState, TeamRole
from terms.tiering import Tier

TEXT_LIMIT = 2_000
MOST_AT_ONCE = 500
"""Plans a measure is put into in one morning at most; the rest follow the next."""
NOON = time(12)


class PlanNotOpen(BusinessError):
    """The plan is a draft still, or closed: nothing of it is carried out."""

    code = "plan_not_open"


class NotYourItem(BusinessError):
    """Somebody else handles the item. Data: ``name``."""

    code = "plan_not_your_item"


def execute(
    session: Session,
    *,
    actor: Actor,
    item_id: int,
    done_on: date,
    channel: ContactChannel,
    done: str,
    reaction: str,
    at: datetime,
    on: date,
    seen_version: int,
    evidence: Upload | None = None,
) -> int:
    """Note that an item was done: what, by which channel, how the client took it. It goes into the
    client log (R64, R65).

    Args:
        done_on: the day it was done, today or before.
        done: what was done, 1 to 2000 characters.
        reaction: how the client reacted, 1 to 2000 characters.
        evidence: a paper that proves it; kept among the client's documents.

    Returns:
        The item's version.

    Raises:
        NotPermitted: the actor lacks ``plan:execute``.
        NotFound: there is no such item, or its client is not the actor's.
        ChangedMeanwhile: somebody saved the item after ``seen_version``.
        PlanNotOpen, ItemSettled: it is not to be done (any more).
        NotYourItem: somebody else handles it, and the actor may not write the plan.
        PlanInvalid: a day ahead, or a text missing or too long.
        DocumentRefused, DocumentThere: the evidence cannot be kept.

    Audit: ``plan:execute`` with the day.
    """
    actor.require(Permission.PLAN_EXECUTE)
    item = session.get(ServicePlanItem, item_id, with_for_update=True)
    if item is None:
        raise NotFound(kind="plan_item")
    require_client(session, actor=actor, client_id=item.client_id, on=on)
    if item.version != seen_version:
        raise ChangedMeanwhile(at=item.updated_at)
    plan = session.get_one(ServicePlan, item.plan_id)
    if plan.state is not PlanState.OPEN:
        raise PlanNotOpen
    if item.state is not ItemState.PLANNED:
        raise ItemSettled(state=item.state)
    if item.handler_id != actor.own_id and not actor.may(Permission.PLAN_WRITE):
        raise NotYourItem(name=session.scalar(_name(item.handler_id)) or "")
    if done_on > on:
        raise PlanInvalid(field="done_on", problem="future")
    said, took = _text("done", done), _text("reaction", reaction)
    is_today = done_on == on
    contact = Contact(
        client_id=item.client_id,
        staff_id=actor.own_id,
        happened_at=at if is_today else datetime.combine(done_on, NOON, SHANGHAI),
        channel=channel,
        outcome=ContactOutcome.REACHED,
        note=said,
        reaction=took,
    )
    session.add(contact)
    session.flush()
    if evidence is not None:
        number = session.scalars(select(Client.number).where(Client.id == item.client_id)).one()
        item.document_id = documents.store_document(
            session,
            actor=actor,
            number=number,
            kind=DocumentKind.CORRESPONDENCE,
            name=evidence.name,
            source=evidence.source,
            folder=evidence.folder,
            at=at,
            on=on,
        )
    item.state, item.done_on, item.done_by_id = ItemState.DONE, done_on, actor.own_id
    item.contact_id, item.updated_at = contact.id, at
    session.flush()
    record(
        session,
        actor,
        "plan:execute",
        plan,
        at,
        {"kind": item.kind.value, "on": done_on.isoformat(), "contact_id": contact.id},
    )
    return item.version


def follow_risk(session: Session, *, actor: Actor, on: date, at: datetime) -> int:
    """Put the measures of a risk tier into the open plans that never had them, and tell the client
    managers (R36); each morning.

    A measure that somebody took out with approval stays out.

    Returns:
        Plans that got measures.

    Raises:
        NotPermitted: anybody but the system.

    Audit: ``plan:follow_risk``, one entry each.
    """
    if actor.staff_id is not None:
        raise NotPermitted(permission="system")
    measures = rule(session, "plans.risk_measures", on)
    wanted: dict[int, list[rules.Service]] = {}
    for tier in Tier:
        for service in rules.risk_measures(measures, tier.value):
            for plan_id in session.scalars(_without(service, tier, on)):
                wanted.setdefault(plan_id, []).append(service)
    for plan_id, services in wanted.items():
        plan = session.get_one(ServicePlan, plan_id, with_for_update=True)
        handler = handlers_of(session, plan.client_id, on=on).get(TeamRole.MANAGER)
        first = max(on, plan.starts_on)
        acts = [
            Act("save", None, ItemData(service.kind, service.channel, *days, handler))
            for service in services
            for days in rules.days_for(
                service.kind, rules.wanted(service.times, first, plan.ends_on), first, plan.ends_on
            )
        ]
        apply(session, plan, acts, actor=actor, why=None, at=at, on=on, source=ItemSource.RISK)
        record(session, actor, "plan:follow_risk", plan, at, {"count": len(acts)})
        _tell(session, plan, handler, count=len(acts), at=at)
    return len(wanted)


def _without(service: rules.Service, tier: Tier, on: date) -> Any:
    """Open plans of clients of the tier that have nothing of the service's kind."""
    return (
        select(ServicePlan.id)
        .join(ClientStanding, ClientStanding.client_id == ServicePlan.client_id)
        .where(
            ServicePlan.state == PlanState.OPEN,
            ServicePlan.ends_on > on,
            ClientStanding.risk_tier == tier,
            ~exists().where(
                ServicePlanItem.client_id == ServicePlan.client_id,
                ServicePlanItem.plan_id == ServicePlan.id,
                ServicePlanItem.kind == service.kind,
            ),
        )
        .order_by(ServicePlan.id)
        .limit(MOST_AT_ONCE)
    )


def _tell(
    session: Session, plan: ServicePlan, handler: int | None, *, count: int, at: datetime
) -> None:
    if handler is None:
        return
    number = session.scalars(select(Client.number).where(Client.id == plan.client_id)).one()
    notifications.notify(
        session,
        staff_ids=[handler],
        kind=NotificationKind.PLAN_RISK,
        occasion=f"plan:{plan.id}:risk:{plan.number}",
        at=at,
        opens=notifications.Opens("client", {"id": number, "view": "service"}),
        data={"count": count},
        client_id=plan.client_id,
    )


def _name(staff_id: int | None) -> Any:
    return select(Staff.name).where(Staff.id == staff_id)


def _text(field: str, text: str) -> str:
    clean = printable(text).strip()
    if not clean:
        raise PlanInvalid(field=field, problem="missing")
    if len(clean) > TEXT_LIMIT:
        raise PlanInvalid(field=field, problem="too_long", limit=TEXT_LIMIT)
    return clean
