"""What a case weighs, by line, tier of the client and stage: rule ``renewal.effort``. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.renewals.placing import STANDARD
from services.renewals.rules import Windows
from terms.policies import Line
from terms.renewals import WindowStage
from terms.tiering import Tier

WEEK_DAYS = 5
"""Working days a weekly capacity is meant for."""
LARGEST = 1_000
"""Effort of one case never passes this, in tenths."""


@dataclass(frozen=True, slots=True)
class Effort:
    """Rule ``renewal.effort``: tenths of an ordinary case per line, per cent per tier and stage."""

    lines: Mapping[str, int]
    tiers: Mapping[str, int]
    stages: Mapping[str, int]
    ceiling: int
    """Open cases somebody may have, in per cent of what they can work in the prepare window."""

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> "Effort":
        return cls(
            {row["line"]: int(row["tenths"]) for row in value["lines"]},
            {name: int(percent) for name, percent in value["tiers"].items()},
            {name: int(percent) for name, percent in value["stages"].items()},
            int(value["ceiling"]),
        )

    def weigh(self, line: Line, tier: Tier | None, stage: WindowStage) -> int:
        """Tenths of an ordinary case, at least one; a client without a tier counts as mid."""
        tenths = self.lines.get(line.value, STANDARD)
        percent = self.tiers[(tier or Tier.MID).value] * self.stages[stage.value]
        return min(max(1, (tenths * percent + 5_000) // 10_000), LARGEST)

    def room(self, *, weekly_capacity: int, prepare_days: int, open_cases: int) -> int:
        """Cases that may still be given to somebody before the ceiling; never below 0."""
        most = weekly_capacity * prepare_days * self.ceiling // (7 * 100)
        return max(0, most - open_cases)


def stage_on(windows: Windows, remind: int, due_on: date, *, on: date) -> WindowStage:
    """Where a case stands in the windows on a day.

    Args:
        remind: days before the end from which it is reminded.
    """
    left = (due_on - on).days
    steps = (
        (left < 0, WindowStage.OVERDUE),
        (left == 0, WindowStage.DUE),
        (left <= remind, WindowStage.REMIND),
        (left <= windows.quote, WindowStage.QUOTE),
        (left <= windows.contact, WindowStage.CONTACT),
    )
    return next((stage for holds, stage in steps if holds), WindowStage.PREPARE)


def of_capacity(level: float) -> int:
    """A standing (effort per weekly capacity and day) as % × 100 of what the person could do."""
    return round(level * WEEK_DAYS * 100 * 100 / STANDARD)
