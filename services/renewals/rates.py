"""Rates of the analysis: renewal rate four ways, contacts, persistency; by month and broken down.

Leads, managers and whoever sees the company read the kept counts (``counting``); a specialist,
whose own cases are few, has them counted as they stand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, FromClause, case, cast, false, func, select, true
from sqlalchemy.orm import Session
from sqlalchemy.types import Float

from db.models import Branch, Client, PersistencyCount, RenewalCount, Staff, Team
from services.actor import Actor
from services.permissions import Permission
from services.renewals.breakdown import (
    ALL,
    FINAL_AFTER,
    Cohorts,
    as_month,
    first_of,
    last_day,
    months_later,
    outcomes,
    persistency,
)
from services.renewals.counting import COHORT_NUMBERS, NUMBERS, cohorts_of
from services.renewals.scope import visible_cases
from terms.people import Scope
from terms.renewal_analysis import CountScope, Dimension, RateOf

MOST_BARS = 30
"""Bars of one breakdown, the worst first; a company may have thousands of people."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the terms of one bar: a whole, a month, a team, a product."""

    code: str
    """What a filter is set to: a code, a row id as text; empty for what has none."""
    name: str
    """Of people, teams and branches their name; else the code."""
    cases: int
    renewed: int
    in_time: int
    still_open: int
    clients: int
    clients_renewed: int
    premium_fen: int
    renewed_premium_fen: int
    contacted: int
    reached: int
    contacts: int
    effective_contacts: int
    first_contacts: int
    first_minutes: int

    def part(self, of: RateOf) -> tuple[int, int]:
        """Numerator and denominator of a rate."""
        return {
            RateOf.CLIENTS: (self.clients_renewed, self.clients),
            RateOf.POLICIES: (self.renewed, self.cases),
            RateOf.PREMIUM: (self.renewed_premium_fen, self.premium_fen),
            RateOf.IN_TIME: (self.in_time, self.cases),
        }[of]

    def sample(self, of: RateOf) -> int:
        """How many the rate rests on: clients, else cases."""
        return self.clients if of is RateOf.CLIENTS else self.cases


@dataclass(frozen=True, slots=True)
class Cohort:
    """What the policies of one bar paid in their thirteenth or twenty-fifth month."""

    code: str
    name: str
    policies: int
    kept: int
    premium_fen: int
    received_fen: int
    is_final: bool = True


def counted_at(session: Session, *, actor: Actor) -> datetime | None:
    """As of when the kept counts are; None where they are counted as they stand, or not yet.

    Raises:
        NotPermitted: the actor lacks ``renewal:read``.
    """
    actor.require(Permission.RENEWAL_READ)
    if kept_scope(actor) is None:
        return None
    return session.scalar(
        select(RenewalCount.as_of)
        .where(
            RenewalCount.scope == CountScope.COMPANY,
            RenewalCount.scope_id == 0,
            RenewalCount.dimension == ALL,
        )
        .limit(1)
    )


def outcomes_by_month(
    session: Session,
    *,
    actor: Actor,
    first: date,
    last: date,
    by: Dimension | None = None,
    code: str = "",
) -> tuple[Outcome, ...]:
    """What became of the terms due in each month; ``code`` is the month.

    Args:
        first: first day of the first month.
        last: last day of the last month.
        by, code: only what is this, where ``by`` is given.

    Raises:
        NotPermitted: the actor lacks ``renewal:read``.
    """
    source = _outcomes(actor, by, first, last)
    sums = [func.sum(source.c[name]).label(name) for name in NUMBERS]
    chosen = select(source.c.month, *sums).group_by(source.c.month).order_by(source.c.month)
    if by is not None:
        chosen = chosen.where(source.c.code == code)
    rows = session.execute(chosen)
    return tuple(Outcome(row.month, row.month, *map(int, row[1:])) for row in rows)


def outcomes_by(
    session: Session,
    *,
    actor: Actor,
    first: date,
    last: date,
    by: Dimension,
    of: RateOf | None,
    fewest: int,
    limit: int = MOST_BARS,
) -> tuple[Outcome, ...]:
    """What became of the terms of the months, broken down: the worst rate first; with ``of`` None
    those whose clients waited longest for the first contact.

    What rests on fewer than ``fewest`` comes after the rest, however bad it looks.

    Raises:
        NotPermitted: the actor lacks ``renewal:read``.
    """
    source = _outcomes(actor, by, first, last)
    sums = {name: func.sum(source.c[name]).label(name) for name in NUMBERS}
    orders: dict[RateOf | None, tuple[str, str, str]] = {
        None: ("first_minutes", "first_contacts", "first_contacts"),
        RateOf.CLIENTS: ("clients_renewed", "clients", "clients"),
        RateOf.POLICIES: ("renewed", "cases", "cases"),
        RateOf.PREMIUM: ("renewed_premium_fen", "premium_fen", "cases"),
        RateOf.IN_TIME: ("in_time", "cases", "cases"),
    }
    part, whole, sample = orders[of]
    rate = share_of(sums[part], sums[whole]) * (-1 if of is None else 1)
    rows = session.execute(
        select(source.c.code, *sums.values())
        .group_by(source.c.code)
        .order_by(case((sums[sample] < fewest, 1), else_=0), rate, source.c.code)
        .limit(limit)
    ).all()
    names = names_of(session, by, [row.code for row in rows])
    return tuple(
        Outcome(row.code, names.get(row.code, row.code), *map(int, row[1:])) for row in rows
    )


def cohorts(
    session: Session,
    *,
    actor: Actor,
    months: int,
    on: date,
    by: Dimension | None = None,
    code: str = "",
) -> tuple[Cohort, ...]:
    """Persistency by cohort month, oldest first; ``code`` is the month.

    Cohorts of which nothing was to be paid on record in that month are left out.

    Raises:
        NotPermitted: the actor lacks ``renewal:read``.
    """
    source = _cohorts(session, actor, by, months, cohorts_of(months, on), on)
    sums = [func.sum(source.c[name]).label(name) for name in COHORT_NUMBERS]
    chosen = select(source.c.month, *sums).group_by(source.c.month).order_by(source.c.month)
    if by is not None:
        chosen = chosen.where(source.c.code == code)
    return tuple(
        _cohort(row.month, row.month, row[1:], settled=is_final(row.month, months, on))
        for row in session.execute(chosen)
    )


def cohorts_by(
    session: Session,
    *,
    actor: Actor,
    months: int,
    on: date,
    by: Dimension,
    fewest: int,
    limit: int = MOST_BARS,
) -> tuple[Cohort, ...]:
    """Persistency of the final cohorts together, broken down: the worst first.

    Raises:
        NotPermitted: the actor lacks ``renewal:read``.
    """
    source = _cohorts(session, actor, by, months, final_cohorts(months, on), on)
    sums = {name: func.sum(source.c[name]).label(name) for name in COHORT_NUMBERS}
    rows = session.execute(
        select(source.c.code, *sums.values())
        .group_by(source.c.code)
        .order_by(
            case((sums["policies"] < fewest, 1), else_=0),
            share_of(sums["received_fen"], sums["premium_fen"]),
            source.c.code,
        )
        .limit(limit)
    ).all()
    names = names_of(session, by, [row.code for row in rows])
    return tuple(_cohort(row.code, names.get(row.code, row.code), row[1:]) for row in rows)


def _cohort(code: str, name: str, numbers: Sequence[Any], *, settled: bool = True) -> Cohort:
    policies, kept, premium_fen, received_fen = map(int, numbers)
    return Cohort(code, name, policies, kept, premium_fen, received_fen, settled)


def is_final(month: str, months: int, on: date) -> bool:
    """Whether grace of a cohort's month of payment is over (rules §7: from month 15 or 27)."""
    return months_later(first_of(month), months + FINAL_AFTER) <= on


def final_cohorts(months: int, on: date) -> list[date]:
    """The kept cohorts whose figure no longer changes, oldest first."""
    return [each for each in cohorts_of(months, on) if is_final(as_month(each), months, on)]


def share_of(part: Any, whole: Any) -> ColumnElement[Any]:
    """A rate to sort by; null where there is nothing to divide by."""
    return cast(part, Float) / func.nullif(whole, 0)


def kept_scope(actor: Actor) -> tuple[CountScope, tuple[int, ...]] | None:
    """Whose kept counts the actor reads; None for those whose cases are counted as they stand."""
    match actor.scope:
        case Scope.ALL:
            return CountScope.COMPANY, (0,)
        case Scope.BRANCH if actor.branch_ids:
            return CountScope.BRANCH, actor.branch_ids
        case Scope.TEAM if actor.team_id is not None:
            return CountScope.TEAM, (actor.team_id,)
    return None


def _kept(
    model: type[RenewalCount] | type[PersistencyCount],
    scope: tuple[CountScope, tuple[int, ...]],
    by: Dimension | None,
    first: date,
    last: date,
    *where: ColumnElement[bool],
) -> FromClause:
    return (
        select(model)
        .where(
            model.scope == scope[0],
            model.scope_id.in_(scope[1]),
            model.dimension == (ALL if by is None else by.value),
            *where,
            model.month.between(as_month(first), as_month(last)),
        )
        .subquery()
    )


def _outcomes(actor: Actor, by: Dimension | None, first: date, last: date) -> FromClause:
    """``month``, ``code`` and the numbers of the actor's scope."""
    actor.require(Permission.RENEWAL_READ)
    scope = kept_scope(actor)
    if scope is not None:
        return _kept(RenewalCount, scope, by, first, last)
    return outcomes(by, first, last, visible_cases(actor)).subquery()


def _cohorts(
    session: Session, actor: Actor, by: Dimension | None, months: int, each: list[date], on: date
) -> FromClause:
    actor.require(Permission.RENEWAL_READ)
    scope = kept_scope(actor)
    if scope is not None:
        year = PersistencyCount.months == months
        return _kept(PersistencyCount, scope, by, each[0], last_day(each[-1]), year)
    policies = Cohorts(session, on=on)
    return persistency(policies, by, months, each, whose_clients(actor)).subquery()


def whose_clients(actor: Actor) -> ColumnElement[bool]:
    """The clients whose policies count in the actor's persistency; a specialist's are their own."""
    match actor.scope:
        case Scope.ALL:
            return true()
        case Scope.BRANCH if actor.branch_ids:
            return Client.branch_id.in_(actor.branch_ids)
        case Scope.TEAM if actor.team_id is not None:
            return Client.team_id == actor.team_id
        case _ if actor.staff_id is not None:
            return Client.owner_id == actor.staff_id
        case _:
            return false()


def bar_called(session: Session, *, actor: Actor, by: Dimension, code: str) -> str:
    """What a bar is called that is not among those drawn: a name, else its code.

    Raises:
        NotPermitted: the actor lacks ``renewal:read``.
    """
    actor.require(Permission.RENEWAL_READ)
    return names_of(session, by, [code]).get(code, code)


def names_of(session: Session, by: Dimension, codes: list[str]) -> dict[str, str]:
    """What people, teams and branches are called; other codes are said by ``words``."""
    models: dict[Dimension, Any] = {
        Dimension.PERSON: Staff,
        Dimension.TEAM: Team,
        Dimension.BRANCH: Branch,
    }
    model = models.get(by)
    if model is None:
        return {}
    ids = [int(code) for code in codes if code.isdecimal()]
    rows = session.execute(select(model.id, model.name).where(model.id.in_(ids)))
    return {str(row.id): row.name for row in rows}
