"""What a rule's value must look like, apart from its numbers."""

from dataclasses import dataclass
from typing import Any

from services.rule_book.checks import (
    Check,
)
from services.rule_book.shapes import (
    Problem,
    Shape,
    Whole,
    problems,
)
from terms.rule_book import RuleGroup, RuleUnit

_ND = RuleUnit.NATURAL_DAYS


@dataclass(frozen=True, slots=True)
class Schema:
    """What a rule's value looks like and what it must keep to."""

    group: RuleGroup
    shape: Shape
    checks: tuple[Check, ...] = ()
    is_used: bool = True
    """Whether a screen or a job goes by it yet; the rest waits for its chapter."""
    is_legal: bool = False
    """A clock of the law: a longer one than the law allows helps nobody."""

    def problems(self, value: Any) -> tuple[Problem, ...]:
        """Everything wrong with ``value``; checks across parts only where the parts stand."""
        found = tuple(problems(self.shape, value))
        if found:
            return found
        return tuple(problem for check in self.checks for problem in check(value))


def days(*names: str, unit: RuleUnit = _ND, low: int = 1, high: int = 365) -> dict[str, Shape]:
    return {name: Whole(low, high, unit) for name in names}
