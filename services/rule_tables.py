"""Rule tables: every threshold a manager may change, effective-dated, with its source.

``DEFAULTS`` is what a new company starts with; the rows are what counts. ``rule`` reads the
version in force on a day.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from json import dumps, loads
from typing import Any

from sqlalchemy import Date, bindparam, select
from sqlalchemy.orm import Session

from db.models import Rule
from db.session import only_reads
from services.rule_defaults import RENEWALS, RuleDefault
from services.rule_texts import (
    ENGAGEMENT_TEXTS,
    FILE_ITEMS,
    FILE_PAPERS,
    LIKENESS_WEIGHTS,
    PLAN_STANDARDS,
)


class NoSuchRule(LookupError):
    """No version of the rule is in force on that day: the database was not seeded."""


FIRST_DAY = date(2004, 1, 1)

DEFAULTS: Mapping[str, RuleDefault] = {
    **RENEWALS,
    "calendar.working_hours": RuleDefault(
        {"start": "09:00", "end": "18:00", "break_start": "12:00", "break_end": "13:30"},
        "Company practice",
        True,
    ),
    "client.file_items": RuleDefault(
        FILE_ITEMS,
        "R2–R5, R7: the items a complete file holds",
    ),
    "measures.small_sample": RuleDefault(
        {"fewest": 30},
        "Our own design: a share of fewer is shown as a count of a count, not in per cent",
        True,
    ),
    "privacy.access_log_years": RuleDefault(3, "Rules §6"),
    "people.session": RuleDefault(
        {"idle_minutes": 60, "absolute_minutes": 720}, "Company practice", True
    ),
    "people.lockout": RuleDefault(
        {"failures": 5, "minutes": 15}, "Company practice: wrong passwords before a name is locked"
    ),
    "duplicates.weights": RuleDefault(
        LIKENESS_WEIGHTS,
        "Our own design: bits for and against one person (Fellegi and Sunter), learnt on the "
        "FEBRL sets 1 and 2, phones and IDs set by hand",
        True,
    ),
    "duplicates.bands": RuleDefault(
        {"sure": 31, "doubtful": 12},
        "Our own design: sums from which a pair is called sure, and doubtful",
        True,
    ),
    "undo.keep_days": RuleDefault(
        {
            "import": 30,
            "bulk_edit": 30,
            "reassign": 30,
            "merge": 90,
            "instalment": 30,
            "closing": 30,
            "closing_lead": 90,
        },
        "Company practice: days an act can be taken back; what it replaced is dropped after them",
        True,
    ),
    "engagement.clocks": RuleDefault(
        {"team": 3, "file": 3, "star": 5, "plan": 10},
        "R16, R27, R49, R54: working days, all from the written engagement",
    ),
    "engagement.file_checklist": RuleDefault(
        {
            **FILE_PAPERS,
            "percent": 40,
        },
        "R16, R19: the papers of a business file; from which share on the formal file counts as "
        "built is our own design",
        True,
    ),
    "engagement.templates": RuleDefault(
        ENGAGEMENT_TEXTS,
        "R14: texts to begin with; have them confirmed by legal",
        True,
    ),
    "engagement.required": RuleDefault(
        True, "R13: no quote to a prospect before the written engagement"
    ),
    "service_plan.limits": RuleDefault(
        {"leadership_star": 4, "reference_months": 12, "cost_percent": 30},
        "R31, R33, R58, rules §1: a leadership group from this star on; under these months the "
        "standard is a reference; the cost limit is our own design",
        True,
    ),
    "plans.standards": RuleDefault(
        PLAN_STANDARDS,
        "R32, R35, R51, R66: services of a year by star; contents and costs our own design",
        True,
    ),
    "plans.risk_measures": RuleDefault(
        [
            {"tier": "high", "kind": "risk_survey", "channel": "visit", "times": 1},
            {"tier": "high", "kind": "risk_reminder", "channel": "phone", "times": 4},
            {"tier": "mid", "kind": "risk_reminder", "channel": "wechat", "times": 2},
        ],
        "R36: measures of a year by risk tier; how often is our own design",
        True,
    ),
    "tiering.value": RuleDefault(
        {
            "factors": [
                {"factor": "premium", "points": 30},
                {"factor": "income", "points": 30},
                {"factor": "lines", "points": 12},
                {"factor": "tenure", "points": 8},
                {"factor": "needs", "points": 5},
                {"factor": "household", "points": 5},
                {"factor": "gaps", "points": 10},
            ],
            "steps": [
                {"factor": "premium", "at": 1_000, "percent": 20},
                {"factor": "premium", "at": 5_000, "percent": 50},
                {"factor": "premium", "at": 20_000, "percent": 80},
                {"factor": "premium", "at": 100_000, "percent": 100},
                {"factor": "income", "at": 200, "percent": 20},
                {"factor": "income", "at": 1_000, "percent": 50},
                {"factor": "income", "at": 5_000, "percent": 80},
                {"factor": "income", "at": 20_000, "percent": 100},
                {"factor": "lines", "at": 1, "percent": 30},
                {"factor": "lines", "at": 2, "percent": 60},
                {"factor": "lines", "at": 3, "percent": 100},
                {"factor": "tenure", "at": 12, "percent": 30},
                {"factor": "tenure", "at": 36, "percent": 60},
                {"factor": "tenure", "at": 60, "percent": 100},
                {"factor": "needs", "at": 1, "percent": 100},
                {"factor": "household", "at": 2, "percent": 50},
                {"factor": "household", "at": 4, "percent": 100},
                {"factor": "gaps", "at": 1, "percent": 50},
                {"factor": "gaps", "at": 3, "percent": 100},
            ],
            "mid": 35,
            "high": 60,
        },
        "R23: premium, contribution and growth potential; weights and cut-offs our own design",
        True,
    ),
    "tiering.risk": RuleDefault(
        {
            "factors": [
                {"factor": "attitude", "points": 35},
                {"factor": "claims", "points": 25},
                {"factor": "claims_ratio", "points": 15},
                {"factor": "complaints", "points": 15},
                {"factor": "late", "points": 10},
            ],
            "steps": [
                {"factor": "attitude", "at": 1, "percent": 50},
                {"factor": "attitude", "at": 2, "percent": 100},
                {"factor": "claims", "at": 1, "percent": 40},
                {"factor": "claims", "at": 2, "percent": 70},
                {"factor": "claims", "at": 4, "percent": 100},
                {"factor": "claims_ratio", "at": 50, "percent": 50},
                {"factor": "claims_ratio", "at": 100, "percent": 100},
                {"factor": "complaints", "at": 1, "percent": 50},
                {"factor": "complaints", "at": 2, "percent": 100},
                {"factor": "late", "at": 1, "percent": 50},
                {"factor": "late", "at": 3, "percent": 100},
            ],
            "mid": 25,
            "high": 50,
        },
        "R24: preference, tolerance and claims record; weights and cut-offs our own design",
        True,
    ),
    "tiering.stars": RuleDefault(
        {"two": 50_000, "three": 200_000, "four": 1_000_000, "five": 5_000_000},
        "R26, R28: income of one service year from which a client has so many stars, in fen; the "
        "amounts our own design",
        True,
    ),
    "tiering.reception": RuleDefault(
        {
            "one": "D",
            "two": "D",
            "three": "C",
            "four": "B",
            "five": "A",
            "low": "D",
            "mid": "C",
            "high": "B",
        },
        "R38: four classes of reception; which stars and value tier make which, our own design",
        True,
    ),
    "tiering.credit": RuleDefault(
        {
            "factors": [
                {"factor": "late", "points": 40},
                {"factor": "claims_ratio", "points": 25},
                {"factor": "complaints", "points": 15},
                {"factor": "tenure", "points": 20},
            ],
            "steps": [
                {"factor": "late", "at": 1, "percent": 40},
                {"factor": "late", "at": 2, "percent": 70},
                {"factor": "late", "at": 4, "percent": 100},
                {"factor": "claims_ratio", "at": 100, "percent": 50},
                {"factor": "claims_ratio", "at": 300, "percent": 100},
                {"factor": "complaints", "at": 2, "percent": 50},
                {"factor": "complaints", "at": 4, "percent": 100},
                {"factor": "tenure", "at": 0, "percent": 100},
                {"factor": "tenure", "at": 12, "percent": 50},
                {"factor": "tenure", "at": 36, "percent": 0},
            ],
            "mid": 30,
            "high": 55,
        },
        "R42: points against the client; factors, weights and cut-offs our own design",
        True,
    ),
    "tiering.override_days": RuleDefault(
        {"days": 365},
        "R29: days a person's decision about a class holds at most; the number our own design",
        True,
    ),
    "tiering.service": RuleDefault(
        {
            "tiers": [
                {"tier": "high", "value_minutes": 720, "risk_minutes": 120, "reception": 100_000},
                {"tier": "mid", "value_minutes": 240, "risk_minutes": 60, "reception": 20_000},
                {"tier": "low", "value_minutes": 60, "risk_minutes": 20, "reception": 0},
            ],
            "hours": 1_200,
            "budget": 30_000_000,
        },
        "R35, R36, R38: what serving a client takes in a year, and what there is; all our own "
        "design",
        True,
    ),
    "tiering.usual_lines": RuleDefault(
        {
            "individual": ["motor", "medical", "accident", "life"],
            "group": ["property", "liability", "employers", "accident"],
        },
        "Our own design: lines a client usually holds; those missing are gaps in cover",
        True,
    ),
    "tiering.near": RuleDefault(
        {"points": 5},
        "Our own design: within so many points a client is near a limit between tiers (R37)",
        True,
    ),
    "reception.classes": RuleDefault(
        {"A": 50_000, "B": 30_000, "C": 20_000, "D": 15_000},
        "Rules §2: cost per person by class of reception, in fen",
    ),
    "reception.companions": RuleDefault(
        [[4, 1], [10, 2], [999, 3]], "Rules §2: [guests up to, companions]"
    ),
    "complaint.clocks": RuleDefault(
        {
            "decide": 15,
            "complex": 30,
            "especially_complex": 30,
            "life_reply": 10,
            "apply_for_review": 30,
            "review": 30,
            "follow_up": 7,
        },
        "Complaint measures 2020 No. 3; rules §4: natural days, the reply of individual life "
        "business in working days",
    ),
    "complaint.major": RuleDefault(
        {"complainants": 20, "representatives": 5}, "Complaint measures 2020 No. 3; rules §4"
    ),
    "handover.clocks": RuleDefault(
        {"notice_days": 30, "deregistration_days": 5, "silence_hours": 24},
        "Rules §5: notice in natural days, deregistration in working days; silence is consent "
        "only in a WeCom transfer",
    ),
    "privacy.rights": RuleDefault(
        {"answer_days": 15}, "Rules §6: working days to answer a request about personal data"
    ),
    "privacy.retention": RuleDefault(
        {"short_years": 5, "long_years": 10, "identity_years": 10},
        "Rules §6: years after the contract's end (up to one year, longer), and of identity and "
        "transaction data",
    ),
    "satisfaction.bands": RuleDefault(
        {"satisfied_from": 4, "promoter_from": 9, "detractor_to": 6}, "Rules §7: CSAT and NPS"
    ),
    "performance.raters": RuleDefault(
        {"self": 20, "team_lead": 40, "client": 40},
        "Rules §7: three raters; the shares are our own",
        True,
    ),
    "calendar.coverage_warning": RuleDefault(
        {"days": 90}, "Rules, Calendar: warn when the official days end within these days"
    ),
    "approvals.times": RuleDefault(
        {
            "default": {"remind_days": 1, "expire_days": 10},
            "rule_publication": {"remind_days": 1, "expire_days": 10},
            "rule_withdrawal": {"remind_days": 1, "expire_days": 5},
            "calendar_notice": {"remind_days": 1, "expire_days": 10},
            "tier_override": {"remind_days": 1, "expire_days": 10},
            "star_disclosure": {"remind_days": 1, "expire_days": 10},
            "tier_rules": {"remind_days": 1, "expire_days": 10},
            "tier_rules_back": {"remind_days": 1, "expire_days": 10},
            "plan_change": {"remind_days": 1, "expire_days": 5},
            "script": {"remind_days": 1, "expire_days": 5},
        },
        "Our own design: working days until a reminder, and until a request runs out",
        True,
    ),
}


def seed_rules(session: Session, *, at: datetime) -> int:
    """Add the first version of every rule that has none.

    Returns:
        Rules added.
    """
    known = set(session.scalars(select(Rule.key).distinct()))
    missing = [key for key in DEFAULTS if key not in known]
    session.add_all(
        Rule(
            key=key,
            effective_from=FIRST_DAY,
            value=DEFAULTS[key].value,
            source=DEFAULTS[key].source,
            needs_confirmation=DEFAULTS[key].needs_confirmation,
            created_at=at,
            updated_at=at,
        )
        for key in missing
    )
    return len(missing)


def rule(session: Session, key: str, on: date) -> Any:
    """The value of rule ``key`` in force on the day ``on``.

    Raises:
        NoSuchRule: no version is in force then.
    """
    return rules(session, (key,), on=on)[key]


_KNOWN = "rules"
"""What a reading session was told of rules, by key and day."""
_SHARED = "rules shared"
"""What other readers were told, where ``share`` gave it."""
MOST_SHARED = 2_000
"""Values kept for all readers; what is asked about further days is read each time."""
Told = dict[tuple[str, date], str]
"""Values of rules as JSON, by key and day."""
_RULE = Rule.__table__.c
_IN_FORCE = (
    select(_RULE.key, _RULE.value)
    .where(
        _RULE.key.in_(bindparam("keys", expanding=True)),
        _RULE.effective_from <= bindparam("on", type_=Date()),
        _RULE.withdrawn_at.is_(None),
    )
    .order_by(_RULE.effective_from)
)


def rules(session: Session, keys: Iterable[str], *, on: date) -> dict[str, Any]:
    """The values of several rules in force on the day ``on``, in one statement; a session that
    only reads asks for none of them twice.

    Raises:
        NoSuchRule: one of them has no version in force then.
    """
    wanted = tuple(keys)
    known: dict[tuple[str, date], Any]
    known = session.info.setdefault(_KNOWN, {}) if only_reads(session) else {}
    shared: Told | None = session.info.get(_SHARED)
    if shared is not None:
        told = [key for key in wanted if (key, on) not in known and (key, on) in shared]
        known.update(((key, on), loads(shared[key, on])) for key in told)
    asked = [key for key in wanted if (key, on) not in known]
    if asked:
        rows = session.execute(_IN_FORCE, {"keys": asked, "on": on})
        known.update(((key, on), value) for key, value in rows)
    for key in asked:
        if (key, on) not in known:
            raise NoSuchRule(key)
        if shared is not None and len(shared) < MOST_SHARED:
            shared[key, on] = dumps(known[key, on])
    return {key: known[key, on] for key in wanted}


def share(session: Session, told: Told) -> None:
    """Let ``session`` use what other readers were ``told`` of rules, and add what it is told
    itself; each is given values of its own. One that may write reads what stands.

    Args:
        told: kept by the caller for as long as no rule of this database changes.
    """
    if only_reads(session):
        session.info[_SHARED] = told
