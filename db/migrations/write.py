"""``make migration NAME="…"``: write the next migration from what the models say now.

It compares the models with an empty SQLite brought to the newest revision, never with a company's
database; read what it wrote, and try it on PostgreSQL with the house tests.
"""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from db.crypto import FieldCipher
from db.migrations.state import FOLDER, upgrade
from db.session import connect


def next_revision(config: Config) -> str:
    """The number after the newest one, four digits."""
    newest = ScriptDirectory.from_config(config).get_current_head() or "0000"
    return f"{int(newest) + 1:04d}"


def write(name: str) -> Path:
    """Write the migration ``name`` and return its file."""
    config = Config(FOLDER.parents[1] / "alembic.ini")
    config.set_main_option("script_location", str(FOLDER))
    revision = next_revision(config)
    cipher = FieldCipher({"none": bytes(32)}, bytes(32))
    with tempfile.TemporaryDirectory() as folder:
        database = connect(f"sqlite:///{folder}/empty.sqlite", cipher)
        upgrade(database)
        with database.engine.connect() as connection:
            config.attributes["connection"] = connection
            command.revision(config, message=name, autogenerate=True, rev_id=revision)
        database.engine.dispose()
    return next(FOLDER.glob(f"versions/{revision}_*.py"))


if __name__ == "__main__":
    print(write(" ".join(sys.argv[1:])))  # noqa: T201 - it is a command
