"""What is due from me today."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select, union_all
from sqlalchemy.orm import Session

from services import renewals
from services.actor import Actor
from services.overview.measures import counted
from services.overview.rows import DayCounts, DayItem, DayKind
from services.overview.sources import SOURCES, Day
from services.permissions import Permission
from services.working_calendar import SHANGHAI, local_date

REFERRALS = (DayKind.REFERRAL, DayKind.REFERRAL_ANSWERED, DayKind.REFERRAL_LATE)


def my_day(
    session: Session,
    *,
    actor: Actor,
    on: date,
    at: datetime,
    limit: int = 50,
    zone: ZoneInfo = SHANGHAI,
) -> tuple[DayItem, ...]:
    """All that is due from the actor by the end of ``on``: first what has a time, in its order;
    then by day due, and within a day the most money first.

    One statement, whatever the number of sources; each gives at most ``limit`` lines.

    Raises:
        NotPermitted: the actor lacks ``day:read``.
    """
    actor.require(Permission.DAY_READ)
    day = Day(actor, on, at, limit, zone)
    parts = [part for source in SOURCES if (part := source(day)) is not None]
    if not parts:
        return ()
    lines = union_all(*parts).subquery("lines")
    found = session.execute(
        select(lines)
        .order_by(
            lines.c.due_at.is_(None),
            lines.c.due_at,
            lines.c.due_on.is_(None),
            lines.c.due_on,
            lines.c.amount_fen.desc(),
        )
        .limit(limit)
    )
    return tuple(_item(row, day) for row in found)


def my_day_counts(
    session: Session, *, actor: Actor, on: date, at: datetime, zone: ZoneInfo = SHANGHAI
) -> DayCounts:
    """How many things are due from the actor in all, for a list that shows only the first.

    Raises:
        NotPermitted: the actor lacks ``day:read``.
    """
    actor.require(Permission.DAY_READ)
    return counted(session, Day(actor, on, at, None, zone))


def _item(row: Row[Any], day: Day) -> DayItem:
    kind = DayKind(row.kind)
    due_on = row.due_on or (local_date(row.due_at, day.zone) if row.due_at else day.on)
    late = row.due_at < day.at if row.due_at else due_on < day.on
    page, query = _place(row, kind)
    return DayItem(
        kind=kind,
        due_at=row.due_at,
        due_on=due_on,
        is_late=late,
        client_number=row.client_number,
        client_name=row.client_name,
        line=row.line,
        what=row.what,
        count=row.things,
        amount_fen=None if row.amount_fen is None else int(row.amount_fen),
        page=page,
        query=query,
    )


def _place(row: Row[Any], kind: DayKind) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Where the line is worked: page and the address's parameters."""
    if kind is DayKind.UNASSIGNED:
        return "renewals", (("view", "team"), ("person", "nobody"))
    if kind in REFERRALS:
        return "client", (("id", row.client_number), ("view", "talks"))
    if kind is DayKind.CONFLICTS:
        return "renewals", (("view", "conflicts"),)
    if kind is DayKind.WIN_BACK:
        return "renewals", (("view", "lost"), ("show", "mine"))
    if kind is DayKind.APPROVALS:
        return "approvals", ()
    if kind is DayKind.IMPORT_REFUSED:
        return "import", ()
    if kind is DayKind.PLAN_ITEM:
        return "client", (("id", row.client_number), ("view", "service"))
    if kind in (DayKind.SUSPENSION_NOTICE, DayKind.REINSTATEMENT_ANSWER):
        return "client", (("id", row.client_number), ("view", "instalments"))
    if row.policy_number is not None:
        return "renewals", (("case", renewals.reference(row.policy_number, row.case_due_on)),)
    return "client", (("id", row.client_number),)
