"""Cases nobody touches: the holder is warned, and later the case is given to somebody else.

The clock counts working hours in which the case lay with its holder, inside the contact window
and without any contact or appointment (rule ``renewal.untouched_hours``). Nothing is taken from
anybody who was not warned first.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.orm import Session

from db.models import Renewal
from services import audit, notifications
from services.actor import Actor
from services.notifications import NotificationKind, Opens
from services.permissions import Permission
from services.renewals import placing
from services.renewals.facts import cases_to_place
from services.renewals.giving import Given, give
from services.renewals.scope import visible_cases
from services.renewals.standing import Book, draw_turns, specialists
from services.rule_tables import rules as rules_in_force
from services.working_calendar import SHANGHAI, calendar_of, local_date
from services.working_hours import WorkingDay, hours_before
from terms.renewals import AllocationCause, RenewalState


@dataclass(frozen=True, slots=True)
class Recall:
    """What one look at untouched cases did."""

    warned: int
    recalled: int
    kept: int
    """Past the limit, but nobody else may have them: they stay where they are."""


def recall_untouched(session: Session, *, actor: Actor, on: date, at: datetime) -> Recall:
    """Warn the holders of untouched cases, and give those anew that stayed untouched.

    A warning comes once per case and holder; a recall not before ``recall`` − ``warn`` working
    hours have passed since it.

    Raises:
        NotPermitted: the actor lacks ``renewal:allocate``.

    Audit: ``renewal:recall`` with the counts, when anything was warned of or given.
    """
    actor.require(Permission.RENEWAL_ALLOCATE)
    calendar = calendar_of(session)
    book = Book.read(session, on)
    known = rules_in_force(session, ("renewal.untouched_hours", "calendar.working_hours"), on=on)
    hours = known["renewal.untouched_hours"]
    clock = WorkingDay.of(known["calendar.working_hours"])

    def since(many: int) -> datetime:
        return hours_before(calendar, clock, at=at, hours=many)

    untouched = _untouched(actor, book, since(hours["warn"]))
    recalled, kept = _recall(
        session,
        and_(
            _untouched(actor, book, since(hours["recall"])),
            Renewal.warned_at <= since(max(1, hours["recall"] - hours["warn"])),
        ),
        actor=actor,
        on=on,
        at=at,
        book=book,
    )
    warned = _warn(session, and_(untouched, Renewal.warned_at.is_(None)), on=on, at=at)
    if warned or recalled:
        audit.record(
            session,
            actor=actor,
            event="renewal:recall",
            subject=Renewal.__tablename__,
            subject_id=None,
            at=at,
            detail={"on": on.isoformat(), "warned": warned, "recalled": recalled, "kept": kept},
        )
    return Recall(warned, recalled, kept)


def _untouched(actor: Actor, book: Book, since: datetime) -> ColumnElement[bool]:
    """Cases that lay with their holder, inside the contact window, since before ``since``."""
    opened = local_date(since, SHANGHAI) + timedelta(days=book.windows.contact)
    return and_(
        Renewal.is_open,
        Renewal.assignee_id.is_not(None),
        Renewal.state == RenewalState.ALLOCATED,
        Renewal.next_at.is_(None),
        Renewal.assigned_at <= since,
        Renewal.due_on < opened,
        or_(
            Renewal.last_contact_at.is_(None),
            Renewal.last_contact_at < Renewal.assigned_at,
        ),
        visible_cases(actor),
    )


def _warn(session: Session, which: ColumnElement[bool], *, on: date, at: datetime) -> int:
    counted = session.execute(
        select(Renewal.assignee_id, func.count()).where(which).group_by(Renewal.assignee_id)
    ).all()
    for staff_id, count in counted:
        notifications.notify(
            session,
            staff_ids=[staff_id or 0],
            kind=NotificationKind.CASES_UNTOUCHED,
            occasion=f"untouched:{on.isoformat()}:{at:%H%M}",
            opens=Opens("renewals", {"view": "mine"}),
            data={"n": count},
            at=at,
        )
    if counted:
        session.execute(
            update(Renewal).where(which).values(warned_at=at),
            execution_options={"synchronize_session": False},
        )
        session.expire_all()
    return sum(count for _, count in counted)


def _recall(
    session: Session,
    which: ColumnElement[bool],
    *,
    actor: Actor,
    on: date,
    at: datetime,
    book: Book,
) -> tuple[int, int]:
    cases = cases_to_place(session, which, on=on, book=book, is_barred=True)
    if not cases:
        return 0, 0
    draw_turns(session, at=at)
    placed = placing.place(
        cases,
        specialists(session, actor, on, book),
        needs_registration=book.needs_registration,
    )
    if placed.given:
        give(
            session,
            [Given.of(each) for each in placed.given],
            cause=AllocationCause.RECALLED,
            reason=None,
            by_staff_id=actor.staff_id,
            on=on,
            at=at,
        )
    for staff_id, count in Counter(each.staff_id for each in placed.given).items():
        notifications.notify(
            session,
            staff_ids=[staff_id],
            kind=NotificationKind.CASES_GIVEN,
            occasion=f"recalled:{on.isoformat()}:{at:%H%M}",
            opens=Opens("renewals", {"view": "mine"}),
            data={"n": count},
            at=at,
        )
    return len(placed.given), len(cases) - len(placed.given)
