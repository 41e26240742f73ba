"""Every rule of the house: its group, its shape, the checks across its parts, and who uses it."""

from collections.abc import Mapping

from services.rule_book.checks import (
    falling,
    hundred,
    in_time,
    reminded_before_end,
    sound_credit,
    sound_scale,
)
from services.rule_book.renewal_schemas import RENEWALS
from services.rule_book.schema import Schema, days
from services.rule_book.shapes import (
    Choices,
    Clock,
    Fen,
    Flag,
    Group,
    Member,
    Rows,
    Text,
    Weight,
    Whole,
)
from services.tiering.rules import STAR_PARTS
from terms.approvals import ApprovalKind
from terms.clients import ClientType, EngagementKind, FileItem
from terms.intake import DocumentKind
from terms.policies import Line
from terms.renewals import ContactChannel
from terms.rule_book import RuleGroup, RuleUnit
from terms.service import ServiceKind, TeamRole
from terms.tiering import EXTRA, Factor, ReceptionClass, Tier

_ND, _WD = RuleUnit.NATURAL_DAYS, RuleUnit.WORKING_DAYS


_PERCENT = Whole(0, 100, RuleUnit.PERCENT)

_FACTOR = Member(Factor, also=EXTRA)
_SCALE = Group(
    {
        "factors": Rows(
            {"factor": _FACTOR, "points": Whole(0, 1000, RuleUnit.POINTS)},
            keys=("factor",),
            as_typed=True,
        ),
        "steps": Rows(
            {"factor": _FACTOR, "at": Whole(0, 1_000_000_000), "percent": _PERCENT},
            keys=("factor", "at"),
            as_typed=True,
        ),
        "mid": Whole(1, 10_000, RuleUnit.POINTS),
        "high": Whole(1, 10_000, RuleUnit.POINTS),
    }
)

_LIKENESS = {
    "id_number": ("same", "close", "different"),
    "phone": ("same", "different"),
    "email": ("same", "different"),
    "name": ("same", "sounds_same", "close", "partly", "different"),
    "company_name": ("same", "sounds_same", "close", "different"),
    "birth_on": ("same", "close", "different"),
    "address": ("same", "close", "partly", "different"),
    "sex": ("same", "different"),
}

SCHEMAS: Mapping[str, Schema] = {
    **RENEWALS,
    "client.file_items": Schema(
        RuleGroup.CLIENT, Group({kind.value: Choices(FileItem) for kind in ClientType})
    ),
    "tiering.value": Schema(RuleGroup.TIERING, _SCALE, (sound_scale,)),
    "tiering.risk": Schema(RuleGroup.TIERING, _SCALE, (sound_scale,)),
    "tiering.stars": Schema(
        RuleGroup.TIERING,
        Group({name: Fen(1, 10_000_000_000) for name in ("two", "three", "four", "five")}),
        (falling("five", "four", "three", "two"),),
    ),
    "tiering.reception": Schema(
        RuleGroup.TIERING,
        Group(dict.fromkeys((*STAR_PARTS, *(tier.value for tier in Tier)), Member(ReceptionClass))),
    ),
    "tiering.credit": Schema(RuleGroup.TIERING, _SCALE, (sound_credit,)),
    "tiering.override_days": Schema(RuleGroup.TIERING, Group(days("days", high=1830))),
    "tiering.service": Schema(
        RuleGroup.TIERING,
        Group(
            {
                "tiers": Rows(
                    {
                        "tier": Member(Tier),
                        "value_minutes": Whole(0, 100_000, RuleUnit.MINUTES),
                        "risk_minutes": Whole(0, 100_000, RuleUnit.MINUTES),
                        "reception": Fen(0, 100_000_000),
                    },
                    keys=("tier",),
                    most=len(Tier),
                    as_typed=True,
                ),
                "hours": Whole(1, 3_000, RuleUnit.HOURS),
                "budget": Fen(0, 1_000_000_000_000),
            }
        ),
    ),
    "tiering.usual_lines": Schema(
        RuleGroup.TIERING, Group({kind.value: Choices(Line, least=0) for kind in ClientType})
    ),
    "tiering.near": Schema(RuleGroup.TIERING, Group({"points": Whole(1, 20, RuleUnit.POINTS)})),
    "reception.classes": Schema(
        RuleGroup.CLIENT,
        Group({name: Fen() for name in "ABCD"}),
        (falling("A", "B", "C", "D"),),
    ),
    "reception.companions": Schema(
        RuleGroup.CLIENT,
        Rows(
            {"guests": Whole(1, 999, RuleUnit.PEOPLE), "companions": Whole(1, 50, RuleUnit.PEOPLE)},
            keys=("guests",),
            as_lists=True,
            most=10,
        ),
    ),
    "engagement.clocks": Schema(
        RuleGroup.SERVICE,
        Group(days("team", "file", "star", "plan", unit=_WD, high=60)),
    ),
    "engagement.file_checklist": Schema(
        RuleGroup.SERVICE,
        Group(
            {
                **{kind.value: Choices(DocumentKind) for kind in ClientType},
                "percent": Whole(1, 100, RuleUnit.PERCENT),
            }
        ),
    ),
    "engagement.templates": Schema(
        RuleGroup.SERVICE, Group({kind.value: Text(4_000) for kind in EngagementKind})
    ),
    "engagement.required": Schema(RuleGroup.SERVICE, Flag()),
    "service_plan.limits": Schema(
        RuleGroup.SERVICE,
        Group(
            {
                "leadership_star": Whole(1, 5, RuleUnit.STARS),
                "reference_months": Whole(1, 60, RuleUnit.MONTHS),
                "cost_percent": Whole(1, 100, RuleUnit.PERCENT),
            }
        ),
    ),
    "plans.standards": Schema(
        RuleGroup.SERVICE,
        Rows(
            {
                "stars": Whole(1, 5, RuleUnit.STARS),
                "kind": Member(ServiceKind),
                "channel": Member(ContactChannel),
                "times": Whole(1, 52, RuleUnit.TIMES),
                "role": Member(TeamRole),
                "cost_fen": Fen(0, 100_000_000),
            },
            keys=("stars", "kind"),
            as_typed=True,
        ),
    ),
    "plans.risk_measures": Schema(
        RuleGroup.SERVICE,
        Rows(
            {
                "tier": Member(Tier),
                "kind": Member(ServiceKind),
                "channel": Member(ContactChannel),
                "times": Whole(1, 52, RuleUnit.TIMES),
            },
            keys=("tier", "kind"),
            least=0,
            as_typed=True,
        ),
    ),
    "complaint.clocks": Schema(
        RuleGroup.COMPLAINT,
        Group(
            {
                **days("decide", "complex", "especially_complex"),
                "life_reply": Whole(1, 60, _WD),
                **days("apply_for_review", "review", "follow_up"),
            }
        ),
        (falling("complex", "decide"),),
        is_used=False,
        is_legal=True,
    ),
    "complaint.major": Schema(
        RuleGroup.COMPLAINT,
        Group(
            {
                "complainants": Whole(2, 1000, RuleUnit.PEOPLE),
                "representatives": Whole(1, 100, RuleUnit.PEOPLE),
            }
        ),
        (falling("complainants", "representatives"),),
        is_used=False,
    ),
    "handover.clocks": Schema(
        RuleGroup.HANDOVER,
        Group(
            {
                "notice_days": Whole(1, 365, _ND),
                "deregistration_days": Whole(1, 60, _WD),
                "silence_hours": Whole(1, 720, RuleUnit.HOURS),
            }
        ),
        is_used=False,
        is_legal=True,
    ),
    "satisfaction.bands": Schema(
        RuleGroup.PERFORMANCE,
        Group(
            {
                "satisfied_from": Whole(2, 5, RuleUnit.POINTS),
                "promoter_from": Whole(1, 10, RuleUnit.POINTS),
                "detractor_to": Whole(0, 9, RuleUnit.POINTS),
            }
        ),
        (falling("promoter_from", "detractor_to"),),
        is_used=False,
    ),
    "performance.raters": Schema(
        RuleGroup.PERFORMANCE,
        Group(dict.fromkeys(("self", "team_lead", "client"), _PERCENT)),
        (hundred,),
        is_used=False,
    ),
    "measures.small_sample": Schema(
        RuleGroup.PERFORMANCE, Group({"fewest": Whole(1, 10_000, RuleUnit.TIMES)})
    ),
    "duplicates.weights": Schema(
        RuleGroup.CLIENT,
        Group(
            {trait: Group(dict.fromkeys(levels, Weight())) for trait, levels in _LIKENESS.items()}
        ),
    ),
    "duplicates.bands": Schema(
        RuleGroup.CLIENT,
        Group({name: Weight(0, 200) for name in ("sure", "doubtful")}),
        (falling("sure", "doubtful"),),
    ),
    "undo.keep_days": Schema(
        RuleGroup.PRIVACY,
        Group(
            days(
                *("import", "bulk_edit", "reassign", "merge", "instalment"),
                *("closing", "closing_lead"),
                high=730,
            )
        ),
    ),
    "privacy.access_log_years": Schema(RuleGroup.PRIVACY, Whole(1, 30, RuleUnit.YEARS)),
    "privacy.rights": Schema(
        RuleGroup.PRIVACY, Group({"answer_days": Whole(1, 60, _WD)}), is_used=False
    ),
    "privacy.retention": Schema(
        RuleGroup.PRIVACY,
        Group(
            {
                name: Whole(1, 99, RuleUnit.YEARS)
                for name in ("short_years", "long_years", "identity_years")
            }
        ),
        is_used=False,
        is_legal=True,
    ),
    "people.session": Schema(
        RuleGroup.PEOPLE,
        Group(
            {
                "idle_minutes": Whole(5, 1440, RuleUnit.MINUTES),
                "absolute_minutes": Whole(10, 10_080, RuleUnit.MINUTES),
            }
        ),
        (falling("absolute_minutes", "idle_minutes"),),
    ),
    "people.lockout": Schema(
        RuleGroup.PEOPLE,
        Group(
            {
                "failures": Whole(3, 20, RuleUnit.TIMES),
                "minutes": Whole(1, 1440, RuleUnit.MINUTES),
            }
        ),
    ),
    "calendar.working_hours": Schema(
        RuleGroup.CALENDAR,
        Group({name: Clock() for name in ("start", "break_start", "break_end", "end")}),
        (in_time("start", "break_start", "break_end", "end"),),
    ),
    "calendar.coverage_warning": Schema(RuleGroup.CALENDAR, Group({"days": Whole(1, 365, _ND)})),
    "approvals.times": Schema(
        RuleGroup.APPROVALS,
        Group(
            {
                name: Group({"remind_days": Whole(0, 60, _WD), "expire_days": Whole(1, 120, _WD)})
                for name in ("default", *(kind.value for kind in ApprovalKind))
            }
        ),
        (reminded_before_end,),
    ),
}
