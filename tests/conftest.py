"""The ground every test stands on: two databases, one session, time that stands still."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from streamlit import config
from streamlit.runtime.context import ContextProxy

from db.crypto import use_cipher
from db.session import Database, guard
from services.settings import Settings
from tests import databases
from tests.make.moment import AT

hypothesis.settings.register_profile(
    "busy machine", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("busy machine")

BACKENDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of this test process; it fails where none can be had."""
    with databases.postgres_server() as url:
        yield url


@pytest.fixture(scope="session", params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """The name of the database under test; every test that touches one runs on both."""
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def database_of(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Database]]:
    """The one database of a backend in this process, made when it is first asked for."""
    made: dict[str, Database] = {}

    def database_of_backend(backend: str) -> Database:
        if backend not in made:
            made[backend] = databases.new_database(
                backend,
                "evergreen",
                tmp_path_factory.mktemp(backend),
                partial(request.getfixturevalue, "postgres_url"),
            )
        return made[backend]

    yield database_of_backend
    for database in made.values():
        database.engine.dispose()


@pytest.fixture(scope="session")
def shared_database(backend: str, database_of: Callable[[str], Database]) -> Database:
    """The database under test. Take ``session`` or ``database``."""
    return database_of(backend)


@pytest.fixture
def engine(shared_database: Database) -> Engine:
    return shared_database.engine


@pytest.fixture
def session(shared_database: Database) -> Iterator[Session]:
    """A writing session, as an operation gets it; nothing it writes outlives the test.

    References are checked before the rollback. Do not take it together with ``database``:
    SQLite has one writer.
    """
    use_cipher(databases.cipher())
    with shared_database.engine.execution_options(writes=True).connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as made:
            guard(made)
            yield made
            if made.is_active:
                made.flush()
                databases.check_references(made)
        if outer.is_active:
            outer.rollback()


@pytest.fixture
def database(shared_database: Database) -> Iterator[Database]:
    """A database whose ``transaction()`` commits; it is emptied after the test.

    For what opens transactions itself: jobs, routes, screens. Put rows in with
    ``with database.unaudited("test data") as session:``.
    """
    use_cipher(databases.cipher())
    yield shared_database
    databases.empty(shared_database)


@pytest.fixture
def settings(shared_database: Database, tmp_path: Path) -> Settings:
    """Settings that fit the database under test; business time stands at ``tests.make.AT``."""
    return settings_of(shared_database, tmp_path)


@pytest.fixture
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """AppTest has no browser: it would answer for cookies with something that is no cookie."""
    saying = {"cookies": {}, "headers": {}, "locale": "zh-CN", "ip_address": "127.0.0.1"}
    for name, says in saying.items():
        monkeypatch.setattr(ContextProxy, name, says)
    config.set_option("client.showErrorDetails", "full")


def settings_of(database: Database, var: Path, **but: object) -> Settings:
    """The settings of a process on ``database`` that keeps its files under ``var``."""
    made = Settings(
        database_url=database.engine.url.render_as_string(hide_password=False),
        secret_key=databases.SECRET_KEY,
        field_keys=databases.FIELD_KEYS,
        index_key=databases.INDEX_KEY,
        now=AT,
        demo=True,
        var=var,
    )
    return replace(made, **but)  # type: ignore[arg-type]
