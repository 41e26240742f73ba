"""Referrals 转办: what a client asks that another department answers (R90).

A claims doubt goes to claims, a new need to sales: ``ask`` gives the question to a person there,
with the working day its answer is due by rule ``renewal.referral_days``, and opens the client's
file to them. They ``answer``; whoever asked reads it and ``close``s it, and the file closes again.
Open and late ones stand in the day of both, and in the client's file with ``referrals_of``.
"""

from services.referrals.operations import (
    ColleagueUnfit,
    NotYoursToAnswer,
    ReferralSettled,
    ReferralTextNeeded,
    answer,
    ask,
    close,
)
from services.referrals.queries import ReferralRow, colleagues, referrals_of

__all__ = [
    "ColleagueUnfit",
    "NotYoursToAnswer",
    "ReferralRow",
    "ReferralSettled",
    "ReferralTextNeeded",
    "answer",
    "ask",
    "close",
    "colleagues",
    "referrals_of",
]
