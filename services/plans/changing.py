"""A plan about to change: what it holds, what would change, and the change itself.

The executor at the end is called by a decision of ``services.approvals`` alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from db.models import (
    ClientStanding,
    Engagement,
    ServicePlan,
    ServicePlanItem,
    ServicePlanVersion,
    Staff,
)
from services import approvals, audit
from services.actor import Actor
from services.approvals import Change, Decision, Payload
from services.engagements import settle
from services.errors import BusinessError, NotFound
from services.permissions import Permission
from services.plans import rules
from services.plans.rows import Act, Budget, ItemData
from services.rule_tables import rules as rules_in_force
from terms.approvals import ApprovalKind
from terms.renewals import ContactChannel
from terms.service import ItemSource, ItemState, PlanState, ServiceKind

FIELDS = (
    "kind",
    "content",
    "channel",
    "starts_on",
    "ends_on",
    "handler_id",
    "cost_fen",
    "promise_id",
)
RULES = ("plans.standards", "plans.risk_measures", "service_plan.limits")


class PlanClosed(BusinessError):
    """The plan is closed: another has taken its place."""

    code = "plan_closed"


class ItemSettled(BusinessError):
    """The item is done or was dropped; it stays as it is. Data: ``state``."""

    code = "plan_item_settled"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the plan is asked to hold, and what it may cost."""

    services: tuple[rules.Service, ...]
    budget: Budget


def asked_of(session: Session, plan: ServicePlan, *, on: date) -> Asked:
    """The standard the plan is held to, the measures of the client's risk tier, its money.

    A reference binds nobody to the star's standard; the measures of the risk tier hold all the
    same.
    """
    known = rules_in_force(session, RULES, on=plan.standard_on)
    limits = rules_in_force(session, RULES, on=on)["service_plan.limits"]
    standing = session.execute(
        select(
            ClientStanding.risk_tier, ClientStanding.realised_fen, ClientStanding.expected_fen
        ).where(ClientStanding.client_id == plan.client_id)
    ).first()
    tier = standing.risk_tier.value if standing else None
    standard = () if plan.is_reference else rules.standard(known["plans.standards"], plan.stars)
    return Asked(
        (*standard, *rules.risk_measures(known["plans.risk_measures"], tier)),
        Budget(
            rules.total_fen(held(items_of(session, plan))),
            standing.realised_fen if standing else None,
            standing.expected_fen if standing else None,
            limits["cost_percent"],
        ),
    )


def items_of(session: Session, plan: ServicePlan) -> list[ServicePlanItem]:
    """The plan's items, by their days."""
    return list(
        session.scalars(
            select(ServicePlanItem)
            .where(ServicePlanItem.client_id == plan.client_id, ServicePlanItem.plan_id == plan.id)
            .order_by(ServicePlanItem.ends_on, ServicePlanItem.id)
        )
    )


def held(items: Sequence[ServicePlanItem]) -> list[rules.Held]:
    """What the items hold, as the rules read it."""
    return [rules.Held(each.kind, each.channel, each.cost_fen, each.state) for each in items]


def held_after(items: Sequence[ServicePlanItem], acts: Sequence[Act]) -> list[rules.Held]:
    """What the items would hold after ``acts``."""
    by_id = {item.id: each for item, each in zip(items, held(items), strict=True)}
    new = []
    for act in acts:
        if act.act == "drop" and act.item_id in by_id:
            was = by_id[act.item_id]
            by_id[act.item_id] = rules.Held(was.kind, was.channel, was.cost_fen, ItemState.DROPPED)
        elif act.act == "save" and act.data is not None:
            data = act.data
            state = by_id[act.item_id].state if act.item_id in by_id else ItemState.PLANNED
            made = rules.Held(data.kind, data.channel, data.cost_fen, state)
            if act.item_id is None:
                new.append(made)
            else:
                by_id[act.item_id] = made
    return [*by_id.values(), *new]


def as_payload(plan: ServicePlan, number: str, acts: Sequence[Act], why: str) -> dict[str, Any]:
    """The acts as a request keeps them."""
    return {
        "plan_id": plan.id,
        "client": number,
        "why": why,
        "acts": [
            {
                "act": act.act,
                "item": act.item_id,
                "data": _written(act.data) if act.data else None,
            }
            for act in acts
        ],
    }


def acts_of(payload: Payload) -> list[Act]:
    """The acts a request keeps."""
    return [
        Act(each["act"], each["item"], _read(each["data"]) if each["data"] else None)
        for each in payload["acts"]
    ]


def _written(data: ItemData) -> dict[str, Any]:
    return {name: _plain(getattr(data, name)) for name in FIELDS}


def _read(data: Mapping[str, Any]) -> ItemData:
    return ItemData(
        kind=ServiceKind(data["kind"]),
        channel=ContactChannel(data["channel"]),
        starts_on=date.fromisoformat(data["starts_on"]),
        ends_on=date.fromisoformat(data["ends_on"]),
        handler_id=data["handler_id"],
        cost_fen=data["cost_fen"],
        content=data["content"],
        promise_id=data["promise_id"],
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else getattr(value, "value", value)


def changes(
    session: Session, items: Sequence[ServicePlanItem], acts: Sequence[Act]
) -> tuple[Change, ...]:
    """What ``acts`` change: ``item|field``, before and after; a whole item as ``item``. Handlers
    stand in it by name."""
    wanted = {item.handler_id for item in items}
    wanted |= {act.data.handler_id for act in acts if act.data}
    found_names = select(Staff.id, Staff.name).where(Staff.id.in_(wanted - {None}))
    names = {staff_id: name for staff_id, name in session.execute(found_names)}

    def named(values: dict[str, Any]) -> dict[str, Any]:
        return {**values, "handler_id": names.get(values["handler_id"])}

    by_id = {item.id: item for item in items}
    found = []
    for place, act in enumerate(acts):
        item = by_id.get(act.item_id) if act.item_id else None
        if act.act == "open":
            found.append(Change("plan|state", PlanState.DRAFT.value, PlanState.OPEN.value))
        elif act.act == "drop" and item is not None and item.state is ItemState.PLANNED:
            found.append(Change(f"item{item.id}", named(_of_item(item)), None))
        elif act.act == "save" and act.data is not None and item is None:
            found.append(Change(f"new{place}", None, named(_written(act.data))))
        elif act.act == "save" and act.data is not None and item is not None:
            before, after = named(_of_item(item)), named(_written(act.data))
            found.extend(
                Change(f"item{item.id}|{name}", before[name], after[name])
                for name in FIELDS
                if before[name] != after[name]
            )
    return tuple(found)


def _of_item(item: ServicePlanItem) -> dict[str, Any]:
    return {name: _plain(getattr(item, name)) for name in FIELDS}


def apply(
    session: Session,
    plan: ServicePlan,
    acts: Sequence[Act],
    *,
    actor: Actor,
    why: str | None,
    at: datetime,
    on: date,
    approval_id: int | None = None,
    source: ItemSource = ItemSource.ADDED,
) -> None:
    """Carry ``acts`` out on a loaded plan; an open plan gets a version that says what changed.

    Raises:
        PlanClosed, ItemSettled, NotFound
    """
    if plan.state is PlanState.CLOSED:
        raise PlanClosed
    items = items_of(session, plan)
    by_id = {item.id: item for item in items}
    told = changes(session, items, acts)
    for act in acts:
        if act.act == "open":
            _open(session, plan, at=at)
        else:
            _change_item(session, plan, by_id, act, at=at, source=source)
    plan.updated_at = at
    flag_modified(plan, "updated_at")
    session.flush()
    if plan.state is PlanState.OPEN:
        plan.number += 1
        session.add(
            ServicePlanVersion(
                client_id=plan.client_id,
                plan_id=plan.id,
                number=plan.number,
                made_at=at,
                made_by_id=actor.staff_id,
                why=why,
                approval_id=approval_id,
                changes=[_told(change, by_id) for change in told],
            )
        )
        session.flush()
    engagement = session.get_one(Engagement, plan.engagement_id)
    settle(session, engagement=engagement, on=on, at=at)


def _told(change: Change, by_id: Mapping[int, ServicePlanItem]) -> list[Any]:
    """``[what, field, before, after]``; what is the kind of service, or ``plan``."""
    where, _bar, name = change.field.partition("|")
    if where == "plan":
        return ["plan", name, change.before, change.after]
    if where.startswith("item"):
        return [by_id[int(where[4:])].kind.value, name, change.before, change.after]
    return [change.after["kind"], name, None, change.after]


def _open(session: Session, plan: ServicePlan, *, at: datetime) -> None:
    others = session.scalars(
        select(ServicePlan).where(
            ServicePlan.client_id == plan.client_id,
            ServicePlan.state == PlanState.OPEN,
            ServicePlan.id != plan.id,
        )
    )
    for other in others:
        other.state, other.updated_at = PlanState.CLOSED, at
    plan.state = PlanState.OPEN
    if plan.opened_at is None:
        plan.opened_at = at


def _change_item(
    session: Session,
    plan: ServicePlan,
    by_id: dict[int, ServicePlanItem],
    act: Act,
    *,
    at: datetime,
    source: ItemSource,
) -> None:
    item = by_id.get(act.item_id) if act.item_id else None
    if act.item_id is not None:
        if item is None:
            raise NotFound(kind="plan_item")
        if item.state is not ItemState.PLANNED:
            raise ItemSettled(state=item.state)
    if act.act == "drop" and item is not None:
        item.state, item.updated_at = ItemState.DROPPED, at
    elif act.data is not None:
        if item is None:
            item = ServicePlanItem(
                client_id=plan.client_id,
                plan_id=plan.id,
                source=source,
                state=ItemState.PLANNED,
                created_at=at,
            )
            session.add(item)
        for name in FIELDS:
            setattr(item, name, getattr(act.data, name))
        item.updated_at = at


def _plan_of(session: Session, payload: Payload) -> ServicePlan:
    plan = session.get(ServicePlan, payload["plan_id"], with_for_update=True)
    if plan is None:
        raise NotFound(kind="plan")
    return plan


def _describe(session: Session, payload: Payload) -> tuple[Change, ...]:
    """What would change now; with what the plan costs beside it, where that changes."""
    plan = _plan_of(session, payload)
    acts = acts_of(payload)
    items = items_of(session, plan)
    found = list(changes(session, items, acts))
    if plan.state is not PlanState.DRAFT:
        found = [each for each in found if each.field != "plan|state"]
    before, after = rules.total_fen(held(items)), rules.total_fen(held_after(items, acts))
    if found:
        found.append(Change("plan|cost_fen", before, after))
    return tuple(found)


def _change_plan(session: Session, decision: Decision) -> None:
    plan = _plan_of(session, decision.payload)
    acts = acts_of(decision.payload)
    apply(
        session,
        plan,
        acts,
        actor=decision.decided_by,
        why=decision.payload["why"],
        at=decision.at,
        on=decision.on,
        approval_id=decision.approval_id,
    )
    record(
        session,
        decision.decided_by,
        "plan:change",
        plan,
        decision.at,
        {"approval": decision.number, "count": len(acts)},
    )


def record(
    session: Session,
    actor: Actor,
    event: str,
    plan: ServicePlan,
    at: datetime,
    detail: Mapping[str, Any],
) -> None:
    """The audit entry of an act on a plan."""
    audit.record(
        session,
        actor=actor,
        event=event,
        subject=ServicePlan.__tablename__,
        subject_id=plan.id,
        client_id=plan.client_id,
        at=at,
        detail=dict(detail),
    )


approvals.register(
    approvals.Kind(
        name=ApprovalKind.PLAN_CHANGE,
        ask=Permission.PLAN_WRITE,
        decide=frozenset({Permission.PLAN_APPROVE}),
        describe=_describe,
        carry_out=_change_plan,
    )
)
