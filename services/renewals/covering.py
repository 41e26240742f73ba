"""Cover: who falls ill leaves the work that falls due meanwhile to others, and gets it back.

A cover is a line of the ledger with a last day. What was closed meanwhile stays closed; what is
still open comes back with its appointments, also those the cover made, unless a lead or the
allocation has given it to somebody since.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.orm import Session

from db.models import Renewal, RenewalAllocation, StaffLeave
from db.written import written
from services import audit, notifications
from services.actor import SYSTEM, Actor
from services.notifications import NotificationKind, Opens
from services.permissions import Permission
from services.renewals.facts import cases_to_place
from services.renewals.foreseeing import Foreseen, foreseen
from services.renewals.giving import Given, give
from services.renewals.placing import Case
from services.renewals.standing import Book, dealt, draw_turns
from services.renewals.taking_down import passed_on, taken_back
from services.working_calendar import SHANGHAI, end_of_day, start_of_day
from terms.people import LeaveKind
from terms.renewals import AllocationCause

_LASTING = and_(
    RenewalAllocation.cause == AllocationCause.COVER,
    RenewalAllocation.until_on.is_not(None),
    RenewalAllocation.returned_on.is_(None),
)
_FOR_GOOD = (AllocationCause.ALLOCATED, AllocationCause.MOVED, AllocationCause.RECALLED)


@dataclass(frozen=True, slots=True)
class Cover:
    """What one look at covers did."""

    covered: int
    left: int
    """Due work of somebody ill that nobody else may have: it stays theirs."""
    returned: int


class _Done(NamedTuple):
    """What one look did, down to the lines of the ledger."""

    covered: int = 0
    left: int = 0
    returned: int = 0
    ended: int = 0
    """Covers that ended, also those whose case was closed or given to somebody else meanwhile."""
    changed: int = 0
    """Covers that last longer or shorter now."""


_NOTHING = _Done()


def keep_cover(session: Session, *, actor: Actor, on: date, at: datetime) -> Cover:
    """Bring all covers to a day: give back what whoever is here again left to others, and cover
    the due work of whoever is on sick leave.

    Raises:
        NotPermitted: the actor lacks ``renewal:allocate``.

    Audit: ``renewal:cover`` with the counts, when anything moved or a cover ended.
    """
    actor.require(Permission.RENEWAL_ALLOCATE)
    ill = _ill(session, on)
    away = session.scalars(select(RenewalAllocation.from_staff_id).where(_LASTING).distinct()).all()
    back = [
        _give_back(session, staff_id, on=on, at=at, by=actor)
        for staff_id in sorted(each for each in away if each is not None)
        if staff_id not in ill
    ]
    covered = _cover(session, ill, on=on, at=at, by=actor)
    done = _Done(*map(sum, zip(covered, *back, strict=True)))
    return _audited(session, actor, done, on=on, at=at)


def follow_leave(session: Session, *, actor: Actor, staff_id: int, on: date, at: datetime) -> Cover:
    """What a change of somebody's leave means for their work on the day it is made; part of the
    operation that changes the leave, in its transaction.

    Sick leave that covers ``on``: their due work goes to others at once, until its last day. Here
    again: it comes back at once.

    Audit: ``renewal:cover`` with the counts, when anything moved or a cover ended.
    """
    ill = {who: sick for who, sick in _ill(session, on).items() if who == staff_id}
    done = (
        _cover(session, ill, on=on, at=at, by=actor)
        if ill
        else _give_back(session, staff_id, on=on, at=at, by=actor)
    )
    return _audited(session, actor, done, on=on, at=at)


def foresee_cover(
    session: Session,
    *,
    actor: Actor,
    staff_id: int,
    from_on: date,
    to_on: date,
    substitute_id: int | None,
    on: date,
) -> Foreseen:
    """What sick leave of these days would give to others on ``on``; nothing is written.

    Raises:
        NotPermitted: the actor lacks ``staff:leave``.
    """
    actor.require(Permission.STAFF_LEAVE)
    if not from_on <= on <= to_on:
        return Foreseen({}, (), (), 0)
    ill = {staff_id: Sick(from_on, to_on, substitute_id)}
    book = Book.read(session, on)
    cases = _due_cases(session, ill, on=on, book=book, to_write=False)
    given = dealt(session, cases, actor=SYSTEM, day=on, book=book).given
    return foreseen(session, actor=actor, given=given, kept=len(cases) - len(given), on=on)


class Sick(NamedTuple):
    """Sick leave, and who stands in."""

    from_on: date
    to_on: date
    substitute_id: int | None


def _ill(session: Session, on: date) -> dict[int, Sick]:
    """Who is on sick leave."""
    rows = session.execute(
        select(
            StaffLeave.staff_id, StaffLeave.from_on, StaffLeave.to_on, StaffLeave.substitute_id
        ).where(StaffLeave.kind == LeaveKind.SICK, StaffLeave.from_on <= on, StaffLeave.to_on >= on)
    )
    return {row.staff_id: Sick(row.from_on, row.to_on, row.substitute_id) for row in rows}


def _due_work(staff_id: int, sick: Sick, book: Book) -> ColumnElement[bool]:
    """What cannot wait for somebody: appointments up to their last day away, and what falls due
    by then or is to be reminded of."""
    return and_(
        Renewal.assignee_id == staff_id,
        or_(
            Renewal.next_at < end_of_day(sick.to_on, SHANGHAI),
            Renewal.due_on <= sick.to_on + timedelta(days=book.remind),
        ),
    )


def _due_cases(
    session: Session, ill: Mapping[int, Sick], *, on: date, book: Book, to_write: bool = True
) -> list[Case]:
    """The due work of whoever is ill, but for what somebody took back for them since they are."""
    found = cases_to_place(
        session,
        or_(*(_due_work(staff_id, sick, book) for staff_id, sick in ill.items())),
        on=on,
        book=book,
        substitutes={who: sick.substitute_id for who, sick in ill.items() if sick.substitute_id},
        is_barred=True,
        to_write=to_write,
    )
    first = min(sick.from_on for sick in ill.values())
    let = taken_back(session, AllocationCause.COVER, since=start_of_day(first, SHANGHAI))
    return [case for case in found if case.id not in let]


def _cover(
    session: Session, ill: Mapping[int, Sick], *, on: date, at: datetime, by: Actor
) -> _Done:
    if not ill:
        return _NOTHING
    book = Book.read(session, on)
    prolonged = sum(
        written(
            session,
            update(RenewalAllocation)
            .where(
                _LASTING,
                RenewalAllocation.from_staff_id == staff_id,
                RenewalAllocation.until_on != sick.to_on,
            )
            .values(until_on=sick.to_on),
        )
        for staff_id, sick in ill.items()
    )
    cases = _due_cases(session, ill, on=on, book=book)
    if not cases:
        return _Done(changed=prolonged)
    draw_turns(session, at=at)
    given = dealt(session, cases, actor=SYSTEM, day=on, book=book).given
    if given:
        passed_on(
            session,
            cases,
            given,
            cause=AllocationCause.COVER,
            actor=by,
            on=on,
            at=at,
            until_on={staff_id: sick.to_on for staff_id, sick in ill.items()},
        )
        _tell(session, Counter(each.staff_id for each in given), "cover", on=on, at=at)
    return _Done(covered=len(given), left=len(cases) - len(given), changed=prolonged)


def _give_back(session: Session, staff_id: int, *, on: date, at: datetime, by: Actor) -> _Done:
    later = RenewalAllocation.__table__.alias("later")
    ours = and_(_LASTING, RenewalAllocation.from_staff_id == staff_id)
    back = select(RenewalAllocation.renewal_id).where(
        ours,
        ~exists().where(
            later.c.renewal_id == RenewalAllocation.renewal_id,
            later.c.id > RenewalAllocation.id,
            later.c.cause.in_(_FOR_GOOD),
        ),
    )
    cases = cases_to_place(
        session,
        Renewal.id.in_(back),
        Renewal.assignee_id != staff_id,
        on=on,
        book=Book.read(session, on),
    )
    if cases:
        give(
            session,
            [Given(each.id, staff_id, each.effort) for each in cases],
            cause=AllocationCause.RETURNED,
            reason=None,
            by_staff_id=by.staff_id,
            on=on,
            at=at,
        )
        _tell(session, {staff_id: len(cases)}, "returned", on=on, at=at)
    ended = written(session, update(RenewalAllocation).where(ours).values(returned_on=on))
    return _Done(returned=len(cases), ended=ended)


def _tell(
    session: Session,
    counts: dict[int, int],
    what: str,
    *,
    on: date,
    at: datetime,
) -> None:
    for staff_id, count in counts.items():
        notifications.notify(
            session,
            staff_ids=[staff_id],
            kind=NotificationKind.CASES_GIVEN,
            occasion=f"{what}:{on.isoformat()}:{at:%H%M%S}",
            opens=Opens("renewals", {"view": "mine"}),
            data={"n": count},
            at=at,
        )


def _audited(session: Session, actor: Actor, done: _Done, *, on: date, at: datetime) -> Cover:
    if done.covered or done.returned or done.ended or done.changed:
        audit.record(
            session,
            actor=actor,
            event="renewal:cover",
            subject=Renewal.__tablename__,
            subject_id=None,
            at=at,
            detail={"on": on.isoformat(), **done._asdict()},
        )
    return Cover(done.covered, done.left, done.returned)
