"""What the queries of this chapter return: rows of the list, and rows of a file's views."""

from dataclasses import dataclass
from datetime import date, datetime

from terms.clients import (
    ClientType,
    EngagementKind,
    FoundBy,
    LifecycleStage,
    ListOrder,
    RelationKind,
)
from terms.complaints import ComplaintState, Dispute
from terms.policies import (
    ClaimStatus,
    InstalmentStatus,
    Line,
    PaymentMode,
    PolicyEventKind,
    PolicyStatus,
)
from terms.renewals import (
    ContactChannel,
    ContactOutcome,
    Intention,
    PromiseKind,
    PromiseState,
)

COUNT_CAP = 10_000
"""Counts beyond it are shown as "10,000+"."""
NOBODY = "-"
"""As ``owner``: clients without one."""
LIVE = (PolicyStatus.IN_FORCE, PolicyStatus.GRACE)


@dataclass(frozen=True, slots=True)
class ClientFilters:
    """What the list is narrowed to; names as people know them, never row ids."""

    text: str = ""
    owner: str | None = None
    """A user name, or ``NOBODY``."""
    team: str | None = None
    branch: str | None = None
    line: Line | None = None
    expires_within_days: int | None = None
    """A policy in force ends within so many days; together with ``line`` one of that line."""
    completeness_below: int | None = None
    stage: LifecycleStage | None = None
    client_type: ClientType | None = None


@dataclass(frozen=True, slots=True)
class ClientRow:
    """One row of the list."""

    number: str
    name: str | None
    client_type: ClientType
    owner: str | None
    team: str | None
    stage: LifecycleStage
    completeness: int
    next_expiry_on: date | None
    policies_in_force: int
    premium_in_force_fen: int
    """Premium of one term of the policies in force."""
    do_not_contact: bool
    found_by: FoundBy | None
    """Which way the text found it; None without a text."""


@dataclass(frozen=True, slots=True)
class ClientPage:
    """One page of the list, with where the neighbouring pages begin."""

    rows: tuple[ClientRow, ...]
    next_after: str | None
    previous_before: str | None
    count: int
    """Never more than ``COUNT_CAP``."""
    is_capped: bool
    """There are more than ``COUNT_CAP``."""
    order: ListOrder


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """What the filters may be set to in the actor's scope."""

    owners: tuple[tuple[str, str], ...]
    """User name and name."""
    teams: tuple[str, ...]
    branches: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One term of one contract."""

    number: str
    previous_number: str | None
    line: Line
    product: str
    insurer: str
    inception_on: date
    expiry_on: date | None
    premium_fen: int
    previous_premium_fen: int | None
    sum_insured_fen: int | None
    payment_mode: PaymentMode
    status: PolicyStatus
    cooling_off_days: int | None
    days_left: int | None
    """Until the last day of cover; None without one."""
    insured: tuple[str, ...]
    cover: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TimelineEvent:
    """What happened to a policy or a claim."""

    on: date
    kind: PolicyEventKind | ClaimStatus
    policy_number: str | None
    product: str | None
    amount_fen: int | None
    note: str | None


@dataclass(frozen=True, slots=True)
class InstalmentRow:
    """One premium of a long-term contract (续期)."""

    policy_number: str
    product: str
    due_on: date
    premium_fen: int
    paid_on: date | None
    paid_fen: int | None
    demanded_on: date | None
    grace_ends_on: date | None
    status: InstalmentStatus


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One entry of the contact log."""

    at: datetime
    by: str
    channel: ContactChannel
    outcome: ContactOutcome
    intention: Intention | None
    refusal_reason: str | None
    note: str | None
    reaction: str | None
    """How the client took a service of the plan (R64)."""
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """Something we told the client we would do."""

    due_at: datetime
    kind: PromiseKind
    what: str | None
    by: str
    state: PromiseState
    settled_at: datetime | None
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class ClaimRow:
    number: str
    policy_number: str | None
    reported_on: date
    settled_on: date | None
    amount_fen: int
    status: ClaimStatus
    note: str | None


@dataclass(frozen=True, slots=True)
class Holdings:
    """How many of each a client's file has."""

    claims: int
    complaints: int
    open_complaints: int


@dataclass(frozen=True, slots=True)
class ComplaintRow:
    """A complaint; ``summary`` only for who may read complaints."""

    number: str
    received_at: datetime
    dispute: Dispute
    state: ComplaintState
    summary: str | None
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class RelationRow:
    """Another client this one belongs with. One the actor may not open has no name or figures."""

    id: int
    number: str | None
    name: str | None
    client_type: ClientType | None
    stage: LifecycleStage | None
    kind: RelationKind
    is_from_here: bool
    """This client's entry, e.g. the other one is the referrer."""
    note: str | None
    premium_in_force_fen: int | None


@dataclass(frozen=True, slots=True)
class EngagementRow:
    number: str | None
    kind: EngagementKind
    signed_on: date
    ends_on: date | None
    ownership_clause: str | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One act of the audit trail; ``fields`` are the names of what changed."""

    at: datetime
    by: str | None
    """None: the system."""
    event: str
    fields: tuple[str, ...]
    before: tuple[tuple[str, str], ...]
    after: tuple[tuple[str, str], ...]
