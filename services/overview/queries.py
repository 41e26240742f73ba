"""What is due from me today."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from services.actor import Actor
from services.overview.rows import DayItem
from services.working_calendar import SHANGHAI


def my_day(
    session: Session,
    *,
    actor: Actor,
    on: date,
    at: datetime,
    limit: int = 50,
    zone: ZoneInfo = SHANGHAI,
) -> tuple[DayItem, ...]:
    raise NotImplementedError
