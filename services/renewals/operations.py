"""Working a case: record a contact, quote. How it ends stands in ``closing``."""

from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from services.actor import Actor
from services.errors import BusinessError
from services.renewals.rows import RenewalCard
from services.working_calendar import SHANGHAI
from terms.renewals import ContactChannel, ContactOutcome, Intention


class NotYourCase(BusinessError):
    """The case is assigned to somebody else (or nobody), and the actor does not lead its team."""

    code: ClassVar[str] = "renewal_not_yours"


class RenewalAlreadyClosed(BusinessError):
    """The case was closed before. Data: ``state``, ``closed_on``."""

    code: ClassVar[str] = "renewal_already_closed"


class RefusalReasonNeeded(BusinessError):
    """A client who refuses has a reason (R84)."""

    code: ClassVar[str] = "refusal_reason_needed"


class UnknownRefusalReason(BusinessError):
    """The reason is not in the administrator's list. Data: ``reason``."""

    code: ClassVar[str] = "unknown_refusal_reason"


class AppointmentInThePast(BusinessError):
    """The next appointment lies before the contact itself. Data: ``next_at``."""

    code: ClassVar[str] = "appointment_in_the_past"


class NoteTooLong(BusinessError):
    """Data: ``limit`` and ``length`` in characters."""

    code: ClassVar[str] = "note_too_long"


class MoreAttemptsNeeded(BusinessError):
    """*Cannot be reached* needs more attempts first (R80). Data: ``attempts``, ``needed``."""

    code: ClassVar[str] = "more_attempts_needed"


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
    at: datetime,
    seen_version: int,
    zone: ZoneInfo = SHANGHAI,
) -> RenewalCard:
    raise NotImplementedError


def quote(
    session: Session,
    *,
    actor: Actor,
    renewal_id: int,
    premium_fen: int,
    cover: dict[str, int | str] | None = None,
    at: datetime,
    seen_version: int,
    zone: ZoneInfo = SHANGHAI,
) -> RenewalCard:
    raise NotImplementedError
