"""Engaging a client, archiving the original, confirming the star."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from db.models import (
    ClientStanding,
    Engagement,
    EngagementPromise,
)
from services import audit, documents
from services.access import client_id_by_number
from services.actor import Actor
from services.clients.keeping import changing, kept
from services.engagements.stages import EngagementInvalid, clean_text, settle
from services.errors import BusinessError, ChangedMeanwhile
from services.permissions import Permission
from terms.clients import EngagementKind, LifecycleStage
from terms.intake import DocumentKind

MOST_PROMISES = 20


class EngagementNumberTaken(BusinessError):
    """Another engagement has this number. Data: ``number``."""

    code = "engagement_number_taken"


class NoEngagement(BusinessError):
    """The client has no engagement in force: there is nothing to serve it by yet."""

    code = "no_engagement"


class StarUnknown(BusinessError):
    """Nothing is known of the client's income, so there is no star to confirm."""

    code = "star_unknown"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file somebody hands in: its name, its content, and where documents are kept."""

    name: str
    source: BinaryIO
    folder: Path


def engage(
    session: Session,
    *,
    actor: Actor,
    number: str,
    kind: EngagementKind,
    signed_on: date,
    at: datetime,
    on: date,
    seen_version: int,
    ends_on: date | None = None,
    reference: str | None = None,
    text: str | None = None,
    insurer_terms: str | None = None,
    ownership_clause: str | None = None,
    promises: Sequence[str] = (),
    is_consulting: bool = False,
    original: Upload | None = None,
) -> int:
    """Record the written engagement: the client is formal from now on, four clocks run from the day
    it was signed (R12 to R17; rules §1).

    Args:
        ends_on: its last day; None where it has none.
        reference: its own number; None where it has none.
        text: the company's template as it was adapted.
        promises: services promised in it, each to be kept by the plan (R15).
        original: the signed paper; archived as a document of its own kind (R17).
        seen_version: the client's version on the screen.

    Returns:
        The engagement's id.

    Raises:
        NotPermitted: the actor lacks ``engagement:write``.
        NotFound: there is no such client, or it is not the actor's.
        ChangedMeanwhile: somebody saved the client after ``seen_version``.
        EngagementInvalid: signed in the future, ended before it began, too long.
        EngagementNumberTaken: another engagement has ``reference``.
        DocumentRefused, DocumentThere: the original cannot be kept.

    Audit: ``engagement:sign`` with kind and days.
    """
    actor.require(Permission.ENGAGEMENT_WRITE)
    client = changing(session, actor=actor, number=number, on=on, seen_version=seen_version)
    if signed_on > on:
        raise EngagementInvalid(field="signed_on", problem="future")
    if ends_on is not None and ends_on <= signed_on:
        raise EngagementInvalid(field="ends_on", problem="before_start")
    reference = clean_text("number", reference)
    if reference and session.scalar(select(exists().where(Engagement.number == reference))):
        raise EngagementNumberTaken(number=reference)
    promised = [what for each in promises if (what := clean_text("promise", each))]
    if len(promised) > MOST_PROMISES:
        raise EngagementInvalid(field="promise", problem="too_many", limit=MOST_PROMISES)
    engagement = Engagement(
        client_id=client.id,
        number=reference,
        kind=kind,
        signed_on=signed_on,
        ends_on=ends_on,
        text=clean_text("text", text),
        insurer_terms=clean_text("insurer_terms", insurer_terms),
        ownership_clause=clean_text("ownership_clause", ownership_clause),
        is_consulting=is_consulting,
        is_current=True,
        is_in_stage=True,
        created_at=at,
        updated_at=at,
    )
    session.execute(
        update(Engagement)
        .where(Engagement.client_id == client.id, Engagement.is_current)
        .values(is_current=False, is_in_stage=False, version=Engagement.version + 1, updated_at=at)
    )
    session.add(engagement)
    session.flush()
    if original is not None:
        engagement.document_id = _archived(session, actor, client.number, original, at=at, on=on)
    session.add_all(
        EngagementPromise(
            client_id=client.id,
            engagement_id=engagement.id,
            what=what,
            created_at=at,
            updated_at=at,
        )
        for what in dict.fromkeys(promised)
    )
    before, client.stage = client.stage, LifecycleStage.FORMAL
    version = kept(session, client, at=at, on=on)
    _record(
        session,
        actor,
        "engagement:sign",
        engagement,
        at,
        {
            "kind": kind.value,
            "signed_on": signed_on.isoformat(),
            "ends_on": ends_on.isoformat() if ends_on else None,
            "promises": len(promised),
            "version": version,
            "fields": ["stage"],
            "before": {"stage": before.value},
            "after": {"stage": client.stage.value},
        },
    )
    settle(session, engagement=engagement, on=on, at=at)
    return engagement.id


def archive_original(
    session: Session,
    *,
    actor: Actor,
    number: str,
    original: Upload,
    at: datetime,
    on: date,
    seen_version: int,
) -> int:
    """Archive the signed paper of the engagement in force, apart from the other papers (R17).

    Returns:
        The document's id.

    Raises:
        NotPermitted, NotFound, ChangedMeanwhile, NoEngagement
        DocumentRefused, DocumentThere: it cannot be kept.

    Audit: ``document:store``, ``engagement:archive``.
    """
    engagement = _current(session, actor, number, on=on, seen_version=seen_version)
    document_id = _archived(session, actor, number, original, at=at, on=on)
    engagement.document_id = document_id
    engagement.updated_at = at
    session.flush()
    _record(session, actor, "engagement:archive", engagement, at, {})
    settle(session, engagement=engagement, on=on, at=at)
    return document_id


def rate_star(
    session: Session, *, actor: Actor, number: str, at: datetime, on: date, seen_version: int
) -> int:
    """The client manager confirms the star that the income of the service year makes (R26, R27).

    Returns:
        The stars confirmed.

    Raises:
        NotPermitted, NotFound, ChangedMeanwhile, NoEngagement
        StarUnknown: nothing is known of the client's income.

    Audit: ``engagement:rate``.
    """
    engagement = _current(session, actor, number, on=on, seen_version=seen_version)
    stars = session.scalar(
        select(ClientStanding.stars).where(ClientStanding.client_id == engagement.client_id)
    )
    if stars is None:
        raise StarUnknown
    engagement.stars = stars
    if engagement.rated_at is None:
        engagement.rated_at = at
    engagement.rated_by_id = actor.own_id
    engagement.updated_at = at
    session.flush()
    _record(session, actor, "engagement:rate", engagement, at, {"stars": stars})
    settle(session, engagement=engagement, on=on, at=at)
    return stars


def _current(
    session: Session, actor: Actor, number: str, *, on: date, seen_version: int
) -> Engagement:
    actor.require(Permission.ENGAGEMENT_WRITE)
    client_id = client_id_by_number(session, actor=actor, number=number, on=on)
    engagement = session.scalar(
        select(Engagement)
        .where(Engagement.client_id == client_id, Engagement.is_current)
        .order_by(Engagement.signed_on.desc(), Engagement.id.desc())
        .limit(1)
        .with_for_update()
    )
    if engagement is None:
        raise NoEngagement
    if engagement.version != seen_version:
        raise ChangedMeanwhile(at=engagement.updated_at)
    return engagement


def _archived(
    session: Session, actor: Actor, number: str, original: Upload, *, at: datetime, on: date
) -> int:
    return documents.store_document(
        session,
        actor=actor,
        number=number,
        kind=DocumentKind.ENGAGEMENT,
        name=original.name,
        source=original.source,
        folder=original.folder,
        at=at,
        on=on,
    )


def _record(
    session: Session,
    actor: Actor,
    event: str,
    engagement: Engagement,
    at: datetime,
    detail: dict[str, object],
) -> None:
    audit.record(
        session,
        actor=actor,
        event=event,
        subject=Engagement.__tablename__,
        subject_id=engagement.id,
        client_id=engagement.client_id,
        at=at,
        detail=detail,
    )
