"""How a case ends: renewed, lost, lapsed."""

from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Policy
from services.actor import Actor
from services.errors import BusinessError
from services.renewals.operations import PremiumNotPositive, checked_note
from services.renewals.rows import RenewalCard
from services.renewals.working import close, open_case
from services.working_calendar import SHANGHAI
from terms.renewals import RenewalKind, RenewalState


class NotExpiredYet(BusinessError):
    """Only what is past its day can lapse. Data: ``due_on``."""

    code: ClassVar[str] = "renewal_not_expired_yet"


def close_renewed(
    session: Session,
    *,
    actor: Actor,
    renewal_id: int,
    premium_fen: int,
    at: datetime,
    seen_version: int,
    zone: ZoneInfo = SHANGHAI,
) -> RenewalCard:
    """The client renewed (or paid the instalment) for ``premium_fen``.

    A later policy that names this one as the term before is linked; the new policy itself comes
    from the core system.

    Raises:
        NotPermitted, NotFound, NotYourCase, RenewalAlreadyClosed, ChangedMeanwhile
        PremiumNotPositive

    Audit: ``renewal:renewed`` with the state before and after and the premium.
    """
    case = open_case(
        session, actor=actor, renewal_id=renewal_id, at=at, seen_version=seen_version, zone=zone
    )
    if premium_fen <= 0:
        raise PremiumNotPositive
    case.renewal.renewed_premium_fen = premium_fen
    if case.renewal.kind is RenewalKind.TERM:
        case.renewal.renewed_policy_id = session.scalar(
            select(Policy.id)
            .where(
                Policy.previous_id == case.renewal.policy_id,
                Policy.client_id == case.renewal.client_id,
            )
            .order_by(Policy.inception_on)
            .limit(1)
        )
    return close(
        session,
        case,
        actor=actor,
        state=RenewalState.RENEWED,
        event="renewal:renewed",
        at=at,
        zone=zone,
        premium_fen=premium_fen,
        policy_id=case.renewal.renewed_policy_id,
    )


def close_lost(
    session: Session,
    *,
    actor: Actor,
    renewal_id: int,
    reason: str,
    note: str | None = None,
    at: datetime,
    seen_version: int,
    zone: ZoneInfo = SHANGHAI,
) -> RenewalCard:
    """The client does not renew.

    Args:
        reason: a code of rule ``renewal.refusal_reasons``; *cannot be reached* needs as many
            failed attempts in a row as rule ``renewal.attempts_before_unreachable`` says.
        note: what there is to say about it, at most 4000 characters.

    Raises:
        NotPermitted, NotFound, NotYourCase, RenewalAlreadyClosed, ChangedMeanwhile
        RefusalReasonNeeded, UnknownRefusalReason, MoreAttemptsNeeded, NoteTooLong

    Audit: ``renewal:lost`` with the state before and after and the reason.
    """
    case = open_case(
        session, actor=actor, renewal_id=renewal_id, at=at, seen_version=seen_version, zone=zone
    )
    case.renewal.refusal_reason = case.check_reason(reason)
    case.renewal.closing_note = checked_note(note)
    return close(
        session,
        case,
        actor=actor,
        state=RenewalState.LOST,
        event="renewal:lost",
        at=at,
        zone=zone,
        reason=reason,
    )


def lapse(
    session: Session,
    *,
    actor: Actor,
    renewal_id: int,
    at: datetime,
    seen_version: int,
    zone: ZoneInfo = SHANGHAI,
) -> RenewalCard:
    """The cover ended and the case with it, before the extraction would close it.

    Raises:
        NotPermitted, NotFound, NotYourCase, RenewalAlreadyClosed, ChangedMeanwhile
        NotExpiredYet: the last day of cover is not past.

    Audit: ``renewal:lapsed`` with the state before and after.
    """
    case = open_case(
        session, actor=actor, renewal_id=renewal_id, at=at, seen_version=seen_version, zone=zone
    )
    if case.renewal.due_on >= case.on:
        raise NotExpiredYet(due_on=case.renewal.due_on)
    return close(
        session,
        case,
        actor=actor,
        state=RenewalState.LAPSED,
        event="renewal:lapsed",
        at=at,
        zone=zone,
    )
