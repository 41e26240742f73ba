"""Words about tiers: what a client is worth, how risky, how many stars, how received."""

from enum import StrEnum


class Tier(StrEnum):
    """Value (R23) and risk (R24): three steps, the lowest first."""

    LOW = "low"
    MID = "mid"
    HIGH = "high"


class ReceptionClass(StrEnum):
    """How a client is received (R38), the most honoured first: cost per person and who receives
    stand in rule ``reception.classes``."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class CreditGrade(StrEnum):
    """How reliable a client is in paying and claiming (R42); poor asks for a stronger review."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


class TierAxis(StrEnum):
    """What a client is classified by; value, risk and credit are made of points."""

    VALUE = "value"
    RISK = "risk"
    STARS = "stars"
    RECEPTION = "reception"
    CREDIT = "credit"


class PassStage(StrEnum):
    """How far a pass over the clients is."""

    READING = "reading"
    WRITING = "writing"
    DONE = "done"


class Factor(StrEnum):
    """What points are given for; a column a company imported is named ``extra:<its name>``."""

    PREMIUM = "premium"
    """Premium of one year of everything in force, yuan."""
    INCOME = "income"
    """Income of the service year, realised and expected, yuan."""
    LINES = "lines"
    """Different lines in force."""
    TENURE = "tenure"
    """Whole months since the client came."""
    NEEDS = "needs"
    """1 where needs are on file (R3), else 0."""
    HOUSEHOLD = "household"
    """Members of the family or group that we know, the client among them."""
    GAPS = "gaps"
    """Lines a client of this type usually holds and this one does not."""
    ATTITUDE = "attitude"
    """0 calm, 1 middling, 2 risky: the higher of preference and (lack of) tolerance."""
    CLAIMS = "claims"
    """Claims of the last three years."""
    CLAIMS_RATIO = "claims_ratio"
    """What they cost in per cent of the premium of those three years."""
    COMPLAINTS = "complaints"
    """Complaints of the last two years."""
    LATE = "late"
    """Instalments of the last two years that were paid late or not at all."""


EXTRA = "extra:"
"""How the name of a factor begins that is a column of the company's own."""

MONEY = frozenset({Factor.PREMIUM, Factor.INCOME})
"""Factors kept in fen and compared in yuan."""

BY_ITSELF = frozenset({Factor.TENURE, Factor.GAPS, Factor.NEEDS})
"""Factors nobody sells: time brings them, or a talk does."""
