"""Words of figures: what a number counts, and how it follows from its rows."""

from enum import StrEnum


class Unit(StrEnum):
    """What a figure counts."""

    CASE = "case"
    CLIENT = "client"
    POLICY = "policy"
    PAIR = "pair"
    CLAIM = "claim"
    COMPLAINT = "complaint"
    DECISION = "decision"
    THING = "thing"
    FACT = "fact"
    FILE_ROW = "file_row"
    YUAN = "yuan"
    PERCENT = "percent"
    CONTACT = "contact"
    WORKING_HOUR = "working_hour"
    SCORE = "score"
    """A figure between 0 and 1 that is no share of anything."""


class Formula(StrEnum):
    """How a figure follows from its rows."""

    COUNT = "count"
    """Rows, or those of them that are marked."""
    SUM = "sum"
    SHARE = "share"
    """Marked rows ÷ rows."""
    PART_OF_SUM = "part_of_sum"
    """What some rows hold of the sum over all rows."""
    MEAN = "mean"
    """Sum of a column ÷ rows."""
    OF_CAPACITY = "of_capacity"
    """Marked rows ÷ what a person can work, which stands in every row."""
    EVENNESS = "evenness"
    """(Sum)² ÷ (rows × sum of squares), after Jain; 100% where all rows are alike."""
    SQUARED_MISS = "squared_miss"
    """Mean of (probability − outcome)²."""
    MISS_OF_RATE = "miss_of_rate"
    """Marked × unmarked rows ÷ rows²."""
    ORDER = "order"
    """Of all pairs of a marked and an unmarked row those in which the marked one stands higher."""
    OF_PLAN = "of_plan"
    """Rows done, beside the day's portion."""


class Period(StrEnum):
    """Which time a figure is about."""

    NOW = "now"
    TODAY = "today"
    RANGE = "range"
    """From a first to a last day, both named beside the figure."""
    RUN = "run"
    """One import."""
