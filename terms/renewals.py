"""Words about renewals, contacts and promises."""

from enum import IntEnum, StrEnum


class RenewalKind(StrEnum):
    """续保 and 续期 are never mixed (rules §3)."""

    TERM = "term"
    INSTALMENT = "instalment"


class RenewalState(StrEnum):
    """From extraction to close; the last four are closed."""

    EXTRACTED = "extracted"
    ALLOCATED = "allocated"
    CONTACTED = "contacted"
    QUOTED = "quoted"
    AGREED = "agreed"
    RENEWED = "renewed"
    LOST = "lost"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"

    @property
    def is_open(self) -> bool:
        return self in OPEN_STATES


OPEN_STATES = frozenset(
    {
        RenewalState.EXTRACTED,
        RenewalState.ALLOCATED,
        RenewalState.CONTACTED,
        RenewalState.QUOTED,
        RenewalState.AGREED,
    }
)


class ContactChannel(StrEnum):
    PHONE = "phone"
    WECHAT = "wechat"
    SMS = "sms"
    EMAIL = "email"
    VISIT = "visit"
    COUNTER = "counter"


class ContactOutcome(StrEnum):
    REACHED = "reached"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"


class Intention(StrEnum):
    RENEWS = "renews"
    THINKING = "thinking"
    REFUSES = "refuses"


class RefusalReason(StrEnum):
    """Default refusal reasons of rules §3; the administrator's list stands in the rule table."""

    PRICE = "price"
    FINANCIAL_PRESSURE = "financial_pressure"
    SERVICE = "dissatisfied_service"
    CLAIM = "dissatisfied_claim"
    BOUGHT_ELSEWHERE = "bought_elsewhere"
    RISK_GONE = "risk_gone"
    UNREACHABLE = "unreachable"
    OTHER = "other"


class PromiseKind(StrEnum):
    APPOINTMENT = "appointment"
    PROMISE = "promise"


class PromiseState(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    CANCELLED = "cancelled"


class AllocationCause(StrEnum):
    ALLOCATED = "allocated"
    MOVED = "moved"
    RECALLED = "recalled"
    COVER = "cover"
    RETURNED = "returned"
    """Back from who covered it."""


class AllocationWhy(StrEnum):
    """Why this person, of those who could have had the case."""

    ONLY = "only"
    """Nobody else could have it."""
    SUBSTITUTE = "substitute"
    """Named to stand in for who is on leave."""
    SAME_CLIENT = "same_client"
    """Has another open case of the client."""
    OWNER = "owner"
    SPOKE_LAST = "spoke_last"
    TURN = "turn"
    """Others would have stood as high with it; it was this person's turn."""
    BALANCE = "balance"
    """With it the person stands lower than any other would have."""


class WindowStage(StrEnum):
    """Where a case stands in the windows of rules §3, by days left."""

    PREPARE = "prepare"
    CONTACT = "contact"
    QUOTE = "quote"
    REMIND = "remind"
    DUE = "due"
    OVERDUE = "overdue"


class CaseClass(StrEnum):
    """What cases are classified by before they are given out (R77)."""

    CLIENT_TYPE = "type"
    TIER = "tier"
    LINE = "line"
    INSURED = "insured"
    WINDOW = "window"


class QueueView(StrEnum):
    """The pills over a specialist's queue."""

    ALL = "all"
    APPOINTMENT = "appointment"
    WEEK = "week"
    UNCOVERED = "uncovered"
    """A term that ended without a new one (脱保)."""
    GRACE = "grace"
    """An instalment past its due day (宽限期)."""


class QueueGroup(IntEnum):
    """The queue's first order: what somebody pinned, what was promised for today, then the work,
    then what waits."""

    PINNED = 0
    APPOINTMENT = 1
    WORK = 2
    WAITING = 3
    """Agreed for a later day, or already called today."""


class WhyCode(StrEnum):
    """Why a case stands where it stands; ``words.renewals.why`` makes the sentence."""

    PINNED = "pinned"
    APPOINTMENT_TODAY = "appointment_today"
    APPOINTMENT_MISSED = "appointment_missed"
    APPOINTMENT_LATER = "appointment_later"
    CALLED_TODAY = "called_today"
    MOST_AT_RISK = "most_at_risk"
    UNCOVERED = "uncovered"
    GRACE = "grace"
    UNREACHED = "unreached"
    AGREED = "agreed"
    REFUSED = "refused"
    THINKING = "thinking"
    PRICE_UP = "price_up"
    NOT_QUOTED = "not_quoted"
    QUOTED = "quoted"
    NOT_CALLED = "not_called"
    REMIND = "remind"


class AboveCode(StrEnum):
    """Why a case stands above the next one of its queue."""

    MORE = "more"
    """More money at risk."""
    NEWER = "newer"
    """As much, and opened later."""
    PINNED_EARLIER = "pinned_earlier"
    NEXT_WAITS = "next_waits"


class NextStep(StrEnum):
    CALL_BACK = "call_back"
    CALL = "call"
    FIRST_CONTACT = "first_contact"
    OTHER_TIME = "other_time"
    QUOTE = "quote"
    EXPLAIN_PRICE = "explain_price"
    ASK_DECISION = "ask_decision"
    FINISH = "finish"
    REMIND = "remind"
    WAIT = "wait"


class UnplacedReason(StrEnum):
    """Why nobody could be given a case."""

    NOBODY = "nobody"
    """No specialist in the team (or, without a team, in the branch or company)."""
    ABSENT = "absent"
    """All of them are on leave or out of service that day."""
    UNREGISTERED = "unregistered"
    LINE = "line"
    """Nobody there is authorised for the product line."""
    CAPACITY = "capacity"
    """Everybody left has a weekly capacity of 0."""
    LANGUAGE = "language"
    """Nobody left speaks the client's language."""
    FULL = "full"
    """Everybody who could have it has as many open cases as the ceiling allows."""


class TargetMeasure(StrEnum):
    RENEWAL_RATE = "renewal_rate"
    CONTACTS = "contacts"
    RENEWED_PREMIUM = "renewed_premium"
    SATISFACTION = "satisfaction"


class ClosingStands(StrEnum):
    """Why a closing cannot be taken back any more."""

    CONFIRMED = "confirmed"
    """The core system brought the policy that renews it."""
    CONFLICT = "conflict"
    """The core system brought a policy that contradicts it; a lead decides."""
    TERM_IN_USE = "term_in_use"
    """Something was recorded of the new term: a payment, a claim, its own renewal."""
    TERM_CHANGED = "term_changed"
    WIN_BACK = "win_back"
    """Somebody has begun to win the client back."""
    INSTALMENT = "instalment"
    CHANGED = "changed"
