"""Making one client of two: what differs is chosen, everything else moves, the old number stays."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from db import due
from db.models import (
    Client,
    ClientAccess,
    ClientFormer,
    ClientParty,
    ClientRelation,
    ClientSearch,
    ClientSource,
    DuplicatePair,
    Party,
    PartyAccount,
    PartyAddress,
    PartyEmail,
    PartyPhone,
)
from services import audit, undo
from services.actor import Actor
from services.clients.keeping import changing, kept
from services.clients.owning import cases_follow
from services.duplicates.moving import move, of_any, tables_of
from services.errors import BusinessError
from services.permissions import Permission
from services.undo import NEVER_BACK
from terms.clients import AccessReason, LifecycleStage, PartyRole
from terms.duplicates import PairState
from terms.undo import UndoKind

OF_PARTY = ("name", "sex", "birth_on", "occupation", "id", "region")
"""``id`` is type, number and index together."""
OF_CLIENT = (
    "owner",
    "stage",
    "preferred_channel",
    "preferred_time",
    "preferred_language",
    "risk_preference",
    "risk_tolerance",
    "needs",
    "special_circumstances",
)
"""``owner`` is owner, team and branch together."""
FIELDS = (*OF_PARTY, *OF_CLIENT)

_TOGETHER: dict[str, tuple[str, ...]] = {
    "id": ("id_type", "id_number", "id_index"),
    "owner": ("owner_id", "team_id", "branch_id"),
}
_QUIET = {"synchronize_session": False}


class SameClientTwice(BusinessError):
    """Both numbers are one client's."""

    code = "duplicates_same_client"


class DifferentKinds(BusinessError):
    """A person and a group are never one client."""

    code = "duplicates_different_kinds"


@dataclass(frozen=True, slots=True)
class Merged:
    """The kept client after a merge; ``batch_id`` takes it back."""

    number: str
    merged_number: str
    version: int
    batch_id: int


def merge(
    session: Session,
    *,
    actor: Actor,
    keep: str,
    lose: str,
    take: frozenset[str],
    at: datetime,
    on: date,
    seen_keep: int,
    seen_lose: int,
) -> Merged:
    """Make the clients ``keep`` and ``lose`` one, under the number ``keep``.

    Policies, cases, contacts, promises, relations, consents, complaints, documents: all that
    refers to the one or its party refers to the other afterwards. Phones, e-mails, addresses and
    accounts of both stay, equal ones once. Who did not want to be contacted still does not.

    Args:
        take: the fields (of ``FIELDS``) whose value comes from ``lose``.
        seen_keep, seen_lose: the versions on the screen the actor decided from.

    Returns:
        The kept client and the batch that takes the merge back.

    Raises:
        NotPermitted: the actor lacks ``client:merge`` or ``client:write``.
        NotFound: one of them is not there or not the actor's.
        ChangedMeanwhile: somebody saved one of them since.
        SameClientTwice, DifferentKinds

    Audit: ``client:merge`` on the kept client with the fields taken, and ``client:merged_away`` on
    the other.
    """
    actor.require(Permission.CLIENT_MERGE)
    kept_client = changing(session, actor=actor, number=keep, on=on, seen_version=seen_keep)
    lost = changing(session, actor=actor, number=lose, on=on, seen_version=seen_lose)
    if kept_client.id == lost.id:
        raise SameClientTwice
    if kept_client.client_type is not lost.client_type:
        raise DifferentKinds
    ids = (kept_client.id, lost.id)
    parties = (kept_client.party_id, lost.party_id)
    number, old_number = kept_client.number, lost.number
    recording = undo.begin(
        session,
        actor=actor,
        kind=UndoKind.MERGE,
        reference=number,
        detail={"kept": number, "merged": old_number},
        at=at,
        on=on,
    )
    with ExitStack() as stack:
        of_client, of_party = tables_of("client"), tables_of("party")
        for table in {**of_client, **of_party}:
            if table.name in NEVER_BACK or table is Client.__table__:
                continue
            conditions = []
            if table in of_client:
                conditions.append(of_any(of_client[table], ids))
            if table in of_party:
                conditions.append(of_any(of_party[table], parties))
            stack.enter_context(recording.changes(table, or_(*conditions)))
        stack.enter_context(recording.changes(ClientSearch, ClientSearch.client_id.in_(ids)))
        stack.enter_context(recording.changes(Client, Client.id.in_(ids)))
        stack.enter_context(recording.changes(Party, Party.id.in_(parties)))
        before = _values(session, kept_client)
        _take(session, kept_client, lost, take, at=at)
        version = _join(session, kept_client, lost, take=take, at=at, on=on)
        after = _values(session, kept_client)
    changed = [field for field in after if after[field] != before[field]]
    audit.record(
        session,
        actor=actor,
        event="client:merge",
        subject="client",
        subject_id=kept_client.id,
        client_id=kept_client.id,
        at=at,
        detail={
            "version": version,
            "fields": changed,
            "merged": old_number,
            "batch": recording.batch_id,
        },
        personal={
            "before": {field: before[field] for field in changed},
            "after": {field: after[field] for field in changed},
        }
        if changed
        else None,
    )
    audit.record(
        session,
        actor=actor,
        event="client:merged_away",
        subject="client",
        subject_id=ids[1],
        client_id=ids[1],
        at=at,
        detail={"into": number, "batch": recording.batch_id},
    )
    session.flush()
    return Merged(number, old_number, version, recording.batch_id)


def _values(session: Session, client: Client) -> dict[str, Any]:
    """The fields that can be chosen, as the audit keeps them."""
    party = session.get_one(Party, client.party_id)
    found: dict[str, Any] = {}
    for field in FIELDS:
        row: Any = party if field in OF_PARTY else client
        names = [each for each in _TOGETHER.get(field, (field,)) if each != "id_index"]
        found[field] = [str(value) if (value := getattr(row, each)) else None for each in names]
    return found


def _take(
    session: Session, client: Client, lost: Client, take: frozenset[str], *, at: datetime
) -> None:
    """The chosen values, and what the two say together."""
    pairs: tuple[tuple[Any, Any, tuple[str, ...]], ...] = (
        (
            session.get_one(Party, client.party_id),
            session.get_one(Party, lost.party_id),
            OF_PARTY,
        ),
        (client, lost, OF_CLIENT),
    )
    for target, source, fields in pairs:
        for field in fields:
            if field in take:
                for name in _TOGETHER.get(field, (field,)):
                    setattr(target, name, getattr(source, name))
        target.updated_at = at
    client.do_not_contact = client.do_not_contact or lost.do_not_contact
    since = [day for day in (client.client_since_on, lost.client_since_on) if day]
    client.client_since_on = min(since, default=None)
    client.extra = {**lost.extra, **client.extra}
    client.extra_numbers = {**lost.extra_numbers, **client.extra_numbers}
    session.flush()


def _join(
    session: Session,
    client: Client,
    lost: Client,
    *,
    take: frozenset[str],
    at: datetime,
    on: date,
) -> int:
    ids, parties = (client.id, lost.id), (client.party_id, lost.party_id)
    number = lost.number
    _drop_own(session, ids, parties, take)
    _keep_decisions(session, ids)
    for target, (to_id, from_id) in (("party", parties), ("client", ids)):
        for table, columns in tables_of(target).items():
            if table is Client.__table__ or table is DuplicatePair.__table__:
                continue
            for column in columns:
                move(session, table, column, from_id=from_id, to_id=to_id, at=at)
    session.execute(
        delete(ClientSearch).where(ClientSearch.client_id == ids[1]), execution_options=_QUIET
    )
    session.expire_all()
    session.execute(delete(Client).where(Client.id == ids[1]), execution_options=_QUIET)
    session.execute(delete(Party).where(Party.id == parties[1]), execution_options=_QUIET)
    session.expunge(lost)
    session.add(ClientFormer(client_id=ids[1], number=number, into_id=ids[0], merged_at=at))
    due.mark_all(session)
    session.flush()
    cases_follow(session, client_ids=[ids[0]], at=at)
    return kept(session, session.get_one(Client, ids[0]), at=at, on=on)


def _drop_own(
    session: Session, ids: tuple[int, int], parties: tuple[int, int], take: frozenset[str]
) -> None:
    """What each client has for itself and the one client needs once."""
    client_id, lost_id = ids
    party_id, lost_party_id = parties

    def drop(model: Any, *where: Any) -> None:
        session.execute(delete(model).where(*where), execution_options=_QUIET)

    drop(
        ClientRelation,
        ClientRelation.client_id.in_(ids),
        ClientRelation.other_id.in_(ids),
    )
    drop(
        ClientParty,
        ClientParty.client_id == lost_id,
        ClientParty.party_id == lost_party_id,
        ClientParty.role == PartyRole.POLICYHOLDER,
    )
    loses_owner = client_id if "owner" in take else lost_id
    drop(
        ClientAccess,
        ClientAccess.client_id == loses_owner,
        ClientAccess.reason == AccessReason.OWNER,
    )
    for field in take & {"name", "birth_on", "sex", "occupation"} | (
        {"id_number"} if "id" in take else set()
    ):
        drop(ClientSource, ClientSource.client_id == client_id, ClientSource.field == field)
    for model, index in (
        (PartyPhone, PartyPhone.number_index),
        (PartyEmail, PartyEmail.address_index),
        (PartyAccount, PartyAccount.number_index),
    ):
        there = select(index).where(model.party_id == party_id)
        drop(model, model.party_id == lost_party_id, index.in_(there))
    written = {
        row.address
        for row in session.scalars(select(PartyAddress).where(PartyAddress.party_id == party_id))
    }
    for row in session.scalars(
        select(PartyAddress).where(PartyAddress.party_id == lost_party_id)
    ).all():
        if row.address in written:
            session.delete(row)
    session.flush()
    has_primary = select(func.count()).where(PartyPhone.party_id == party_id, PartyPhone.is_primary)
    if session.scalar(has_primary):
        session.execute(
            update(PartyPhone).where(PartyPhone.party_id == lost_party_id).values(is_primary=False),
            execution_options=_QUIET,
        )


def _keep_decisions(session: Session, ids: tuple[int, int]) -> None:
    """ "Not the same" said of the one that goes is said of the one that stays; the rest of its
    pairs go."""
    client_id, lost_id = ids
    pair = DuplicatePair
    of_lost = or_(pair.client_id == lost_id, pair.other_id == lost_id)
    for row in session.scalars(select(pair).where(of_lost)).all():
        other = row.other_id if row.client_id == lost_id else row.client_id
        key = (min(other, client_id), max(other, client_id))
        if row.state is PairState.NOT_SAME and other != client_id:
            there = session.get(pair, key)
            if there is None:
                session.add(
                    pair(
                        client_id=key[0],
                        other_id=key[1],
                        band=row.band,
                        score=row.score,
                        reasons=row.reasons,
                        state=PairState.NOT_SAME,
                        found_at=row.found_at,
                        decided_at=row.decided_at,
                        decided_by_id=row.decided_by_id,
                    )
                )
        session.delete(row)
    session.flush()


def suggested(keep: Mapping[str, Any], lose: Mapping[str, Any]) -> frozenset[str]:
    """The fields that come from the other client unless somebody chooses: those only it has, and
    the stage that is further on."""
    found = {field for field in FIELDS if not keep.get(field) and lose.get(field)}
    if lose.get("stage") == LifecycleStage.FORMAL and keep.get("stage") != LifecycleStage.FORMAL:
        found.add("stage")
    return frozenset(found)
