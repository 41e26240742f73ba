"""What changes a client's file, and what opens it.

Every operation asks for the permission, loads the client for the change, refuses a version that
is no longer the newest, keeps what is derived (``keeping.kept``) and writes one audit entry that
names the fields; personal values before and after are encrypted in it.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypedDict

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from db.models import (
    Client,
    ClientAccess,
    ClientFormer,
    ClientParty,
    ClientSource,
    Engagement,
    Party,
    Staff,
)
from services import audit
from services.access import client_id_by_number
from services.actor import Actor
from services.clients.keeping import changing, kept
from services.clients.rules import id_problem, printable
from services.errors import BusinessError, NotFound
from services.permissions import Permission
from services.privacy import id_index
from terms.clients import (
    AccessReason,
    ClientType,
    IdProblem,
    IdType,
    LifecycleStage,
    PartyKind,
    PartyRole,
    RiskLevel,
    Sex,
    SourceChannel,
)
from terms.intake import AccessKind
from terms.people import Language
from terms.renewals import ContactChannel


class InvalidClientData(BusinessError):
    """A value cannot be kept. Data: ``field``, and ``problem`` of ``DataProblem`` or
    ``IdProblem``; ``limit`` where it is too long."""

    code = "client_data_invalid"


class NumberTaken(BusinessError):
    """Another client has this number already. Data: ``number``."""

    code = "client_number_taken"


class EngagementNeeded(BusinessError):
    """Without a written engagement a client stays a prospect (R13)."""

    code = "client_engagement_needed"


class NothingChanged(BusinessError):
    """The form was saved as it was opened."""

    code = "client_nothing_changed"


class ClientEdit(TypedDict, total=False):
    """The basic data that change; what is absent stays as it is, None empties."""

    name: str | None
    sex: Sex | None
    birth_on: date | None
    occupation: str | None
    id_type: IdType | None
    id_number: str | None
    region: str | None
    stage: LifecycleStage
    preferred_channel: ContactChannel | None
    preferred_time: str | None
    preferred_language: Language | None
    risk_preference: RiskLevel | None
    risk_tolerance: RiskLevel | None
    needs: str | None
    special_circumstances: str | None


OF_PARTY = ("name", "sex", "birth_on", "occupation", "id_type", "id_number", "region")
NOT_PERSONAL = frozenset({"stage", "preferred_channel", "preferred_language", "id_type"})
"""Fields whose values may stand in the audit trail in clear."""
LIMITS = {
    "name": 120,
    "occupation": 80,
    "region": 80,
    "preferred_time": 40,
    "needs": 4_000,
    "special_circumstances": 4_000,
    "id_number": 40,
}


def open_file(session: Session, *, actor: Actor, number: str, at: datetime, on: date) -> bool:
    """Log that ``actor`` opens the file; call it once per opening, before the file is shown.

    Returns:
        False when there is no such client or it is not the actor's: the two are not told apart,
        and the attempt is logged.

    Raises:
        NotPermitted: the actor may not read clients.
    """
    actor.require(Permission.CLIENT_READ)
    number = printable(number)[:40]
    try:
        client_id = client_id_by_number(session, actor=actor, number=number, on=on)
    except NotFound:
        audit.record_access(session, actor=actor, kind=AccessKind.REFUSED, at=at, what=number)
        return False
    audit.record_access(session, actor=actor, kind=AccessKind.OPENED, at=at, client_id=client_id)
    return True


def create_client(
    session: Session,
    *,
    actor: Actor,
    client_type: ClientType,
    data: ClientEdit,
    at: datetime,
    on: date,
    number: str | None = None,
    source: SourceChannel = SourceChannel.SERVICE,
) -> str:
    """Begin the file of a new client, a prospect owned by whoever begins it.

    Args:
        data: what is known; the name may be missing, the number is shown then.
        number: the business number; None takes the next free one.
        source: where the information came from (R6).

    Returns:
        The client's number.

    Raises:
        NotPermitted: the actor may not change clients.
        NumberTaken: another client has ``number``.
        InvalidClientData: a value cannot be kept.

    Audit: ``client:create``.
    """
    actor.require(Permission.CLIENT_WRITE)
    clean = _checked(data, on=on, id_type=data.get("id_type"))
    if number is not None:
        number = printable(number).strip().upper()
        if not number or len(number) > 40:
            raise InvalidClientData(field="number", problem="length", limit=40)
        if _is_taken(session, number):
            raise NumberTaken(number=number)
    stamps = {"created_at": at, "updated_at": at}
    is_group = client_type is ClientType.GROUP
    party = Party(kind=PartyKind.ORGANISATION if is_group else PartyKind.PERSON, **stamps)
    session.add(party)
    session.flush()
    staff = session.get_one(Staff, actor.own_id)
    client = Client(
        number=number or f"new-{party.id}",
        client_type=client_type,
        party_id=party.id,
        owner_id=staff.id,
        team_id=staff.team_id,
        branch_id=staff.branch_id,
        stage=LifecycleStage.PROSPECT,
        client_since_on=on,
        **stamps,
    )
    session.add(client)
    session.flush()
    if number is None:
        client.number = _free_number(session, client.id)
    session.add_all(
        [
            ClientParty(client_id=client.id, party_id=party.id, role=PartyRole.POLICYHOLDER),
            ClientAccess(staff_id=staff.id, client_id=client.id, reason=AccessReason.OWNER),
        ]
    )
    if clean.get("stage") == LifecycleStage.FORMAL:
        raise EngagementNeeded
    before, after = _write(client, party, clean)
    _note_sources(session, client.id, list(clean), source, at)
    version = kept(session, client, at=at, on=on)
    _record(session, actor, "client:create", client, version, at, before, after)
    return client.number


def edit(
    session: Session,
    *,
    actor: Actor,
    number: str,
    data: ClientEdit,
    at: datetime,
    on: date,
    seen_version: int,
    source: SourceChannel = SourceChannel.SERVICE,
) -> int:
    """Change basic data, preferences, risk and needs (R2 to R5, R7, R9).

    Args:
        data: only what the actor changed, so that a second save after ``ChangedMeanwhile``
            leaves alone what others wrote elsewhere.
        seen_version: the version on the screen the actor decided from.
        source: where the new information came from (R6).

    Returns:
        The client's new version.

    Raises:
        NotPermitted: the actor may not change clients.
        NotFound: there is none, or it is not the actor's.
        ChangedMeanwhile: somebody saved it after ``seen_version``.
        InvalidClientData: a value cannot be kept.
        EngagementNeeded: made formal without a written engagement (R13).
        NothingChanged: every value is what it was.

    Audit: ``client:edit`` with the fields; personal values encrypted.
    """
    client = changing(session, actor=actor, number=number, on=on, seen_version=seen_version)
    party = session.get_one(Party, client.party_id)
    clean = _checked(data, on=on, id_type=data.get("id_type", party.id_type))
    if clean.get("stage") == LifecycleStage.FORMAL and client.stage != LifecycleStage.FORMAL:
        engaged = select(Engagement.id).where(Engagement.client_id == client.id).limit(1)
        if session.scalar(engaged) is None:
            raise EngagementNeeded
    before, after = _write(client, party, clean)
    if not after:
        raise NothingChanged
    party.updated_at = at
    _note_sources(session, client.id, list(after), source, at)
    version = kept(session, client, at=at, on=on)
    _record(session, actor, "client:edit", client, version, at, before, after)
    return version


def verify(
    session: Session, *, actor: Actor, number: str, at: datetime, on: date, seen_version: int
) -> int:
    """Note that the file was checked with the client today and is right (R8).

    Returns:
        The client's new version.

    Raises:
        NotPermitted, NotFound, ChangedMeanwhile: as ``edit``.

    Audit: ``client:verify``.
    """
    client = changing(session, actor=actor, number=number, on=on, seen_version=seen_version)
    before = client.verified_on
    client.verified_on = on
    for source in session.scalars(select(ClientSource).where(ClientSource.client_id == client.id)):
        source.verified_on = on
    version = kept(session, client, at=at, on=on)
    audit.record(
        session,
        actor=actor,
        event="client:verify",
        subject="client",
        subject_id=client.id,
        client_id=client.id,
        at=at,
        detail={
            "version": version,
            "fields": ["verified_on"],
            "before": {"verified_on": before.isoformat() if before else None},
            "after": {"verified_on": on.isoformat()},
        },
    )
    return version


def _free_number(session: Session, client_id: int) -> str:
    """``C00001234``, moved on where an imported client has it."""
    wanted = client_id
    while True:
        number = f"C{wanted:08d}"
        if not _is_taken(session, number):
            return number
        wanted += 1_000_000


def _is_taken(session: Session, number: str) -> bool:
    """A client has the number, or had it before a merge."""
    return bool(
        session.scalar(
            select(
                exists().where(Client.number == number)
                | exists().where(ClientFormer.number == number)
            )
        )
    )


def _checked(data: ClientEdit, *, on: date, id_type: IdType | None) -> dict[str, Any]:
    """The data trimmed and found right.

    Raises:
        InvalidClientData: the first value that cannot be kept.
    """
    clean: dict[str, Any] = dict(data)
    for field, value in clean.items():
        if isinstance(value, str) and field in LIMITS:
            value = printable(value).strip()
            if len(value) > LIMITS[field]:
                raise InvalidClientData(field=field, problem="too_long", limit=LIMITS[field])
            clean[field] = value or None
    born = clean.get("birth_on")
    if born is not None and not date(1880, 1, 1) <= born <= on:
        raise InvalidClientData(field="birth_on", problem="birth_date")
    number = clean.get("id_number")
    if number is not None:
        problem: IdProblem | None = id_problem(id_type, number, born_before=on)
        if problem is not None:
            raise InvalidClientData(field="id_number", problem=problem.value, id_type=id_type)
    return clean


def _write(
    client: Client, party: Party, clean: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Set what differs; before and after of exactly that."""
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for field, value in clean.items():
        row = party if field in OF_PARTY else client
        old = getattr(row, field)
        if old == value:
            continue
        before[field], after[field] = old, value
        setattr(row, field, value)
        if field == "id_number":
            party.id_index = id_index(value) if value else None
    return before, after


def _note_sources(
    session: Session, client_id: int, fields: list[str], source: SourceChannel, at: datetime
) -> None:
    """Where each changed piece came from (R6)."""
    known = {
        row.field: row
        for row in session.scalars(select(ClientSource).where(ClientSource.client_id == client_id))
    }
    for field in fields:
        row = known.get(field)
        if row is None:
            session.add(
                ClientSource(client_id=client_id, field=field, channel=source, recorded_at=at)
            )
        else:
            row.channel, row.recorded_at, row.verified_on = source, at, None


def _record(
    session: Session,
    actor: Actor,
    event: str,
    client: Client,
    version: int,
    at: datetime,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    """The audit entry of a change: names of all fields, values of those that are not personal,
    the others encrypted."""
    open_fields = [field for field in after if field in NOT_PERSONAL]
    secret = [field for field in after if field not in NOT_PERSONAL]
    audit.record(
        session,
        actor=actor,
        event=event,
        subject="client",
        subject_id=client.id,
        client_id=client.id,
        at=at,
        detail={
            "version": version,
            "fields": list(after),
            "before": {field: before[field] for field in open_fields},
            "after": {field: after[field] for field in open_fields},
        },
        personal=(
            {
                "before": {field: before[field] for field in secret},
                "after": {field: after[field] for field in secret},
            }
            if secret
            else None
        ),
    )
