"""The renewal probability by itself: a new version a month, scores each morning."""

from datetime import date, datetime
from typing import Any

from dbos import DBOS

from services import renewal_probability
from services.logs import log
from services.settings import process
from services.working_calendar import local_date

_log = log("worker")


@DBOS.workflow(name="renewal-model")
def renewal_model(_scheduled_at: datetime, _context: Any) -> None:
    """Train a new version, and score the open cases by what holds after it."""
    day = train_renewal_model()
    score_renewals(day)


@DBOS.step(retries_allowed=True, max_attempts=3, interval_seconds=60)
def train_renewal_model() -> str:
    running = process()
    at = running.settings.business_now()
    on = local_date(at, running.settings.timezone)
    made = renewal_probability.train(running.database, on=on, at=at)
    _log.info("renewal model trained", verdict=made.verdict.value, cases=made.cases)
    return on.isoformat()


@DBOS.step(retries_allowed=True, max_attempts=4, interval_seconds=15)
def score_renewals(day: str) -> None:
    running = process()
    at, on = running.settings.business_now(), date.fromisoformat(day)
    done = renewal_probability.score(running.database, on=on, at=at)
    _log.info("renewals scored", on=day, cases=done.cases, changed=done.changed)
