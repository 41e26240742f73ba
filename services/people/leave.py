"""Leave: days somebody is away, and who decides and answers in their place."""

from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from db.models import Staff, StaffLeave
from services import audit, renewals
from services.actor import Actor
from services.errors import BusinessError, ChangedMeanwhile, NotFound, NotPermitted
from services.permissions import Permission
from services.working_calendar import SHANGHAI, local_date
from terms.people import LeaveKind, Role, Scope

LONGEST_DAYS = 366


class LeaveDaysWrong(BusinessError):
    """The last day is before the first, or the leave is longer than a year. Data: ``limit``."""

    code = "leave_days_wrong"


class LeaveOverlaps(BusinessError):
    """The person is on leave already in that time. Data: ``from_on``, ``to_on``."""

    code = "leave_overlaps"


class SubstituteUnfit(BusinessError):
    """The substitute is the person themselves, not in service, or away in that time.

    Data: ``name``.
    """

    code = "substitute_unfit"


def may_arrange_leave(actor: Actor, staff: Staff) -> bool:
    """Whether ``actor`` arranges this person's leave: administrators and human resources for all,
    a manager for the branches of theirs, a lead for the team."""
    if not actor.may(Permission.STAFF_LEAVE):
        return False
    if actor.may(Permission.STAFF_MANAGE) or Role.HR in actor.roles:
        return True
    match actor.scope:
        case Scope.ALL:
            return True
        case Scope.BRANCH:
            return staff.branch_id in actor.branch_ids
        case Scope.TEAM:
            return actor.team_id is not None and staff.team_id == actor.team_id
        case _:
            return False


def give_leave(
    session: Session,
    *,
    actor: Actor,
    staff_id: int,
    kind: LeaveKind,
    from_on: date,
    to_on: date,
    substitute_id: int | None,
    at: datetime,
) -> int:
    """Note days of leave; the allocation and the approvals reckon with them at once.

    Sick leave that has begun gives the person's due renewals to others until it ends.

    Args:
        substitute_id: who decides in their place meanwhile; not somebody who is away too.

    Returns:
        The leave's id.

    Raises:
        NotPermitted: the actor does not arrange this person's leave.
        NotFound: there is no such person.
        LeaveDaysWrong, LeaveOverlaps, SubstituteUnfit.

    Audit: ``people:leave`` with the days and the substitute.
    """
    staff = _staff_for(session, actor, staff_id)
    _check(session, staff, from_on, to_on, substitute_id, but=None)
    leave = StaffLeave(
        staff_id=staff_id,
        kind=kind,
        from_on=from_on,
        to_on=to_on,
        substitute_id=substitute_id,
        created_at=at,
        updated_at=at,
    )
    session.add(leave)
    session.flush()
    _record(session, actor, leave, at, None, _told(leave))
    _move_work(session, actor, staff_id, at)
    return leave.id


def change_leave(
    session: Session,
    *,
    actor: Actor,
    leave_id: int,
    kind: LeaveKind,
    from_on: date,
    to_on: date,
    substitute_id: int | None,
    at: datetime,
    seen_version: int,
) -> int:
    """Change days, kind or substitute of a leave.

    Returns:
        The leave's new version.

    Raises:
        NotPermitted, NotFound, ChangedMeanwhile, LeaveDaysWrong, LeaveOverlaps, SubstituteUnfit.

    Audit: ``people:leave`` with both before and after.
    """
    leave, staff = _leave_for(session, actor, leave_id, seen_version)
    _check(session, staff, from_on, to_on, substitute_id, but=leave_id)
    before = _told(leave)
    leave.kind, leave.from_on, leave.to_on = kind, from_on, to_on
    leave.substitute_id, leave.updated_at = substitute_id, at
    session.flush()
    _record(session, actor, leave, at, before, _told(leave))
    _move_work(session, actor, staff.id, at)
    return leave.version


def cancel_leave(
    session: Session, *, actor: Actor, leave_id: int, at: datetime, seen_version: int
) -> bool:
    """Take a leave back: the person is here.

    Returns:
        True.

    Raises:
        NotPermitted, NotFound, ChangedMeanwhile.

    Audit: ``people:leave`` with what it was.
    """
    leave, staff = _leave_for(session, actor, leave_id, seen_version)
    _record(session, actor, leave, at, _told(leave), None)
    session.delete(leave)
    session.flush()
    _move_work(session, actor, staff.id, at)
    return True


def _move_work(session: Session, actor: Actor, staff_id: int, at: datetime) -> None:
    """Sick leave of today leaves the due work to others at once; back again, it comes back."""
    renewals.follow_leave(
        session, actor=actor, staff_id=staff_id, on=local_date(at, SHANGHAI), at=at
    )


def _staff_for(session: Session, actor: Actor, staff_id: int) -> Staff:
    actor.require(Permission.STAFF_LEAVE)
    staff = session.get(Staff, staff_id)
    if staff is None:
        raise NotFound(kind="staff")
    if not may_arrange_leave(actor, staff):
        raise NotPermitted(permission=Permission.STAFF_LEAVE.value)
    return staff


def _leave_for(
    session: Session, actor: Actor, leave_id: int, seen_version: int
) -> tuple[StaffLeave, Staff]:
    actor.require(Permission.STAFF_LEAVE)
    leave = session.get(StaffLeave, leave_id)
    if leave is None:
        raise NotFound(kind="leave")
    staff = _staff_for(session, actor, leave.staff_id)
    if leave.version != seen_version:
        raise ChangedMeanwhile(at=leave.updated_at)
    return leave, staff


def _check(
    session: Session,
    staff: Staff,
    from_on: date,
    to_on: date,
    substitute_id: int | None,
    *,
    but: int | None,
) -> None:
    if to_on < from_on or (to_on - from_on).days >= LONGEST_DAYS:
        raise LeaveDaysWrong(limit=LONGEST_DAYS)
    taken = _away(session, staff.id, from_on, to_on, but=but)
    if taken is not None:
        raise LeaveOverlaps(from_on=taken.from_on, to_on=taken.to_on)
    if substitute_id is None:
        return
    serves = or_(Staff.in_service_to.is_(None), Staff.in_service_to >= to_on)
    name = session.scalar(select(Staff.name).where(Staff.id == substitute_id, serves))
    is_away = _away(session, substitute_id, from_on, to_on, but=None) is not None
    if name is None or is_away or substitute_id == staff.id:
        raise SubstituteUnfit(name=name or "")


def _away(
    session: Session, staff_id: int, from_on: date, to_on: date, *, but: int | None
) -> StaffLeave | None:
    return session.scalar(
        select(StaffLeave)
        .where(
            StaffLeave.staff_id == staff_id,
            StaffLeave.from_on <= to_on,
            StaffLeave.to_on >= from_on,
            StaffLeave.id != (but or 0),
        )
        .limit(1)
    )


def _told(leave: StaffLeave) -> dict[str, object]:
    return {
        "kind": leave.kind.value,
        "from_on": leave.from_on.isoformat(),
        "to_on": leave.to_on.isoformat(),
        "substitute_id": leave.substitute_id,
    }


def _record(
    session: Session,
    actor: Actor,
    leave: StaffLeave,
    at: datetime,
    before: dict[str, object] | None,
    after: dict[str, object] | None,
) -> None:
    audit.record(
        session,
        actor=actor,
        event="people:leave",
        subject="staff_leave",
        subject_id=leave.id,
        at=at,
        detail={"staff_id": leave.staff_id, "before": before, "after": after},
    )
