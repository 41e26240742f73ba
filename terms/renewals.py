"""Words about renewals, contacts and promises."""

from enum import StrEnum


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


class WindowStage(StrEnum):
    """Where a case stands in the windows of rules §3, by days left."""

    PREPARE = "prepare"
    CONTACT = "contact"
    QUOTE = "quote"
    REMIND = "remind"
    DUE = "due"
    OVERDUE = "overdue"


class TargetMeasure(StrEnum):
    RENEWAL_RATE = "renewal_rate"
    CONTACTS = "contacts"
    RENEWED_PREMIUM = "renewed_premium"
    SATISFACTION = "satisfaction"
