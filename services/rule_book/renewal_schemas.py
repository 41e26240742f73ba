"""The shapes of the rules of renewals."""

from collections.abc import Mapping

from services.rule_book.checks import (
    falling,
    reminders_inside,
)
from services.rule_book.schema import Schema, days
from services.rule_book.shapes import (
    Choices,
    Flag,
    Group,
    Member,
    Rows,
    Text,
    Whole,
    Wholes,
)
from terms.closings import StepKind
from terms.policies import Line
from terms.renewal_analysis import PersistencyExclusion
from terms.renewals import RefusalReason, WindowStage
from terms.rule_book import RuleGroup, RuleUnit
from terms.scripts import Objection, WordCategory, WordScope, WordWeight
from terms.tiering import Tier

_ND, _WD = RuleUnit.NATURAL_DAYS, RuleUnit.WORKING_DAYS
_PERCENT = Whole(0, 100, RuleUnit.PERCENT)

RENEWALS: Mapping[str, Schema] = {
    "renewal.windows": Schema(
        RuleGroup.RENEWAL,
        Group(
            {
                **days("prepare", "contact", "quote"),
                "reminders": Wholes(1, 90, _ND),
                "overdue_days": Whole(0, 365, _ND),
            }
        ),
        (falling("prepare", "contact", "quote"), reminders_inside),
    ),
    "renewal.motor_quote_days": Schema(
        RuleGroup.RENEWAL,
        Group(
            {
                "default": Whole(1, 90, _ND),
                "places": Rows(
                    {"province": Text(), "insurer": Text(), "days": Whole(1, 90, _ND)},
                    keys=("province", "insurer"),
                    least=0,
                ),
            }
        ),
    ),
    "renewal.grace_days": Schema(
        RuleGroup.RENEWAL, Group(days("after_due", "after_demand")), is_legal=True
    ),
    "renewal.lapse": Schema(
        RuleGroup.RENEWAL,
        Group(
            {
                "notice_days": Whole(1, 60, _WD),
                "reinstatement_years": Whole(1, 10, RuleUnit.YEARS),
                "answer_days": Whole(1, 90, _ND),
            }
        ),
        is_legal=True,
    ),
    "renewal.forbidden_words": Schema(
        RuleGroup.RENEWAL,
        Rows(
            {
                "category": Member(WordCategory),
                "lines": Member(WordScope),
                "weight": Member(WordWeight),
                "words": Text(399),
            },
            keys=("category", "lines", "weight"),
            most=30,
            as_typed=True,
        ),
    ),
    "renewal.persistency_exclusions": Schema(
        RuleGroup.RENEWAL, Choices(PersistencyExclusion, least=0)
    ),
    "renewal.refusal_reasons": Schema(RuleGroup.RENEWAL, Choices(RefusalReason)),
    "renewal.attempts_before_unreachable": Schema(RuleGroup.RENEWAL, Whole(1, 20, RuleUnit.TIMES)),
    "renewal.registration_required": Schema(RuleGroup.RENEWAL, Flag()),
    "renewal.loss_share": Schema(
        RuleGroup.RENEWAL,
        Group(
            dict.fromkeys(
                (
                    *("extracted", "allocated", "contacted", "quoted", "agreed"),
                    *("renews", "thinking", "refuses", "overdue"),
                ),
                _PERCENT,
            )
        ),
    ),
    "renewal.effort": Schema(
        RuleGroup.RENEWAL,
        Group(
            {
                "lines": Rows(
                    {"line": Member(Line), "tenths": Whole(1, 200)},
                    keys=("line",),
                    most=len(Line),
                    as_typed=True,
                ),
                "tiers": Group({tier.value: Whole(10, 500, RuleUnit.PERCENT) for tier in Tier}),
                "stages": Group(
                    {stage.value: Whole(10, 500, RuleUnit.PERCENT) for stage in WindowStage}
                ),
                "ceiling": Whole(10, 1000, RuleUnit.PERCENT),
            }
        ),
    ),
    "renewal.untouched_hours": Schema(
        RuleGroup.RENEWAL,
        Group({name: Whole(1, 400, RuleUnit.HOURS) for name in ("warn", "recall")}),
        (falling("recall", "warn"),),
    ),
    "renewal.insured_bands": Schema(RuleGroup.RENEWAL, Group({"from": Wholes(1, 1_000_000)})),
    "renewal.probability": Schema(RuleGroup.RENEWAL, Group({"fewest": Whole(100, 1_000_000)})),
    "renewal.urgency": Schema(
        RuleGroup.RENEWAL,
        Rows(
            {"up_to": Whole(-1, 365, _ND), "percent": _PERCENT},
            keys=("up_to",),
            as_lists=True,
            least=2,
            most=20,
        ),
    ),
    "renewal.objections": Schema(RuleGroup.RENEWAL, Choices(Objection)),
    "renewal.attempts_apart": Schema(RuleGroup.RENEWAL, Flag()),
    "renewal.referral_days": Schema(
        RuleGroup.RENEWAL,
        Group(dict.fromkeys(("claim_doubt", "new_need", "other"), Whole(1, 60, _WD))),
    ),
    "renewal.closing_steps": Schema(
        RuleGroup.RENEWAL,
        Group({"term": Choices(StepKind), "instalment": Choices(StepKind)}),
    ),
    "renewal.win_back": Schema(
        RuleGroup.RENEWAL,
        Group(
            {
                "days": Whole(1, 730, _ND),
                "by_reason": Rows(
                    {"reason": Member(RefusalReason), "days": Whole(1, 730, _ND)},
                    keys=("reason",),
                    least=0,
                ),
            }
        ),
    ),
}
