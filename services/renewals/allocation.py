"""The day's allocation: open cases nobody has are given to people, levelled over the month.

Who gets which case is decided in ``placing``; here the facts are read and the decision is written
in a few statements, whatever the number of cases: the cases, the ledger, the access it gives.
"""

from collections import Counter
from datetime import date, datetime

from sqlalchemy.orm import Session

from db.models import Renewal
from services import audit
from services.actor import Actor
from services.permissions import Permission
from services.renewals.facts import cases_to_place
from services.renewals.giving import Given, give
from services.renewals.rows import Allocation
from services.renewals.scope import visible_cases
from services.renewals.standing import Book, dealt, draw_turns
from services.working_calendar import calendar_of
from terms.renewals import AllocationCause


def allocate(session: Session, *, actor: Actor, on: date, at: datetime) -> Allocation:
    """Give every open case nobody has to a specialist of its client's team (R78).

    Leave and service are those of the working day: a day that is no working day allocates for
    the next one. Cases inside the actor's scope only.

    Raises:
        NotPermitted: the actor lacks ``renewal:allocate``.

    Audit: ``renewal:allocate`` with the counts by person, when anybody was missing one.
    """
    actor.require(Permission.RENEWAL_ALLOCATE)
    day = calendar_of(session, since=on).next_working_day(on)
    book = Book.read(session, day)
    cases = cases_to_place(
        session, Renewal.assignee_id.is_(None), visible_cases(actor), on=day, book=book
    )
    if not cases:
        return Allocation(working_day=day, allocated=0, unallocated=0)
    draw_turns(session, at=at)
    placed = dealt(session, cases, actor=actor, day=day, book=book)
    by_person = Counter(each.staff_id for each in placed.given)
    if placed.given:
        give(
            session,
            [Given.of(each) for each in placed.given],
            cause=AllocationCause.ALLOCATED,
            reason=None,
            by_staff_id=actor.staff_id,
            on=day,
            at=at,
        )
    audit.record(
        session,
        actor=actor,
        event="renewal:allocate",
        subject=Renewal.__tablename__,
        subject_id=None,
        at=at,
        detail={
            "on": day.isoformat(),
            "allocated": len(placed.given),
            "by_person": {str(staff): count for staff, count in by_person.items()},
            "unplaced": {reason.value: count for reason, count in placed.reasons.items()},
        },
    )
    return Allocation(
        working_day=day,
        allocated=len(placed.given),
        unallocated=sum(placed.reasons.values()),
        by_person=tuple(by_person.items()),
        unplaced=tuple(placed.reasons.items()),
    )
