"""Alembic's environment: the URL comes from the settings, the tables from ``db.models``."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, False_, True_

from db.models import Base
from services.settings import open_database, settings_from_environment


def include_object(
    _thing: object, _name: str | None, kind: str, reflected: bool, other: object
) -> bool:
    """Leave tables of others (the job queue's) alone."""
    return not (kind == "table" and reflected and other is None)


def render_item(kind: str, thing: Any, _context: object) -> str | Literal[False]:
    """Truth by its name: SQLite would write 0 and 1, which PostgreSQL refuses as a default."""
    if kind == "server_default" and isinstance(thing.arg, True_ | False_):
        return "sa.true()" if isinstance(thing.arg, True_) else "sa.false()"
    return False


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        include_object=include_object,
        render_item=render_item,
        compare_type=False,
    )
    with context.begin_transaction():
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    database = open_database(settings_from_environment())
    with database.engine.connect() as connection:
        run(connection)
        connection.commit()
