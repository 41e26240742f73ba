"""Where a typed text is looked up: one lead into the tables per way of reading it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from db.models import Client, ClientFormer, ClientParty, ClientSearch, Party, PartyPhone, Policy
from services.clients.search import Way
from services.privacy import id_index, last_four_index, phone_index
from terms.clients import FoundBy, SearchKind

EXACT_CAP = 1_000
"""Clients one exact value may lead to; a phone's last four leads to a few hundred."""
_RARE_ENOUGH = 2_000
_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Lead:
    """A column of client ids and the conditions under which they are meant."""

    by: FoundBy
    client_id: Any
    conditions: tuple[ColumnElement[bool], ...]


def leads_of(session: Session, way: Way) -> list[Lead]:
    """How to find the clients ``way`` means; scope and filters are for the caller to add."""
    found: Any
    match way.by:
        case FoundBy.NUMBER:
            former = select(ClientFormer.into_id).where(ClientFormer.number.in_(way.terms))
            found = select(Client.id).where(Client.number.in_(way.terms)).union(former)
        case FoundBy.POLICY:
            found = select(Policy.client_id).where(Policy.number.in_(way.terms)).distinct()
        case FoundBy.ID_NUMBER:
            found = _of_parties(session, Party.id, Party.id_index == id_index(way.terms[0]))
        case FoundBy.PHONE:
            fits = PartyPhone.number_index == phone_index(way.terms[0])
            found = _of_parties(session, PartyPhone.party_id, fits)
        case FoundBy.LAST_FOUR:
            fits = PartyPhone.last_four_index == last_four_index(way.terms[0])
            found = _of_parties(session, PartyPhone.party_id, fits)
        case FoundBy.NAME:
            starts = or_(
                *((Client.name >= start) & (Client.name < start + _LAST) for start in way.terms)
            )
            return [Lead(way.by, Client.id, (starts,))]
        case FoundBy.PIECE:
            return [_pieces(session, way)]
        case FoundBy.INITIALS:
            start = way.terms[0]
            conditions = (
                ClientSearch.kind == SearchKind.INITIALS,
                ClientSearch.term >= start,
                ClientSearch.term < start + _LAST,
            )
            return [Lead(way.by, ClientSearch.client_id, conditions)]
    ids = list(session.scalars(found.limit(EXACT_CAP)))
    return [Lead(way.by, Client.id, (Client.id.in_(ids),))] if ids else []


def _of_parties(session: Session, party_id: Any, condition: ColumnElement[bool]) -> Any:
    """Clients of the parties that fit; the parties are looked up first, there are few."""
    parties = list(session.scalars(select(party_id).where(condition).limit(EXACT_CAP)))
    return select(ClientParty.client_id).where(ClientParty.party_id.in_(parties)).distinct()


def _pieces(session: Session, way: Way) -> Lead:
    """Clients whose name holds every piece, led by the rarest of them."""
    rarest = way.terms[0]
    if len(way.terms) > 1:
        sizes = {piece: _rows_of(session, piece) for piece in way.terms}
        rarest = min(way.terms, key=sizes.__getitem__)
    conditions: list[ColumnElement[bool]] = [
        ClientSearch.kind == SearchKind.BIGRAM,
        ClientSearch.term == rarest,
    ]
    for piece in way.terms:
        if piece != rarest:
            other = aliased(ClientSearch)
            conditions.append(
                exists().where(
                    other.kind == SearchKind.BIGRAM,
                    other.term == piece,
                    other.client_id == ClientSearch.client_id,
                )
            )
    return Lead(way.by, ClientSearch.client_id, tuple(conditions))


def _rows_of(session: Session, piece: str) -> int:
    """How many names hold ``piece``, counted up to where it is no longer rare."""
    some = (
        select(ClientSearch.client_id)
        .where(ClientSearch.kind == SearchKind.BIGRAM, ClientSearch.term == piece)
        .limit(_RARE_ENOUGH)
        .subquery()
    )
    return session.execute(select(func.count()).select_from(some)).scalar_one()
