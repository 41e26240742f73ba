"""Writing, revising and opening a plan; what lowers it waits for a second person."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from db.models import (
    Client,
    EngagementPromise,
    ServicePlan,
    ServicePlanItem,
    ServiceTeamMember,
    Staff,
)
from services import approvals
from services.access import require_client
from services.actor import Actor
from services.clients.rules import printable
from services.errors import BusinessError, ChangedMeanwhile, NotFound
from services.permissions import Permission
from services.plans import rules
from services.plans.beginning import PlanThere
from services.plans.changing import (
    PlanClosed,
    apply,
    as_payload,
    asked_of,
    held,
    held_after,
    items_of,
    record,
)
from services.plans.rows import Act, ItemData, Revised
from terms.approvals import ApprovalKind
from terms.service import Blocked, ItemState, PlanState

LIMITS = {"theme": 200, "goal": 400, "opinion": 2_000, "content": 200, "why": 400}
MOST_ITEMS = 400
MOST_COST_FEN = 1_000_000_000


class PlanInvalid(BusinessError):
    """A value of the plan or an item cannot be kept. Data: ``field``, ``problem``, ``limit``,
    ``first``, ``last``."""

    code = "plan_invalid"


class HandlerUnfit(BusinessError):
    """Whoever handles an item is in service and in the client's team. Data: ``name``."""

    code = "plan_handler_unfit"


class LessThanStandard(BusinessError):
    """It would take from the star's standard or a risk measure: a second person decides, and reads
    why (R32). Data: ``shortfalls``."""

    code = "plan_less_than_standard"


class OverLimit(BusinessError):
    """The plan would cost more than its share of the income: a second person decides, and reads
    why (R58). Data: ``cost_fen``, ``limit_fen``."""

    code = "plan_over_limit"


class PlanNotReady(BusinessError):
    """The plan cannot be opened yet. Data: ``lacks``, a tuple of ``Blocked``."""

    code = "plan_not_ready"


def write_head(
    session: Session,
    *,
    actor: Actor,
    plan_id: int,
    theme: str | None,
    goal: str | None,
    needs_talk_on: date | None,
    agreed_on: date | None,
    opinion: str | None,
    at: datetime,
    on: date,
    seen_version: int,
) -> int:
    """Keep what the plan is about: the focus of the year, its goal, when the client was asked what
    they need, and agreed; and what client relations say of it (R52, R55 to R57, R62).

    Args:
        opinion: whoever changes it signs it.

    Returns:
        The plan's version.

    Raises:
        NotPermitted, NotFound, ChangedMeanwhile, PlanClosed
        PlanInvalid: a text is too long, or a day lies ahead.

    Audit: ``plan:head`` with the fields that changed; ``plan:opinion`` where that is one of them.
    """
    plan = _loaded(session, actor, plan_id, on=on, seen_version=seen_version)
    for field, day in (("needs_talk_on", needs_talk_on), ("agreed_on", agreed_on)):
        if day is not None and day > on:
            raise PlanInvalid(field=field, problem="future")
    given: dict[str, Any] = {
        "theme": _clean("theme", theme),
        "goal": _clean("goal", goal),
        "needs_talk_on": needs_talk_on,
        "agreed_on": agreed_on,
        "opinion": _clean("opinion", opinion),
    }
    changed = [name for name, value in given.items() if getattr(plan, name) != value]
    for name in changed:
        setattr(plan, name, given[name])
    if "opinion" in changed:
        plan.opinion_by_id, plan.opinion_at = actor.own_id, at
    plan.updated_at = at
    session.flush()
    record(session, actor, "plan:head", plan, at, {"fields": changed})
    if "opinion" in changed:
        record(session, actor, "plan:opinion", plan, at, {})
    return plan.version


def disclose(
    session: Session, *, actor: Actor, plan_id: int, at: datetime, on: date, seen_version: int
) -> int:
    """Note that the colleagues were shown the plan (R60).

    Returns:
        The plan's version.

    Raises:
        NotPermitted, NotFound, ChangedMeanwhile, PlanClosed

    Audit: ``plan:disclose``.
    """
    plan = _loaded(session, actor, plan_id, on=on, seen_version=seen_version)
    plan.disclosed_at, plan.disclosed_by_id, plan.updated_at = at, actor.own_id, at
    session.flush()
    record(session, actor, "plan:disclose", plan, at, {})
    return plan.version


def revise(
    session: Session,
    *,
    actor: Actor,
    plan_id: int,
    acts: Sequence[Act],
    why: str,
    at: datetime,
    on: date,
    seen_version: int,
) -> Revised:
    """Change items of a plan, or open it; more than before takes effect at once, less than the
    standard or more than the limit is asked for and waits (R32, R58, R61).

    Args:
        acts: what is to be done, in one piece.
        why: what the second person reads, where one is needed; kept with the version.

    Returns:
        Whether it stands or waits, and for which request.

    Raises:
        NotPermitted: the actor lacks ``plan:write``.
        NotFound: no such plan or item, or the client is not the actor's.
        ChangedMeanwhile: somebody saved the plan after ``seen_version``.
        PlanClosed, ItemSettled: it is not to be changed any more.
        PlanInvalid, HandlerUnfit: an item cannot be kept.
        PlanNotReady: it is to be opened and is not whole.
        LessThanStandard, OverLimit: a second person is needed, and ``why`` is empty.
        AlreadyAsked, NobodyElse: as ``approvals.ask``.

    Audit: ``plan:change``, or ``approval:ask``.
    """
    plan = _loaded(session, actor, plan_id, on=on, seen_version=seen_version)
    number = session.scalars(select(Client.number).where(Client.id == plan.client_id)).one()
    items = items_of(session, plan)
    clean = [_checked_act(session, plan, each, on=on) for each in acts]
    if len(items) + sum(each.item_id is None for each in clean) > MOST_ITEMS:
        raise PlanInvalid(field="items", problem="too_many", limit=MOST_ITEMS)
    after = held_after(items, clean)
    if any(each.act == "open" for each in clean):
        _refuse_unready(session, plan, items, on=on)
    asked = asked_of(session, plan, on=on)
    now = held(items)
    less = rules.lowered(
        rules.shortfalls(asked.services, now, plan.starts_on, plan.ends_on),
        rules.shortfalls(asked.services, after, plan.starts_on, plan.ends_on),
    )
    cost_before, cost = rules.total_fen(now), rules.total_fen(after)
    opens = any(each.act == "open" for each in clean)
    limit = asked.budget.limit_fen
    over = (
        rules.is_over(cost, limit)
        and (opens or cost > cost_before)
        and not (plan.state is PlanState.DRAFT and not opens)
    )
    reason = (_clean("why", why) or "") if why else ""
    if less or over:
        if not reason:
            if less:
                raise LessThanStandard(shortfalls=less)
            raise OverLimit(cost_fen=cost, limit_fen=limit)
        subject = f"plan:{plan.id}:{'-'.join(str(each.item_id or each.act) for each in clean)}"
        waits = approvals.ask(
            session,
            actor=actor,
            kind=ApprovalKind.PLAN_CHANGE,
            subject=subject[:80],
            payload=as_payload(plan, number, clean, reason),
            why=reason,
            client_id=plan.client_id,
            on=on,
            at=at,
        )
        return Revised(plan.id, plan.version, waits)
    apply(session, plan, clean, actor=actor, why=reason or None, at=at, on=on)
    record(session, actor, "plan:change", plan, at, {"count": len(clean)})
    return Revised(plan.id, plan.version, None)


def _refuse_unready(
    session: Session, plan: ServicePlan, items: Sequence[ServicePlanItem], *, on: date
) -> None:
    if plan.state is not PlanState.DRAFT:
        raise PlanThere(state=plan.state)
    planned = [each for each in items if each.state is ItemState.PLANNED]
    lacks = []
    if plan.opinion is None:
        lacks.append(Blocked.NO_OPINION)
    handlers = {each.handler_id for each in planned}
    fit = set(
        session.scalars(
            select(Staff.id).where(
                Staff.id.in_([each for each in handlers if each is not None]),
                or_(Staff.in_service_to.is_(None), Staff.in_service_to >= on),
            )
        )
    )
    if handlers - fit:
        lacks.append(Blocked.NO_HANDLER)
    if lacks or not planned:
        raise PlanNotReady(lacks=tuple(lacks) or (Blocked.NO_PLAN,))


def _checked_act(session: Session, plan: ServicePlan, act: Act, *, on: date) -> Act:
    """``act`` trimmed and found right.

    Raises:
        PlanInvalid, HandlerUnfit
    """
    data = act.data
    if act.act != "save" or data is None:
        return act
    if data.ends_on < data.starts_on:
        raise PlanInvalid(field="ends_on", problem="before_start")
    if data.starts_on < plan.starts_on or data.ends_on > plan.ends_on:
        raise PlanInvalid(
            field="starts_on", problem="outside", first=plan.starts_on, last=plan.ends_on
        )
    if not 0 <= data.cost_fen <= MOST_COST_FEN:
        raise PlanInvalid(field="cost_fen", problem="amount", limit=MOST_COST_FEN // 100)
    if data.handler_id is None:
        raise PlanInvalid(field="handler_id", problem="missing")
    name, fits = session.execute(
        select(
            Staff.name,
            and_(
                or_(Staff.in_service_to.is_(None), Staff.in_service_to >= on),
                or_(
                    exists().where(
                        ServiceTeamMember.client_id == plan.client_id,
                        ServiceTeamMember.staff_id == Staff.id,
                        ServiceTeamMember.left_on.is_(None),
                    ),
                    exists().where(Client.id == plan.client_id, Client.owner_id == Staff.id),
                ),
            ),
        ).where(Staff.id == data.handler_id)
    ).first() or ("", False)
    if not fits:
        raise HandlerUnfit(name=name)
    if data.promise_id is not None and not session.scalar(
        select(
            exists().where(
                EngagementPromise.id == data.promise_id,
                EngagementPromise.client_id == plan.client_id,
            )
        )
    ):
        raise NotFound(kind="promise")
    clean = ItemData(
        kind=data.kind,
        channel=data.channel,
        starts_on=data.starts_on,
        ends_on=data.ends_on,
        handler_id=data.handler_id,
        cost_fen=data.cost_fen,
        content=_clean("content", data.content),
        promise_id=data.promise_id,
    )
    return Act(act.act, act.item_id, clean)


def _loaded(
    session: Session, actor: Actor, plan_id: int, *, on: date, seen_version: int
) -> ServicePlan:
    actor.require(Permission.PLAN_WRITE)
    plan = session.get(ServicePlan, plan_id, with_for_update=True)
    if plan is None:
        raise NotFound(kind="plan")
    require_client(session, actor=actor, client_id=plan.client_id, on=on)
    if plan.version != seen_version:
        raise ChangedMeanwhile(at=plan.updated_at)
    if plan.state is PlanState.CLOSED:
        raise PlanClosed
    return plan


def _clean(field: str, text: str | None) -> str | None:
    clean = printable(text or "").strip()
    if len(clean) > LIMITS[field]:
        raise PlanInvalid(field=field, problem="too_long", limit=LIMITS[field])
    return clean or None
