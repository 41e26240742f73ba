"""The day's extraction."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from services.actor import Actor
from services.renewals.rows import Extraction


def extract(session: Session, *, actor: Actor, on: date, at: datetime) -> Extraction:
    raise NotImplementedError
