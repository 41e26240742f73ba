"""What becomes of requests by themselves: reminders, their end, a calendar that changed."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Approval
from services.actor import Actor
from services.approvals.deciders import deciders_of
from services.approvals.kinds import kind_of
from services.approvals.rows import Watched
from services.approvals.telling import record, tell
from services.approvals.times import Times
from services.errors import NotPermitted
from services.rule_tables import rule
from services.working_calendar import SHANGHAI, calendar_of, local_date
from terms.approvals import ApprovalState
from terms.notifications import NotificationKind


def watch(session: Session, *, actor: Actor, on: date, at: datetime) -> Watched:
    """End the requests that ran out and remind of those that wait; the worker calls it.

    Raises:
        NotPermitted: anybody but the system.

    Audit: ``approval:expire`` and ``approval:remind``, one entry each.
    """
    if actor.staff_id is not None:
        raise NotPermitted(permission="system")
    waits = Approval.state == ApprovalState.WAITING
    gone = session.scalars(
        select(Approval).where(waits, Approval.expires_at <= at).with_for_update(skip_locked=True)
    ).all()
    for approval in gone:
        approval.state = ApprovalState.EXPIRED
        approval.decided_at, approval.updated_at, approval.remind_at = at, at, None
        session.flush()
        record(session, actor, "approval:expire", approval, at=at)
        tell(
            session,
            [approval.asked_by_id],
            NotificationKind.APPROVAL_EXPIRED,
            approval,
            occasion="expired",
            at=at,
        )
    due = session.scalars(
        select(Approval)
        .where(waits, Approval.expires_at > at, Approval.remind_at <= at)
        .with_for_update(skip_locked=True)
    ).all()
    if due:
        known = rule(session, "approvals.times", on)
        calendar = calendar_of(session, since=on)
    for approval in due:
        times = Times.of(known, approval.kind)
        approval.remind_at = times.first_reminder(calendar, on=on, zone=SHANGHAI)
        approval.updated_at = at
        session.flush()
        record(session, actor, "approval:remind", approval, at=at)
        deciders = deciders_of(
            session,
            kind=kind_of(approval.kind),
            asked_by_id=approval.asked_by_id,
            client_id=approval.client_id,
            on=on,
        )
        tell(
            session,
            [staff.id for staff in deciders],
            NotificationKind.APPROVAL_REMINDER,
            approval,
            occasion=f"reminder:{on.isoformat()}",
            at=at,
        )
    return Watched(reminded=len(due), expired=len(gone))


def refigure(session: Session, *, actor: Actor, at: datetime) -> int:
    """Count the times of all that waits anew, after the working calendar changed.

    For the chapter that changed it, inside its own act.

    Returns:
        Requests that run out on another day now.

    Audit: ``approval:refigure``, one entry each.
    """
    calendar = calendar_of(session)
    changed = 0
    waiting = session.scalars(
        select(Approval).where(Approval.state == ApprovalState.WAITING).with_for_update()
    ).all()
    for approval in waiting:
        asked_on = local_date(approval.asked_at, SHANGHAI)
        times = Times.of(rule(session, "approvals.times", asked_on), approval.kind)
        ends = times.end(calendar, on=asked_on, zone=SHANGHAI)
        if ends != approval.expires_at:
            approval.expires_at, approval.updated_at = ends, at
            session.flush()
            record(session, actor, "approval:refigure", approval, at=at)
            changed += 1
    return changed
