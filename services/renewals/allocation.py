"""Giving cases to people: the day's even allocation, and a lead's own hand.

Who gets which case is decided in ``placing``; here the facts are read and the decision is written
in a few statements, whatever the number of cases: the cases, the ledger, the access it gives.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import (
    BigInteger,
    and_,
    case,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from db.given import given_rows
from db.models import (
    Client,
    Contact,
    Renewal,
    RenewalAllocation,
    Staff,
    StaffLeave,
    StaffLine,
    StaffRole,
)
from services import audit, notifications
from services.access import visible_clients
from services.actor import Actor
from services.errors import BusinessError, NotFound
from services.notifications import NotificationKind, Opens
from services.permissions import Permission
from services.renewals import placing
from services.renewals.giving import give
from services.renewals.rows import Allocation, Reassignment
from services.renewals.scope import led_by, visible_cases
from services.renewals.taking_down import taken_down
from services.rule_tables import rule
from services.working_calendar import calendar_of
from terms.people import Role
from terms.policies import Line
from terms.renewals import (
    AllocationCause,
    UnplacedReason,
)

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


def allocate(session: Session, *, actor: Actor, on: date, at: datetime) -> Allocation:
    """Give every open case nobody has to a specialist of its client's team (R78).

    Leave and service are those of the working day: a day that is no working day allocates for
    the next one. Cases inside the actor's scope only.

    Raises:
        NotPermitted: the actor lacks ``renewal:allocate``.

    Audit: ``renewal:allocate`` with the counts by person, when anything was given.
    """
    actor.require(Permission.RENEWAL_ALLOCATE)
    day = calendar_of(session).next_working_day(on)
    placed = placing.place(
        _unassigned(session, actor),
        specialists(session, actor, day),
        needs_registration=bool(rule(session, "renewal.registration_required", day)),
    )
    by_person = Counter(each.staff_id for each in placed.given)
    if placed.given:
        give(
            session,
            [each.case_id for each in placed.given],
            [each.staff_id for each in placed.given],
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
                "unplaced": {reason.value: count for reason, count in placed.unplaced.items()},
            },
        )
    return Allocation(
        working_day=day,
        allocated=len(placed.given),
        unallocated=sum(placed.unplaced.values()),
        by_person=tuple(by_person.items()),
        unplaced=tuple(placed.unplaced.items()),
    )


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
    _check_target(session, actor, to_staff_id, {row.line for row in found}, on)
    moving = [row for row in found if row.assignee_id != to_staff_id]
    batch_id = None
    if moving:
        ids = [row.id for row in moving]
        with taken_down(
            session, actor=actor, case_ids=ids, to_staff_id=to_staff_id, on=on, at=at
        ) as batch_id:
            give(
                session,
                ids,
                [to_staff_id] * len(ids),
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


def specialists(session: Session, actor: Actor, day: date) -> list[placing.Person]:
    """The specialists in the actor's scope, who was given a case longest ago first.

    Who was never given one comes first of all; among equals an order drawn anew for the day.
    """
    away = exists().where(
        StaffLeave.staff_id == Staff.id, StaffLeave.from_on <= day, StaffLeave.to_on >= day
    )
    serves = and_(
        Staff.in_service_from <= day,
        or_(Staff.in_service_to.is_(None), Staff.in_service_to >= day),
    )
    given_on, given_id = (
        select(column)
        .where(RenewalAllocation.staff_id == Staff.id)
        .order_by(RenewalAllocation.allocated_on.desc(), RenewalAllocation.id.desc())
        .limit(1)
        .scalar_subquery()
        for column in (RenewalAllocation.allocated_on, RenewalAllocation.id)
    )
    load = (
        select(func.count())
        .where(Renewal.assignee_id == Staff.id, Renewal.is_open)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Staff.id,
            Staff.team_id,
            Staff.branch_id,
            Staff.weekly_capacity,
            Staff.registration_number,
            case((and_(serves, ~away), False), else_=True).label("is_absent"),
            load.label("load"),
            given_on.label("given_on"),
            given_id.label("given_id"),
        )
        .join(StaffRole, and_(StaffRole.staff_id == Staff.id, StaffRole.role == Role.SPECIALIST))
        .where(led_by(actor))
    ).all()
    lines: dict[int, set[Line]] = {}
    for staff_id, line in session.execute(select(StaffLine.staff_id, StaffLine.line)):
        lines.setdefault(staff_id, set()).add(line)
    rows = sorted(
        rows,
        key=lambda row: (row.given_on or date.min, row.given_id or 0, _drawn(row.id, day)),
    )
    return [
        placing.Person(
            id=row.id,
            team_id=row.team_id,
            branch_id=row.branch_id,
            load=row.load,
            weekly_capacity=row.weekly_capacity,
            lines=frozenset(lines.get(row.id, ())),
            is_absent=bool(row.is_absent),
            is_registered=bool(row.registration_number),
        )
        for row in rows
    ]


def _drawn(staff_id: int, day: date) -> bytes:
    return hashlib.sha256(f"{day.isoformat()}:{staff_id}".encode()).digest()


def _unassigned(session: Session, actor: Actor) -> list[placing.Case]:
    """The open cases nobody has, the most money at risk first; locked, so that two allocations
    at once do not both give them."""
    spoke_last = (
        select(Contact.staff_id)
        .where(Contact.client_id == Renewal.client_id)
        .order_by(Contact.happened_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Renewal.id,
            Renewal.team_id,
            Renewal.branch_id,
            Renewal.line,
            Client.owner_id,
            spoke_last.label("spoke_last"),
        )
        .join(Client, Client.id == Renewal.client_id)
        .where(Renewal.is_open, Renewal.assignee_id.is_(None), visible_cases(actor))
        .order_by(Renewal.at_risk_fen.desc(), Renewal.id)
        .with_for_update(of=Renewal)
    )
    return [
        placing.Case(
            id=row.id,
            team_id=row.team_id,
            branch_id=row.branch_id,
            line=row.line,
            known_by=tuple(staff for staff in (row.owner_id, row.spoke_last) if staff is not None),
        )
        for row in rows
    ]


def _check_still_there(
    session: Session, seen: Mapping[int, int | None], now: Mapping[int, int | None]
) -> None:
    gone = [whose for case_id, whose in now.items() if whose != seen[case_id]]
    if gone:
        theirs = {whose for whose in gone if whose is not None}
        names = session.scalars(select(Staff.name).where(Staff.id.in_(theirs)).order_by(Staff.name))
        raise CasesMovedMeanwhile(count=len(gone), who=tuple(names))


def _check_target(
    session: Session, actor: Actor, staff_id: int, lines: set[Line], on: date
) -> None:
    name = session.scalar(select(Staff.name).where(Staff.id == staff_id))
    person = next((each for each in specialists(session, actor, on) if each.id == staff_id), None)
    unfit: UnplacedReason | None = None
    if person is None:
        unfit = UnplacedReason.NOBODY
    elif person.is_absent:
        unfit = UnplacedReason.ABSENT
    elif not person.is_registered and rule(session, "renewal.registration_required", on):
        unfit = UnplacedReason.UNREGISTERED
    elif person.lines and not lines <= person.lines:
        unfit = UnplacedReason.LINE
    if unfit is not None:
        raise AllocationTargetUnfit(name=name or "", reason=unfit.value)
