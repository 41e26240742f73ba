"""Words about decisions of two people."""

from enum import StrEnum


class ApprovalKind(StrEnum):
    """What is asked for; a chapter adds its own kinds here and to ``services.approvals``."""

    RULE_PUBLICATION = "rule_publication"
    RULE_WITHDRAWAL = "rule_withdrawal"
    CALENDAR_NOTICE = "calendar_notice"
    TIER_OVERRIDE = "tier_override"
    STAR_DISCLOSURE = "star_disclosure"
    TIER_RULES = "tier_rules"
    TIER_RULES_BACK = "tier_rules_back"
    PLAN_CHANGE = "plan_change"
    """Less than the star's service standard, or a plan above its cost limit (R32, R58)."""
    SCRIPT = "script"
    """A text for talks with clients comes into force (R86)."""


class ApprovalState(StrEnum):
    """Where a request stands; everything but ``waiting`` is its end."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
