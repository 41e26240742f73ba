"""A member's day, for the lead who looks after them (R160)."""

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, literal, select
from sqlalchemy.orm import Session

from db.models import Contact, Renewal, Staff
from services.actor import Actor
from services.permissions import Permission
from services.renewals.rules import WEEK_DAYS
from services.renewals.scope import led_by, visible_cases
from services.working_calendar import SHANGHAI, end_of_day, start_of_day


@dataclass(frozen=True, slots=True)
class MemberDay:
    """What one person did today and in the last seven days, and what waits past its day."""

    contacts_today: int
    contacts_week: int
    overdue: int


def member_day(
    session: Session, *, actor: Actor, staff_id: int, on: date, zone: ZoneInfo = SHANGHAI
) -> MemberDay:
    """The day of a person the actor leads; all zero for anybody else.

    Raises:
        NotPermitted: the actor lacks ``renewal:lead``.
    """
    actor.require(Permission.RENEWAL_LEAD)
    is_today = Contact.happened_at >= start_of_day(on, zone)
    is_led = literal(staff_id).in_(select(Staff.id).where(led_by(actor)))
    today, week = session.execute(
        select(func.count(case((is_today, 1))), func.count()).where(
            Contact.staff_id == staff_id,
            Contact.happened_at >= start_of_day(on - timedelta(days=WEEK_DAYS - 1), zone),
            Contact.happened_at < end_of_day(on, zone),
            is_led,
        )
    ).one()
    overdue = session.scalar(
        select(func.count()).where(
            Renewal.assignee_id == staff_id,
            Renewal.is_open,
            Renewal.due_on < on,
            visible_cases(actor),
        )
    )
    return MemberDay(today, week, overdue or 0)
