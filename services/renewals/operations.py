"""Working a case: record a contact, quote. How it ends stands in ``closing``."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from db.models import Contact, Promise, Renewal
from services import audit, drafts
from services.actor import Actor
from services.engagements import refuse_without_engagement
from services.errors import BusinessError
from services.renewals import rules
from services.renewals.first_contact import count_contact
from services.renewals.motor_quotes import refuse_early_quote
from services.renewals.rows import RenewalCard
from services.renewals.working import OpenCase, card, open_case, settle_appointments
from services.rule_tables import rule
from services.working_calendar import SHANGHAI
from terms.renewals import (
    ContactChannel,
    ContactOutcome,
    Intention,
    PromiseKind,
    PromiseState,
    RenewalKind,
    RenewalState,
)

CONTACT_DRAFT = "renewals.contact"
"""The draft of the contact form; its subject is the case's id as text."""
WHAT_CHARACTERS = 80


class AppointmentInThePast(BusinessError):
    """The next appointment does not lie after the contact. Data: ``next_at``."""

    code: ClassVar[str] = "appointment_in_the_past"


class UnknownObjection(BusinessError):
    """The objection is not in the administrator's list. Data: ``objection``."""

    code: ClassVar[str] = "unknown_objection"


class NoteTooLong(BusinessError):
    """Data: ``limit`` and ``length`` in characters."""

    code: ClassVar[str] = "note_too_long"


class ClientDoesNotWantContact(BusinessError):
    """Do-not-contact stops commercial contacts the same day (rules §6)."""

    code: ClassVar[str] = "client_does_not_want_contact"


class PremiumNotPositive(BusinessError):
    """A premium is more than nothing."""

    code: ClassVar[str] = "premium_not_positive"


def record_contact(
    session: Session,
    *,
    actor: Actor,
    renewal_id: int,
    channel: ContactChannel,
    outcome: ContactOutcome,
    intention: Intention | None,
    refusal_reason: str | None,
    note: str | None,
    next_at: datetime | None,
    objection: str | None = None,
    market: str | None = None,
    at: datetime,
    seen_version: int,
    zone: ZoneInfo = SHANGHAI,
) -> RenewalCard:
    """Keep what was said with the client, and what was agreed next (R74, R81, R84).

    An appointment of the case is settled by it: kept on its day, broken after it. The actor's
    draft of the form is dropped.

    Args:
        intention: what the client means to do; counts only where the client was reached.
        refusal_reason: a code of rule ``renewal.refusal_reasons``; needed with a refusal and
            ignored without one.
        note: what the client said, at most 4000 characters.
        next_at: the next appointment; after ``at``.
        objection: what the client held against it, whatever they intend: a code of rule
            ``renewal.objections``; counts only where the client was reached.
        market: what the client told about the market (R89), at most 4000 characters; counts only
            where the client was reached.
        at: when the contact was; timezone-aware.
        seen_version: the version on the screen the actor worked from.

    Raises:
        NotPermitted, NotFound, NotYourCase, RenewalAlreadyClosed, ChangedMeanwhile
        ClientDoesNotWantContact: a call about a new term to a client who asked for none; what a
            client brings to the counter is recorded, and so is an instalment's service reminder.
        RefusalReasonNeeded, UnknownRefusalReason, MoreAttemptsNeeded
        UnknownObjection
        AppointmentInThePast, NoteTooLong

    Audit: ``renewal:contact`` with the state before and after.
    """
    case = open_case(
        session,
        actor=actor,
        renewal_id=renewal_id,
        at=at,
        seen_version=seen_version,
        zone=zone,
    )
    renewal = case.renewal
    check_may_contact(case, channel)
    note = checked_note(note)
    if next_at is not None and next_at <= at:
        raise AppointmentInThePast(next_at=next_at)
    reached = outcome is ContactOutcome.REACHED
    intention = intention if reached else None
    refuses = intention is Intention.REFUSES
    reason = case.check_reason(refusal_reason) if refuses else None
    objection = _checked_objection(session, case, objection) if reached else None
    market = checked_note(market) if reached else None

    contact = Contact(
        client_id=renewal.client_id,
        renewal_id=renewal.id,
        staff_id=actor.own_id,
        happened_at=at,
        channel=channel,
        outcome=outcome,
        intention=intention,
        refusal_reason=reason,
        objection=objection,
        note=note,
        market=market,
        next_at=next_at,
    )
    session.add(contact)
    session.flush()
    stands = settle_appointments(session, case, at=at, zone=zone, replaced=next_at is not None)
    if next_at is not None:
        session.add(
            Promise(
                client_id=renewal.client_id,
                renewal_id=renewal.id,
                contact_id=contact.id,
                staff_id=renewal.assignee_id or actor.own_id,
                kind=PromiseKind.APPOINTMENT,
                due_at=next_at,
                what=note.splitlines()[0][:WHAT_CHARACTERS] if note else None,
                state=PromiseState.OPEN,
                created_at=at,
                updated_at=at,
            )
        )

    before = renewal.state
    renewal.state = rules.state_after_contact(
        before, outcome, intention, is_quoted=renewal.proposed_premium_fen is not None
    )
    with session.no_autoflush:  # one act is one version
        renewal.attempts = 0 if reached else _attempts(session, case, at=at, zone=zone)
        count_contact(session, renewal, outcome, at=at, zone=zone)
    renewal.last_contact_at = at
    renewal.last_outcome = outcome
    if intention is not None:
        renewal.last_intention = intention
        renewal.refusal_reason = reason
    renewal.next_at = next_at or stands
    renewal.updated_at = at
    case.figure_out()
    drafts.drop(session, actor=actor, form=CONTACT_DRAFT, subject=str(renewal.id))
    audit.record(
        session,
        actor=actor,
        event="renewal:contact",
        subject=Renewal.__tablename__,
        subject_id=renewal.id,
        client_id=renewal.client_id,
        at=at,
        detail={
            "contact_id": contact.id,
            "state": [before.value, renewal.state.value],
            "outcome": outcome.value,
            "intention": intention.value if intention else None,
            "objection": objection,
            "has_market": market is not None,
            "next_at": next_at.isoformat() if next_at else None,
        },
    )
    session.flush()
    return card(case, contact_id=contact.id)


def quote(
    session: Session,
    *,
    actor: Actor,
    renewal_id: int,
    premium_fen: int,
    cover: Mapping[str, int | str] | None = None,
    at: datetime,
    seen_version: int,
    zone: ZoneInfo = SHANGHAI,
) -> RenewalCard:
    """Put the proposed term beside the last one (R83).

    Args:
        premium_fen: premium of the proposed term.
        cover: cover items of the proposed term, item → amount in fen or text; None keeps what
            was proposed before.

    Raises:
        NotPermitted, NotFound, NotYourCase, RenewalAlreadyClosed, ChangedMeanwhile
        PremiumNotPositive
        EngagementMissing: the client is a prospect, and rule ``engagement.required`` holds (R13).
        QuoteTooEarly: the insurer does not quote motor cover there yet (rules §3).

    Audit: ``renewal:quote`` with the premium before and after.
    """
    case = open_case(
        session,
        actor=actor,
        renewal_id=renewal_id,
        at=at,
        seen_version=seen_version,
        zone=zone,
    )
    if premium_fen <= 0:
        raise PremiumNotPositive
    refuse_without_engagement(session, client=case.client, on=case.on)
    refuse_early_quote(session, renewal=case.renewal, on=case.on)
    renewal = case.renewal
    before = {"state": renewal.state, "premium_fen": renewal.proposed_premium_fen}
    renewal.proposed_premium_fen, renewal.quoted_on = premium_fen, case.on
    if cover is not None:
        renewal.proposed_cover = dict(cover)
    if renewal.state is not RenewalState.AGREED:
        renewal.state = RenewalState.QUOTED
    renewal.updated_at = at
    case.figure_out()
    audit.record(
        session,
        actor=actor,
        event="renewal:quote",
        subject=Renewal.__tablename__,
        subject_id=renewal.id,
        client_id=renewal.client_id,
        at=at,
        detail={
            "state": [before["state"], renewal.state.value],
            "proposed_premium_fen": [before["premium_fen"], premium_fen],
        },
    )
    session.flush()
    return card(case)


def _checked_objection(session: Session, case: OpenCase, objection: str | None) -> str | None:
    if not objection:
        return None
    if objection not in rule(session, "renewal.objections", case.on):
        raise UnknownObjection(objection=objection)
    return objection


def _attempts(session: Session, case: OpenCase, *, at: datetime, zone: ZoneInfo) -> int:
    """Failed attempts in a row with this one; where rule ``renewal.attempts_apart`` says so, a
    second one of the same half day is none."""
    renewal = case.renewal
    last = renewal.last_contact_at
    if (
        renewal.attempts
        and last is not None
        and rules.is_same_half_day(last.astimezone(zone), at.astimezone(zone))
        and rule(session, "renewal.attempts_apart", case.on)
    ):
        return renewal.attempts
    return renewal.attempts + 1


def checked_note(note: str | None) -> str | None:
    """The note without blank ends and without NUL, which PostgreSQL does not take; None when
    nothing is left.

    Raises:
        NoteTooLong
    """
    note = (note or "").replace("\0", "").strip() or None
    if note is not None and len(note) > rules.NOTE_LIMIT:
        raise NoteTooLong(limit=rules.NOTE_LIMIT, length=len(note))
    return note


def check_may_contact(case: OpenCase, channel: ContactChannel) -> None:
    """Refuse to approach a client who asked for no contact about a new term.

    Raises:
        ClientDoesNotWantContact
    """
    approached = channel is not ContactChannel.COUNTER
    if case.client.do_not_contact and approached and case.renewal.kind is RenewalKind.TERM:
        raise ClientDoesNotWantContact
