"""Clients as they are compared, and the keys by which likely pairs are found in SQL."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, delete, func, or_, select
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


def keep_keys(session: Session, *, found: dict[int, Person]) -> None:
    """Store the keys of these clients in the place of older ones; ``mark`` says they are looked
    for."""
    ids = sorted(found)
    _forget(session, DuplicateKey, ids)
    rows = [(key, client_id) for client_id in ids for key in hashed(found[client_id])]
    insert_columns(
        session.connection(),
        DuplicateKey.__table__,  # type: ignore[arg-type]
        [("key", [key for key, _ in rows]), ("client_id", [each for _, each in rows])],
    )


def mark(session: Session, *, versions: Mapping[int, int]) -> None:
    """The pairs of these clients are kept, as of these versions."""
    ids = sorted(versions)
    _forget(session, DuplicateMark, ids)
    insert_columns(
        session.connection(),
        DuplicateMark.__table__,  # type: ignore[arg-type]
        [("client_id", ids), ("version", [versions[each] for each in ids])],
    )


def _forget(session: Session, model: type[DuplicateKey | DuplicateMark], ids: list[int]) -> None:
    given = given_rows(session, "given", {"id": (BigInteger, ids)})
    session.execute(
        delete(model).where(model.client_id.in_(select(given.c.id))),
        execution_options={"synchronize_session": False},
    )


def likely_pairs(session: Session, *, client_ids: Sequence[int]) -> set[tuple[int, int]]:
    """Pairs of one of these clients and any other that share a key few clients have.

    In three statements that each follow one index: the keys of these clients, how many clients
    have each, and who has those that tell something.
    """
    table = DuplicateKey.__table__.c
    given = given_rows(session, "given", {"id": (BigInteger, list(client_ids))})
    asked = select(table.key, table.client_id).join_from(
        given, DuplicateKey, table.client_id == given.c.id
    )
    mine: dict[int, list[int]] = {}
    for key, client_id in session.execute(asked):
        mine.setdefault(key, []).append(client_id)
    keys = given_rows(session, "keys", {"key": (BigInteger, sorted(mine))})
    telling = session.scalars(
        select(table.key)
        .join_from(keys, DuplicateKey, table.key == keys.c.key)
        .group_by(table.key)
        .having(func.count().between(2, LARGEST_BLOCK))
    ).all()
    shared = given_rows(session, "shared", {"key": (BigInteger, list(telling))})
    found: set[tuple[int, int]] = set()
    others = select(table.key, table.client_id).join_from(
        shared, DuplicateKey, table.key == shared.c.key
    )
    for key, other in session.execute(others):
        for one in mine[key]:
            if one != other:
                found.add((min(one, other), max(one, other)))
    return found
