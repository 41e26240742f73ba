"""Words about policies, instalments, income and claims."""

from enum import StrEnum


class Line(StrEnum):
    """Product lines: the long-term ones fall due by instalment (续期), others by term (续保)."""

    MOTOR = "motor"
    PROPERTY = "property"
    HOME = "home"
    LIABILITY = "liability"
    EMPLOYERS = "employers"
    CARGO = "cargo"
    ACCIDENT = "accident"
    MEDICAL = "medical"
    CRITICAL_ILLNESS = "critical_illness"
    LIFE = "life"
    ANNUITY = "annuity"
    OTHER = "other"

    @property
    def is_long_term(self) -> bool:
        return self in {Line.CRITICAL_ILLNESS, Line.LIFE, Line.ANNUITY}


class PolicyStatus(StrEnum):
    IN_FORCE = "in_force"
    GRACE = "grace"
    SUSPENDED = "suspended"
    EXPIRED = "expired"
    LAPSED = "lapsed"
    SURRENDERED = "surrendered"
    ENDED = "ended"


class PaymentMode(StrEnum):
    SINGLE = "single"
    ANNUAL = "annual"
    SEMIANNUAL = "semiannual"
    QUARTERLY = "quarterly"
    MONTHLY = "monthly"


class InstalmentStatus(StrEnum):
    DUE = "due"
    PAID = "paid"
    GRACE = "grace"
    UNPAID = "unpaid"


class PolicyEventKind(StrEnum):
    ISSUED = "issued"
    ENDORSED = "endorsed"
    RENEWED = "renewed"
    REINSTATED = "reinstated"
    SUSPENDED = "suspended"
    SURRENDERED = "surrendered"
    ENDED = "ended"
    LOSS_REPORTED = "loss_reported"
    DEMANDED = "demanded"
    """A formal demand 催告 for an instalment."""
    NOTICE_SENT = "notice_sent"
    """The notice of suspension."""
    REINSTATEMENT_APPLIED = "reinstatement_applied"
    REINSTATEMENT_ACCEPTED = "reinstatement_accepted"
    REINSTATEMENT_REFUSED = "reinstatement_refused"


class IncomeKind(StrEnum):
    REALISED = "realised"
    EXPECTED = "expected"


class ClaimStatus(StrEnum):
    REPORTED = "reported"
    SURVEYING = "surveying"
    SETTLED = "settled"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
