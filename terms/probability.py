"""Words about the probability of renewal: what it goes by, how it is worked out, what holds."""

from enum import StrEnum


class Factor(StrEnum):
    """What is known of a case before its decision and may speak for or against a renewal."""

    LATE = "late"
    """Share of the payments of the last two years that came after their day, in per cent."""
    PRICE = "price"
    """The quoted premium against the one that ends."""
    QUOTED = "quoted"
    """Whether there is a quote, and whether one is to be expected by now."""
    CLAIMS = "claims"
    CLAIMS_PAID = "claims_paid"
    CLAIMS_REFUSED = "claims_refused"
    COMPLAINTS = "complaints"
    TENURE = "tenure"
    LINES = "lines"
    TALKS = "talks"
    """How often the client was reached about this case so far."""
    UNREACHED = "unreached"
    RENEWED = "renewed"
    """Renewals of this client before this one."""
    LOST = "lost"
    PREMIUM = "premium"
    DAYS_LEFT = "days_left"
    CHANNEL = "channel"
    VALUE_TIER = "value_tier"
    RISK_TIER = "risk_tier"
    LINE = "line"
    KIND = "kind"
    REGION = "region"


class ModelKind(StrEnum):
    POINTS = "points"
    """Logistic regression over steps of each factor: points that add up."""
    TREES = "trees"
    """Gradient boosting."""


class CalibrationKind(StrEnum):
    SIGMOID = "sigmoid"
    ISOTONIC = "isotonic"


class Verdict(StrEnum):
    """What a training came to."""

    IN_FORCE = "in_force"
    WORSE = "worse"
    """Worse on the newest period than the version before, which stays."""
    AVERAGE = "average"
    """No better than the average: nothing is shown."""
    TOO_FEW = "too_few"
    """Fewer outcomes than the administrator asks for."""
