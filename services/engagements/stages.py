"""What both engaging and serving need: the limits of texts, and the end of the stage."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Engagement
from services import audit
from services.actor import Actor
from services.clients.rules import printable
from services.engagements.queries import clocks_of
from services.errors import BusinessError, NotPermitted

LIMITS = {
    "number": 60,
    "text": 8_000,
    "insurer_terms": 4_000,
    "ownership_clause": 4_000,
    "promise": 200,
    "duties": 200,
}


class EngagementInvalid(BusinessError):
    """A value of the engagement cannot be kept. Data: ``field``, ``problem``, ``limit``."""

    code = "engagement_invalid"


def clean_text(field: str, text: str | None) -> str | None:
    clean = printable(text or "").strip()
    if len(clean) > LIMITS[field]:
        raise EngagementInvalid(field=field, problem="too_long", limit=LIMITS[field])
    return clean or None


def settle(session: Session, *, engagement: Engagement, on: date, at: datetime) -> bool:
    """End the stage where all four proofs stand; part of the act that gave the last of them.

    Returns:
        Whether the stage is over.
    """
    if not engagement.is_in_stage:
        return True
    session.flush()
    if all(each.is_done for each in clocks_of(session, engagement=engagement, on=on)):
        engagement.is_in_stage, engagement.updated_at = False, at
        session.flush()
        return True
    return False


def settle_stages(session: Session, *, actor: Actor, on: date, at: datetime) -> int:
    """End the stages whose last proof came from elsewhere, such as a document; each morning.

    Returns:
        Stages that ended.

    Raises:
        NotPermitted: anybody but the system.

    Audit: ``engagement:settle``, with how many.
    """
    if actor.staff_id is not None:
        raise NotPermitted(permission="system")
    ended = sum(
        settle(session, engagement=engagement, on=on, at=at)
        for engagement in session.scalars(
            select(Engagement).where(Engagement.is_in_stage).order_by(Engagement.id)
        )
    )
    if ended:
        audit.record(
            session,
            actor=actor,
            event="engagement:settle",
            subject=Engagement.__tablename__,
            subject_id=None,
            at=at,
            detail={"count": ended},
        )
    return ended


def settle_client(session: Session, client_id: int, *, on: date, at: datetime) -> None:
    """``settle`` for the engagement of a client that is in its stage, if any."""
    engagement = session.scalar(
        select(Engagement).where(Engagement.client_id == client_id, Engagement.is_in_stage)
    )
    if engagement is not None:
        settle(session, engagement=engagement, on=on, at=at)
