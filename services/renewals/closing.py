"""How a case ends: renewed, lost, lapsed."""

from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from db.models import Instalment
from services.actor import Actor
from services.errors import BusinessError
from services.renewals.instalment_working import pay
from services.renewals.losing import note_loss
from services.renewals.new_term import NewTerm, following, refuse_open_steps, write_term
from services.renewals.operations import PremiumNotPositive, checked_note
from services.renewals.rows import RenewalCard
from services.renewals.taking_back import taken_down
from services.renewals.working import close, open_case
from services.working_calendar import SHANGHAI
from terms.policies import InstalmentStatus
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
    term: NewTerm | None = None,
    at: datetime,
    seen_version: int,
    zone: ZoneInfo = SHANGHAI,
) -> RenewalCard:
    """The client renewed (or paid the instalment) for ``premium_fen``.

    Args:
        term: the new term as the insurer issued it; written as a policy that names the old one.
            None: a later policy that names this one is linked, if there is one; else the new
            policy comes from the core system. An instalment has no new term.

    Raises:
        NotPermitted, NotFound, NotYourCase, RenewalAlreadyClosed, ChangedMeanwhile
        PremiumNotPositive
        StepsStillOpen: the closing was begun and is not finished.
        PolicyNumberNeeded, PolicyNumberTaken, TermDatesWrong, TermThereAlready

    Audit: ``renewal:renewed`` with the state before and after, the premium and the policy.
    """
    case = open_case(
        session, actor=actor, renewal_id=renewal_id, at=at, seen_version=seen_version, zone=zone
    )
    if premium_fen <= 0:
        raise PremiumNotPositive
    refuse_open_steps(session, case)
    with taken_down(session, case, actor=actor, state=RenewalState.RENEWED, at=at):
        case.renewal.renewed_premium_fen = premium_fen
        if case.renewal.kind is RenewalKind.TERM:
            policy = (
                following(session, case)
                if term is None
                else write_term(session, case, term, premium_fen=premium_fen, at=at)
            )
            case.renewal.renewed_policy_id = policy.id if policy else None
        elif case.renewal.instalment_id is not None:
            instalment = session.get_one(Instalment, case.renewal.instalment_id)
            if instalment.status is not InstalmentStatus.PAID:
                pay(session, instalment, paid_on=case.on, paid_fen=premium_fen, at=at)
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
    competitor: str | None = None,
    competitor_premium_fen: int | None = None,
    at: datetime,
    seen_version: int,
    zone: ZoneInfo = SHANGHAI,
) -> RenewalCard:
    """The client does not renew.

    Args:
        reason: a code of rule ``renewal.refusal_reasons``; *cannot be reached* needs as many
            failed attempts in a row as rule ``renewal.attempts_before_unreachable`` says.
        note: what there is to say about it, at most 4000 characters.
        competitor: who has the client now, if somebody has.
        competitor_premium_fen: what the client pays there.

    Raises:
        NotPermitted, NotFound, NotYourCase, RenewalAlreadyClosed, ChangedMeanwhile
        RefusalReasonNeeded, UnknownRefusalReason, MoreAttemptsNeeded, NoteTooLong
        CompetitorTooLong
        PremiumNotPositive: the competitor's premium is not above 0.

    Audit: ``renewal:lost`` with the state before and after, the reason and the competitor.
    """
    case = open_case(
        session, actor=actor, renewal_id=renewal_id, at=at, seen_version=seen_version, zone=zone
    )
    known, said = case.check_reason(reason), checked_note(note)
    if competitor_premium_fen is not None and competitor_premium_fen <= 0:
        raise PremiumNotPositive
    with taken_down(session, case, actor=actor, state=RenewalState.LOST, at=at):
        case.renewal.refusal_reason, case.renewal.closing_note = known, said
        lost = note_loss(
            session,
            case,
            reason=reason,
            competitor=competitor,
            competitor_premium_fen=competitor_premium_fen,
            at=at,
        )
        return close(
            session,
            case,
            actor=actor,
            state=RenewalState.LOST,
            event="renewal:lost",
            at=at,
            zone=zone,
            reason=reason,
            competitor=lost.competitor,
            competitor_premium_fen=competitor_premium_fen,
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
    with taken_down(session, case, actor=actor, state=RenewalState.LAPSED, at=at):
        return close(
            session,
            case,
            actor=actor,
            state=RenewalState.LAPSED,
            event="renewal:lapsed",
            at=at,
            zone=zone,
        )
