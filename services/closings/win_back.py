"""Winning a lost client back: a lead gives the case to a person, who brings it to an end (R92)."""

from datetime import date, datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Client, ClientAccess, LostCase, Staff
from services import audit, notifications
from services.access import may_open
from services.actor import Actor
from services.errors import BusinessError, ChangedMeanwhile, NotFound
from services.permissions import Permission
from services.renewals.scope import led_by
from services.working_calendar import SHANGHAI, local_date
from terms.clients import AccessReason
from terms.closings import WinBackState
from terms.notifications import NotificationKind

NOTE_LIMIT = 200


class OwnerUnfit(BusinessError):
    """The person is not one the actor leads, or is not in service."""

    code: ClassVar[str] = "win_back_owner_unfit"


class LostSettled(BusinessError):
    """It was brought to an end before. Data: ``settled_on``."""

    code: ClassVar[str] = "lost_case_settled"


class NotYourLostCase(BusinessError):
    """It is another person's to win back, and the actor does not lead. Data: ``name``."""

    code: ClassVar[str] = "lost_case_not_yours"


def assign(
    session: Session,
    *,
    actor: Actor,
    lost_ids: dict[int, int],
    owner_id: int,
    due_on: date | None,
    at: datetime,
    zone: ZoneInfo = SHANGHAI,
) -> int:
    """Give lost cases to a person, who may open the clients' files until it is settled.

    Args:
        lost_ids: case → the version on the screen the actor decided from.
        due_on: when the clients are to be called again; None leaves each its day.

    Returns:
        How many were given.

    Raises:
        NotPermitted: the actor lacks ``renewal:lead``.
        NotFound: one of them is not in the actor's scope.
        OwnerUnfit, LostSettled, ChangedMeanwhile

    Audit: ``renewal:win_back`` per case with the owner before and after.
    """
    actor.require(Permission.RENEWAL_LEAD)
    on = local_date(at, zone)
    owner = session.scalar(select(Staff).where(Staff.id == owner_id, led_by(actor)))
    if owner is None or (owner.in_service_to is not None and owner.in_service_to < on):
        raise OwnerUnfit
    for lost_id, seen_version in sorted(lost_ids.items()):
        lost = _load(session, actor, lost_id, seen_version, on=on)
        before = lost.owner_id
        _end_access(session, lost, on=on)
        lost.owner_id, lost.assigned_by_id = owner_id, actor.staff_id
        lost.due_on = due_on or lost.due_on
        lost.updated_at = at
        _open_file(session, lost)
        session.flush()
        audit.record(
            session,
            actor=actor,
            event="renewal:win_back",
            subject=LostCase.__tablename__,
            subject_id=lost.id,
            client_id=lost.client_id,
            at=at,
            detail={"staff_id": [before, owner_id], "due_on": lost.due_on.isoformat()},
        )
    if lost_ids:
        notifications.notify(
            session,
            staff_ids=[owner_id],
            kind=NotificationKind.WIN_BACK_GIVEN,
            occasion=f"win_back:{min(lost_ids)}:{int(at.timestamp())}",
            at=at,
            opens=notifications.Opens("renewals", {"view": "lost"}),
            data={"n": len(lost_ids)},
            by=actor,
        )
    return len(lost_ids)


def settle(
    session: Session,
    *,
    actor: Actor,
    lost_id: int,
    state: WinBackState,
    note: str | None,
    due_on: date | None = None,
    at: datetime,
    seen_version: int,
    zone: ZoneInfo = SHANGHAI,
) -> WinBackState:
    """Say how it went: won back, given up, or still open with another day to call.

    Raises:
        NotPermitted: the actor neither works nor leads renewals.
        NotFound, NotYourLostCase, LostSettled, ChangedMeanwhile

    Audit: ``renewal:win_back_result`` with the state before and after.
    """
    if not actor.may(Permission.RENEWAL_LEAD):
        actor.require(Permission.RENEWAL_WORK)
    on = local_date(at, zone)
    lost = _load(session, actor, lost_id, seen_version, on=on)
    if lost.owner_id != actor.own_id and not actor.may(Permission.RENEWAL_LEAD):
        name = session.scalar(select(Staff.name).where(Staff.id == lost.owner_id))
        raise NotYourLostCase(name=name)
    before = lost.state
    lost.state = state
    lost.note = (note or "").replace("\0", "").strip()[:NOTE_LIMIT] or None
    lost.due_on = due_on or lost.due_on
    lost.updated_at = at
    if state is not WinBackState.OPEN:
        lost.settled_on = on
        _end_access(session, lost, on=on)
    session.flush()
    audit.record(
        session,
        actor=actor,
        event="renewal:win_back_result",
        subject=LostCase.__tablename__,
        subject_id=lost.id,
        client_id=lost.client_id,
        at=at,
        detail={"state": [before.value, state.value], "due_on": lost.due_on.isoformat()},
    )
    return state


def _load(session: Session, actor: Actor, lost_id: int, seen_version: int, *, on: date) -> LostCase:
    lost = session.scalar(
        select(LostCase)
        .join(Client, Client.id == LostCase.client_id)
        .where(LostCase.id == lost_id, may_open(actor, on=on))
    )
    if lost is None:
        raise NotFound(kind="renewal")
    if lost.state is not WinBackState.OPEN:
        raise LostSettled(settled_on=lost.settled_on)
    if lost.version != seen_version:
        raise ChangedMeanwhile(who=None, at=lost.updated_at)
    return lost


def _open_file(session: Session, lost: LostCase) -> None:
    """The client's file opens to whoever is to win them back."""
    key = (lost.owner_id, lost.client_id, AccessReason.WIN_BACK)
    given = session.get(ClientAccess, key)
    if given is None:
        session.add(ClientAccess(staff_id=key[0], client_id=key[1], reason=key[2], until=None))
    else:
        given.until = None


def _end_access(session: Session, lost: LostCase, *, on: date) -> None:
    """The file closes again after ``on``, unless another lost case of the client keeps it open."""
    if lost.owner_id is None:
        return
    other = session.scalar(
        select(LostCase.id)
        .where(
            LostCase.client_id == lost.client_id,
            LostCase.owner_id == lost.owner_id,
            LostCase.state == WinBackState.OPEN,
            LostCase.id != lost.id,
        )
        .limit(1)
    )
    given = session.get(ClientAccess, (lost.owner_id, lost.client_id, AccessReason.WIN_BACK))
    if given is not None and other is None:
        given.until = on
