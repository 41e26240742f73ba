"""How a renewal comes to its end, and what becomes of it when it is lost.

Before the client says yes, ``offer_plan`` puts one or several ways to renew before them, each with
its quote; ``choose_plan`` marks the one they take. From the yes on, a checklist stands with the
case (R85): ``settle_step`` keeps how each step went, and while one is open the case is *agreed*
and cannot be closed. ``renewals.close_renewed`` then writes the new term. A case that was lost
stands in the list ``lost_cases`` with its reason, competitor and price; a lead ``assign``s each to
a person who ``settle``s it: won back or given up (R92). A policy an import brought that
contradicts what we know of a case stands in ``conflicts`` until a lead ``settle_conflict``s it.
"""

from services.closings.checklist import (
    StepDetail,
    StepGone,
    begin_closing,
    settle_step,
)
from services.closings.conflicts import (
    ConflictRow,
    ConflictSettled,
    conflict_count,
    conflicts,
    settle_conflict,
    waiting,
)
from services.closings.plans import (
    MOST_PLANS,
    NewPlan,
    PlanGone,
    PlanIsChosen,
    PlanNameNeeded,
    TooManyPlans,
    choose_plan,
    offer_plan,
    remove_plan,
)
from services.closings.queries import closing_of
from services.closings.rows import ClosingCard, LostFilter, LostKey, LostRow, PlanRow, StepRow
from services.closings.win_back import (
    LostSettled,
    NotYourLostCase,
    OwnerUnfit,
    assign,
    settle,
)
from services.closings.win_back_list import lost_cases, lost_count, owners

__all__ = [
    "MOST_PLANS",
    "ClosingCard",
    "ConflictRow",
    "ConflictSettled",
    "LostFilter",
    "LostKey",
    "LostRow",
    "LostSettled",
    "NewPlan",
    "NotYourLostCase",
    "OwnerUnfit",
    "PlanGone",
    "PlanIsChosen",
    "PlanNameNeeded",
    "PlanRow",
    "StepDetail",
    "StepGone",
    "StepRow",
    "TooManyPlans",
    "assign",
    "begin_closing",
    "choose_plan",
    "closing_of",
    "conflict_count",
    "conflicts",
    "lost_cases",
    "lost_count",
    "offer_plan",
    "owners",
    "remove_plan",
    "settle",
    "settle_conflict",
    "settle_step",
    "waiting",
]
