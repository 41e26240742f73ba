"""Refusals, stages and weeks broken down: whole and bar by bar, as the analysis draws them.

Leads, managers and whoever sees the company read the kept counts (``counting``); a specialist,
whose own cases are few, has them counted as they stand, and so has a lead the open ones.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, FromClause, case, func, select
from sqlalchemy.orm import Session

from db.models import RenewalCount
from services.actor import Actor
from services.permissions import Permission
from services.renewals.figures import StageCount, WeekDue, due_by_week, funnel_of
from services.renewals.rates import MOST_BARS, counted_at, kept_scope, names_of, share_of
from services.renewals.scope import visible_cases
from services.renewals.splits import (
    OPEN,
    REASONS,
    STAGES,
    led,
    monday_of_code,
    months_in,
    near,
    near_code,
    open_weeks,
    period_code,
    standings,
    week_code,
)
from terms.renewal_analysis import CountScope, Dimension
from terms.renewals import RenewalState


@dataclass(frozen=True, slots=True)
class Refusals:
    """How many cases of one bar met a no."""

    code: str
    """What a filter is set to: a code, a row id as text; empty for what has none."""
    name: str
    """Of people, teams and branches their name; else the code."""
    cases: int
    """All that fell due, open or closed."""
    refused: int
    premium_fen: int
    """Of the refused ones."""
    all_cases: int
    """Of all bars, those beyond the last one listed too."""
    all_refused: int


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """The cases whose client said no for one reason."""

    reason: str
    """Its code in the rule of reasons."""
    cases: int
    premium_fen: int


@dataclass(frozen=True, slots=True)
class OpenCases:
    """Open cases of one bar."""

    code: str
    name: str
    cases: int
    premium_fen: int
    all_cases: int
    """Of all bars, those beyond the last one listed too."""


def refusal_reasons(
    session: Session,
    *,
    actor: Actor,
    first: date,
    last: date,
    by: Dimension | None = None,
    code: str = "",
) -> tuple[ReasonCount, ...]:
    """Why clients said no, over the cases due in the months, open or closed; most cases first.

    Args:
        first, last: the days of one of ``PERIODS`` up to the month before.
        by, code: only what is this, where ``by`` is given.

    Raises:
        NotPermitted: the actor lacks ``renewal:read``.
    """
    source = _standings(actor, by, first, last)
    cases = func.sum(source.c.cases)
    chosen = (
        select(source.c.reason, cases, func.sum(source.c.premium_fen))
        .where(source.c.reason.is_not(None))
        .group_by(source.c.reason)
        .order_by(cases.desc(), source.c.reason)
    )
    if by is not None:
        chosen = chosen.where(source.c.code == code)
    return tuple(
        ReasonCount(reason, int(n), int(fen)) for reason, n, fen in session.execute(chosen)
    )


def refusals_by(
    session: Session,
    *,
    actor: Actor,
    first: date,
    last: date,
    by: Dimension,
    reason: str | None,
    fewest: int,
    limit: int = MOST_BARS,
) -> tuple[Refusals, ...]:
    """Of each bar the part whose client said no, the largest first.

    What rests on fewer than ``fewest`` cases comes after the rest, however bad it looks.

    Args:
        reason: only this one; None for any.

    Raises:
        NotPermitted: the actor lacks ``renewal:read``.
    """
    source = _standings(actor, by, first, last)
    is_asked = source.c.reason.is_not(None) if reason is None else source.c.reason == reason
    is_all = source.c.reached.is_not(None)
    cases = _sum(is_all, source.c.cases)
    refused = _sum(is_asked, source.c.cases)
    rows = session.execute(
        select(
            source.c.code,
            cases.label("cases"),
            refused.label("refused"),
            _sum(is_asked, source.c.premium_fen).label("premium_fen"),
            func.sum(cases).over(),
            func.sum(refused).over(),
        )
        .group_by(source.c.code)
        .order_by(
            case((cases < fewest, 1), else_=0), share_of(refused, cases).desc(), source.c.code
        )
        .limit(limit)
    ).all()
    names = names_of(session, by, [row.code for row in rows])
    return tuple(
        Refusals(row.code, names.get(row.code, row.code), *map(int, row[1:])) for row in rows
    )


def stages(
    session: Session,
    *,
    actor: Actor,
    first: date,
    last: date,
    by: Dimension,
    code: str,
) -> tuple[StageCount, ...]:
    """How far the cases of one bar came that fell due in the months of a period, open or closed.

    Raises:
        NotPermitted: the actor lacks ``renewal:read``.
    """
    return _funnel(session, _standings(actor, by, first, last), code)


def near_stages(session: Session, *, actor: Actor, on: date) -> tuple[StageCount, ...]:
    """How far the cases came that fall due about now, open or closed: 90 days back, 30 ahead.

    Args:
        on: the day it is about; where counts are kept, that of the count.

    Raises:
        NotPermitted: the actor lacks ``renewal:read``.
    """
    actor.require(Permission.RENEWAL_READ)
    scope = kept_scope(actor)
    if scope is None:
        return _funnel(session, standings(None, *near(on), visible_cases(actor)).subquery(), "")
    return _funnel(session, _kept(scope, None, near_code(on)), "")


def _funnel(session: Session, source: FromClause, code: str) -> tuple[StageCount, ...]:
    found = session.execute(
        select(source.c.reached, func.sum(source.c.cases), func.sum(source.c.premium_fen))
        .where(source.c.reached.is_not(None), source.c.code == code)
        .group_by(source.c.reached)
    )
    sums = {RenewalState(reached): (int(n), int(fen)) for reached, n, fen in found}
    return funnel_of(sums)


def open_by(
    session: Session,
    *,
    actor: Actor,
    by: Dimension,
    week: date | None,
    state: RenewalState | None,
    limit: int = MOST_BARS,
) -> tuple[OpenCases, ...]:
    """Open cases of each bar, most first.

    Args:
        week: its Monday; None for all weeks.
        state: None for all states.

    Raises:
        NotPermitted: the actor lacks ``renewal:read``.
    """
    source = _weeks(actor, by)
    cases = func.sum(source.c.cases)
    premium = func.sum(source.c.premium_fen)
    chosen = select(source.c.code, cases, premium, func.sum(cases).over())
    if week is not None:
        is_week = week if _is_live(actor) else week_code(week)
        chosen = chosen.where(source.c.week == is_week)
    if state is not None:
        chosen = chosen.where(source.c.state == state.value)
    rows = session.execute(
        chosen.group_by(source.c.code).order_by(cases.desc(), source.c.code).limit(limit)
    ).all()
    names = names_of(session, by, [row.code for row in rows])
    return tuple(
        OpenCases(row.code, names.get(row.code, row.code), *map(int, row[1:])) for row in rows
    )


def weeks_due(session: Session, *, actor: Actor) -> tuple[WeekDue, ...]:
    """All open cases by week due and state: as they stand, those of the whole company as counted.

    Raises:
        NotPermitted: the actor lacks ``renewal:read``.
    """
    scope = kept_scope(actor)
    if (
        scope is None
        or scope[0] is not CountScope.COMPANY
        or counted_at(session, actor=actor) is None
    ):
        return due_by_week(session, actor=actor)
    return weeks_of(session, actor=actor, by=None, code="")


def weeks_of(
    session: Session, *, actor: Actor, by: Dimension | None, code: str
) -> tuple[WeekDue, ...]:
    """Open cases of one bar by week due and state; with ``by`` None of all.

    Raises:
        NotPermitted: the actor lacks ``renewal:read``.
    """
    source = _weeks(actor, by)
    found = session.execute(
        select(
            source.c.week,
            source.c.state,
            func.sum(source.c.cases),
            func.sum(source.c.premium_fen),
        )
        .where(source.c.code == code)
        .group_by(source.c.week, source.c.state)
    )
    is_live = _is_live(actor)
    return tuple(
        sorted(
            WeekDue(
                week if is_live else monday_of_code(week),
                RenewalState(state),
                int(cases),
                int(premium),
            )
            for week, state, cases, premium in found
        )
    )


def is_counted(actor: Actor) -> bool:
    """Whether the open cases of the actor's bars are kept counts, of the time they were counted."""
    return not _is_live(actor)


def _is_live(actor: Actor) -> bool:
    scope = kept_scope(actor)
    return scope is None or scope[0] is CountScope.TEAM


def _sum(condition: ColumnElement[bool], of: Any) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, of), else_=0)), 0)


def _standings(actor: Actor, by: Dimension | None, first: date, last: date) -> FromClause:
    """``code``, ``reason``, ``reached``, ``cases``, ``premium_fen`` of the actor's scope.

    A case with a reason counts in a row with it and in a row with the stage it reached: read one
    or the other.
    """
    actor.require(Permission.RENEWAL_READ)
    scope = kept_scope(actor)
    if scope is None:
        return standings(by, first, last, visible_cases(actor)).subquery()
    return _kept(scope, by, period_code(last, months_in(first, last)))


def _kept(
    scope: tuple[CountScope, tuple[int, ...]], by: Dimension | None, period: str
) -> FromClause:
    reasons = {led(letter, by): reason.value for letter, reason in REASONS.items()}
    reached = {led(letter, by): stage.value for letter, stage in STAGES.items()}
    return (
        select(
            RenewalCount.code,
            case(reasons, value=RenewalCount.dimension).label("reason"),
            case(reached, value=RenewalCount.dimension).label("reached"),
            RenewalCount.cases,
            RenewalCount.premium_fen,
        )
        .where(
            RenewalCount.scope == scope[0],
            RenewalCount.scope_id.in_(scope[1]),
            RenewalCount.dimension.in_([*reasons, *reached]),
            RenewalCount.month == period,
        )
        .subquery()
    )


def _weeks(actor: Actor, by: Dimension | None) -> FromClause:
    """``code``, ``week``, ``state``, ``cases``, ``premium_fen`` of the actor's open cases."""
    actor.require(Permission.RENEWAL_READ)
    scope = kept_scope(actor)
    if scope is None or _is_live(actor):
        return open_weeks(by, visible_cases(actor)).subquery()
    states = {led(letter, by): state.value for letter, state in OPEN.items()}
    return (
        select(
            RenewalCount.code,
            RenewalCount.month.label("week"),
            case(states, value=RenewalCount.dimension).label("state"),
            RenewalCount.cases,
            RenewalCount.premium_fen,
        )
        .where(
            RenewalCount.scope == scope[0],
            RenewalCount.scope_id.in_(scope[1]),
            RenewalCount.dimension.in_(list(states)),
        )
        .subquery()
    )
