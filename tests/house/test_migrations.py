"""The migrations make exactly the tables the models say, and go down as well as up."""

from collections.abc import Iterator

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from db.session import connect
from tests import databases
from tests.house.sources import ROOT


@pytest.fixture
def connection(
    backend: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Connection]:
    """A connection to an empty database of its own."""
    if backend == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('migrations') / 'empty.sqlite'}"
    else:
        url = databases.new_postgres(request.getfixturevalue("postgres_url"), "migrations")
    database = connect(url, databases.cipher())
    with database.engine.execution_options(writes=True).connect() as made:
        yield made
    database.engine.dispose()


def alembic(connection: Connection | None = None) -> Config:
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("script_location", str(ROOT / "db" / "migrations"))
    config.attributes["connection"] = connection
    return config


def test_up_and_checked_down_and_up_again(connection: Connection) -> None:
    config = alembic(connection)
    command.upgrade(config, "head")
    connection.commit()
    command.check(config)
    connection.rollback()
    command.downgrade(config, "base")
    connection.commit()
    assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    command.upgrade(config, "head")
    connection.commit()
    command.check(config)


def test_there_is_one_line_of_migrations() -> None:
    assert len(ScriptDirectory.from_config(alembic()).get_heads()) == 1
