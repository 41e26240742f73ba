"""Closing a case: renewed, lost, lapsed."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from services.actor import Actor
from services.renewals.rows import RenewalCard
from services.working_calendar import SHANGHAI


def close_renewed(
    session: Session,
    *,
    actor: Actor,
    renewal_id: int,
    premium_fen: int,
    at: datetime,
    seen_version: int,
    zone: ZoneInfo = SHANGHAI,
) -> RenewalCard:
    raise NotImplementedError


def close_lost(
    session: Session,
    *,
    actor: Actor,
    renewal_id: int,
    reason: str,
    note: str | None = None,
    at: datetime,
    seen_version: int,
    zone: ZoneInfo = SHANGHAI,
) -> RenewalCard:
    raise NotImplementedError


def lapse(
    session: Session,
    *,
    actor: Actor,
    renewal_id: int,
    at: datetime,
    seen_version: int,
    zone: ZoneInfo = SHANGHAI,
) -> RenewalCard:
    raise NotImplementedError
