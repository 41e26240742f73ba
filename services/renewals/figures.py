"""Tables for the charts of the analysis view: summed in SQL, folded to weeks here.

No row names a client; a click opens ``cases.case_list`` with the same filter.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
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


def due_by_week(session: Session, *, actor: Actor, where: CaseFilter = EVERYTHING) -> pd.DataFrame:
    """Open cases by week due and state.

    Returns:
        Columns ``week_on`` (``datetime64[s]``, the week's Monday), ``state`` (string code),
        ``cases`` (int64), ``premium_fen`` (int64); sorted by week and state.

    Raises:
        NotPermitted: the actor lacks ``renewal:read``.
    """
    actor.require(Permission.RENEWAL_READ)
    by_day = session.execute(
        select(Renewal.due_on, Renewal.state, func.count(), func.sum(Renewal.premium_fen))
        .where(Renewal.is_open, visible_cases(actor), *conditions(where))
        .group_by(Renewal.due_on, Renewal.state)
    )
    found: defaultdict[tuple[date, str], list[int]] = defaultdict(lambda: [0, 0])
    for day, state, cases, premium in by_day:
        week = found[monday(day), state.value]
        week[0] += cases
        week[1] += int(premium)
    return weeks_frame(
        (week, state, cases, premium) for (week, state), (cases, premium) in found.items()
    )


def weeks_frame(rows: Iterable[tuple[date, str, int, int]]) -> pd.DataFrame:
    """Mondays, states, cases and fen as the columns of ``due_by_week``, sorted."""
    columns = tuple(zip(*sorted(rows), strict=True)) or ((), (), (), ())
    weeks, states, cases, premium = columns
    return pd.DataFrame(
        {
            "week_on": np.array(weeks, "datetime64[s]"),
            "state": pd.array(states, "str"),
            "cases": np.array(cases, np.int64),
            "premium_fen": np.array(premium, np.int64),
        }
    )


def funnel(
    session: Session, *, actor: Actor, from_on: date, to_on: date, where: CaseFilter = EVERYTHING
) -> pd.DataFrame:
    """How far the cases due in a period came, open or closed.

    Returns:
        One row per stage, in order: ``stage`` (string code: extracted, contacted, quoted,
        agreed, renewed), ``cases`` and ``premium_fen`` (int64) that came at least this far.

    Raises:
        NotPermitted: the actor lacks ``renewal:read``.
    """
    found = session.execute(
        select(Renewal.reached, func.count(), func.sum(Renewal.premium_fen))
        .where(*_of_period(actor, from_on, to_on, where))
        .group_by(Renewal.reached)
    )
    sums = {reached: (cases, int(premium)) for reached, cases, premium in found}
    rows = []
    for stage in rules.FUNNEL:
        further = [sums[each] for each in rules.at_least(stage) if each in sums]
        rows.append((stage.value, sum(c for c, _ in further), sum(p for _, p in further)))
    frame = pd.DataFrame(rows, columns=["stage", "cases", "premium_fen"])
    return frame.astype({"stage": "str", "cases": "int64", "premium_fen": "int64"})


def _of_period(
    actor: Actor, from_on: date, to_on: date, where: CaseFilter
) -> tuple[ColumnElement[bool], ...]:
    actor.require(Permission.RENEWAL_READ)
    asked = conditions(replace(where, only_open=False))
    return (Renewal.due_on.between(from_on, to_on), visible_cases(actor), *asked)
