"""What a service plan holds at least, what lowers it, what it may cost (R32, R33, R51, R58).

Pure: no session, no clock, no I/O. Money is whole fen; days are inclusive.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from terms.renewals import ContactChannel
from terms.service import ItemSource, ItemState, ServiceKind, TeamRole, Timing

DAY = timedelta(days=1)
YEAR_DAYS = 365
_RANK: Mapping[ContactChannel, int] = {
    ContactChannel.VISIT: 3,
    ContactChannel.COUNTER: 2,
    ContactChannel.PHONE: 2,
    ContactChannel.WECHAT: 1,
    ContactChannel.EMAIL: 1,
    ContactChannel.SMS: 0,
}
"""How much of a person a client gets: a visit, a voice, a message, a notice."""


@dataclass(frozen=True, slots=True)
class Service:
    """A service asked for so often a year: of a star's standard, or a measure of a risk tier."""

    source: ItemSource
    kind: ServiceKind
    channel: ContactChannel
    times: int
    role: TeamRole = TeamRole.MANAGER
    cost_fen: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """What of an item decides whether the plan holds what is asked for, and what it costs."""

    kind: ServiceKind
    channel: ContactChannel
    cost_fen: int
    state: ItemState


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Fewer than asked for, or by a cheaper channel; ``lacking`` of ``wanted``."""

    service: Service
    wanted: int
    lacking: int


def standard(rows: Iterable[Mapping[str, Any]], stars: int | None) -> tuple[Service, ...]:
    """The services of a star in rule ``plans.standards``; of one star where none is known."""
    return tuple(
        Service(
            ItemSource.STANDARD,
            ServiceKind(row["kind"]),
            ContactChannel(row["channel"]),
            row["times"],
            TeamRole(row["role"]),
            row["cost_fen"],
        )
        for row in rows
        if row["stars"] == (stars or 1)
    )


def risk_measures(rows: Iterable[Mapping[str, Any]], tier: str | None) -> tuple[Service, ...]:
    """The measures of a risk tier in rule ``plans.risk_measures`` (R36)."""
    return tuple(
        Service(
            ItemSource.RISK,
            ServiceKind(row["kind"]),
            ContactChannel(row["channel"]),
            row["times"],
        )
        for row in rows
        if row["tier"] == tier
    )


def wanted(times: int, first: date, last: date) -> int:
    """How often in a plan of these days: ``times`` a year, at least once."""
    days = (last - first).days + 1
    return max(1, (2 * times * days + YEAR_DAYS) // (2 * YEAR_DAYS))


EARLY = frozenset({ServiceKind.NEEDS_TALK, ServiceKind.HANDBOOK, ServiceKind.RISK_SURVEY})
EARLY_DAYS, LATE_DAYS = 30, 60
"""The two ends of the term are what counts (R62)."""


def days_for(kind: ServiceKind, count: int, first: date, last: date) -> list[tuple[date, date]]:
    """When the ``count`` items of a kind are to be done: talks and surveys at the beginning, the
    renewal proposal at the end, everything else spread evenly."""
    if kind in EARLY:
        last = min(last, first + DAY * (EARLY_DAYS - 1))
    elif kind is ServiceKind.RENEWAL_PROPOSAL:
        first = max(first, last - DAY * (LATE_DAYS - 1))
    return list(windows(count, first, last))


def windows(count: int, first: date, last: date) -> tuple[tuple[date, date], ...]:
    """``count`` parts of the days from ``first`` to ``last``, one after the other, as even as days
    can be; where there are more parts than days, several share one."""
    days = (last - first).days + 1
    edges = [days * each // count for each in range(count + 1)]
    return tuple(
        (first + DAY * min(start, days - 1), first + DAY * max(start, end - 1))
        for start, end in pairwise(edges)
    )


def shortfalls(
    asked: Sequence[Service], items: Sequence[Held], first: date, last: date
) -> tuple[Shortfall, ...]:
    """What of the services asked for the items do not hold.

    An item counts where it is of the kind and its channel gives the client at least as much of a
    person; standard and risk measures are each held by any item.
    """
    found = []
    for service in asked:
        there = sum(
            item.kind is service.kind
            and item.state is not ItemState.DROPPED
            and _RANK[item.channel] >= _RANK[service.channel]
            for item in items
        )
        lacking = wanted(service.times, first, last) - there
        if lacking > 0:
            found.append(Shortfall(service, wanted(service.times, first, last), lacking))
    return tuple(found)


def lowered(before: Sequence[Shortfall], after: Sequence[Shortfall]) -> tuple[Shortfall, ...]:
    """What a change would take from the standard that was not taken already."""
    lacked = {each.service: each.lacking for each in before}
    return tuple(each for each in after if each.lacking > lacked.get(each.service, 0))


def total_fen(items: Iterable[Held]) -> int:
    """What the plan costs; items that were dropped cost nothing."""
    return sum(item.cost_fen for item in items if item.state is not ItemState.DROPPED)


def is_over(cost_fen: int, limit: int | None) -> bool:
    """Whether it costs more than may be; an income nobody knows sets no limit."""
    return limit is not None and cost_fen > limit


def is_reference(first: date, last: date, months: int, *, is_consulting: bool) -> bool:
    """Whether the standard is a reference only: the service lasts under ``months``, or is
    consulting work (R33)."""
    return is_consulting or last + DAY < months_after(first, months)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, the last of the month where it has none such."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def timing(state: ItemState, ends_on: date, done_on: date | None, on: date, soon: int) -> Timing:
    """Where an item stands on the day ``on``; due from ``soon`` days before its last day."""
    if state is ItemState.DROPPED:
        return Timing.DROPPED
    if state is ItemState.DONE and done_on is not None:
        return Timing.DONE if done_on <= ends_on else Timing.DONE_LATE
    if on > ends_on:
        return Timing.LATE
    return Timing.DUE if ends_on <= on + soon * DAY else Timing.AHEAD
