"""What is forgotten: sign-ins, tickets, notifications soon, the access log after its years."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import CursorResult, delete
from sqlalchemy.orm import Session

from db.models import AccessEntry, DownloadTicket
from services import audit, notifications, people, undo
from services.actor import Actor
from services.rule_tables import rule
from services.working_calendar import local_date, start_of_day

SIGN_INS_KEPT = timedelta(days=30)
TICKETS_KEPT = timedelta(days=1)
NOTIFICATIONS_KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Rows forgotten, by kind."""

    sign_ins: int
    tickets: int
    notifications: int
    access_entries: int
    acts: int
    """Acts that can no longer be undone, whose before-images went."""


def forget_old(
    session: Session, *, actor: Actor, at: datetime, clock: datetime, zone: ZoneInfo
) -> Forgotten:
    """Delete ended sign-ins, used tickets, and the access log past ``privacy.access_log_years``.

    Args:
        at: the business's instant, the access log counts on it.
        clock: the real instant, session limits count on it.
        zone: where the business day turns.

    Audit: ``privacy:forget`` with the number of access entries, when there were any.
    """
    on = local_date(at, zone)
    years: int = rule(session, "privacy.access_log_years", on)
    try:
        first_kept = on.replace(year=on.year - years)
    except ValueError:
        first_kept = on.replace(year=on.year - years, day=28)
    sign_ins = people.clear_old_sign_ins(session, before=clock - SIGN_INS_KEPT)
    tickets = _deleted(
        session.execute(delete(DownloadTicket).where(DownloadTicket.expires_at < at - TICKETS_KEPT))
    )
    told = notifications.forget_notifications(session, before=at - NOTIFICATIONS_KEPT)
    entries = _deleted(
        session.execute(
            delete(AccessEntry).where(AccessEntry.happened_at < start_of_day(first_kept, zone))
        )
    )
    if entries:
        audit.record(
            session,
            actor=actor,
            event="privacy:forget",
            subject="access_entry",
            subject_id=None,
            at=at,
            detail={"entries": entries, "before": first_kept.isoformat()},
        )
    acts = undo.forget_expired(session, actor=actor, on=on, at=at)
    return Forgotten(sign_ins, tickets, told, entries, acts)


def _deleted(result: object) -> int:
    assert isinstance(result, CursorResult)
    return result.rowcount
