"""Rows a and c: the data layer against the raw statements it stands on.

``a.data`` is a page of somebody's queue, ``c.weeks`` the open cases of the company by week and
state.
"""

import statistics
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from db.models import Staff
from services import people, renewals
from services.actor import Actor
from services.working_calendar import local_date
from tests.bench import databases, report
from tests.bench.databases import BenchDatabase
from tests.bench.people import busiest

RAW = """
SELECT r.id, r.version, r.due_on, r.premium_fen, r.at_risk_fen, r.state, r.next_at, r.attempts,
       r.line, r.kind, c.number, c.name, p.product
FROM (SELECT id FROM renewal
      WHERE {open} AND assignee_id = :staff AND coalesce(due_on, due_on) BETWEEN :first AND :last
      ORDER BY at_risk_fen DESC, id DESC LIMIT 50) q
JOIN renewal r ON r.id = q.id
JOIN client c ON c.id = r.client_id
JOIN policy p ON p.id = r.policy_id
ORDER BY r.at_risk_fen DESC, r.id DESC
"""
"""The physical limit: fifty ids from one covering index, the wide rows joined after. ``coalesce``
keeps the index by due day out of it, which would have all of the book sorted."""

BY_DAY = """
SELECT due_on, state, count(*), sum(premium_fen) FROM renewal WHERE {open} GROUP BY due_on, state
"""
"""The physical limit of ``c.weeks``: by day on a covering index, folded to weeks afterwards."""

SAMPLES = 60
FEW = 15
"""Samples of what takes long."""


def median_ms(job: Callable[[], object], count: int = SAMPLES) -> float:
    samples = []
    for _ in range(count):
        began = time.perf_counter()
        job()
        samples.append(time.perf_counter() - began)
    return statistics.median(samples) * 1000


def rows(database: BenchDatabase) -> list[report.Row]:
    data = databases.connect(database)
    zone = databases.settings_of(database).timezone
    at = datetime.fromisoformat(databases.NOW)
    on = local_date(at, zone)
    made = []
    try:
        with data.reading() as session:
            order = busiest(session)
            for name, staff_id in (("typical", order[len(order) // 2]), ("largest", order[0])):
                username = session.scalars(select(Staff.username).where(Staff.id == staff_id)).one()
                actor = _signed_in(session, username, on)
                ours = partial(renewals.queue, session, actor=actor, on=on, at=at)
                raw = partial(_raw, session, staff_id)
                ours()
                raw()
                made.append(
                    report.timed(
                        "a.data",
                        f"queue page ÷ raw late join, {name} book",
                        database.name,
                        database.clients,
                        median_ms(ours),
                        median_ms(raw),
                        1.5,
                    )
                )
    finally:
        data.engine.dispose()
    return made


def weeks(database: BenchDatabase) -> list[report.Row]:
    """``c.weeks``: open cases by week due and state, of the company and of a branch."""
    data = databases.connect(database)
    try:
        with data.reading() as session:
            return [
                _weeks(session, database, username, whose)
                for username, whose in (("executive", "the company"), ("manager", "a branch"))
            ]
    finally:
        data.engine.dispose()


def _weeks(session: Session, database: BenchDatabase, username: str, whose: str) -> report.Row:
    actor = _signed_in(session, username, date.fromisoformat(databases.ON))
    ours = partial(renewals.weeks_due, session, actor=actor)
    raw = partial(_folded, session, actor.branch_ids)
    cases = sum(each.cases for each in ours())
    if cases != sum(raw().values()):
        raise RuntimeError(f"the weeks of {whose} and their reference count differently")
    return report.timed(
        "c.weeks",
        f"{cases:,} open cases of {whose} by week and state ÷ by day and folded",
        database.name,
        database.clients,
        median_ms(ours, FEW),
        median_ms(raw, FEW),
        1.5,
    )


def _signed_in(session: Session, username: str, on: date) -> Actor:
    actor = people.actor_named(session, username=username, on=on)
    if actor is None:
        raise RuntimeError(f"no {username}")
    return actor


def _folded(session: Session, branch_ids: tuple[int, ...]) -> Counter[tuple[date, str]]:
    found: Counter[tuple[date, str]] = Counter()
    which = _is_open(session)
    if branch_ids:
        which += f" AND branch_id IN ({', '.join(map(str, branch_ids))})"
    rows = session.connection().execute(text(BY_DAY.format(open=which)))
    for day, state, cases, _ in rows:
        due = day if isinstance(day, date) else date.fromisoformat(day)
        found[due - timedelta(days=due.weekday()), state] += cases
    return found


def _is_open(session: Session) -> str:
    """The index's own condition as each database says it, or SQLite does not use the index."""
    return "is_open = 1" if session.get_bind().dialect.name == "sqlite" else "is_open"


def _raw(session: Session, staff_id: int) -> None:
    given = {"staff": staff_id, "first": date(2000, 1, 1), "last": date(2100, 1, 1)}
    session.connection().execute(text(RAW.format(open=_is_open(session))), given).all()
