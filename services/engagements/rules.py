"""The four clocks of the engagement stage and their proofs (R16, R27, R49, R54; rules §1).

All count working days from the day the engagement was signed, beside one another. Nothing of it is
stored: a calendar or a limit that changes moves a clock by itself.

Pure: no session, no clock, no I/O.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from terms.clients import LifecycleStage
from terms.intake import DocumentKind
from terms.service import Blocked, ClockState, StageClock, TeamRole

BEFORE_ENGAGEMENT = frozenset({LifecycleStage.TARGET, LifecycleStage.PROSPECT})
"""Stages in which substantive business waits for a written engagement (R13)."""

_WORST_FIRST = tuple(ClockState)


class Ends(Protocol):
    """The last day of a clock, as the working calendar gives it."""

    @property
    def on(self) -> date: ...
    @property
    def is_provisional(self) -> bool: ...


class Calendar(Protocol):
    """The working calendar, as far as a clock needs it."""

    def add_working_days(self, start: date, days: int) -> Ends: ...
    def working_days_between(self, start: date, end: date) -> int: ...


@dataclass(frozen=True, slots=True)
class Serving:
    """One membership of a service team; ``left_on`` is the first day it no longer holds."""

    role: TeamRole
    joined_on: date
    left_on: date | None = None

    def holds(self, on: date) -> bool:
        return self.joined_on <= on and (self.left_on is None or on < self.left_on)


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock on a day: until when, proven when, and what it waits for."""

    clock: StageClock
    ends: Ends
    done_on: date | None
    state: ClockState
    days_left: int
    """Working days to the last day; negative when it is past."""
    blocked: tuple[Blocked, ...]

    @property
    def is_done(self) -> bool:
        return self.done_on is not None


def clock(
    which: StageClock,
    *,
    signed_on: date,
    days: int,
    done_on: date | None,
    blocked: Sequence[Blocked],
    calendar: Calendar,
    on: date,
) -> Clock:
    """Where the clock ``which`` stands on the day ``on``.

    Args:
        days: its limit in working days after the day of signing, which is not counted.
        done_on: the day its proof stood.
        blocked: what is still missing; left out once it is done.
    """
    ends = calendar.add_working_days(signed_on, days)
    if done_on is not None:
        state = ClockState.DONE if done_on <= ends.on else ClockState.DONE_LATE
        return Clock(which, ends, done_on, state, 0, ())
    state = ClockState.LATE if on > ends.on else ClockState.DUE
    left = calendar.working_days_between(on, ends.on)
    return Clock(which, ends, None, state, left, tuple(blocked))


def worst(clocks: Sequence[Clock]) -> tuple[int, int, bool]:
    """The order of a list of strips: late first, the longest late before the others, then those
    that end soonest; at the same day what is blocked first."""
    open_ones = [each for each in clocks if not each.is_done]
    if not open_ones:
        return (len(_WORST_FIRST), 0, False)
    return min(
        (_WORST_FIRST.index(each.state), each.days_left, not each.blocked) for each in open_ones
    )


def team_lacks(team: Sequence[Serving], on: date) -> tuple[Blocked, ...]:
    """What the service team lacks on the day ``on``: a manager, a deputy, one member more (R48);
    nobody joins without written duties (R50)."""
    serving = [each for each in team if each.holds(on)]
    roles = {each.role for each in serving}
    lacks = [
        blocked
        for role, blocked in (
            (TeamRole.MANAGER, Blocked.NO_MANAGER),
            (TeamRole.DEPUTY, Blocked.NO_DEPUTY),
            (TeamRole.MEMBER, Blocked.NO_MEMBER),
        )
        if role not in roles
    ]
    gone = {each.role for each in team if each.left_on is not None and each.left_on <= on}
    if lacks and gone - roles:
        lacks.append(Blocked.SOMEBODY_LEFT)
    return tuple(lacks)


def team_done_on(team: Sequence[Serving], on: date) -> date | None:
    """The first day up to ``on`` on which the team was whole; a later change leaves it so."""
    for day in sorted({each.joined_on for each in team if each.joined_on <= on}):
        if not team_lacks(team, day):
            return day
    return None


@dataclass(frozen=True, slots=True)
class Papers:
    """The papers of a business file: asked for, there, and how much of it that is."""

    asked: tuple[DocumentKind, ...]
    missing: tuple[DocumentKind, ...]
    needed_percent: int
    """From here on the formal file counts as built (R16)."""

    @property
    def percent(self) -> int:
        """Whole per cent, rounded down: 100 means that nothing is missing."""
        if not self.asked:
            return 100
        return 100 * (len(self.asked) - len(self.missing)) // len(self.asked)


def papers(asked: Sequence[str], percent: int, there: Mapping[DocumentKind, date]) -> Papers:
    """The checklist (R19), each item ticked by a stored document of its kind."""
    known = {kind.value: kind for kind in DocumentKind}
    wanted = tuple(known[each] for each in dict.fromkeys(asked) if each in known)
    return Papers(wanted, tuple(kind for kind in wanted if kind not in there), percent)


def file_done_on(checklist: Papers, there: Mapping[DocumentKind, date]) -> date | None:
    """The day on which the papers first made the share the rule asks for.

    Args:
        there: kind of paper → the day its first document was stored.
    """
    days = sorted(there[kind] for kind in checklist.asked if kind in there)
    needed = -(-checklist.needed_percent * len(checklist.asked) // 100)
    if needed == 0 or len(days) < needed:
        return None
    return days[needed - 1]
