"""The seal of the audit trail: one byte changed, one entry gone or put in, and it is named."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from db.models import AuditEntry, AuditSeal, Client, ClientKey
from db.session import Database
from services import audit, audit_trail
from services.actor import SYSTEM
from services.audit_trail import Flaw
from tests.make import AT, make_client

Spoil = Callable[[Any], object]


@pytest.fixture
def trail(database: Database) -> Database:
    """Eight sealed entries in two rounds, of one client, with personal values."""
    with database.unaudited("test data") as session:
        client_id = make_client(session).id
    for some in range(2):
        for number in range(4):
            with database.transaction() as session:
                audit.record(
                    session,
                    actor=SYSTEM,
                    event="client:edit",
                    subject="client",
                    subject_id=client_id,
                    client_id=client_id,
                    at=AT + timedelta(minutes=number),
                    detail={"version": number, "fields": ["姓名"], "share": 0.5, "some": some},
                    personal={"before": {"phone": "13800000001"}},
                )
        assert audit_trail.seal(database, at=AT) is not None
    return database


def ids(database: Database) -> list[int]:
    with database.reading() as session:
        return list(session.scalars(select(AuditEntry.id).order_by(AuditEntry.id)))


def verdict(database: Database, **but: Any) -> audit_trail.Verdict:
    with database.reading() as session:
        return audit_trail.verify(session, **but)


def spoil(database: Database, statement: Any) -> None:
    with database.unaudited("somebody with the database in their hands") as session:
        session.execute(statement)


def test_what_was_written_is_whole(trail: Database) -> None:
    found = verdict(trail)
    assert (found.entries, found.unsealed, found.flaw) == (8, 0, None)
    assert audit_trail.seal(trail, at=AT) is None
    with trail.transaction() as session:
        audit.record(session, actor=SYSTEM, event="x:y", subject="z", subject_id=None, at=AT)
    assert (verdict(trail).entries, verdict(trail).unsealed, verdict(trail).flaw) == (9, 1, None)


CHANGES: dict[str, dict[str, Any]] = {
    "who": {"actor_id": None, "subject_id": 7},
    "what": {"event": "client:edis"},
    "when": {"happened_at": AT + timedelta(microseconds=1)},
    "whom": {"client_id": None},
    "before and after": {"detail": {"version": 9, "fields": ["姓名"], "share": 0.5, "some": 0}},
    "personal": {"personal": b"\0"},
}


@pytest.mark.parametrize("changed", CHANGES)
def test_a_changed_entry_is_named(trail: Database, changed: str) -> None:
    entry = ids(trail)[2]
    spoil(trail, update(AuditEntry).where(AuditEntry.id == entry).values(**CHANGES[changed]))
    found = verdict(trail)
    assert (found.flaw, found.entry_id) == (Flaw.CHANGED, entry)


def test_one_byte_of_a_personal_value_is_named(trail: Database) -> None:
    entry = ids(trail)[5]
    with trail.reading() as session:
        stored = session.get_one(AuditEntry, entry).personal
    assert stored is not None
    byte = bytes([stored[0] ^ 1]) + stored[1:]
    spoil(trail, update(AuditEntry).where(AuditEntry.id == entry).values(personal=byte))
    assert (verdict(trail).flaw, verdict(trail).entry_id) == (Flaw.CHANGED, entry)


@pytest.mark.parametrize(
    ("place", "flaw", "named"), [(0, Flaw.MISSING_BEFORE, 1), (4, Flaw.MISSING_BEFORE, 5)]
)
def test_a_deleted_entry_is_seen_at_the_next(
    trail: Database, place: int, flaw: Flaw, named: int
) -> None:
    there = ids(trail)
    spoil(trail, delete(AuditEntry).where(AuditEntry.id == there[place]))
    assert (verdict(trail).flaw, verdict(trail).entry_id) == (flaw, there[named])


def test_a_deleted_end_is_named(trail: Database) -> None:
    last = ids(trail)[-1]
    spoil(trail, delete(AuditEntry).where(AuditEntry.id == last))
    assert (verdict(trail).flaw, verdict(trail).entry_id) == (Flaw.MISSING, last)


def test_an_end_cut_off_with_its_seals_is_found_by_the_head_kept_elsewhere(
    trail: Database,
) -> None:
    head = verdict(trail).head
    with trail.unaudited("somebody with the database in their hands") as session:
        last = session.scalars(select(AuditSeal).order_by(AuditSeal.id.desc())).first()
        assert last is not None
        session.execute(delete(AuditEntry).where(AuditEntry.id >= last.from_id))
        session.execute(delete(AuditSeal).where(AuditSeal.id == last.id))
    assert verdict(trail).flaw is None
    assert verdict(trail, expected_head=head).flaw is Flaw.CUT_OFF


def test_an_entry_put_in_between_is_named(trail: Database) -> None:
    there = ids(trail)
    spoil(trail, delete(AuditEntry).where(AuditEntry.id == there[3]))
    spoil(
        trail,
        insert(AuditEntry).values(
            id=there[3], happened_at=AT, event="client:edit", subject="client", detail={}
        ),
    )
    assert (verdict(trail).flaw, verdict(trail).entry_id) == (Flaw.INSERTED, there[3])


def test_a_changed_round_of_seals_is_named(trail: Database) -> None:
    spoil(trail, update(AuditSeal).where(AuditSeal.from_id == ids(trail)[4]).values(entries=3))
    assert (verdict(trail).flaw, verdict(trail).entry_id) == (Flaw.ROUNDS, ids(trail)[4])


def test_seals_beyond_the_last_round_are_named(trail: Database) -> None:
    fifth = ids(trail)[4]
    spoil(trail, delete(AuditSeal).where(AuditSeal.from_id == fifth))
    assert (verdict(trail).flaw, verdict(trail).entry_id) == (Flaw.ROUNDS, fifth)


def test_erasing_a_person_leaves_the_chain_whole(trail: Database) -> None:
    with trail.unaudited("erasure") as session:
        client_id = session.scalars(select(Client.id)).one()
        session.execute(delete(ClientKey).where(ClientKey.client_id == client_id))
    assert verdict(trail).flaw is None
    with trail.reading() as session:
        for entry in session.scalars(select(AuditEntry)):
            assert audit.personal_values(session, entry) is None


def test_the_sealer_waits_for_whoever_is_writing(trail: Database) -> None:
    """An id that is given but not yet committed may not be overtaken."""
    if trail.engine.dialect.name != "postgresql":
        return
    with trail.engine.connect() as early, early.begin():
        early.execute(
            insert(AuditEntry).values(happened_at=AT, event="a:b", subject="c", detail={})
        )
        with trail.transaction() as session:
            audit.record(session, actor=SYSTEM, event="x:y", subject="z", subject_id=None, at=AT)
        assert audit_trail.seal(trail, at=AT) is None
    found = audit_trail.seal(trail, at=AT)
    assert found is not None
    assert found.entries == 2
    assert verdict(trail).flaw is None
