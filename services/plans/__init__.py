"""Service plans 服务计划: what is done for a client in a service year, by whom and for how much.

A plan begins from the standard of the client's star (rule ``plans.standards``) as a minimum, with
the measures of the risk tier on top (rule ``plans.risk_measures``, by itself). Adding is free;
taking from the standard, or costing more than the year's income allows, is asked for and waits for
a second person. Opening a plan ends the ten working days; every change of an open one is a version
that says what differs. What is done goes into the client log with how the client took it.
"""

from services.plans import measures as _measures  # noqa: F401 - what its figures mean
from services.plans.beginning import PlanThere, begin
from services.plans.changing import FIELDS, ItemSettled, PlanClosed, acts_of
from services.plans.executing import (
    TEXT_LIMIT,
    NotYourItem,
    PlanNotOpen,
    execute,
    follow_risk,
)
from services.plans.measures import MINE_DAYS
from services.plans.operations import (
    LIMITS,
    HandlerUnfit,
    LessThanStandard,
    OverLimit,
    PlanInvalid,
    PlanNotReady,
    disclose,
    revise,
    write_head,
)
from services.plans.queries import mine, my_items, plan_of, plans, team_rates
from services.plans.rows import (
    SOON_DAYS,
    Act,
    Budget,
    DueItem,
    ItemData,
    ItemRow,
    PlanCard,
    PlanRow,
    Revised,
    TeamRate,
    VersionRow,
    WaitingChange,
)
from services.plans.rules import Service, Shortfall

__all__ = [
    "FIELDS",
    "LIMITS",
    "MINE_DAYS",
    "SOON_DAYS",
    "TEXT_LIMIT",
    "Act",
    "Budget",
    "DueItem",
    "HandlerUnfit",
    "ItemData",
    "ItemRow",
    "ItemSettled",
    "LessThanStandard",
    "NotYourItem",
    "OverLimit",
    "PlanCard",
    "PlanClosed",
    "PlanInvalid",
    "PlanNotOpen",
    "PlanNotReady",
    "PlanRow",
    "PlanThere",
    "Revised",
    "Service",
    "Shortfall",
    "TeamRate",
    "VersionRow",
    "WaitingChange",
    "acts_of",
    "begin",
    "disclose",
    "execute",
    "follow_risk",
    "mine",
    "my_items",
    "plan_of",
    "plans",
    "revise",
    "team_rates",
    "write_head",
]
