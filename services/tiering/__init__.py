"""Tiering 客户分级: what a client is worth, how risky, how many stars, and why.

``rules`` turns what is known of a client into points that add up to the score, names what is not
known and the smallest change that would lift the client by one tier; ``income`` is the income of
one service year and the stars it makes. Every scale is a rule table with a day it takes effect.
"""

from services.tiering.credit import CreditEvidence, Evidence, credit_evidence
from services.tiering.disclosing import (
    DisclosureCard,
    DisclosureRow,
    ask_disclosure,
    disclosure_of,
    end_disclosure,
)
from services.tiering.history import (
    ClassChange,
    OverrideRow,
    WaitingOverride,
    changes_of,
    overrides_of,
    overrides_waiting,
)
from services.tiering.holding import CLASSES
from services.tiering.income import (
    Entry,
    Push,
    ServiceYear,
    YearIncome,
    pushes,
    service_year,
    share_fen,
    stars,
    year_income,
)
from services.tiering.overriding import (
    EndingReasonMissing,
    NoSuchClass,
    OverrideEndPassed,
    OverrideOver,
    OverrideTooLong,
    ask_override,
    end_override,
    latest_end,
)
from services.tiering.queries import (
    AxisCard,
    CreditCard,
    IncomeCard,
    ReceptionCard,
    StandingCard,
    StarCard,
    income_of,
    standing_of,
)
from services.tiering.recalculation import Recalculated, is_due, recalculate
from services.tiering.rules import (
    GRADES,
    Lift,
    Part,
    Scale,
    Standing,
    attitude,
    faults,
    smallest_lift,
    standing,
)

__all__ = [
    "CLASSES",
    "GRADES",
    "AxisCard",
    "ClassChange",
    "CreditCard",
    "CreditEvidence",
    "DisclosureCard",
    "DisclosureRow",
    "EndingReasonMissing",
    "Entry",
    "Evidence",
    "IncomeCard",
    "Lift",
    "NoSuchClass",
    "OverrideEndPassed",
    "OverrideOver",
    "OverrideRow",
    "OverrideTooLong",
    "Part",
    "Push",
    "Recalculated",
    "ReceptionCard",
    "Scale",
    "ServiceYear",
    "Standing",
    "StandingCard",
    "StarCard",
    "WaitingOverride",
    "YearIncome",
    "ask_disclosure",
    "ask_override",
    "attitude",
    "changes_of",
    "credit_evidence",
    "disclosure_of",
    "end_disclosure",
    "end_override",
    "faults",
    "income_of",
    "is_due",
    "latest_end",
    "overrides_of",
    "overrides_waiting",
    "pushes",
    "recalculate",
    "service_year",
    "share_fen",
    "smallest_lift",
    "standing",
    "standing_of",
    "stars",
    "year_income",
]
