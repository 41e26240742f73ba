"""Row a: the data layer of the queue page against the raw late join it stands on."""

import statistics
import time
from collections.abc import Callable
from datetime import date, datetime
from functools import partial

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from db.models import Staff
from services import people, renewals
from services.working_calendar import local_date
from tests.bench import databases, report
from tests.bench.databases import BenchDatabase
from tests.bench.people import busiest

RAW = """
SELECT r.id, r.version, r.due_on, r.premium_fen, r.at_risk_fen, r.state, r.next_at, r.attempts,
       r.line, r.kind, c.number, c.name, p.product
FROM (SELECT id FROM renewal
      WHERE {open} AND assignee_id = :staff AND due_on BETWEEN :first AND :last
      ORDER BY at_risk_fen DESC, id DESC LIMIT 50) q
JOIN renewal r ON r.id = q.id
JOIN client c ON c.id = r.client_id
JOIN policy p ON p.id = r.policy_id
ORDER BY r.at_risk_fen DESC, r.id DESC
"""
"""The physical limit: fifty ids from one covering index, the wide rows joined after."""

SAMPLES = 60


def median_ms(job: Callable[[], object]) -> float:
    samples = []
    for _ in range(SAMPLES):
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
                actor = people.actor_named(session, username=username, on=on)
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


def _raw(session: Session, staff_id: int) -> None:
    given = {"staff": staff_id, "first": date(2000, 1, 1), "last": date(2100, 1, 1)}
    # said as the index's own condition, or SQLite does not use it
    is_open = "is_open = 1" if session.get_bind().dialect.name == "sqlite" else "is_open"
    session.connection().execute(text(RAW.format(open=is_open)), given).all()
