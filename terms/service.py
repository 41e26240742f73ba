"""Words about engagements, service teams and service plans."""

from enum import StrEnum


class StageClock(StrEnum):
    """The four clocks of the engagement stage (R16, R27, R49, R54), all from the same day."""

    TEAM = "team"
    FILE = "file"
    STAR = "star"
    PLAN = "plan"


class ClockState(StrEnum):
    """Where a clock stands on a day; the exception first."""

    LATE = "late"
    """Its last day is past and the proof is missing."""
    DUE = "due"
    """It runs."""
    DONE_LATE = "done_late"
    DONE = "done"


class Blocked(StrEnum):
    """What a clock waits for; ``words.engagements`` says it."""

    NO_MANAGER = "no_manager"
    NO_DEPUTY = "no_deputy"
    NO_MEMBER = "no_member"
    SOMEBODY_LEFT = "somebody_left"
    PAPERS_MISSING = "papers_missing"
    NO_INCOME = "no_income"
    """Nothing is known of the client's income, so there is no star to confirm."""
    STAR_NOT_CONFIRMED = "star_not_confirmed"
    NO_PLAN = "no_plan"
    NO_OPINION = "no_opinion"
    NO_HANDLER = "no_handler"
    WAITS_FOR_APPROVAL = "waits_for_approval"
    NOT_OPENED = "not_opened"


class TeamRole(StrEnum):
    """R48."""

    MANAGER = "manager"
    DEPUTY = "deputy"
    MEMBER = "member"


class TeamField(StrEnum):
    """Where a member of the service team comes from (R48)."""

    MARKET = "market"
    LIFE = "life"
    NON_LIFE = "non_life"
    CLIENT_RELATIONS = "client_relations"
    OTHER = "other"


class ServiceKind(StrEnum):
    """What is done for a client (R52, R65, R66, R70 to R73)."""

    NEEDS_TALK = "needs_talk"
    PHONE_VISIT = "phone_visit"
    SITE_VISIT = "site_visit"
    CONSULTATION = "consultation"
    MEETING = "meeting"
    HANDBOOK = "handbook"
    POLICY_REVIEW = "policy_review"
    RISK_SURVEY = "risk_survey"
    RISK_REMINDER = "risk_reminder"
    CLAIM_SUPPORT = "claim_support"
    INSURER_REVIEW = "insurer_review"
    TRAINING = "training"
    RETURN_VISIT = "return_visit"
    CLIENT_REVIEW = "client_review"
    RENEWAL_PROPOSAL = "renewal_proposal"
    CARE = "care"
    OTHER = "other"


class PlanState(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class ItemState(StrEnum):
    PLANNED = "planned"
    DONE = "done"
    DROPPED = "dropped"


class ItemSource(StrEnum):
    """Why an item stands in a plan."""

    STANDARD = "standard"
    ADDED = "added"
    RISK = "risk"
    """A measure of the client's risk tier (R36)."""


class Timing(StrEnum):
    """Where an item of a plan stands on a day; the exception first."""

    LATE = "late"
    DUE = "due"
    AHEAD = "ahead"
    DONE = "done"
    DONE_LATE = "done_late"
    DROPPED = "dropped"
