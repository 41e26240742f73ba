"""Words about the rules a manager may change."""

from enum import StrEnum


class RuleGroup(StrEnum):
    """The part of the business a rule belongs to."""

    RENEWAL = "renewal"
    CLIENT = "client"
    TIERING = "tiering"
    SERVICE = "service"
    COMPLAINT = "complaint"
    HANDOVER = "handover"
    PERFORMANCE = "performance"
    PRIVACY = "privacy"
    PEOPLE = "people"
    CALENDAR = "calendar"
    APPROVALS = "approvals"


class RuleUnit(StrEnum):
    """What a number of a rule counts."""

    NATURAL_DAYS = "natural_days"
    WORKING_DAYS = "working_days"
    HOURS = "hours"
    MINUTES = "minutes"
    MONTHS = "months"
    YEARS = "years"
    PERCENT = "percent"
    TIMES = "times"
    PEOPLE = "people"
    POINTS = "points"
    STARS = "stars"
