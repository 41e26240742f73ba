"""Clients as they are compared, and the keys by which likely pairs are found in SQL."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, func, or_, select
from sqlalchemy.orm import Session

from db.bulk import insert_columns
from db.crypto import current_cipher
from db.given import given_rows
from db.models import (
    Client,
    DuplicateKey,
    DuplicateMark,
    Party,
    PartyAddress,
    PartyEmail,
    PartyPhone,
)
from services.duplicates.rules import LARGEST_BLOCK, Person, keys_of
from services.privacy import normal
from terms.clients import ClientType


def persons(session: Session, *, client_ids: Sequence[int]) -> dict[int, Person]:
    """The clients as they are compared, by id."""
    wanted = given_rows(session, "wanted", {"id": (BigInteger, list(client_ids))})
    phones: dict[int, list[Any]] = {}
    emails: dict[int, list[Any]] = {}
    addresses: dict[int, list[Any]] = {}
    parts: tuple[tuple[dict[int, list[Any]], Any, Any], ...] = (
        (phones, PartyPhone, PartyPhone.number_index),
        (emails, PartyEmail, PartyEmail.address_index),
        (addresses, PartyAddress, PartyAddress.address),
    )
    for found, model, value in parts:
        held_rows = session.execute(
            select(Client.id, value)
            .join(wanted, wanted.c.id == Client.id)
            .join(model, model.party_id == Client.party_id)
        )
        for client_id, held in held_rows:
            found.setdefault(client_id, []).append(held)
    rows = session.execute(
        select(
            Client.id, Client.client_type, Client.name, Party.birth_on, Party.sex, Party.id_number
        )
        .join(wanted, wanted.c.id == Client.id)
        .join(Party, Party.id == Client.party_id)
    )
    return {
        client_id: Person(
            client_id,
            is_group=client_type is ClientType.GROUP,
            name=name,
            birth=birth_on.strftime("%Y%m%d") if birth_on else "",
            sex=sex.value if sex else None,
            id_number=normal(id_number) or None if id_number else None,
            phones=frozenset(phones.get(client_id, ())),
            emails=frozenset(emails.get(client_id, ())),
            addresses=tuple(addresses.get(client_id, ())),
        )
        for client_id, client_type, name, birth_on, sex, id_number in rows
    }


def hashed(person: Person) -> set[int]:
    """The person's keys as they are stored: 63 bits of the keyed hash."""
    index = current_cipher().blind_index
    return {int.from_bytes(index("duplicate:" + key)[:8], "big") >> 1 for key in keys_of(person)}


def stale_clients(session: Session) -> list[tuple[int, int]]:
    """Clients whose keys are missing or older than they are, with their version."""
    found = session.execute(
        select(Client.id, Client.version)
        .outerjoin(DuplicateMark, DuplicateMark.client_id == Client.id)
        .where(or_(DuplicateMark.version.is_(None), DuplicateMark.version != Client.version))
        .order_by(Client.id)
    )
    return [(client_id, version) for client_id, version in found]


def keep_keys(session: Session, *, found: dict[int, Person], versions: dict[int, int]) -> None:
    """Store the keys of these clients in the place of older ones."""
    ids = sorted(found)
    given = given_rows(session, "given", {"id": (BigInteger, ids)})
    for model in (DuplicateKey, DuplicateMark):
        table = model.__table__
        session.execute(
            table.delete().where(table.c.client_id.in_(select(given.c.id)))  # type: ignore[attr-defined]
        )
    rows = [(key, client_id) for client_id in ids for key in hashed(found[client_id])]
    connection = session.connection()
    insert_columns(
        connection,
        DuplicateKey.__table__,  # type: ignore[arg-type]
        [("key", [key for key, _ in rows]), ("client_id", [each for _, each in rows])],
    )
    insert_columns(
        connection,
        DuplicateMark.__table__,  # type: ignore[arg-type]
        [("client_id", ids), ("version", [versions[each] for each in ids])],
    )


def likely_pairs(session: Session, *, client_ids: Sequence[int]) -> set[tuple[int, int]]:
    """Pairs of one of these clients and any other that share a key few clients have."""
    given = given_rows(session, "given", {"id": (BigInteger, list(client_ids))})
    other = DuplicateKey.__table__.alias("other")
    keys = (
        select(DuplicateKey.key)
        .where(DuplicateKey.client_id.in_(select(given.c.id)))
        .distinct()
        .cte("asked")
    )
    telling = (
        select(other.c.key)
        .join(keys, keys.c.key == other.c.key)
        .group_by(other.c.key)
        .having(func.count().between(2, LARGEST_BLOCK))
        .cte("telling")
    )
    mine = DuplicateKey.__table__.alias("mine")
    found = session.execute(
        select(mine.c.client_id, other.c.client_id)
        .join_from(telling, mine, mine.c.key == telling.c.key)
        .join(other, other.c.key == telling.c.key)
        .where(mine.c.client_id.in_(select(given.c.id)), mine.c.client_id != other.c.client_id)
        .distinct()
    )
    return {(min(one, two), max(one, two)) for one, two in found}
