"""A specialist's queue."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from services.actor import Actor
from services.renewals.rows import QueueCounts, QueueKey, QueueRow
from services.working_calendar import SHANGHAI
from terms.renewals import QueueView


def queue(
    session: Session,
    *,
    actor: Actor,
    on: date,
    at: datetime,
    view: QueueView = QueueView.ALL,
    after: QueueKey | None = None,
    limit: int = 50,
    zone: ZoneInfo = SHANGHAI,
) -> tuple[QueueRow, ...]:
    raise NotImplementedError


def queue_row(
    session: Session,
    *,
    actor: Actor,
    renewal_id: int,
    on: date,
    at: datetime,
    zone: ZoneInfo = SHANGHAI,
) -> QueueRow | None:
    """One row again, after a save; None when it left the actor's queue."""
    raise NotImplementedError


def queue_counts(
    session: Session, *, actor: Actor, on: date, at: datetime, zone: ZoneInfo = SHANGHAI
) -> QueueCounts:
    raise NotImplementedError
