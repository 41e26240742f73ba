"""What a lead sees: load per person, cases by filter; and the menu's count."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from services.actor import Actor
from services.renewals.rows import CaseFilter, CaseKey, CaseRow, PersonLoad
from services.working_calendar import SHANGHAI

EVERYTHING = CaseFilter()


def open_count(session: Session, *, actor: Actor, on: date) -> int:
    """Open cases of the actor, for the menu."""
    raise NotImplementedError


def team_load(
    session: Session, *, actor: Actor, on: date, zone: ZoneInfo = SHANGHAI
) -> tuple[PersonLoad, ...]:
    raise NotImplementedError


def team_queue(
    session: Session,
    *,
    actor: Actor,
    on: date,
    at: datetime,
    assignee_id: int | None = None,
    after: CaseKey | None = None,
    limit: int = 50,
) -> tuple[CaseRow, ...]:
    """Open cases of one person, or with ``assignee_id`` None those nobody has."""
    raise NotImplementedError


def case_list(
    session: Session,
    *,
    actor: Actor,
    on: date,
    where: CaseFilter = EVERYTHING,
    after: CaseKey | None = None,
    limit: int = 50,
) -> tuple[CaseRow, ...]:
    raise NotImplementedError
