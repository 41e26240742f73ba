"""What the renewals chapter hands out: rows of lists, the brief of one case, figures of a team."""

from dataclasses import dataclass
from datetime import date, datetime

from services.renewals.instalment_rows import CoverGap, InstalmentClock
from terms.clients import ClientType, Sex
from terms.people import CompanyKind, Language
from terms.policies import ClaimStatus, Line
from terms.renewal_analysis import Dimension
from terms.renewals import (
    AboveCode,
    ContactChannel,
    ContactOutcome,
    Intention,
    NextStep,
    PromiseKind,
    QueueGroup,
    RenewalKind,
    RenewalState,
    UnplacedReason,
    WhyCode,
)
from terms.tiering import Tier


@dataclass(frozen=True, slots=True)
class Extraction:
    """What one day's extraction found and did."""

    due: int
    """Terms and instalments inside the window of that day that are still to be renewed or paid."""
    created: int
    """Cases opened now; the rest of ``due`` had theirs."""
    lapsed: int = 0
    """Cases closed because the days past their end had run out."""
    withdrawn: int = 0
    """Cases closed because the policy was surrendered or ended, or the instalment was paid."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """What one allocation gave to whom, and what it could not place."""

    working_day: date
    """The working day it allocated for: the day itself, else the next one."""
    allocated: int
    unallocated: int
    by_person: tuple[tuple[int, int], ...] = ()
    """``(staff_id, cases given now)``."""
    unplaced: tuple[tuple[UnplacedReason, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Why:
    """Why a case stands where it stands; ``words.renewals.why`` says it in a sentence."""

    code: WhyCode
    also: WhyCode | None = None
    """A second clause of the sentence."""
    days: int = 0
    percent: int = 0
    count: int = 0
    at: datetime | None = None
    reason: str | None = None
    """A refusal reason's code."""
    by_name: str | None = None
    """Who pinned it; null where the reader did."""
    pinned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Above:
    """Why a case stands above the next one, with the numbers that decided it."""

    code: AboveCode
    own_fen: int
    next_fen: int


@dataclass(frozen=True, slots=True)
class QueueKey:
    """Where a row stands in the queue's order; the next page starts after it."""

    group: QueueGroup
    next_at: datetime | None
    at_risk_fen: int
    id: int
    pinned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One case in a specialist's queue."""

    id: int
    version: int
    group: QueueGroup
    client_id: int
    client_number: str
    client_name: str | None
    """Null where the company does not know it: show the number."""
    line: Line
    product: str
    kind: RenewalKind
    due_on: date
    days_left: int
    """Days until the last day of cover or the instalment's due day; negative past it."""
    grace_left: int | None
    """Days of grace left of an instalment past its due day; null for everything else."""
    premium_fen: int
    at_risk_fen: int
    proposed_premium_fen: int | None
    state: RenewalState
    next_at: datetime | None
    attempts: int
    """Attempts in a row that did not reach the client."""
    last_contact_at: datetime | None
    why: Why
    next_step: NextStep
    quote_from: date | None = None
    """The first day a motor quote may be promised; null for everything else."""
    probability: int | None = None
    """Per cent that it renews; null where no model is in force or the client has answered."""
    pinned_at: datetime | None = None
    above: Above | None = None
    """Null where its time, its pin or what was agreed says it, and for the last row."""

    @property
    def key(self) -> QueueKey:
        return QueueKey(self.group, self.next_at, self.at_risk_fen, self.id, self.pinned_at)


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """The pills over a queue and the quiet line of the day."""

    all: int
    appointment: int
    week: int
    uncovered: int
    grace: int
    done_today: int
    """Cases this person contacted today."""
    planned_today: int
    """The day's portion: what was done, and what a day of this person's capacity still takes."""
    recoverable_fen: int
    """Sum of money at risk over the open cases."""
    next_at: datetime | None
    """The next appointment that is still to come."""


@dataclass(frozen=True, slots=True)
class TermItem:
    """One line of the comparison of terms; amounts in fen, everything else as text."""

    item: str
    """``premium``, or the name of a cover item as the policy calls it."""
    last: int | str | None
    proposed: int | str | None

    @property
    def percent(self) -> float | None:
        """Change in per cent, one decimal; null where either side is no amount."""
        if not isinstance(self.last, int) or not isinstance(self.proposed, int) or not self.last:
            return None
        return round(100 * (self.proposed - self.last) / self.last, 1)


@dataclass(frozen=True, slots=True)
class BriefContact:
    happened_at: datetime
    channel: ContactChannel
    outcome: ContactOutcome
    intention: Intention | None
    refusal_reason: str | None
    note: str | None
    staff_name: str
    objection: str | None = None
    """A code of rule ``renewal.objections``."""
    market: str | None = None
    """What the client told about the market (R89)."""


@dataclass(frozen=True, slots=True)
class BriefPromise:
    id: int
    kind: PromiseKind
    due_at: datetime
    what: str | None
    staff_name: str
    is_missed: bool


@dataclass(frozen=True, slots=True)
class BriefClaim:
    number: str
    reported_on: date
    settled_on: date | None
    amount_fen: int
    status: ClaimStatus
    note: str | None


@dataclass(frozen=True, slots=True)
class Opening:
    """What the opening words state (rules §3): who calls, for whom, under which licence."""

    company_name: str
    company_kind: CompanyKind
    licence_number: str | None
    staff_name: str
    registration_number: str | None


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything beside one row: who, what was promised, the terms, what was said, the script."""

    id: int
    version: int
    client_id: int
    client_number: str
    client_name: str | None
    client_type: ClientType
    sex: Sex | None
    age: int | None
    client_years: int | None
    """Full years as a client."""
    preferred_channel: ContactChannel | None
    preferred_time: str | None
    preferred_language: Language | None
    do_not_contact: bool
    lacks_engagement: bool
    """A prospect still: a quote waits for the written engagement (R13)."""
    phone_masked: str | None
    special_circumstances: str | None
    policy_number: str
    line: Line
    product: str
    insurer: str
    kind: RenewalKind
    due_on: date
    days_left: int
    grace_ends_on: date | None
    """The last day of grace of an instalment; null for a term."""
    state: RenewalState
    is_open: bool
    is_mine: bool
    """The actor is the assignee, so may record contacts here."""
    assignee_name: str | None
    attempts: int
    last_intention: Intention | None
    refusal_reason: str | None
    next_at: datetime | None
    premium_fen: int
    proposed_premium_fen: int | None
    renewed_premium_fen: int | None
    at_risk_fen: int
    terms: tuple[TermItem, ...]
    """Last term against proposed term; the premium first. ``proposed`` is null where no quote is
    there yet."""
    promises: tuple[BriefPromise, ...]
    """Open ones of this client, next first."""
    contacts: tuple[BriefContact, ...]
    """The last three, newest first."""
    claim: BriefClaim | None
    """The newest claim of this client in the last two years."""
    open_complaints: int
    opening: Opening
    refusal_reasons: tuple[str, ...]
    """Codes the contact form offers, in the administrator's order."""
    clock: InstalmentClock | None = None
    """Of an instalment that is not paid: grace, suspension, notice, reinstatement."""
    gap: CoverGap | None = None
    """Days without cover after a term that ended."""
    quote_from: date | None = None
    """The first day a motor quote may be promised, while that day lies ahead."""
    probability: int | None = None
    """Per cent that it renews; for the house alone."""
    probability_reasons: tuple[tuple[str, int, float], ...] = ()
    """Factor, for (1) or against (-1) a renewal, amount; the strongest first."""
    pinned_at: datetime | None = None
    """Since when it stands on top of its assignee's queue; null where it does not."""
    pinned_by: str | None = None


@dataclass(frozen=True, slots=True)
class RenewalCard:
    """A case after an operation."""

    id: int
    version: int
    client_id: int
    client_number: str
    client_name: str | None
    state: RenewalState
    is_open: bool
    assignee_id: int | None
    next_at: datetime | None
    attempts: int
    at_risk_fen: int
    contact_id: int | None = None
    """The contact that was recorded, where one was."""


@dataclass(frozen=True, slots=True)
class Reassignment:
    """What a lead moved."""

    moved: int
    same: int
    """Cases that were theirs already."""
    to_staff_id: int
    batch_id: int | None = None
    """What takes it back; None where nothing moved."""


@dataclass(frozen=True, slots=True)
class PersonLoad:
    """One person's open work; the first row of a team is its unassigned cases."""

    staff_id: int | None
    """Null: nobody has them yet."""
    name: str | None
    team_id: int | None
    team_name: str | None
    open_cases: int
    due_week: int
    """Due within seven days, overdue ones included."""
    premium_fen: int
    at_risk_fen: int
    weekly_capacity: int
    load_percent: int
    """Open cases inside the contact window ÷ what the person can work in that window."""
    in_window: int
    """Open cases inside the contact window."""
    window_capacity: float
    """Cases the person can work in that window."""
    done_today: int
    is_on_leave: bool
    may_take: bool
    """A specialist in service that day and not on leave: cases can be given to them."""


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """Which cases a list or a chart shows; everything left out does not filter.

    A click on a chart's bar gives one of these: a week is ``due_from`` and ``due_to``.
    """

    due_from: date | None = None
    due_to: date | None = None
    states: tuple[RenewalState, ...] = ()
    reached: RenewalState | None = None
    """At least this far in the funnel."""
    kind: RenewalKind | None = None
    line: Line | None = None
    team_id: int | None = None
    assignee_id: int | None = None
    unassigned: bool = False
    refusal_reason: str | None = None
    dimension: Dimension | None = None
    """With ``code`` the bar of a breakdown: a line, a product, a person's row id."""
    code: str = ""
    is_refused: bool = False
    """Cases with a refusal reason, whichever it is."""
    only_terms: bool = False
    """Terms that fell due, withdrawn ones left out: what the renewal rates count."""
    only_open: bool = True
    client_type: ClientType | None = None
    tier: Tier | None = None
    insured_from_fen: int | None = None
    insured_below_fen: int | None = None
    is_insured_unknown: bool = False
    """Cases without a sum insured on record."""


@dataclass(frozen=True, slots=True)
class CaseKey:
    """Where a row stands in a case list: by due day, then as they were opened."""

    due_on: date
    id: int


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case in a lead's list."""

    id: int
    version: int
    client_id: int
    client_number: str
    client_name: str | None
    line: Line
    product: str
    kind: RenewalKind
    due_on: date
    days_left: int
    state: RenewalState
    premium_fen: int
    proposed_premium_fen: int | None
    at_risk_fen: int
    assignee_id: int | None
    assignee_name: str | None
    next_at: datetime | None
    attempts: int
    last_contact_at: datetime | None
    refusal_reason: str | None

    @property
    def key(self) -> CaseKey:
        return CaseKey(self.due_on, self.id)
