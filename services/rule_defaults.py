"""What a new company starts with, by chapter where the chapter has many rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.rule_texts import FORBIDDEN_WORDS


@dataclass(frozen=True, slots=True)
class RuleDefault:
    """What a new company starts with; ``needs_confirmation`` marks a secondary source."""

    value: Any
    source: str
    needs_confirmation: bool = False


RENEWALS: Mapping[str, RuleDefault] = {
    "renewal.windows": RuleDefault(
        {"prepare": 90, "contact": 60, "quote": 30, "reminders": [15, 7, 1], "overdue_days": 30},
        "Rules §3",
    ),
    "renewal.motor_quote_days": RuleDefault(
        {"default": 30, "places": []},
        "Rules §3: per province × insurer, earliest motor quote",
        True,
    ),
    "renewal.grace_days": RuleDefault(
        {"after_due": 60, "after_demand": 30}, "Insurance Law art. 36"
    ),
    "renewal.refusal_reasons": RuleDefault(
        [
            "price",
            "financial_pressure",
            "dissatisfied_service",
            "dissatisfied_claim",
            "bought_elsewhere",
            "risk_gone",
            "unreachable",
            "other",
        ],
        "R84; rules §3",
    ),
    "renewal.attempts_before_unreachable": RuleDefault(2, "Rules §3; R80"),
    "renewal.registration_required": RuleDefault(
        False,
        "Our own design: allocate only to specialists with a registration number on file",
        True,
    ),
    "renewal.loss_share": RuleDefault(
        {
            "extracted": 30,
            "allocated": 30,
            "contacted": 25,
            "quoted": 18,
            "agreed": 6,
            "thinking": 35,
            "refuses": 70,
            "renews": 5,
            "overdue": 60,
        },
        "Our own design: per cent of the premium likely lost if nobody calls, by state and the "
        "last intention",
        True,
    ),
    "renewal.urgency": RuleDefault(
        [[-1, 70], [3, 100], [7, 90], [15, 75], [30, 55], [60, 35], [90, 20]],
        "Our own design: [days left up to, per cent a contact now still changes]; days past due "
        "fall under -1",
        True,
    ),
    "renewal.forbidden_words": RuleDefault(
        FORBIDDEN_WORDS,
        "Rules §3: no rebates, no threat of legal action for life premiums; the other words are "
        "our own design",
        True,
    ),
    "renewal.effort": RuleDefault(
        {
            "lines": [
                {"line": line, "tenths": tenths}
                for line, tenths in (
                    ("motor", 10),
                    ("property", 20),
                    ("home", 8),
                    ("liability", 18),
                    ("employers", 15),
                    ("cargo", 15),
                    ("accident", 8),
                    ("medical", 12),
                    ("critical_illness", 12),
                    ("life", 12),
                    ("annuity", 12),
                    ("other", 10),
                )
            ],
            "tiers": {"low": 80, "mid": 100, "high": 130},
            "stages": {
                "prepare": 100,
                "contact": 100,
                "quote": 110,
                "remind": 120,
                "due": 130,
                "overdue": 140,
            },
            "ceiling": 150,
        },
        "Our own design: effort of a case in tenths of an ordinary one, which the daily "
        "allocation levels over the month",
        True,
    ),
    "renewal.untouched_hours": RuleDefault(
        {"warn": 24, "recall": 40},
        "Our own design: working hours inside the contact window without any contact",
        True,
    ),
    "renewal.insured_bands": RuleDefault(
        {"from": [500, 100, 50, 10]},
        "Our own design: where bands of sums insured begin, in ¥10,000; cases are filtered and "
        "grouped by them before they are given out",
        True,
    ),
    "renewal.persistency_exclusions": RuleDefault(
        ["cooling_off", "ended"],
        "Rules §7: policies that stay out of a cohort of persistency",
        True,
    ),
    "renewal.probability": RuleDefault(
        {"fewest": 1000},
        "Our own design: decided cases a model of renewal probability has to be made from",
        True,
    ),
    "renewal.lapse": RuleDefault(
        {"notice_days": 10, "reinstatement_years": 2, "answer_days": 30},
        "Insurance Law art. 36, 37; its third judicial interpretation art. 8; rules §3: notice in "
        "working days, answer in natural days",
    ),
    "renewal.objections": RuleDefault(
        [
            *("price", "finances", "clauses", "service"),
            *("claim", "elsewhere", "no_need", "later"),
        ],
        "R86: what a client objects to, also while still thinking",
    ),
    "renewal.attempts_apart": RuleDefault(
        False,
        "R80; our own design: a second failed call of the same half day is no further attempt",
        True,
    ),
    "renewal.referral_days": RuleDefault(
        {"claim_doubt": 3, "new_need": 2, "other": 3},
        "R90; our own design: working days in which another department answers",
        True,
    ),
    "renewal.closing_steps": RuleDefault(
        {"term": ["payment", "signature", "documents"], "instalment": ["payment"]},
        "R85: payment, contract and documents are watched until they are done",
    ),
    "renewal.win_back": RuleDefault(
        {
            "days": 30,
            "by_reason": [
                {"reason": "bought_elsewhere", "days": 305},
                {"reason": "financial_pressure", "days": 90},
                {"reason": "price", "days": 305},
                {"reason": "unreachable", "days": 14},
            ],
        },
        "R92; our own design: 305 days is two months before a term bought elsewhere ends",
        True,
    ),
}
