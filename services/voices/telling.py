"""Leads and managers are told once a week that there is something to read."""

from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from db.models import Staff, StaffRole
from services import notifications, people
from services.voices.queries import heard
from terms.notifications import NotificationKind
from terms.people import Role

DAYS = 7


def tell_weekly(session: Session, *, on: date, at: datetime) -> int:
    """Tell whoever leads what their people heard in the last seven days; once a calendar week,
    whichever working morning comes first.

    Returns:
        How many people were told.

    Audit: none; nothing of the business changes.
    """
    year, week, _day = on.isocalendar()
    leads = session.execute(
        select(Staff.id, Staff.username)
        .where(
            Staff.id.in_(
                select(StaffRole.staff_id).where(StaffRole.role.in_((Role.TEAM_LEAD, Role.MANAGER)))
            ),
            or_(Staff.in_service_to.is_(None), Staff.in_service_to >= on),
        )
        .order_by(Staff.id)
    ).all()
    told = 0
    for staff_id, username in leads:
        actor = people.actor_named(session, username=username, on=on)
        if actor is None:
            continue
        n = sum(row.count for row in heard(session, actor=actor, on=on, days=DAYS))
        if n:
            told += notifications.notify(
                session,
                staff_ids=[staff_id],
                kind=NotificationKind.VOICES_HEARD,
                occasion=f"voices:{year}:{week}",
                at=at,
                opens=notifications.Opens("renewals", {"view": "voices"}),
                data={"n": n},
            )
    return told
