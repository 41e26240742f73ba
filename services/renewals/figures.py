"""What the charts of the analysis view show: summed in SQL, folded to weeks here.

No row names a client; a click opens ``cases.case_list`` with the same filter.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from db.models import Renewal
from services.actor import Actor
from services.permissions import Permission
from services.renewals import rules
from services.renewals.capacity import monday
from services.renewals.cases import EVERYTHING, conditions
from services.renewals.rows import CaseFilter
from services.renewals.scope import visible_cases
from terms.renewals import RenewalState


@dataclass(frozen=True, slots=True, order=True)
class WeekDue:
    """Open cases of one state that fall due in one week."""

    week_on: date
    """The week's Monday."""
    state: RenewalState
    cases: int
    premium_fen: int


@dataclass(frozen=True, slots=True)
class StageCount:
    """The cases that came at least as far as one stage of the funnel."""

    stage: RenewalState
    cases: int
    premium_fen: int


def due_by_week(
    session: Session, *, actor: Actor, where: CaseFilter = EVERYTHING
) -> tuple[WeekDue, ...]:
    """Open cases by week due and state, sorted by both.

    Raises:
        NotPermitted: the actor lacks ``renewal:read``.
    """
    actor.require(Permission.RENEWAL_READ)
    by_day = session.execute(
        select(Renewal.due_on, Renewal.state, func.count(), func.sum(Renewal.premium_fen))
        .where(Renewal.is_open, visible_cases(actor), *conditions(where))
        .group_by(Renewal.due_on, Renewal.state)
    )
    found: defaultdict[tuple[date, RenewalState], list[int]] = defaultdict(lambda: [0, 0])
    for day, state, cases, premium in by_day:
        week = found[monday(day), state]
        week[0] += cases
        week[1] += int(premium)
    return tuple(sorted(WeekDue(*key, *sums) for key, sums in found.items()))


def funnel(
    session: Session, *, actor: Actor, from_on: date, to_on: date, where: CaseFilter = EVERYTHING
) -> tuple[StageCount, ...]:
    """How far the cases due in a period came, open or closed: every stage, in order.

    Raises:
        NotPermitted: the actor lacks ``renewal:read``.
    """
    found = session.execute(
        select(Renewal.reached, func.count(), func.sum(Renewal.premium_fen))
        .where(*_of_period(actor, from_on, to_on, where))
        .group_by(Renewal.reached)
    )
    sums = {reached: (cases, int(premium)) for reached, cases, premium in found}
    return funnel_of(sums)


def funnel_of(sums: Mapping[RenewalState, tuple[int, int]]) -> tuple[StageCount, ...]:
    """Cases and fen by the stage they ended at as those that came at least as far as each."""
    rows = []
    for stage in rules.FUNNEL:
        further = [sums[each] for each in rules.at_least(stage) if each in sums]
        rows.append(StageCount(stage, sum(n for n, _ in further), sum(fen for _, fen in further)))
    return tuple(rows)


def _of_period(
    actor: Actor, from_on: date, to_on: date, where: CaseFilter
) -> tuple[ColumnElement[bool], ...]:
    actor.require(Permission.RENEWAL_READ)
    asked = conditions(replace(where, only_open=False))
    return (Renewal.due_on.between(from_on, to_on), visible_cases(actor), *asked)
