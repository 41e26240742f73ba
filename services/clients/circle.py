"""What a client agreed to, and the clients they belong with: consents and relations."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from db.models import Client, ClientConsent, ClientRelation
from services import audit
from services.access import client_id_by_number
from services.actor import Actor
from services.clients.keeping import changing, kept
from services.clients.operations import InvalidClientData, NothingChanged
from services.clients.rules import printable
from services.errors import BusinessError, NotFound
from terms.clients import ConsentPurpose, RelationKind
from terms.renewals import ContactChannel

COMMERCIAL = frozenset({ConsentPurpose.MARKETING, ConsentPurpose.SURVEY})
"""Purposes that a client who does not want to be contacted cannot be asked for."""


class AlreadyRelated(BusinessError):
    """The two clients already stand in this relation."""

    code = "client_already_related"


class SameClient(BusinessError):
    """A client is no relation of their own."""

    code = "client_same"


def give_consent(
    session: Session,
    *,
    actor: Actor,
    number: str,
    purpose: ConsentPurpose,
    notice_version: str,
    channel: ContactChannel | None,
    at: datetime,
    on: date,
    seen_version: int,
) -> int:
    """Note that the client agreed to ``purpose`` after reading a version of the notice.

    Returns:
        The client's new version.

    Raises:
        NotPermitted, NotFound, ChangedMeanwhile: as ``edit``.
        InvalidClientData: the notice's version is missing or too long.
        NothingChanged: the same consent holds already.

    Audit: ``client:consent``.
    """
    notice_version = printable(notice_version).strip()
    if not 1 <= len(notice_version) <= 40:
        raise InvalidClientData(field="notice_version", problem="missing", limit=40)
    client = changing(session, actor=actor, number=number, on=on, seen_version=seen_version)
    held = _held(session, client.id, purpose)
    if any(row.notice_version == notice_version for row in held):
        raise NothingChanged
    for row in held:
        row.withdrawn_at = at
    session.add(
        ClientConsent(
            client_id=client.id,
            purpose=purpose,
            notice_version=notice_version,
            channel=channel,
            given_at=at,
        )
    )
    after = {"consent": purpose, "notice_version": notice_version}
    return _done(session, actor, "client:consent", client, at, on, ["consent"], {}, after)


def withdraw_consent(
    session: Session,
    *,
    actor: Actor,
    number: str,
    purpose: ConsentPurpose,
    at: datetime,
    on: date,
    seen_version: int,
) -> int:
    """Note that the client takes a consent back; commercial messages stop the same day.

    Returns:
        The client's new version.

    Raises:
        NotPermitted, NotFound, ChangedMeanwhile: as ``edit``.
        NothingChanged: none holds.

    Audit: ``client:consent``.
    """
    client = changing(session, actor=actor, number=number, on=on, seen_version=seen_version)
    held = _held(session, client.id, purpose)
    if not held:
        raise NothingChanged
    for row in held:
        row.withdrawn_at = at
    before = {"consent": purpose}
    return _done(session, actor, "client:consent", client, at, on, ["consent"], before, {})


def set_do_not_contact(
    session: Session,
    *,
    actor: Actor,
    number: str,
    do_not_contact: bool,
    at: datetime,
    on: date,
    seen_version: int,
) -> int:
    """Note whether the client wants no commercial contact; statutory notices still go.

    Returns:
        The client's new version.

    Raises:
        NotPermitted, NotFound, ChangedMeanwhile: as ``edit``.
        NothingChanged: it is so already.

    Audit: ``client:do_not_contact``.
    """
    client = changing(session, actor=actor, number=number, on=on, seen_version=seen_version)
    if client.do_not_contact == do_not_contact:
        raise NothingChanged
    client.do_not_contact = do_not_contact
    field = "do_not_contact"
    before, after = {field: not do_not_contact}, {field: do_not_contact}
    return _done(session, actor, "client:do_not_contact", client, at, on, [field], before, after)


def relate(
    session: Session,
    *,
    actor: Actor,
    number: str,
    other_number: str,
    kind: RelationKind,
    note: str | None,
    at: datetime,
    on: date,
    seen_version: int,
) -> int:
    """Note that two clients belong together; a referrer is the ``other_number``.

    Returns:
        The client's new version.

    Raises:
        NotPermitted, ChangedMeanwhile: as ``edit``.
        NotFound: one of the two is not there or not the actor's.
        SameClient: both numbers are one client's.
        AlreadyRelated: they stand in this relation already.

    Audit: ``client:relation``.
    """
    client = changing(session, actor=actor, number=number, on=on, seen_version=seen_version)
    other_id = client_id_by_number(
        session, actor=actor, number=printable(other_number).strip(), on=on
    )
    if other_id == client.id:
        raise SameClient
    note = printable(note or "").strip() or None
    if note and len(note) > 120:
        raise InvalidClientData(field="note", problem="too_long", limit=120)
    pairs = [(client.id, other_id)]
    if kind is not RelationKind.REFERRER:
        pairs.append((other_id, client.id))
    there = select(ClientRelation.id).where(
        ClientRelation.kind == kind,
        or_(
            *(
                (ClientRelation.client_id == one) & (ClientRelation.other_id == two)
                for one, two in pairs
            )
        ),
    )
    if session.scalar(there.limit(1)) is not None:
        raise AlreadyRelated
    session.add(
        ClientRelation(
            client_id=client.id,
            other_id=other_id,
            kind=kind,
            note=note,
            created_at=at,
            updated_at=at,
        )
    )
    after = {"relation": kind, "other_id": other_id}
    return _done(session, actor, "client:relation", client, at, on, ["relation"], {}, after)


def unrelate(
    session: Session,
    *,
    actor: Actor,
    number: str,
    relation_id: int,
    at: datetime,
    on: date,
    seen_version: int,
) -> int:
    """Take a relation away.

    Returns:
        The client's new version.

    Raises:
        NotPermitted, ChangedMeanwhile: as ``edit``.
        NotFound: no such client or relation, or not the actor's.

    Audit: ``client:relation``.
    """
    client = changing(session, actor=actor, number=number, on=on, seen_version=seen_version)
    relation = session.get(ClientRelation, relation_id)
    if relation is None or client.id not in (relation.client_id, relation.other_id):
        raise NotFound(kind="relation")
    other_id = relation.other_id if relation.client_id == client.id else relation.client_id
    session.execute(delete(ClientRelation).where(ClientRelation.id == relation_id))
    before = {"relation": relation.kind, "other_id": other_id}
    return _done(session, actor, "client:relation", client, at, on, ["relation"], before, {})


def _held(session: Session, client_id: int, purpose: ConsentPurpose) -> list[ClientConsent]:
    return list(
        session.scalars(
            select(ClientConsent).where(
                ClientConsent.client_id == client_id,
                ClientConsent.purpose == purpose,
                ClientConsent.withdrawn_at.is_(None),
            )
        )
    )


def _done(
    session: Session,
    actor: Actor,
    event: str,
    client: Client,
    at: datetime,
    on: date,
    fields: list[str],
    before: dict[str, Any],
    after: dict[str, Any],
) -> int:
    version = kept(session, client, at=at, on=on)
    audit.record(
        session,
        actor=actor,
        event=event,
        subject="client",
        subject_id=client.id,
        client_id=client.id,
        at=at,
        detail={"version": version, "fields": fields, "before": before, "after": after},
    )
    return version
