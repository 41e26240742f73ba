"""What the queries of this chapter return."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.plans.rules import Shortfall
from terms.clients import ClientType
from terms.renewals import ContactChannel
from terms.service import ItemSource, ItemState, PlanState, ServiceKind, Timing
from terms.tiering import Tier

SOON_DAYS = 7
"""An item is due from a week before its last day."""


@dataclass(frozen=True, slots=True)
class ItemData:
    """An item as somebody writes it."""

    kind: ServiceKind
    channel: ContactChannel
    starts_on: date
    ends_on: date
    handler_id: int | None
    cost_fen: int = 0
    content: str | None = None
    promise_id: int | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """One act on a plan: ``save`` an item (None: a new one), ``drop`` one, or ``open`` the plan."""

    act: str
    item_id: int | None = None
    data: ItemData | None = None


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item of a plan."""

    id: int
    version: int
    kind: ServiceKind
    source: ItemSource
    content: str | None
    channel: ContactChannel
    starts_on: date
    ends_on: date
    handler_id: int | None
    handler: str | None
    handler_is_gone: bool
    cost_fen: int
    state: ItemState
    timing: Timing
    promise_id: int | None
    done_on: date | None
    done_by: str | None
    done: str | None
    """What was done, as the client log has it."""
    reaction: str | None
    evidence: str | None
    """The name of the document that proves it."""


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of a plan and what it changed: item, field, before, after."""

    number: int
    made_at: datetime
    made_by: str | None
    why: str | None
    changes: tuple[tuple[str, str, Any, Any], ...]


@dataclass(frozen=True, slots=True)
class Budget:
    """What the plan costs beside the income of the service year (R58)."""

    cost_fen: int
    realised_fen: int | None
    expected_fen: int | None
    percent: int

    @property
    def income_fen(self) -> int | None:
        """Realised and expected; None where the ledger knows nothing of the client."""
        known = [fen for fen in (self.realised_fen, self.expected_fen) if fen is not None]
        return sum(known) if known else None

    @property
    def limit_fen(self) -> int | None:
        return None if self.income_fen is None else self.income_fen * self.percent // 100

    @property
    def is_over(self) -> bool:
        return self.limit_fen is not None and self.cost_fen > self.limit_fen


@dataclass(frozen=True, slots=True)
class WaitingChange:
    """A change of the plan that waits for a second person."""

    number: str
    asked_by: str | None
    asked_at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class PlanCard:
    """A client's plan. Its star is for our own use."""

    id: int
    version: int
    client_number: str
    client_name: str | None
    client_type: ClientType
    state: PlanState
    number: int
    stars: int | None
    is_reference: bool
    starts_on: date
    ends_on: date
    theme: str | None
    goal: str | None
    needs_talk_on: date | None
    agreed_on: date | None
    opinion: str | None
    opinion_by: str | None
    opinion_at: datetime | None
    opened_at: datetime | None
    disclosed_at: datetime | None
    disclosed_by: str | None
    items: tuple[ItemRow, ...]
    shortfalls: tuple[Shortfall, ...]
    risk_tier: Tier | None
    budget: Budget
    waiting: tuple[WaitingChange, ...]
    versions: tuple[VersionRow, ...]


@dataclass(frozen=True, slots=True)
class DueItem:
    """An item of mine, with whose plan it stands in."""

    id: int
    version: int
    client_number: str
    client_name: str | None
    kind: ServiceKind
    content: str | None
    channel: ContactChannel
    starts_on: date
    ends_on: date
    cost_fen: int
    timing: Timing


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One plan of a list."""

    client_number: str
    client_name: str | None
    state: PlanState
    manager: str | None
    starts_on: date
    ends_on: date
    open_items: int
    late_items: int
    budget: Budget


@dataclass(frozen=True, slots=True)
class TeamRate:
    """How punctual a team's plans are: items due in the days, done by their last day."""

    team_id: int | None
    team: str | None
    due: int
    on_time: int
    late_open: int


@dataclass(frozen=True, slots=True)
class Revised:
    """What became of a change: it stands, or it waits for a second person."""

    plan_id: int
    version: int
    waits: str | None
    """The number of the request; None where the change stands."""
