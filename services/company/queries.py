"""Reads about the company: its profile, and how far it is set up."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from db.models import Branch, Client, CompanyProfile, ImportRun, Staff, Team
from services.actor import Actor
from services.permissions import Permission
from terms.intake import ImportState
from terms.people import CompanyKind


@dataclass(frozen=True, slots=True)
class CompanyCard:
    """Who the company is; opening words of calls name it (rules §3)."""

    kind: CompanyKind
    name: str
    licence_number: str | None
    set_up_at: datetime | None
    version: int


@dataclass(frozen=True, slots=True)
class SetUp:
    """Which of the first steps are done; ``is_closed``: nobody needs the guide any more."""

    has_profile: bool
    has_places: bool
    """A branch and a team."""
    has_colleagues: bool
    """Somebody in service stands in a team."""
    has_book: bool
    """A file was taken over, or a client is there."""
    is_closed: bool

    @property
    def left(self) -> int:
        """Steps to do; none once the guide was closed."""
        done = (self.has_profile, self.has_places, self.has_colleagues, self.has_book)
        return 0 if self.is_closed else done.count(False)


def company(session: Session, *, actor: Actor) -> CompanyCard | None:
    """The company's profile; None before anybody wrote it.

    Raises:
        NotPermitted: the actor may not read the staff.
    """
    actor.require(Permission.STAFF_READ)
    found = session.get(CompanyProfile, 1)
    if found is None:
        return None
    return CompanyCard(
        kind=found.kind,
        name=found.name,
        licence_number=found.licence_number,
        set_up_at=found.set_up_at,
        version=found.version,
    )


def set_up(session: Session, *, actor: Actor, on: date) -> SetUp:
    """Which of the first steps are done.

    Raises:
        NotPermitted: the actor may not manage the staff.
    """
    actor.require(Permission.STAFF_MANAGE)
    in_service = or_(Staff.in_service_to.is_(None), Staff.in_service_to >= on)

    def there(condition: ColumnElement[bool]) -> bool:
        return bool(session.scalar(select(condition)))

    profile = session.get(CompanyProfile, 1)
    return SetUp(
        has_profile=profile is not None,
        has_places=there(exists().select_from(Branch)) and there(exists().select_from(Team)),
        has_colleagues=there(exists().where(Staff.team_id.is_not(None), in_service)),
        has_book=there(exists().select_from(Client))
        or there(exists().where(ImportRun.state == ImportState.APPLIED)),
        is_closed=profile is not None and profile.set_up_at is not None,
    )
