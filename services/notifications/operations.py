"""Telling people, once, and noting that they read it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import CursorResult, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.models import Notification, QuietHours, Staff
from services import audit
from services.actor import Actor
from services.errors import BusinessError
from services.notifications.rules import DAY_MINUTES, Quiet, shows_at
from services.working_calendar import SHANGHAI, calendar_of, local_date
from terms.notifications import URGENT, NotificationKind


class QuietHoursInvalid(BusinessError):
    """Quiet hours stand between two different minutes of a day."""

    code = "quiet_hours_invalid"


@dataclass(frozen=True, slots=True)
class Opens:
    """The screen a notification opens: ``page`` is the name of its file, without a slash."""

    page: str
    query: Mapping[str, str] = field(default_factory=dict)


def notify(
    session: Session,
    *,
    staff_ids: Iterable[int],
    kind: NotificationKind,
    occasion: str,
    at: datetime,
    opens: Opens | None = None,
    data: Mapping[str, object] | None = None,
    client_id: int | None = None,
    by: Actor | None = None,
    zone: ZoneInfo = SHANGHAI,
) -> int:
    """Tell people; part of the operation that causes it, in its transaction.

    Whoever is quiet now is told when their quiet hours end, unless ``kind`` is urgent. Who has
    left, and who causes it themselves (``by``), is not told.

    Args:
        occasion: names what happened, e.g. ``approval:42:asked``; nobody is told of the same
            occasion twice, however often the operation runs. At most 80 characters.
        opens: where a click leads.
        data: numbers and counts for the sentence of ``kind`` in ``words.notifications``; nothing
            personal (a client is named by ``client_id``, whoever caused it by ``by``).

    Returns:
        How many people were told for the first time.

    Audit: the caller's entry covers it.
    """
    wanted = set(staff_ids) - {by.staff_id if by else None}
    if not wanted:
        return 0
    on = local_date(at, zone)
    rows = session.execute(
        select(Staff.id, QuietHours)
        .outerjoin(QuietHours, QuietHours.staff_id == Staff.id)
        .where(Staff.id.in_(wanted), or_(Staff.in_service_to.is_(None), Staff.in_service_to >= on))
        .order_by(Staff.id)
    ).all()
    quiet = {} if kind in URGENT else {id: _quiet(hours) for id, hours in rows if hours}
    next_working_day = _calendar(session, *quiet.values(), since=on)
    told = [
        {
            "staff_id": id,
            "kind": kind.value,
            "occasion": occasion,
            "data": dict(data or {}),
            "client_id": client_id,
            "by_id": by.staff_id if by else None,
            "page": opens.page if opens else None,
            "query": dict(opens.query) if opens else {},
            "at": at,
            "shows_at": shows_at(
                at, quiet=quiet.get(id), next_working_day=next_working_day, zone=zone
            ),
        }
        for id, _hours in rows
    ]
    if not told:
        return 0
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    added = session.execute(
        dialect.insert(Notification)
        .values(told)
        .on_conflict_do_nothing(index_elements=["staff_id", "occasion"])
        .returning(Notification.id)
    )
    return len(added.all())


def mark_read(session: Session, *, actor: Actor, notification_id: int, at: datetime) -> None:
    """The actor looked at one of their own; any other is left alone.

    Audit: none; what somebody read of the bell is no business fact.
    """
    session.execute(
        update(Notification)
        .where(
            Notification.id == notification_id,
            Notification.staff_id == actor.own_id,
            Notification.read_at.is_(None),
        )
        .values(read_at=at)
        .execution_options(synchronize_session=False)
    )


def mark_all_read(session: Session, *, actor: Actor, at: datetime) -> int:
    """The actor looked at everything that shows; how many that were.

    Audit: none, as ``mark_read``.
    """
    result = session.execute(
        update(Notification)
        .where(
            Notification.staff_id == actor.own_id,
            Notification.read_at.is_(None),
            Notification.shows_at <= at,
        )
        .values(read_at=at)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(result, CursorResult)
    return result.rowcount


def choose_quiet_hours(
    session: Session,
    *,
    actor: Actor,
    quiet: Quiet | None,
    at: datetime,
    zone: ZoneInfo = SHANGHAI,
) -> Quiet | None:
    """Keep when the actor's bell is silent, or that it never is; what waits moves with it.

    Raises:
        QuietHoursInvalid: a bound is no minute of a day, or both are the same.

    Audit: ``people:choose_quiet_hours`` with the hours.
    """
    if quiet is not None and not (
        0 <= quiet.from_minute < DAY_MINUTES
        and 0 <= quiet.to_minute < DAY_MINUTES
        and quiet.from_minute != quiet.to_minute
    ):
        raise QuietHoursInvalid
    session.execute(delete(QuietHours).where(QuietHours.staff_id == actor.own_id))
    if quiet is not None:
        session.add(
            QuietHours(
                staff_id=actor.own_id,
                from_minute=quiet.from_minute,
                to_minute=quiet.to_minute,
                also_days_off=quiet.also_days_off,
            )
        )
    next_working_day = _calendar(session, quiet, since=local_date(at, zone))
    for waiting in session.scalars(
        select(Notification).where(
            Notification.staff_id == actor.own_id,
            Notification.read_at.is_(None),
            Notification.shows_at > at,
        )
    ):
        waiting.shows_at = shows_at(at, quiet=quiet, next_working_day=next_working_day, zone=zone)
    audit.record(
        session,
        actor=actor,
        event="people:choose_quiet_hours",
        subject="staff",
        subject_id=actor.own_id,
        at=at,
        detail={
            "from_minute": quiet.from_minute if quiet else None,
            "to_minute": quiet.to_minute if quiet else None,
            "also_days_off": bool(quiet and quiet.also_days_off),
        },
    )
    return quiet


def forget_notifications(session: Session, *, before: datetime) -> int:
    """Delete what was told before ``before``, read or not; how many that were.

    Audit: none; the facts stand in their own chapters.
    """
    result = session.execute(delete(Notification).where(Notification.shows_at < before))
    assert isinstance(result, CursorResult)
    return result.rowcount


def _calendar(session: Session, *quiet: Quiet | None, since: date) -> Callable[[date], date] | None:
    """The working calendar from ``since`` on, where anybody's days off are quiet."""
    if any(one is not None and one.also_days_off for one in quiet):
        return calendar_of(session, since=since).next_working_day
    return None


def _quiet(hours: QuietHours) -> Quiet:
    return Quiet(hours.from_minute, hours.to_minute, hours.also_days_off)
