"""The pass that keeps the counts of the analysis: month by month, by whose and by what.

Each case is read once, as columns of one moment, with everything it is counted by. Reading happens
outside the transaction that writes; the counts then change all at once.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import product
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Table, delete
from sqlalchemy.orm import Session

from db.arrow import reader
from db.bulk import insert_columns
from db.models import PersistencyCount, Renewal, RenewalCount
from db.session import Database
from services import audit
from services.actor import SYSTEM, Actor
from services.permissions import Permission
from services.renewals.breakdown import (
    CLIENTS,
    OF_COHORT,
    YEARS,
    Cohorts,
    code_column,
    each_case,
    each_open,
    each_policy,
    last_day,
    months_later,
    named,
    outcome_numbers,
)
from services.renewals.splits import led, letter_of, near, near_code, periods_of, week_code
from services.working_calendar import SHANGHAI, local_date
from terms.renewal_analysis import CountScope, Dimension

MONTHS_AT_ONCE = 5
"""Months read at once: what is in hand stays small whatever the company's size."""
MONTHS_BACK = 24
"""Months before the current one whose outcomes are kept; the current one is too."""
COHORTS_BACK = 14
"""Months of beginning that are kept beside the one whose month of payment is the current one."""
NUMBERS = tuple(outcome_numbers())
OUTCOME_KEYS = ("scope", "scope_id", "dimension", "month", "code")
COHORT_KEYS = ("scope", "scope_id", "dimension", "months", "month", "code")
COHORT_NUMBERS = ("policies", "kept", "premium_fen", "received_fen")
SUMS = ("cases", "premium_fen")
_OUTCOMES: Table = RenewalCount.__table__  # type: ignore[assignment]
_PAID: Table = PersistencyCount.__table__  # type: ignore[assignment]

Key = tuple[Any, ...]
_Sums = defaultdict[Key, list[int]]


@dataclass(frozen=True, slots=True)
class Counted:
    """What a pass counted: months of outcomes, cohorts of persistency, rows it keeps now."""

    months: int
    cohorts: int
    rows: int


def count_outcomes(
    database: Database,
    *,
    on: date,
    at: datetime,
    actor: Actor = SYSTEM,
    progress: Callable[[str, int, int], None] = lambda _what, _done, _all: None,
) -> Counted:
    """Make the kept counts anew: outcomes of the last two years, persistency of their cohorts.

    Reading holds up nobody; all counts are replaced by one short transaction at the end.

    Raises:
        NotPermitted: the actor lacks ``renewal:allocate``.

    Audit: ``renewal:count`` with the day and how many rows are kept.
    """
    actor.require(Permission.RENEWAL_ALLOCATE)
    spans = [
        (months_later(on, -back), last_day(months_later(on, MONTHS_AT_ONCE - 1 - back)))
        for back in range(MONTHS_BACK, -1, -MONTHS_AT_ONCE)
    ]
    found: _Sums = defaultdict(lambda: [0] * len(NUMBERS))
    paid: _Sums = defaultdict(lambda: [0] * len(COHORT_NUMBERS))
    with database.reading() as session:
        policies = Cohorts(session, on=on)
    steps = len(spans) + len(YEARS) + 1
    with reader(database) as columns:
        for done, (first, last) in enumerate(spans, 1):
            cases = columns.table(each_case(first, last))
            for dimension in (None, *Dimension):
                _add_outcomes(found, dimension, cases)
                _add_standings(found, dimension, cases, on)
            progress("renewals counted", done, steps)
        now = local_date(at, SHANGHAI)  # the day the screens say the counts are of
        _add_near(found, columns.table(each_case(*near(now))), now)
        cases = columns.table(each_open())
        for dimension in (None, *Dimension):
            _add_weeks(found, dimension, cases)
        progress("renewals counted", len(spans) + 1, steps)
        for done, year in enumerate(YEARS, len(spans) + 2):
            of_cohorts = columns.table(each_policy(policies, year, cohorts_of(year, on)))
            for split in (None, *OF_COHORT):
                _add_paid(paid, split, year, of_cohorts)
            progress("renewals counted", done, steps)
    with database.transaction() as session:
        rows = _keep(session, _OUTCOMES, OUTCOME_KEYS, NUMBERS, found, at)
        rows += _keep(session, _PAID, COHORT_KEYS, COHORT_NUMBERS, paid, at)
        audit.record(
            session,
            actor=actor,
            event="renewal:count",
            subject=Renewal.__tablename__,
            subject_id=None,
            at=at,
            detail={"on": on.isoformat(), "rows": rows},
        )
    return Counted(MONTHS_BACK + 1, len(YEARS) * (COHORTS_BACK + 1), rows)


def cohorts_of(months: int, on: date) -> list[date]:
    """The cohorts of ``months``-month persistency that are kept, oldest first."""
    return [months_later(on, 1 - months - back) for back in range(COHORTS_BACK, -1, -1)]


def _grouped(
    rows: pa.Table, keys: tuple[str, ...], numbers: tuple[str, ...]
) -> Iterator[Mapping[str, Any]]:
    """``numbers`` over the rows that share ``keys``; branch and team are always among these."""
    by = (*keys, "branch_id", "team_id")
    asked = [(name, "count_distinct" if name in CLIENTS else "sum") for name in numbers]
    yield from rows.group_by(by).aggregate(asked).rename_columns([*by, *numbers]).to_pylist()


def _add_outcomes(sums: _Sums, dimension: Dimension | None, cases: pa.Table) -> None:
    """Add terms that fell due to their team, their branch and the company. A client whose cases
    stand in two teams counts once in each."""
    due = cases.filter(pc.equal(cases["is_due_term"], 1))
    _add(sums, dimension, (), _grouped(due, ("month", code_column(dimension)), NUMBERS), NUMBERS)


def _add_paid(sums: _Sums, dimension: Dimension | None, year: int, policies: pa.Table) -> None:
    """Add what the policies of each cohort had paid."""
    each = policies.append_column("policies", pa.repeat(1, len(policies)))
    each = each.rename_columns({"cohort": "month", "is_kept": "kept"})
    counts = _grouped(each, ("month", code_column(dimension)), COHORT_NUMBERS)
    _add(sums, dimension, (year,), counts, COHORT_NUMBERS)


def _add(
    sums: _Sums,
    dimension: Dimension | None,
    more: Key,
    rows: Iterable[Mapping[str, Any]],
    names: tuple[str, ...],
) -> None:
    column = code_column(dimension)
    for numbers in rows:
        for scope, scope_id in _scopes(numbers):
            what = (scope, scope_id, named(dimension), *more, numbers["month"], numbers[column])
            kept = sums[what]
            for place, name in enumerate(names):
                kept[place] += int(numbers[name])


def _add_standings(sums: _Sums, dimension: Dimension | None, cases: pa.Table, on: date) -> None:
    """Add cases to the stage they reached and, where the client said no, to the reason, in every
    period they stand in."""
    column = code_column(dimension)
    periods: dict[str, list[str]] = {}
    for row in _grouped(cases, ("month", column, "stage", "reason"), SUMS):
        if row["month"] not in periods:
            periods[row["month"]] = periods_of(row["month"], on)
        said = [letter_of("reached", row["stage"])]
        if row["reason"] is not None:
            said.append(letter_of("reason", row["reason"]))
        for letter in said:
            of = led(letter, dimension)
            for (scope, scope_id), period in product(_scopes(row), periods[row["month"]]):
                _count_up(sums[(scope, scope_id, of, period, row[column])], row)


def _add_near(sums: _Sums, cases: pa.Table, on: date) -> None:
    """Add the cases due about now to the stage they reached."""
    for row in _grouped(cases, ("stage",), SUMS):
        of = led(letter_of("reached", row["stage"]), None)
        for scope, scope_id in _scopes(row):
            _count_up(sums[(scope, scope_id, of, near_code(on), "")], row)


def _add_weeks(sums: _Sums, dimension: Dimension | None, cases: pa.Table) -> None:
    """Add open cases to their week and state; a team's are read as they stand."""
    column = code_column(dimension)
    for row in _grouped(cases, ("week", column, "state"), SUMS):
        of = led(letter_of("state", row["state"]), dimension)
        week = week_code(date.fromisoformat(row["week"]))
        for scope, scope_id in _scopes(row):
            if scope is not CountScope.TEAM:
                _count_up(sums[(scope, scope_id, of, week, row[column])], row)


_CASES, _PREMIUM = NUMBERS.index("cases"), NUMBERS.index("premium_fen")


def _count_up(kept: list[int], row: Mapping[Any, Any]) -> None:
    kept[_CASES] += int(row["cases"])
    kept[_PREMIUM] += int(row["premium_fen"])


def _scopes(row: Mapping[Any, Any]) -> Iterator[tuple[CountScope, int]]:
    yield CountScope.COMPANY, 0
    if row["branch_id"] is not None:
        yield CountScope.BRANCH, row["branch_id"]
    if row["team_id"] is not None:
        yield CountScope.TEAM, row["team_id"]


def _keep(
    session: Session,
    table: Table,
    keys: tuple[str, ...],
    names: tuple[str, ...],
    sums: _Sums,
    at: datetime,
) -> int:
    """Replace all rows of ``table`` by ``sums``."""
    session.execute(delete(table))
    placed = list(zip(*sums, strict=True)) or [()] * len(keys)
    numbers = list(zip(*sums.values(), strict=True)) or [()] * len(names)
    columns = [*zip(keys, placed, strict=True), *zip(names, numbers, strict=True)]
    return insert_columns(session.connection(), table, [*columns, ("as_of", [at] * len(sums))])
