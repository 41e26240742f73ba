"""Rules as the screen shows them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from services.rule_book.effects import Effect
from services.rule_book.shapes import Difference, Problem
from terms.rule_book import RuleGroup


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule in the book."""

    key: str
    group: RuleGroup
    since: date
    needs_confirmation: bool
    is_used: bool
    next_from: date | None
    """The first version that is not in force yet."""
    has_draft: bool
    waits: str | None
    """The number of the request that waits for a decision."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a rule: what it said, from when to when, who wanted it and who agreed."""

    effective_from: date
    effective_to: date | None
    """The last day; None while nothing follows."""
    value: Any
    source: str
    needs_confirmation: bool
    differences: tuple[Difference, ...]
    """Against the version before it."""
    number: str | None
    """The request it came from; None for what a company starts with."""
    asked_by: str | None
    asked_at: datetime | None
    why: str | None
    decided_by: str | None
    decided_at: datetime | None
    word: str | None
    is_future: bool
    withdrawn_at: datetime | None
    withdrawal_waits: str | None
    """The number of the request to take it back."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is being prepared for a rule; ``version`` is what an editor decided from."""

    value: Any
    effective_from: date | None
    source: str
    needs_confirmation: bool
    why: str
    saved_by: str
    saved_at: datetime
    version: int


@dataclass(frozen=True, slots=True)
class RuleCard:
    """One rule: in force, in preparation, waiting, to come, and before."""

    key: str
    group: RuleGroup
    is_used: bool
    is_legal: bool
    value: Any
    since: date
    source: str
    needs_confirmation: bool
    draft: Draft | None
    waits: str | None
    waits_from: str | None
    """Who asked for what waits."""
    versions: tuple[Version, ...]
    """The newest first; withdrawn ones too."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What the draft as saved would do."""

    problems: tuple[Problem, ...]
    differences: tuple[Difference, ...]
    effects: tuple[Effect, ...]
    version: int
    """Of the draft it was made from."""

    @property
    def may_be_asked(self) -> bool:
        return not self.problems and bool(self.differences)
