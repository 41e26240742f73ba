"""Plans in a company of any size: every fiftieth client is served, so that /plans has its rows.

The demo company tells its stories by acts of the house, one client at a time; here only the size
counts, and a few statements write what some twenty thousand plans and their items are.
"""

from datetime import date, timedelta

from sqlalchemy import Connection, Insert, insert, literal, select, update

from db.models import Client, Engagement, ServicePlan, ServicePlanItem
from db.session import Database
from terms.renewals import ContactChannel
from terms.service import ItemSource, ItemState, PlanState, ServiceKind

EVERY, STAGE_EVERY = 50, 500
"""Of the engaged clients these are served, and these are in their ten days."""
PHASES, ITEMS = 12, 8
STEP = 45
"""Days from one item of a plan to the next."""


def serve(database: Database, on: date) -> int:
    """Open a plan with its items for every fiftieth engaged client.

    Returns:
        How many plans.
    """
    with database.engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(
            update(Engagement)
            .where(Engagement.is_current, Engagement.client_id % STAGE_EVERY == 0)
            .values(is_in_stage=True, signed_on=on - timedelta(days=8))
        )
        plans = connection.execute(_plans(on)).rowcount
        for phase in range(PHASES):
            for place in range(ITEMS):
                _items(connection, on, phase, place)
    return plans


def _plans(on: date) -> Insert:
    whole = {
        "state": literal(PlanState.OPEN, ServicePlan.state.type),
        "number": literal(1),
        "standard_on": literal(on - timedelta(days=200)),
        "is_reference": literal(False),
        "starts_on": literal(on - timedelta(days=200)),
        "ends_on": literal(on + timedelta(days=165)),
        "theme": literal("今年抓企业财产安全检查"),
        "version": literal(1),
    }
    taken = {
        "client_id": Engagement.client_id,
        "engagement_id": Engagement.id,
        "opened_at": Engagement.created_at,
        "created_at": Engagement.created_at,
        "updated_at": Engagement.updated_at,
    }
    return insert(ServicePlan).from_select(
        [*whole, *taken],
        select(*whole.values(), *taken.values()).where(
            Engagement.is_current, Engagement.client_id % EVERY == 0
        ),
        include_defaults=False,
    )


def _items(connection: Connection, on: date, phase: int, place: int) -> None:
    """One item of each plan of this phase: most of what is past was done, some of it late."""
    ends_on = on - timedelta(days=200 - phase * 3) + timedelta(days=STEP * place)
    is_done = ends_on < on and (place + phase) % 7 != 0
    done_on = ends_on + timedelta(days=6 if place % 3 == 2 else -2) if is_done else None
    whole = {
        "kind": literal(ServiceKind.SITE_VISIT, ServicePlanItem.kind.type),
        "source": literal(ItemSource.STANDARD, ServicePlanItem.source.type),
        "channel": literal(ContactChannel.VISIT, ServicePlanItem.channel.type),
        "starts_on": literal(ends_on - timedelta(days=20)),
        "ends_on": literal(ends_on),
        "cost_fen": literal(30_000),
        "state": literal(
            ItemState.DONE if is_done else ItemState.PLANNED, ServicePlanItem.state.type
        ),
        "version": literal(1),
    }
    if done_on is not None:
        whole["done_on"] = literal(min(done_on, on))
    taken = {
        "client_id": ServicePlan.client_id,
        "plan_id": ServicePlan.id,
        "handler_id": Client.owner_id,
        "created_at": ServicePlan.created_at,
        "updated_at": ServicePlan.updated_at,
    }
    connection.execute(
        insert(ServicePlanItem).from_select(
            [*whole, *taken],
            select(*whole.values(), *taken.values())
            .join_from(ServicePlan, Client, Client.id == ServicePlan.client_id)
            .where(ServicePlan.client_id // EVERY % PHASES == phase),
            include_defaults=False,
        )
    )
