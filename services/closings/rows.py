"""What the chapter hands out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from terms.closings import StepKind, StepState, StepWay, WinBackState
from terms.policies import Line
from terms.renewals import RenewalKind, RenewalState


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One way to renew that was put before the client."""

    id: int
    name: str
    insurer: str
    product: str
    premium_fen: int
    cover: Mapping[str, int | str]
    is_chosen: bool
    document_id: int | None
    document_name: str | None
    """The quote as the insurer wrote it; null where none is kept or it was taken away."""


@dataclass(frozen=True, slots=True)
class StepRow:
    """One step of the checklist."""

    id: int
    kind: StepKind
    state: StepState
    way: StepWay | None
    location: str | None
    due_at: datetime | None
    note: str | None
    settled_at: datetime | None
    settled_by: str | None


@dataclass(frozen=True, slots=True)
class ClosingCard:
    """A case on its way to the end."""

    id: int
    version: int
    client_number: str
    client_name: str | None
    kind: RenewalKind
    line: Line
    state: RenewalState
    is_open: bool
    may_work: bool
    policy_number: str
    insurer: str
    product: str
    due_on: date
    premium_fen: int
    """Of the term that ends, or of the instalment."""
    proposed_premium_fen: int | None
    cover: Mapping[str, int | str]
    """Of the term that ends."""
    plans: tuple[PlanRow, ...]
    steps: tuple[StepRow, ...]
    documents: tuple[tuple[int, str], ...]
    """The client's newest documents that a plan may name as its quote: id and name."""

    @property
    def chosen(self) -> PlanRow | None:
        return next((plan for plan in self.plans if plan.is_chosen), None)

    @property
    def open_steps(self) -> int:
        return sum(step.state is StepState.OPEN for step in self.steps)


@dataclass(frozen=True, slots=True)
class LostFilter:
    """Which lost cases a list shows; what is left out does not filter."""

    state: WinBackState | None = WinBackState.OPEN
    mine: bool = False
    """Those the actor is to win back."""
    unassigned: bool = False


@dataclass(frozen=True, slots=True)
class LostKey:
    """Where a row stands: by the day the client is to be called, then as they were lost."""

    due_on: date
    id: int


@dataclass(frozen=True, slots=True)
class LostRow:
    """A client to win back."""

    id: int
    version: int
    client_number: str
    client_name: str | None
    line: Line
    product: str
    lost_on: date
    reason: str
    competitor: str | None
    competitor_premium_fen: int | None
    premium_fen: int
    state: WinBackState
    owner_id: int | None
    owner_name: str | None
    due_on: date
    is_late: bool
    settled_on: date | None
    note: str | None

    @property
    def key(self) -> LostKey:
        return LostKey(self.due_on, self.id)
