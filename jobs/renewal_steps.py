"""The worker's steps of a morning that open, follow and give renewals."""

from datetime import date

from dbos import DBOS

from services import renewals, voices
from services.actor import SYSTEM
from services.logs import log
from services.settings import process

_log = log("worker")


@DBOS.step(retries_allowed=True, max_attempts=4, interval_seconds=15)
def extract(day: str) -> None:
    running = process()
    at = running.settings.business_now()
    with running.database.transaction() as session:
        found = renewals.extract(session, actor=SYSTEM, on=date.fromisoformat(day), at=at)
    _log.info("renewals extracted", on=day, due=found.due, created=found.created)


@DBOS.step(retries_allowed=True, max_attempts=4, interval_seconds=15)
def follow_instalments(day: str) -> None:
    """Grace, suspension, silence and the end of unpaid instalments; natural days, so every day."""
    running = process()
    at = running.settings.business_now()
    with running.database.transaction() as session:
        moved = renewals.follow_instalments(
            session, actor=SYSTEM, on=date.fromisoformat(day), at=at
        )
    _log.info(
        "instalments followed",
        on=day,
        into_grace=moved.into_grace,
        suspended=moved.suspended,
        deemed=moved.deemed,
        ended=moved.ended,
        settled=moved.settled,
    )


@DBOS.step(retries_allowed=True, max_attempts=4, interval_seconds=15)
def keep_cover(day: str) -> None:
    """Give back what was covered, cover the due work of whoever is on sick leave."""
    running = process()
    at = running.settings.business_now()
    with running.database.transaction() as session:
        done = renewals.keep_cover(session, actor=SYSTEM, on=date.fromisoformat(day), at=at)
    _log.info("renewals covered", on=day, covered=done.covered, returned=done.returned)


@DBOS.step(retries_allowed=True, max_attempts=4, interval_seconds=15)
def tell_voices(day: str) -> None:
    """What clients said goes to who leads, once a week."""
    running = process()
    at = running.settings.business_now()
    with running.database.transaction() as session:
        told = voices.tell_weekly(session, on=date.fromisoformat(day), at=at)
    _log.info("what clients say told", on=day, told=told)


@DBOS.step(retries_allowed=True, max_attempts=4, interval_seconds=15)
def recall(day: str) -> None:
    running = process()
    at = running.settings.business_now()
    with running.database.transaction() as session:
        done = renewals.recall_untouched(session, actor=SYSTEM, on=date.fromisoformat(day), at=at)
    _log.info("untouched renewals", on=day, warned=done.warned, recalled=done.recalled)


@DBOS.step(retries_allowed=True, max_attempts=4, interval_seconds=15)
def allocate(day: str) -> None:
    running = process()
    at = running.settings.business_now()
    with running.database.transaction() as session:
        found = renewals.allocate(session, actor=SYSTEM, on=date.fromisoformat(day), at=at)
    _log.info(
        "renewals allocated", on=day, allocated=found.allocated, unallocated=found.unallocated
    )


@DBOS.step(retries_allowed=True, max_attempts=4, interval_seconds=15)
def count_renewals(day: str) -> None:
    """Make the counts of the renewals' analysis anew."""
    running = process()
    at = running.settings.business_now()
    found = renewals.count_outcomes(running.database, on=date.fromisoformat(day), at=at)
    _log.info("renewals counted", on=day, rows=found.rows)
