"""Reading pairs: the list by band with reasons, a client's own, and the sheet to merge from."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from db.models import (
    Base,
    Client,
    DuplicatePair,
    Party,
    PartyAddress,
    PartyEmail,
    PartyPhone,
    Staff,
    Team,
)
from services.access import client_id_by_number, may_open
from services.actor import Actor
from services.duplicates.merging import OF_PARTY, suggested
from services.duplicates.rules import Reason
from services.permissions import Permission
from services.privacy import mask_address, mask_email, mask_id, mask_phone
from terms.duplicates import Band, Likeness, PairState, Trait

COUNT_CAP = 1_000


@dataclass(frozen=True, slots=True)
class PairSide:
    """One of the two, as a list shows it."""

    number: str
    name: str | None
    owner: str | None
    birth_on: date | None


@dataclass(frozen=True, slots=True)
class PairRow:
    one: PairSide
    two: PairSide
    band: Band
    score: int
    """Tenths of a bit."""
    reasons: tuple[Reason, ...]
    found_at: datetime


@dataclass(frozen=True, slots=True)
class PairCounts:
    """Open pairs by band; each at most ``COUNT_CAP``."""

    sure: int
    doubtful: int


@dataclass(frozen=True, slots=True)
class SheetSide:
    """One of two clients side by side; personal values masked."""

    number: str
    version: int
    values: dict[str, Any]
    phones: tuple[str, ...]
    emails: tuple[str, ...]
    addresses: tuple[str, ...]
    counts: dict[str, int]
    """Table → rows that refer to the client and would move."""


@dataclass(frozen=True, slots=True)
class MergeSheet:
    keep: SheetSide
    lose: SheetSide
    take: frozenset[str]
    """Fields suggested to come from ``lose``."""
    reasons: tuple[Reason, ...]


MOVING = (
    "policy",
    "renewal",
    "contact",
    "promise",
    "client_relation",
    "complaint",
    "claim",
    "engagement",
    "client_consent",
    "document",
)
"""Tables whose moving rows are counted for the eye; all others move too."""


def pairs(
    session: Session, *, actor: Actor, on: date, band: Band | None = None, limit: int = 100
) -> tuple[PairRow, ...]:
    """Open pairs the actor may open both clients of, the likeliest first.

    Raises:
        NotPermitted: the actor may not read clients.
    """
    actor.require(Permission.CLIENT_READ)
    where = [] if band is None else [DuplicatePair.band == band]
    return _rows(session, actor, on, *where, limit=limit)


def pairs_of(session: Session, *, actor: Actor, number: str, on: date) -> tuple[PairRow, ...]:
    """One client's open pairs.

    Raises:
        NotPermitted, NotFound
    """
    actor.require(Permission.CLIENT_READ)
    client_id = client_id_by_number(session, actor=actor, number=number, on=on)
    mine = or_(DuplicatePair.client_id == client_id, DuplicatePair.other_id == client_id)
    return _rows(session, actor, on, mine, limit=20)


def pair_counts(session: Session, *, actor: Actor, on: date) -> PairCounts:
    """How many open pairs there are, by band."""
    actor.require(Permission.CLIENT_READ)
    found = {}
    for band in Band:
        of_band = (
            visible_pairs(select(DuplicatePair.client_id), actor, on)
            .where(DuplicatePair.state == PairState.OPEN, DuplicatePair.band == band)
            .limit(COUNT_CAP)
            .subquery()
        )
        found[band] = session.scalar(select(func.count()).select_from(of_band)) or 0
    return PairCounts(sure=found[Band.SURE], doubtful=found[Band.DOUBTFUL])


def merge_sheet(session: Session, *, actor: Actor, keep: str, lose: str, on: date) -> MergeSheet:
    """The two side by side, with what would come from which.

    Raises:
        NotPermitted: the actor lacks ``client:merge``.
        NotFound: one of them is not there or not the actor's.
    """
    actor.require(Permission.CLIENT_MERGE)
    sides = [
        _side(session, client_id_by_number(session, actor=actor, number=number, on=on))
        for number in (keep, lose)
    ]
    ids = sorted(
        client_id_by_number(session, actor=actor, number=side.number, on=on) for side in sides
    )
    pair = session.get(DuplicatePair, (ids[0], ids[-1]))
    return MergeSheet(
        keep=sides[0],
        lose=sides[1],
        take=suggested(sides[0].values, sides[1].values),
        reasons=_reasons(pair.reasons) if pair is not None else (),
    )


def visible_pairs(statement: Any, actor: Actor, on: date) -> Any:
    """Pairs both of whose clients the actor may open; asked pair by pair, there are few."""
    return statement.where(
        *(
            exists().where(Client.id == client_id, may_open(actor, on=on))
            for client_id in (DuplicatePair.client_id, DuplicatePair.other_id)
        )
    )


def _rows(
    session: Session, actor: Actor, on: date, *where: ColumnElement[bool], limit: int
) -> tuple[PairRow, ...]:
    one, two = aliased(Client), aliased(Client)
    one_party, two_party = aliased(Party), aliased(Party)
    one_owner, two_owner = aliased(Staff), aliased(Staff)
    asked = (
        select(
            DuplicatePair,
            *(one.number, one.name, one_owner.name, one_party.birth_on),
            *(two.number, two.name, two_owner.name, two_party.birth_on),
        )
        .join(one, one.id == DuplicatePair.client_id)
        .join(two, two.id == DuplicatePair.other_id)
        .join(one_party, one_party.id == one.party_id)
        .join(two_party, two_party.id == two.party_id)
        .outerjoin(one_owner, one_owner.id == one.owner_id)
        .outerjoin(two_owner, two_owner.id == two.owner_id)
        .where(DuplicatePair.state == PairState.OPEN, *where)
        .order_by(DuplicatePair.band.desc(), DuplicatePair.score.desc(), DuplicatePair.client_id)
        .limit(limit)
    )
    return tuple(
        PairRow(
            one=PairSide(*row[1:5]),
            two=PairSide(*row[5:9]),
            band=row[0].band,
            score=row[0].score,
            reasons=_reasons(row[0].reasons),
            found_at=row[0].found_at,
        )
        for row in session.execute(visible_pairs(asked, actor, on))
    )


def _reasons(kept: list[Any]) -> tuple[Reason, ...]:
    return tuple(
        Reason(Trait(trait), Likeness(likeness), weight) for trait, likeness, weight in kept
    )


def _side(session: Session, client_id: int) -> SheetSide:
    client, party, owner, team = session.execute(
        select(Client, Party, Staff.name, Team.name)
        .join(Party, Party.id == Client.party_id)
        .outerjoin(Staff, Staff.id == Client.owner_id)
        .outerjoin(Team, Team.id == Client.team_id)
        .where(Client.id == client_id)
    ).one()
    values: dict[str, Any] = {name: getattr(party, name) for name in OF_PARTY if name != "id"}
    values["id"] = mask_id(party.id_number)
    values["owner"] = owner if team is None or owner is None else f"{owner} · {team}"
    for name in (
        "stage",
        "preferred_channel",
        "preferred_time",
        "preferred_language",
        "risk_preference",
        "risk_tolerance",
        "needs",
        "special_circumstances",
    ):
        values[name] = getattr(client, name)
    return SheetSide(
        number=client.number,
        version=client.version,
        values=values,
        phones=_masked(session, PartyPhone, PartyPhone.number, party.id, mask_phone),
        emails=_masked(session, PartyEmail, PartyEmail.address, party.id, mask_email),
        addresses=_masked(session, PartyAddress, PartyAddress.address, party.id, mask_address),
        counts=_counts(session, client_id),
    )


def _masked(session: Session, model: Any, column: Any, party_id: int, mask: Any) -> tuple[str, ...]:
    found = session.scalars(select(column).where(model.party_id == party_id).order_by(model.id))
    return tuple(mask(value) for value in found)


def _counts(session: Session, client_id: int) -> dict[str, int]:
    tables = [Base.metadata.tables[name] for name in MOVING]
    asked = select(
        *(
            select(func.count())
            .select_from(table)
            .where(table.c.client_id == client_id)
            .scalar_subquery()
            .label(table.name)
            for table in tables
        )
    )
    row = session.execute(asked).one()
    return {table.name: row[place] for place, table in enumerate(tables) if row[place]}
