"""A lead's own hand: cases given to somebody, as the ledger keeps it."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import BigInteger, select
from sqlalchemy.orm import Session

from db.given import given_rows
from db.models import Client, Renewal, Staff
from services import audit, notifications
from services.access import visible_clients
from services.actor import Actor
from services.errors import BusinessError, NotFound
from services.notifications import NotificationKind, Opens
from services.permissions import Permission
from services.renewals.facts import cases_to_place
from services.renewals.giving import Given, give
from services.renewals.rows import Reassignment
from services.renewals.scope import visible_cases
from services.renewals.standing import Book, specialists
from services.renewals.taking_down import taken_down
from terms.policies import Line
from terms.renewals import AllocationCause, UnplacedReason

REASON_CHARACTERS = 200


class AllocationTargetUnfit(BusinessError):
    """Nobody can be given these cases who is absent, elsewhere or not authorised.

    Data: ``name``, ``reason`` (an ``UnplacedReason``).
    """

    code: ClassVar[str] = "allocation_target_unfit"


class CasesMovedMeanwhile(BusinessError):
    """Somebody else gave some of these cases away after the screen was drawn; nothing was moved.

    Data: ``count`` of such cases, ``who`` has them now (names).
    """

    code: ClassVar[str] = "cases_moved_meanwhile"


def reassign(
    session: Session,
    *,
    actor: Actor,
    cases: Mapping[int, int | None],
    to_staff_id: int,
    reason: str,
    on: date,
    at: datetime,
) -> Reassignment:
    """A lead gives cases to somebody; open appointments of the cases go with them.

    Args:
        cases: open cases of the actor's scope, any number, and whose each was on the screen. Not
            the version: a contact recorded meanwhile is no reason not to move a case.
        reason: why, for the ledger; at most 200 characters are kept.

    Raises:
        NotPermitted: the actor lacks ``renewal:lead``.
        NotFound: one of the cases is closed or not in the actor's scope.
        CasesMovedMeanwhile: one of them is no longer whose it was.
        AllocationTargetUnfit: the person is not a specialist the actor leads, absent that day,
            without the registration the rule asks for, or not authorised for a line among them.

    Audit: ``renewal:reassign`` with the count and from whom.
    """
    actor.require(Permission.RENEWAL_LEAD)
    asked = sorted(cases)
    wanted = given_rows(session, "wanted", {"id": (BigInteger, asked)})
    found = session.execute(
        select(Renewal.id, Renewal.assignee_id, Renewal.line)
        .join(wanted, wanted.c.id == Renewal.id)
        .join(Client, Client.id == Renewal.client_id)
        .where(Renewal.is_open, visible_cases(actor), visible_clients(actor, on=on))
        .order_by(Renewal.id)
        .with_for_update(of=Renewal)
    ).all()
    if len(found) != len(asked):
        raise NotFound(kind="renewal", missing=len(asked) - len(found))
    _check_still_there(session, cases, {row.id: row.assignee_id for row in found})
    book = Book.read(session, on)
    _check_target(session, actor, to_staff_id, {row.line for row in found}, on, book)
    moving = [row for row in found if row.assignee_id != to_staff_id]
    batch_id = None
    if moving:
        ids = {row.id for row in moving}
        weighed = cases_to_place(session, Renewal.id.in_(select(wanted.c.id)), on=on, book=book)
        with taken_down(
            session, actor=actor, case_ids=sorted(ids), on=on, at=at, detail={"to": to_staff_id}
        ) as batch_id:
            give(
                session,
                [Given(each.id, to_staff_id, each.effort) for each in weighed if each.id in ids],
                cause=AllocationCause.MOVED,
                reason=reason.strip()[:REASON_CHARACTERS] or None,
                by_staff_id=actor.staff_id,
                on=on,
                at=at,
            )
        before = Counter(row.assignee_id for row in moving)
        audit.record(
            session,
            actor=actor,
            event="renewal:reassign",
            subject=Renewal.__tablename__,
            subject_id=moving[0].id if len(moving) == 1 else None,
            at=at,
            detail={
                "moved": len(moving),
                "to": to_staff_id,
                "from": {str(staff): count for staff, count in before.items()},
                "reason": reason.strip()[:REASON_CHARACTERS],
            },
        )
    if moving:
        notifications.notify(
            session,
            staff_ids=[to_staff_id],
            kind=NotificationKind.CASES_GIVEN,
            occasion=f"cases:{moving[0].id}:{at:%Y%m%dT%H%M%S}",
            opens=Opens("renewals", {"view": "mine"}),
            data={"n": len(moving)},
            by=actor,
            at=at,
        )
    return Reassignment(
        moved=len(moving),
        same=len(found) - len(moving),
        to_staff_id=to_staff_id,
        batch_id=batch_id,
    )


def _check_still_there(
    session: Session, seen: Mapping[int, int | None], now: Mapping[int, int | None]
) -> None:
    gone = [whose for case_id, whose in now.items() if whose != seen[case_id]]
    if gone:
        theirs = {whose for whose in gone if whose is not None}
        names = session.scalars(select(Staff.name).where(Staff.id.in_(theirs)).order_by(Staff.name))
        raise CasesMovedMeanwhile(count=len(gone), who=tuple(names))


def _check_target(
    session: Session, actor: Actor, staff_id: int, lines: set[Line], on: date, book: Book
) -> None:
    name = session.scalar(select(Staff.name).where(Staff.id == staff_id))
    people = specialists(session, actor, on, book)
    person = next((each for each in people if each.id == staff_id), None)
    unfit: UnplacedReason | None = None
    if person is None:
        unfit = UnplacedReason.NOBODY
    elif person.is_absent:
        unfit = UnplacedReason.ABSENT
    elif not person.is_registered and book.needs_registration:
        unfit = UnplacedReason.UNREGISTERED
    elif person.lines and not lines <= person.lines:
        unfit = UnplacedReason.LINE
    if unfit is not None:
        raise AllocationTargetUnfit(name=name or "", reason=unfit.value)
