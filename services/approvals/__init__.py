"""Approvals: every decision that takes two people, in one queue.

Somebody asks that something be done and says why; somebody else, who holds the right and may open
the client's file, reads what exactly changes and approves or refuses with a word. Nobody decides
what they asked for, not even as the substitute of somebody on leave. Approving carries the change
out in the same transaction, after a look whether the world still stands as the asker saw it. A
request that nobody decides is reminded of and runs out, after the working days of rule
``approvals.times``. What can be asked for is a ``Kind`` that a chapter registers; nothing else
calls what a kind carries out.
"""

from services.approvals import measures as _measures  # noqa: F401 - what its figure means
from services.approvals.kinds import Decision, Kind, all_kinds, register
from services.approvals.operations import (
    AlreadyAsked,
    NobodyElse,
    NothingChanges,
    OwnRequest,
    RequestEnded,
    WhyMissing,
    WordMissing,
    WorldMoved,
    approve,
    ask,
    refuse,
    withdraw,
)
from services.approvals.queries import (
    Waiting,
    asked_by_me,
    card,
    ended,
    waiting_about,
    waiting_count,
    waiting_for_me,
    waits_for,
)
from services.approvals.rows import (
    ApprovalCard,
    ApprovalRow,
    Change,
    Payload,
    Stance,
    Watched,
)
from services.approvals.rules import WHY_LIMIT
from services.approvals.times import DEFAULT
from services.approvals.watching import refigure, watch

__all__ = [
    "DEFAULT",
    "WHY_LIMIT",
    "AlreadyAsked",
    "ApprovalCard",
    "ApprovalRow",
    "Change",
    "Decision",
    "Kind",
    "NobodyElse",
    "NothingChanges",
    "OwnRequest",
    "Payload",
    "RequestEnded",
    "Stance",
    "Waiting",
    "Watched",
    "WhyMissing",
    "WordMissing",
    "WorldMoved",
    "all_kinds",
    "approve",
    "ask",
    "asked_by_me",
    "card",
    "ended",
    "refigure",
    "refuse",
    "register",
    "waiting_about",
    "waiting_count",
    "waiting_for_me",
    "waits_for",
    "watch",
    "withdraw",
]
