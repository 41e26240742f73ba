"""The brief of one case."""

from datetime import date, datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from services.actor import Actor
from services.errors import BusinessError
from services.renewals.rows import Brief
from services.working_calendar import SHANGHAI


class NoPhoneKnown(BusinessError):
    """The client has no phone number on file."""

    code: ClassVar[str] = "no_phone_known"


def brief(
    session: Session,
    *,
    actor: Actor,
    renewal_id: int,
    on: date,
    at: datetime,
    zone: ZoneInfo = SHANGHAI,
) -> Brief:
    raise NotImplementedError


def reveal_phone(session: Session, *, actor: Actor, renewal_id: int, at: datetime) -> str:
    """The full number, for the call button of one's own open case; an operation: it logs."""
    raise NotImplementedError
