"""Cases nobody touches: the holder is warned, and later the case is given to somebody else.

The clock counts working hours in which the case lay with its holder, inside the contact window
and without any contact or appointment (rule ``renewal.untouched_hours``). Nothing is taken from
anybody who was not warned first.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import BigInteger, ColumnElement, and_, func, or_, select, true, update
from sqlalchemy.orm import Session

from db.given import given_rows
from db.models import Renewal
from services import audit, notifications
from services.actor import Actor
from services.errors import BusinessError
from services.notifications import NotificationKind, Opens
from services.permissions import Permission
from services.renewals.contact_window import is_to_be_contacted
from services.renewals.facts import cases_to_place
from services.renewals.foreseeing import Foreseen, foreseen
from services.renewals.placing import Case, Placement
from services.renewals.scope import visible_cases
from services.renewals.standing import Book, dealt, draw_turns
from services.renewals.taking_down import passed_on, taken_back
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


class RecallChanged(BusinessError):
    """What is to be recalled is no longer what the screen showed; nothing was done."""

    code: ClassVar[str] = "recall_changed"


def recall_untouched(
    session: Session,
    *,
    actor: Actor,
    on: date,
    at: datetime,
    seen: Mapping[int, int] | None = None,
) -> Recall:
    """Warn the holders of untouched cases, and give those anew that stayed untouched.

    A warning comes once per case and holder; a recall not before ``recall`` − ``warn`` working
    hours have passed since it. Where a recall was taken back its holder has ``recall`` working
    hours anew. What is recalled from each person is one act that can be taken back.

    Args:
        seen: case → who gets it, as ``foresee_recall`` showed it; None: whatever is found.

    Raises:
        NotPermitted: the actor lacks ``renewal:allocate``.
        RecallChanged: it is not what was ``seen``.

    Audit: ``renewal:recall`` with the counts, when anything was warned of or given.
    """
    actor.require(Permission.RENEWAL_ALLOCATE)
    look = _Look.at(session, actor, on=on, at=at)
    cases = cases_to_place(session, look.to_recall, on=on, book=look.book, is_barred=True)
    if cases:
        draw_turns(session, at=at)
    given = dealt(session, cases, actor=actor, day=on, book=look.book).given
    if seen is not None and {each.case_id: each.staff_id for each in given} != dict(seen):
        raise RecallChanged
    _recall(session, cases, given, actor=actor, on=on, at=at)
    kept = len(cases) - len(given)
    warned = _warn(session, look.to_warn, on=on, at=at)
    if warned or given:
        audit.record(
            session,
            actor=actor,
            event="renewal:recall",
            subject=Renewal.__tablename__,
            subject_id=None,
            at=at,
            detail={"on": on.isoformat(), "warned": warned, "recalled": len(given), "kept": kept},
        )
    return Recall(warned, len(given), kept)


def foresee_recall(session: Session, *, actor: Actor, on: date, at: datetime) -> Foreseen:
    """What ``recall_untouched`` would do now; nothing is written.

    Raises:
        NotPermitted: the actor lacks ``renewal:allocate``.
    """
    actor.require(Permission.RENEWAL_ALLOCATE)
    look = _Look.at(session, actor, on=on, at=at)
    cases = cases_to_place(
        session, look.to_recall, on=on, book=look.book, is_barred=True, to_write=False
    )
    given = dealt(session, cases, actor=actor, day=on, book=look.book).given
    warned = session.scalar(select(func.count()).select_from(Renewal).where(look.to_warn))
    return foreseen(
        session,
        actor=actor,
        given=given,
        kept=len(cases) - len(given),
        on=on,
        warned=warned or 0,
    )


@dataclass(frozen=True, slots=True)
class _Look:
    """What is untouched at a moment, by the rules of the day."""

    book: Book
    to_warn: ColumnElement[bool]
    to_recall: ColumnElement[bool]

    @classmethod
    def at(cls, session: Session, actor: Actor, *, on: date, at: datetime) -> "_Look":
        calendar = calendar_of(session)
        book = Book.read(session, on)
        keys = ("renewal.untouched_hours", "calendar.working_hours")
        known = rules_in_force(session, keys, on=on)
        hours = known["renewal.untouched_hours"]
        clock = WorkingDay.of(known["calendar.working_hours"])

        def since(many: int) -> datetime:
            return hours_before(calendar, clock, at=at, hours=many)

        early, late = since(hours["warn"]), since(hours["recall"])
        let = taken_back(session, AllocationCause.RECALLED, since=late)
        left = given_rows(session, "let", {"id": (BigInteger, sorted(let))})
        return cls(
            book,
            to_warn=and_(_untouched(actor, book, early), Renewal.warned_at.is_(None)),
            to_recall=and_(
                _untouched(actor, book, late),
                Renewal.warned_at <= since(max(1, hours["recall"] - hours["warn"])),
                Renewal.id.not_in(select(left.c.id)) if let else true(),
            ),
        )


def _untouched(actor: Actor, book: Book, since: datetime) -> ColumnElement[bool]:
    """Cases that lay with their holder, inside the contact window, since before ``since``."""
    return and_(
        Renewal.is_open,
        Renewal.assignee_id.is_not(None),
        Renewal.state == RenewalState.ALLOCATED,
        Renewal.next_at.is_(None),
        Renewal.assigned_at <= since,
        is_to_be_contacted(book.windows, local_date(since, SHANGHAI)),
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
    cases: Sequence[Case],
    given: Sequence[Placement],
    *,
    actor: Actor,
    on: date,
    at: datetime,
) -> None:
    if not given:
        return
    passed_on(session, cases, given, cause=AllocationCause.RECALLED, actor=actor, on=on, at=at)
    for staff_id, count in Counter(each.staff_id for each in given).items():
        notifications.notify(
            session,
            staff_ids=[staff_id],
            kind=NotificationKind.CASES_GIVEN,
            occasion=f"recalled:{on.isoformat()}:{at:%H%M}",
            opens=Opens("renewals", {"view": "mine"}),
            data={"n": count},
            at=at,
        )
