"""Clocks of suspended policies: counted anew when the calendar changes, and told by the bell."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import case, func, or_, select, update
from sqlalchemy.orm import Session

from db.models import Client, Suspension
from db.written import written
from services import audit, notifications
from services.actor import Actor
from services.renewals import instalment_rules as rules
from services.rule_tables import rules as rules_in_force
from services.working_calendar import WorkingCalendar, calendar_of
from terms.instalments import SuspensionState
from terms.notifications import NotificationKind

KEYS = ("renewal.grace_days", "renewal.lapse")
SOON_WORKING_DAYS = 2
"""The bell rings for a notice from this many working days before its last day."""
SOON_ANSWER_DAYS = 5
"""The bell rings for an answer from this many days before its last day."""
_UNSENT = (Suspension.is_open, Suspension.notice_sent_on.is_(None))


def refigure_notices(session: Session, *, actor: Actor, at: datetime) -> int:
    """Count the last days of unsent notices anew, after the calendar or its rule changed.

    Returns:
        Notices whose day moved or became certain.

    Audit: ``renewal:refigure`` with the count, where any did.
    """
    calendar = calendar_of(session)
    known = select(Suspension.suspended_on).where(*_UNSENT).distinct()
    changed = 0
    for suspended_on in session.scalars(known).all():
        rule = rules_in_force(session, KEYS, on=suspended_on)["renewal.lapse"]
        found = calendar.add_working_days(suspended_on, rules.LapseRule.of(rule).notice_days)
        changed += written(
            session,
            update(Suspension)
            .where(
                *_UNSENT,
                Suspension.suspended_on == suspended_on,
                or_(
                    Suspension.notice_due_on != found.on,
                    Suspension.notice_is_provisional != found.is_provisional,
                ),
            )
            .values(
                notice_due_on=found.on,
                notice_is_provisional=found.is_provisional,
                next_due_on=case(
                    (Suspension.next_due_on == Suspension.notice_due_on, found.on),
                    else_=Suspension.next_due_on,
                ),
                version=Suspension.version + 1,
                updated_at=at,
            ),
        )
    if changed:
        session.expire_all()
        audit.record(
            session,
            actor=actor,
            event="renewal:refigure",
            subject=Suspension.__tablename__,
            subject_id=None,
            at=at,
            detail={"changed": changed},
        )
    return changed


def ring(session: Session, *, on: date, at: datetime, calendar: WorkingCalendar) -> None:
    """Tell the owners of the clients what is due soon or late, once a day and kind."""
    soon = on
    for _ in range(SOON_WORKING_DAYS):
        soon = calendar.next_working_day(soon + timedelta(days=1))
    started = Suspension.created_at == at
    notice = (*_UNSENT, or_(Suspension.notice_due_on <= soon, started))
    answer = (
        Suspension.is_open,
        Suspension.state == SuspensionState.APPLIED,
        Suspension.answer_due_on <= on + timedelta(days=SOON_ANSWER_DAYS),
    )
    for kind, shown, which, first in (
        (NotificationKind.NOTICES_DUE, "notice", notice, Suspension.notice_due_on),
        (NotificationKind.ANSWERS_DUE, "answer", answer, Suspension.answer_due_on),
    ):
        for owner_id, count, first_on in _by_owner(session, first, which):
            notifications.notify(
                session,
                staff_ids=[owner_id],
                kind=kind,
                occasion=f"clocks:{shown}:{on.isoformat()}",
                at=at,
                opens=notifications.Opens("renewals", {"view": "suspended", "show": shown}),
                data={"n": count, "first_on": first_on.isoformat()},
            )


def _by_owner(
    session: Session, first: Any, which: Iterable[Any]
) -> Iterable[tuple[int, int, date]]:
    found = session.execute(
        select(Client.owner_id, func.count(), func.min(first))
        .select_from(Suspension)
        .join(Client, Client.id == Suspension.client_id)
        .where(*which, Client.owner_id.is_not(None))
        .group_by(Client.owner_id)
        .order_by(Client.owner_id)
    )
    return [(owner, count, first_on) for owner, count, first_on in found if owner is not None]
