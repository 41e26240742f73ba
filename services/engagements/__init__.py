"""Engagements 委托: the written engagement, and the ten working days that follow it.

Engaging makes a prospect a formal client and starts four clocks from the day of signing: service
team and client file (3 working days), star (5), service plan (10). ``rules`` says where a clock
stands and what it waits for; each has its proof in what is stored anyway (members with duties,
papers by kind, the confirmed star, the opened plan), so that nothing a calendar could move is kept.
``gate`` keeps substantive business from prospects. The plan itself is the chapter ``plans``.
"""

from services.engagements.gate import EngagementMissing, refuse_without_engagement
from services.engagements.operations import (
    MOST_PROMISES,
    EngagementNumberTaken,
    NoEngagement,
    StarUnknown,
    Upload,
    archive_original,
    engage,
    rate_star,
)
from services.engagements.queries import colleagues, engagement_text, in_stage, stage_of
from services.engagements.rows import (
    ColleagueRow,
    EngagementCard,
    MemberRow,
    PromiseRow,
    StageCard,
    StageRow,
)
from services.engagements.rules import BEFORE_ENGAGEMENT, Clock, Papers
from services.engagements.serving import (
    ColleagueGone,
    TeamRoleTaken,
    remove_member,
    set_member,
)
from services.engagements.stages import LIMITS, EngagementInvalid, settle, settle_stages

__all__ = [
    "BEFORE_ENGAGEMENT",
    "LIMITS",
    "MOST_PROMISES",
    "Clock",
    "ColleagueGone",
    "ColleagueRow",
    "EngagementCard",
    "EngagementInvalid",
    "EngagementMissing",
    "EngagementNumberTaken",
    "MemberRow",
    "NoEngagement",
    "Papers",
    "PromiseRow",
    "StageCard",
    "StageRow",
    "StarUnknown",
    "TeamRoleTaken",
    "Upload",
    "archive_original",
    "colleagues",
    "engage",
    "engagement_text",
    "in_stage",
    "rate_star",
    "refuse_without_engagement",
    "remove_member",
    "set_member",
    "settle",
    "settle_stages",
    "stage_of",
]
