"""What the instalments' clocks hand out, and the gaps in cover."""

from dataclasses import dataclass
from datetime import date

from terms.instalments import (
    DemandMeans,
    GraceBasis,
    InstalmentStage,
    NoticeMeans,
    SuspensionState,
)
from terms.policies import Line


@dataclass(frozen=True, slots=True)
class InstalmentClock:
    """One unpaid instalment with every clock that runs for it."""

    instalment_id: int
    version: int
    policy_number: str
    product: str
    due_on: date
    premium_fen: int
    stage: InstalmentStage
    grace_ends_on: date
    grace_basis: GraceBasis
    grace_left: int | None
    """Days of grace left; 0 on its last day; null outside grace."""
    demanded_on: date | None = None
    demand_means: DemandMeans | None = None
    demand_reference: str | None = None
    suspension_id: int | None = None
    """Null before the morning's pass wrote the suspension."""
    suspension_version: int | None = None
    suspended_on: date | None = None
    notice_due_on: date | None = None
    notice_is_provisional: bool = False
    notice_sent_on: date | None = None
    notice_means: NoticeMeans | None = None
    notice_reference: str | None = None
    reinstatable_until: date | None = None
    applied_on: date | None = None
    answer_due_on: date | None = None
    answered_on: date | None = None
    is_deemed: bool = False
    answer_note: str | None = None
    arrears_fen: int = 0
    """All that fell due of the policy and is unpaid."""


@dataclass(frozen=True, slots=True)
class SuspendedKey:
    """Where a row stands in the list of suspended policies; the next page starts after it."""

    next_due_on: date
    id: int


@dataclass(frozen=True, slots=True)
class SuspendedRow:
    """One suspended policy in the list."""

    id: int
    client_number: str
    client_name: str | None
    owner_name: str | None
    policy_number: str
    product: str
    premium_fen: int
    state: SuspensionState
    suspended_on: date
    notice_due_on: date
    notice_is_provisional: bool
    notice_sent_on: date | None
    reinstatable_until: date
    answer_due_on: date | None
    is_deemed: bool
    next_due_on: date

    @property
    def key(self) -> SuspendedKey:
        return SuspendedKey(self.next_due_on, self.id)


@dataclass(frozen=True, slots=True)
class SuspendedCounts:
    """The pills over the list of suspended policies."""

    all: int
    notice: int
    answer: int
    payment: int
    ending: int


@dataclass(frozen=True, slots=True)
class CoverGap:
    """Days without cover after one term."""

    policy_number: str
    product: str
    line: Line
    ended_on: date
    """The last day of cover."""
    next_number: str | None
    covered_from: date | None
    """The first day of the next term; None while there is none."""
    days: int
    """Whole days without cover: to the next term, or so far."""
    is_open: bool
    """Without cover on the day asked."""
