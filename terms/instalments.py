"""Words about the clock of an instalment (续期): demand, grace, suspension, reinstatement."""

from enum import StrEnum


class DemandMeans(StrEnum):
    """How a formal demand 催告 reached the policyholder: ways that leave proof of delivery.

    A service reminder (a call, an SMS, a message, a notice) is none of them, and cannot become
    one: it is a ``ContactChannel``.
    """

    REGISTERED_LETTER = "registered_letter"
    EXPRESS_LETTER = "express_letter"
    BY_HAND = "by_hand"
    NOTARISED = "notarised"
    AGREED_ELECTRONIC = "agreed_electronic"
    """By the electronic address the contract names for notices, with its receipt."""


class NoticeMeans(StrEnum):
    """How the notice of suspension went out; any way will do that leaves proof of sending."""

    LETTER = "letter"
    EXPRESS_LETTER = "express_letter"
    BY_HAND = "by_hand"
    EMAIL = "email"
    SMS = "sms"
    INSURER = "insurer"
    """The insurer sent it; we hold its copy."""


class GraceBasis(StrEnum):
    """What the last day of grace follows from."""

    AFTER_DUE = "after_due"
    AFTER_DEMAND = "after_demand"
    AGREED = "agreed"
    """The contract says it."""


class InstalmentStage(StrEnum):
    """Where an instalment stands on a day."""

    DUE = "due"
    """Payable, its due day not past."""
    GRACE = "grace"
    PAID = "paid"
    SUSPENDED = "suspended"
    APPLIED = "applied"
    """A reinstatement application waits for the insurer's answer."""
    ACCEPTED = "accepted"
    """Accepted, or unanswered for too long; cover comes back on the day the premium is paid."""
    REFUSED = "refused"
    REINSTATED = "reinstated"
    ENDED = "ended"


class SuspensionState(StrEnum):
    """Where a suspension stands; the last three are over."""

    SUSPENDED = "suspended"
    APPLIED = "applied"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    REINSTATED = "reinstated"
    ENDED = "ended"
    """The time for reinstatement ran out, or the policy ended otherwise."""
    SET_ASIDE = "set_aside"
    """The premium had been paid in time: cover was never suspended."""


class ClockShown(StrEnum):
    """The pills over the list of suspended policies."""

    ALL = "all"
    NOTICE = "notice"
    """The notice of suspension has not been sent."""
    ANSWER = "answer"
    """An application waits for its answer."""
    PAYMENT = "payment"
    """Accepted; the premium is to be paid."""
    ENDING = "ending"
    """The time for reinstatement ends within 90 days."""
