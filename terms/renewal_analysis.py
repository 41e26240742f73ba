"""Words of the analysis of renewals: what a rate is of, and what it is broken down by."""

from enum import StrEnum


class AnalysisPart(StrEnum):
    """The questions of the analysis; a screen shows one."""

    DUE = "due"
    FUNNEL = "funnel"
    RATES = "rates"
    PERSISTENCY = "persistency"
    REASONS = "reasons"


class Dimension(StrEnum):
    """What figures of renewals are broken down by."""

    PERSON = "person"
    """Who works the case; of persistency who owns the client."""
    TEAM = "team"
    BRANCH = "branch"
    LINE = "line"
    INSURER = "insurer"
    PRODUCT = "product"
    TIER = "tier"
    """The client's value tier as it stood when it was counted."""
    PRICE = "price"
    """The change from the last premium to the quoted one, in bands."""


class PriceBand(StrEnum):
    """Quoted premium against the last one."""

    LOWER = "lower"
    """More than 5 % less."""
    SAME = "same"
    """5 % less to 5 % more."""
    HIGHER = "higher"
    """More than 5 %, up to 15 % more."""
    MUCH_HIGHER = "much_higher"
    """More than 15 % more."""
    NOT_QUOTED = "not_quoted"


class RateOf(StrEnum):
    """Four shares of what fell due; they are never mixed (rules §3)."""

    CLIENTS = "clients"
    POLICIES = "policies"
    PREMIUM = "premium"
    IN_TIME = "in_time"
    """Policies renewed on their last day or before."""


class CountScope(StrEnum):
    """Whose kept counts are: of the company, a branch, a team."""

    COMPANY = "company"
    BRANCH = "branch"
    TEAM = "team"


class PersistencyExclusion(StrEnum):
    """Policies that stay out of a cohort (rules §7; rule ``renewal.persistency_exclusions``)."""

    COOLING_OFF = "cooling_off"
    """Given back within the cooling-off days."""
    ENDED = "ended"
    """Ended by its event or at its term: nothing more is to be paid."""
