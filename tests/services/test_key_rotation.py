"""Rotating the field keys rewrites every value and overwrites nothing."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, select, type_coerce, update
from sqlalchemy.orm import Session

from db.crypto import FieldCipher, use_cipher
from db.models import AuditEntry, Base, ClientKey, Party, PartyPhone
from db.session import Database
from services import audit, key_rotation
from services.actor import SYSTEM
from tests import databases
from tests.make.clients import make_client, make_phone
from tests.make.moment import AT

NEW = {"next": b"the-next-field-key-of-the-tests!"}
BLIND = {"_index", "_hash", "sha256", "token", "digest", "previous", "seal"}


@pytest.fixture
def next_key() -> Iterator[FieldCipher]:
    """Every process writes with a new key and reads the old one too."""
    cipher = FieldCipher({**NEW, **databases.FIELD_KEYS}, databases.INDEX_KEY)
    yield cipher
    use_cipher(databases.cipher())


def some_clients(session: Session, count: int = 3) -> None:
    for place in range(count):
        client = make_client(session)
        make_phone(
            session, party=session.get_one(Party, client.party_id), number=f"1380013800{place}"
        )
        audit.record(
            session,
            actor=SYSTEM,
            event="client:change",
            subject="client",
            subject_id=client.id,
            client_id=client.id,
            at=AT,
            personal={"phone": f"1380013800{place}"},
        )


def raw_numbers(session: Session) -> list[bytes]:
    bare = type_coerce(PartyPhone.number, LargeBinary)
    return [bytes(one) for one in session.scalars(select(bare).order_by(PartyPhone.id))]


def rotate(database: Database, folder: Path) -> key_rotation.Rotated:
    return key_rotation.rotate(database, actor=SYSTEM, at=AT, uploads=folder)


def test_every_value_comes_under_the_new_key_and_reads_the_same(
    database: Database, next_key: FieldCipher, tmp_path: Path
) -> None:
    with database.unaudited("test data") as session:
        some_clients(session)
    with database.reading() as session:
        before = session.scalars(select(PartyPhone.number).order_by(PartyPhone.id)).all()
        found = session.scalars(select(PartyPhone.number_index).order_by(PartyPhone.id)).all()
    use_cipher(next_key)
    with database.reading() as session:
        assert key_rotation.values_left(session)["party_phone"] == len(before)
    done = rotate(database, tmp_path)
    assert done.key_id == "next"
    assert done.values >= len(before) * 2
    use_cipher(FieldCipher(NEW, databases.INDEX_KEY))
    with database.reading() as session:
        assert key_rotation.values_left(session) == {}
        order = PartyPhone.id
        assert session.scalars(select(PartyPhone.number).order_by(order)).all() == before
        assert session.scalars(select(PartyPhone.number_index).order_by(order)).all() == found
        assert all(one.startswith(next_key.head) for one in raw_numbers(session))
        entry = session.scalars(select(AuditEntry).where(AuditEntry.event == "client:change")).all()
        assert {str(audit.personal_values(session, one)) for one in entry} == {
            str({"phone": number}) for number in before
        }
        rotated = session.scalars(select(AuditEntry).where(AuditEntry.event == "keys:rotate")).one()
        assert rotated.detail == {"key_id": "next", "values": done.values}


def test_rotating_again_does_nothing(
    database: Database, next_key: FieldCipher, tmp_path: Path
) -> None:
    with database.unaudited("test data") as session:
        some_clients(session)
    use_cipher(next_key)
    rotate(database, tmp_path)
    with database.reading() as session:
        before = raw_numbers(session)
    assert rotate(database, tmp_path).values == 0
    with database.reading() as session:
        assert raw_numbers(session) == before


def test_a_save_in_between_wins(
    database: Database, next_key: FieldCipher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.unaudited("test data") as session:
        some_clients(session, 1)
    use_cipher(next_key)
    honest, saved = key_rotation._rewrite, []

    def save_first(session: Session, table: object, *rest: object) -> int:
        if getattr(table, "name", "") == "party_phone" and not saved:
            saved.append(session.execute(update(PartyPhone).values(number="13900139000")))
        return honest(session, table, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(key_rotation, "_rewrite", save_first)
    rotate(database, tmp_path)
    assert saved
    with database.reading() as session:
        assert session.scalars(select(PartyPhone.number)).one() == "13900139000"


def test_keys_are_rotated_while_people_save(
    database: Database, next_key: FieldCipher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.unaudited("test data") as session:
        some_clients(session, 9)
    use_cipher(next_key)
    monkeypatch.setattr(key_rotation, "BATCH", 2)
    stop, written = threading.Event(), []
    with database.reading() as session:
        ids = session.scalars(select(PartyPhone.id).order_by(PartyPhone.id)).all()

    def work() -> None:
        while not stop.is_set():
            with database.unaudited("load") as session:
                session.execute(
                    update(PartyPhone)
                    .where(PartyPhone.id == ids[0])
                    .values(number=f"139{len(written):08}")
                )
            written.append(f"139{len(written):08}")

    people = threading.Thread(target=work)
    people.start()
    try:
        while not written:
            stop.wait(0.005)
        rotate(database, tmp_path)
    finally:
        stop.set()
        people.join()
    with database.reading() as session:
        assert key_rotation.values_left(session) == {}
        assert session.get_one(PartyPhone, ids[0]).number == written[-1]


def test_uploads_under_an_older_key_are_named(
    database: Database, next_key: FieldCipher, tmp_path: Path
) -> None:
    sealed = databases.cipher().encrypt_bytes(b"a,b")
    (tmp_path / "old.upload").write_bytes(len(sealed).to_bytes(4, "big") + sealed)
    use_cipher(next_key)
    sealed = next_key.encrypt_bytes(b"a,b")
    (tmp_path / "new.upload").write_bytes(len(sealed).to_bytes(4, "big") + sealed)
    assert rotate(database, tmp_path).files_left == 1


def test_every_binary_column_is_a_sealed_value_or_none_at_all() -> None:
    strays = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary) and not any(end in column.name for end in BLIND)
    }
    # Under its client's own key, which is sealed in client_key.wrapped.
    assert strays == {"audit_entry.personal"}
    assert [c.name for c in key_rotation.sealed_columns(ClientKey.__table__)] == ["wrapped"]  # type: ignore[arg-type]
