"""What the figures of service plans mean: the definition of each, as the select of its rows."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from db.models import Client, ServicePlan, ServicePlanItem, Staff, Team
from services import measures
from services.access import visible_clients
from services.measures import Asked, Column, ColumnKind, Measure
from services.permissions import Permission
from services.plans.queries import due_items, mine, on_time
from terms.measures import Period, Unit
from terms.service import ItemState, PlanState, ServiceKind

MINE_DAYS = 30
_ITEM = (
    Column("client_number", ColumnKind.CLIENT),
    Column("client_name", ColumnKind.NAME),
    Column("service", ColumnKind.CODE, ServiceKind),
    Column("item_state", ColumnKind.CODE, ItemState),
    Column("ends_on", ColumnKind.DAY),
    Column("done_on", ColumnKind.DAY),
    Column("team"),
    Column("handler"),
    Column("cost_fen", ColumnKind.MONEY),
)
_Handler = aliased(Staff)
_TABLES = ("service_plan_item", "service_plan", "client", "team", "staff")


def _items(asked: Asked, *where: Any, **more: Any) -> Select[*tuple[Any, ...]]:
    named = measures.client_columns(asked.actor, on=asked.on)
    return (
        select(
            *named,
            ServicePlanItem.kind.label("service"),
            ServicePlanItem.state.label("item_state"),
            ServicePlanItem.ends_on,
            ServicePlanItem.done_on,
            Team.name.label("team"),
            _Handler.name.label("handler"),
            ServicePlanItem.cost_fen,
            *(column.label(name) for name, column in more.items()),
        )
        .select_from(ServicePlanItem)
        .join(Client, Client.id == ServicePlanItem.client_id)
        .join(ServicePlan, ServicePlan.id == ServicePlanItem.plan_id)
        .outerjoin(Team, Team.id == Client.team_id)
        .outerjoin(_Handler, _Handler.id == ServicePlanItem.handler_id)
        .where(*where)
        .order_by(ServicePlanItem.ends_on, ServicePlanItem.id)
    )


def _mine(asked: Asked) -> Select[*tuple[Any, ...]]:
    return _items(asked, *mine(asked.actor, on=asked.on, within_days=MINE_DAYS))


def _punctual(asked: Asked) -> Select[*tuple[Any, ...]]:
    team = asked.about.get("team")
    of_team = () if team is None else (_is_team(team),)
    days = {"from_on": asked.day("from"), "to_on": asked.day("to")}
    found = due_items(asked.actor, **days, on=asked.on)
    return _items(asked, *found, *of_team, is_on_time=measures.mark(on_time()))


def _is_team(team: str) -> Any:
    return Client.team_id.is_(None) if team == "none" else Client.team_id == int(team)


def _cost(asked: Asked) -> Select[*tuple[Any, ...]]:
    newest = (
        select(ServicePlan.id)
        .join(Client, Client.id == ServicePlan.client_id)
        .where(Client.number == asked.about["client"])
        .order_by(
            (ServicePlan.state == PlanState.DRAFT).desc(),
            (ServicePlan.state == PlanState.OPEN).desc(),
            ServicePlan.id.desc(),
        )
        .limit(1)
        .scalar_subquery()
    )
    return _items(
        asked,
        visible_clients(asked.actor, on=asked.on),
        Client.number == asked.about["client"],
        ServicePlan.id == newest,
        ServicePlanItem.state != ItemState.DROPPED,
    )


measures.register(
    Measure("plans.mine", Permission.PLAN_READ, Unit.THING, Period.NOW, _TABLES, _ITEM, _mine),
    Measure(
        "plans.on_time",
        Permission.PLAN_READ,
        Unit.PERCENT,
        Period.RANGE,
        _TABLES,
        (*_ITEM, Column("is_on_time", ColumnKind.MARK)),
        _punctual,
        measures.share("is_on_time"),
    ),
    Measure(
        "plans.cost",
        Permission.PLAN_READ,
        Unit.YUAN,
        Period.NOW,
        _TABLES,
        _ITEM,
        _cost,
        measures.total("cost_fen"),
    ),
)
