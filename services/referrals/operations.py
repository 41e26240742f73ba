"""Asking another department, answering, and closing the question."""

from datetime import date, datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Client, ClientAccess, Referral, Renewal, Staff
from services import audit, notifications
from services.access import client_id_by_number
from services.actor import Actor
from services.errors import BusinessError, ChangedMeanwhile, NotFound
from services.permissions import Permission
from services.rule_tables import rule
from services.working_calendar import SHANGHAI, calendar_of, local_date
from terms.clients import AccessReason
from terms.notifications import NotificationKind
from terms.referrals import ReferralKind, ReferralState

TEXT_LIMIT = 2000


class ReferralTextNeeded(BusinessError):
    """A question or answer has 1 to 2000 characters. Data: ``limit``."""

    code: ClassVar[str] = "referral_text_needed"


class ColleagueUnfit(BusinessError):
    """The colleague is not in service, or is who asks."""

    code: ClassVar[str] = "referral_colleague_unfit"


class NotYoursToAnswer(BusinessError):
    """It was given to somebody else, or asked by somebody else. Data: ``name``."""

    code: ClassVar[str] = "referral_not_yours"


class ReferralSettled(BusinessError):
    """It is not in the state the act needs."""

    code: ClassVar[str] = "referral_settled"


def ask(
    session: Session,
    *,
    actor: Actor,
    number: str,
    kind: ReferralKind,
    question: str,
    to_staff_id: int,
    renewal_id: int | None = None,
    at: datetime,
    zone: ZoneInfo = SHANGHAI,
) -> date:
    """Give a client's question to a colleague of another department.

    The client's file opens to them until the question is closed.

    Args:
        number: the client's business number.
        renewal_id: the case it came up in.

    Returns:
        The last working day for the answer.

    Raises:
        NotPermitted: the actor lacks ``client:write``.
        NotFound: there is no such client, or it is not the actor's; or the case is not its.
        ReferralTextNeeded, ColleagueUnfit

    Audit: ``referral:ask`` with the kind, the colleague and the day.
    """
    actor.require(Permission.CLIENT_WRITE)
    on = local_date(at, zone)
    client_id = client_id_by_number(session, actor=actor, number=number, on=on)
    question = _text(question)
    if renewal_id is not None:
        renewal = session.get(Renewal, renewal_id)
        if renewal is None or renewal.client_id != client_id:
            raise NotFound(kind="renewal")
    to = session.get(Staff, to_staff_id)
    if (
        to is None
        or to.id == actor.own_id
        or to.in_service_from > on
        or (to.in_service_to is not None and to.in_service_to < on)
    ):
        raise ColleagueUnfit
    days = int(rule(session, "renewal.referral_days", on)[kind.value])
    due = calendar_of(session, since=on).add_working_days(on, days)
    referral = Referral(
        client_id=client_id,
        renewal_id=renewal_id,
        kind=kind,
        question=question,
        asked_by_id=actor.own_id,
        asked_at=at,
        to_staff_id=to.id,
        due_on=due.on,
        is_provisional=due.is_provisional,
        state=ReferralState.OPEN,
        created_at=at,
        updated_at=at,
    )
    session.add(referral)
    _open_file(session, referral)
    session.flush()
    _tell(session, referral, NotificationKind.REFERRAL_ASKED, to.id, number, actor, at)
    _record(
        session,
        actor,
        "referral:ask",
        referral,
        at,
        {"kind": kind.value, "staff_id": to.id, "due_on": due.on.isoformat()},
    )
    return due.on


def answer(
    session: Session,
    *,
    actor: Actor,
    referral_id: int,
    text: str,
    at: datetime,
    seen_version: int,
) -> ReferralState:
    """Answer what one was asked.

    Raises:
        NotPermitted: the actor lacks ``client:read``.
        NotFound, NotYoursToAnswer, ReferralSettled, ChangedMeanwhile, ReferralTextNeeded

    Audit: ``referral:answer``.
    """
    actor.require(Permission.CLIENT_READ)
    referral = _load(session, referral_id, seen_version, state=ReferralState.OPEN)
    if referral.to_staff_id != actor.own_id:
        raise _not_yours(session, referral.to_staff_id)
    referral.answer = _text(text)
    referral.answered_at = at
    referral.state = ReferralState.ANSWERED
    referral.updated_at = at
    session.flush()
    number = session.scalars(select(Client.number).where(Client.id == referral.client_id)).one()
    _tell(
        session,
        referral,
        NotificationKind.REFERRAL_ANSWERED,
        referral.asked_by_id,
        number,
        actor,
        at,
    )
    _record(session, actor, "referral:answer", referral, at, {"kind": referral.kind.value})
    return referral.state


def close(
    session: Session,
    *,
    actor: Actor,
    referral_id: int,
    at: datetime,
    seen_version: int,
    zone: ZoneInfo = SHANGHAI,
) -> ReferralState:
    """Whoever asked has read the answer; the client's file closes to the colleague after today.

    Raises:
        NotPermitted: the actor lacks ``client:read``.
        NotFound, NotYoursToAnswer, ChangedMeanwhile
        ReferralSettled: it is not answered yet, or closed already.

    Audit: ``referral:close``.
    """
    actor.require(Permission.CLIENT_READ)
    on = local_date(at, zone)
    referral = _load(session, referral_id, seen_version, state=ReferralState.ANSWERED)
    if referral.asked_by_id != actor.own_id:
        raise _not_yours(session, referral.asked_by_id)
    referral.state = ReferralState.CLOSED
    referral.updated_at = at
    session.flush()
    _close_file(session, referral, on=on)
    _record(session, actor, "referral:close", referral, at, {"kind": referral.kind.value})
    return referral.state


def _load(
    session: Session, referral_id: int, seen_version: int, *, state: ReferralState
) -> Referral:
    referral = session.get(Referral, referral_id)
    if referral is None:
        raise NotFound(kind="referral")
    if referral.state is not state:
        raise ReferralSettled
    if referral.version != seen_version:
        raise ChangedMeanwhile(who=None, at=referral.updated_at)
    return referral


def _not_yours(session: Session, staff_id: int) -> NotYoursToAnswer:
    return NotYoursToAnswer(name=session.scalar(select(Staff.name).where(Staff.id == staff_id)))


def _text(given: str) -> str:
    said = given.replace("\0", "").strip()
    if not 0 < len(said) <= TEXT_LIMIT:
        raise ReferralTextNeeded(limit=TEXT_LIMIT)
    return said


def _open_file(session: Session, referral: Referral) -> None:
    key = (referral.to_staff_id, referral.client_id, AccessReason.REFERRAL)
    given = session.get(ClientAccess, key)
    if given is None:
        session.add(ClientAccess(staff_id=key[0], client_id=key[1], reason=key[2], until=None))
    else:
        given.until = None


def _close_file(session: Session, referral: Referral, *, on: date) -> None:
    """Unless another question about the client waits for the same colleague."""
    other = session.scalar(
        select(Referral.id)
        .where(
            Referral.client_id == referral.client_id,
            Referral.to_staff_id == referral.to_staff_id,
            Referral.state != ReferralState.CLOSED,
            Referral.id != referral.id,
        )
        .limit(1)
    )
    key = (referral.to_staff_id, referral.client_id, AccessReason.REFERRAL)
    given = session.get(ClientAccess, key)
    if given is not None and other is None:
        given.until = on


def _tell(
    session: Session,
    referral: Referral,
    kind: NotificationKind,
    staff_id: int,
    number: str,
    actor: Actor,
    at: datetime,
) -> None:
    notifications.notify(
        session,
        staff_ids=[staff_id],
        kind=kind,
        occasion=f"referral:{referral.id}:{referral.state.value}",
        at=at,
        opens=notifications.Opens("client", {"id": number, "view": "talks"}),
        client_id=referral.client_id,
        by=actor,
    )


def _record(
    session: Session,
    actor: Actor,
    event: str,
    referral: Referral,
    at: datetime,
    detail: dict[str, object],
) -> None:
    audit.record(
        session,
        actor=actor,
        event=event,
        subject=Referral.__tablename__,
        subject_id=referral.id,
        client_id=referral.client_id,
        at=at,
        detail=detail,
    )
