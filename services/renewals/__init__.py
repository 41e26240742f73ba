"""Renewals 续保 and 续期: every term or instalment that falls due becomes one case.

Each morning ``extract`` opens a case for what falls due inside the windows and closes what ran
out; ``allocate`` gives unassigned cases evenly to the specialists of the client's team. A
specialist works the ``queue``: what was promised for today at its time, then by money at risk,
each row with its ``why``; beside the row the ``brief``. ``record_contact`` keeps what was said
and what was agreed (R74); ``quote``, ``close_renewed``, ``close_lost`` and ``lapse`` carry the case
to its end. A lead sees ``team_load`` and ``case_list``, moves cases with ``reassign``, and reads
``due_by_week`` against ``capacity_by_week``, ``funnel``, ``refusal_reasons``, renewal rates and
persistency (``rates``), whose bars open to ``case_list``. ``count_outcomes`` keeps what the rates
are read from; what each figure means stands in ``measures`` and ``rate_measures``.

An instalment has a clock of its own (``instalment_rules``): ``follow_instalments`` moves it each
morning, ``record_demand``, ``record_notice``, ``record_application``, ``answer_application`` and
``record_payment`` keep what people did, ``suspended`` lists the policies without effect. A motor
quote waits for its day (``motor_quotes``); ``gaps_of`` names the days without cover (脱保).
"""

from services.renewals import ledger_measures as _ledger  # noqa: F401 - of the allocation
from services.renewals import measures as _measures  # noqa: F401 - what the figures mean
from services.renewals import rate_measures as _rates  # noqa: F401 - and those of the analysis
from services.renewals import split_measures as _splits  # noqa: F401
from services.renewals.allocation import allocate
from services.renewals.appointments import Appointment, appointments
from services.renewals.breakdown import OF_COHORT, YEARS, as_month, first_of, last_day, months_later
from services.renewals.brief import NoPhoneKnown, brief, reveal_phone
from services.renewals.capacity import PLACES, WeekCapacity, capacity_by_week
from services.renewals.cases import (
    assignees,
    case_list,
    open_count,
    own_marks,
    team_load,
    team_queue,
)
from services.renewals.classes import UNKNOWN, Band, Classes, ClassRow, case_classes, classed
from services.renewals.closing import NotExpiredYet, close_lost, close_renewed, lapse
from services.renewals.cohort_list import (
    CohortFilter,
    CohortKey,
    CohortPolicy,
    cohort_filter_as_json,
    cohort_filter_of,
    cohort_policies,
    count_cohort_policies,
    each_cohort_policy,
)
from services.renewals.counting import Counted, count_outcomes
from services.renewals.cover_gaps import gaps_of
from services.renewals.covering import Cover, follow_leave, foresee_cover, keep_cover
from services.renewals.exporting import count_cases, each_case, filter_as_json, filter_of
from services.renewals.extraction import extract, refigure
from services.renewals.figures import StageCount, WeekDue, due_by_week, funnel
from services.renewals.foreseeing import Foreseen, Move
from services.renewals.instalment_acts import (
    Notice,
    Recorded,
    answer_application,
    record_agreed_grace,
    record_application,
    record_demand,
    record_notice,
    record_payment,
)
from services.renewals.instalment_pass import ClocksMoved, follow_instalments
from services.renewals.instalment_queries import clocks_of, suspended, suspended_counts
from services.renewals.instalment_rows import (
    CoverGap,
    InstalmentClock,
    SuspendedCounts,
    SuspendedKey,
    SuspendedRow,
)
from services.renewals.instalment_rules import FormalDemand
from services.renewals.instalment_telling import refigure_notices
from services.renewals.instalment_working import (
    AnswerReasonNeeded,
    CoverSuspended,
    DayOutOfPlace,
    DemandedAlready,
    InstalmentPaid,
    NoticeSentAlready,
    NotThisStep,
    PaymentTooSmall,
    ProofMissing,
    RefusalTooLate,
    ReinstatementNeeded,
    ReinstatementTooLate,
    SuspensionOver,
)
from services.renewals.ledger import (
    GivenRow,
    PersonMonth,
    Share,
    WaitingGroup,
    given_to,
    month_by_person,
    waiting_groups,
)
from services.renewals.losing import CompetitorTooLong
from services.renewals.member_days import (
    MemberDaily,
    WorkedDay,
    daily,
    days_to_look_at,
    member_days,
)
from services.renewals.member_measures import week_to
from services.renewals.members import MemberDay, member_day
from services.renewals.motor_quotes import QuoteTooEarly
from services.renewals.moving import AllocationTargetUnfit, CasesMovedMeanwhile, reassign
from services.renewals.new_term import (
    NewTerm,
    PolicyNumberNeeded,
    PolicyNumberTaken,
    StepsStillOpen,
    TermDatesWrong,
    TermThereAlready,
)
from services.renewals.operations import (
    CONTACT_DRAFT,
    AppointmentInThePast,
    ClientDoesNotWantContact,
    NoteTooLong,
    PremiumNotPositive,
    UnknownObjection,
    quote,
    record_contact,
)
from services.renewals.pinning import pin, unpin
from services.renewals.queue import queue, queue_counts, queue_row
from services.renewals.rate_measures import SPOKEN
from services.renewals.rates import (
    MOST_BARS,
    Cohort,
    Outcome,
    bar_called,
    cohorts,
    cohorts_by,
    counted_at,
    final_cohorts,
    outcomes_by,
    outcomes_by_month,
)
from services.renewals.recalling import Recall, RecallChanged, foresee_recall, recall_untouched
from services.renewals.references import case_by_reference, reference
from services.renewals.rows import (
    Above,
    Allocation,
    Brief,
    BriefClaim,
    BriefContact,
    BriefPromise,
    CaseFilter,
    CaseKey,
    CaseRow,
    Extraction,
    Opening,
    PersonLoad,
    QueueCounts,
    QueueKey,
    QueueRow,
    Reassignment,
    RenewalCard,
    TermItem,
    Why,
)
from services.renewals.rules import ranked
from services.renewals.speaking import SpokenAbout, SuspendedCover, suspended_cover
from services.renewals.split_figures import (
    OpenCases,
    ReasonCount,
    Refusals,
    is_counted,
    near_stages,
    open_by,
    refusal_reasons,
    refusals_by,
    stages,
    weeks_due,
    weeks_of,
)
from services.renewals.splits import PERIODS, near
from services.renewals.taking_back import (
    Closing,
    ClosingStands,
    closings_done,
    preview_reopening,
    reopen,
)
from services.renewals.working import (
    MoreAttemptsNeeded,
    NotYourCase,
    RefusalReasonNeeded,
    RenewalAlreadyClosed,
    UnknownRefusalReason,
)

__all__ = [
    "CONTACT_DRAFT",
    "MOST_BARS",
    "OF_COHORT",
    "PERIODS",
    "PLACES",
    "SPOKEN",
    "UNKNOWN",
    "YEARS",
    "Above",
    "Allocation",
    "AllocationTargetUnfit",
    "AnswerReasonNeeded",
    "Appointment",
    "AppointmentInThePast",
    "Band",
    "Brief",
    "BriefClaim",
    "BriefContact",
    "BriefPromise",
    "CaseFilter",
    "CaseKey",
    "CaseRow",
    "CasesMovedMeanwhile",
    "ClassRow",
    "Classes",
    "ClientDoesNotWantContact",
    "ClocksMoved",
    "Closing",
    "ClosingStands",
    "Cohort",
    "CohortFilter",
    "CohortKey",
    "CohortPolicy",
    "CompetitorTooLong",
    "Counted",
    "Cover",
    "CoverGap",
    "CoverSuspended",
    "DayOutOfPlace",
    "DemandedAlready",
    "Extraction",
    "Foreseen",
    "FormalDemand",
    "GivenRow",
    "InstalmentClock",
    "InstalmentPaid",
    "MemberDaily",
    "MemberDay",
    "MoreAttemptsNeeded",
    "Move",
    "NewTerm",
    "NoPhoneKnown",
    "NotExpiredYet",
    "NotThisStep",
    "NotYourCase",
    "NoteTooLong",
    "Notice",
    "NoticeSentAlready",
    "OpenCases",
    "Opening",
    "Outcome",
    "PaymentTooSmall",
    "PersonLoad",
    "PersonMonth",
    "PolicyNumberNeeded",
    "PolicyNumberTaken",
    "PremiumNotPositive",
    "ProofMissing",
    "QueueCounts",
    "QueueKey",
    "QueueRow",
    "QuoteTooEarly",
    "ReasonCount",
    "Reassignment",
    "Recall",
    "RecallChanged",
    "Recorded",
    "RefusalReasonNeeded",
    "RefusalTooLate",
    "Refusals",
    "ReinstatementNeeded",
    "ReinstatementTooLate",
    "RenewalAlreadyClosed",
    "RenewalCard",
    "Share",
    "SpokenAbout",
    "StageCount",
    "StepsStillOpen",
    "SuspendedCounts",
    "SuspendedCover",
    "SuspendedKey",
    "SuspendedRow",
    "SuspensionOver",
    "TermDatesWrong",
    "TermItem",
    "TermThereAlready",
    "UnknownObjection",
    "UnknownRefusalReason",
    "WaitingGroup",
    "WeekCapacity",
    "WeekDue",
    "Why",
    "WorkedDay",
    "allocate",
    "answer_application",
    "appointments",
    "as_month",
    "assignees",
    "bar_called",
    "brief",
    "capacity_by_week",
    "case_by_reference",
    "case_classes",
    "case_list",
    "classed",
    "clocks_of",
    "close_lost",
    "close_renewed",
    "closings_done",
    "cohort_filter_as_json",
    "cohort_filter_of",
    "cohort_policies",
    "cohorts",
    "cohorts_by",
    "count_cases",
    "count_cohort_policies",
    "count_outcomes",
    "counted_at",
    "daily",
    "days_to_look_at",
    "due_by_week",
    "each_case",
    "each_cohort_policy",
    "extract",
    "filter_as_json",
    "filter_of",
    "final_cohorts",
    "first_of",
    "follow_instalments",
    "follow_leave",
    "foresee_cover",
    "foresee_recall",
    "funnel",
    "gaps_of",
    "given_to",
    "is_counted",
    "keep_cover",
    "lapse",
    "last_day",
    "member_day",
    "member_days",
    "month_by_person",
    "months_later",
    "near",
    "near_stages",
    "open_by",
    "open_count",
    "outcomes_by",
    "outcomes_by_month",
    "own_marks",
    "pin",
    "preview_reopening",
    "queue",
    "queue_counts",
    "queue_row",
    "quote",
    "ranked",
    "reassign",
    "recall_untouched",
    "record_agreed_grace",
    "record_application",
    "record_contact",
    "record_demand",
    "record_notice",
    "record_payment",
    "reference",
    "refigure",
    "refigure_notices",
    "refusal_reasons",
    "refusals_by",
    "reopen",
    "reveal_phone",
    "stages",
    "suspended",
    "suspended_counts",
    "suspended_cover",
    "team_load",
    "team_queue",
    "unpin",
    "waiting_groups",
    "week_to",
    "weeks_due",
    "weeks_of",
]
