"""Suspended policies of the demo company: the clocks of what was never paid, and what was done.

The morning's own pass writes them; the notices whose last day is past have been sent, but for a
few, and some clients have applied for reinstatement.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Suspension
from services.actor import SYSTEM
from services.renewals import follow_instalments
from services.renewals import instalment_rules as rules
from services.rule_tables import DEFAULTS
from terms.instalments import NoticeMeans, SuspensionState

FORGOTTEN_EVERY, APPLIED_EVERY = 23, 9
APPLIED_DAYS_AGO = 4
_LAPSE = rules.LapseRule.of(DEFAULTS["renewal.lapse"].value)


def suspend(session: Session, *, on: date, at: datetime) -> None:
    """Bring the instalments of a new demo company to the day ``on``.

    Audit: ``renewal:clocks``, as every morning.
    """
    follow_instalments(session, actor=SYSTEM, on=on, at=at)
    found = session.scalars(select(Suspension).where(Suspension.is_open).order_by(Suspension.id))
    for place, held in enumerate(found, 1):
        if held.notice_due_on < on and place % FORGOTTEN_EVERY:
            held.notice_sent_on = held.suspended_on + timedelta(days=place % 7 + 1)
            held.notice_means = NoticeMeans.EXPRESS_LETTER
            held.notice_reference = f"EMS{1_000_000 + 7919 * place % 999_983}"
        if place % APPLIED_EVERY == 0 and held.suspended_on < on - timedelta(days=40):
            held.state = SuspensionState.APPLIED
            held.applied_on = on - timedelta(days=APPLIED_DAYS_AGO * (place % 7) + 1)
            held.answer_due_on = rules.answer_due_on(held.applied_on, _LAPSE)
        held.next_due_on = rules.next_due_on(
            held.state,
            notice_due_on=held.notice_due_on,
            notice_sent_on=held.notice_sent_on,
            answer_due=held.answer_due_on,
            reinstatable_until=held.reinstatable_until,
        )
        held.updated_at = at
