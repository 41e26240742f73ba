"""The app as it is served, with a count of the statements it sends to the database."""

from prometheus_client import Counter
from sqlalchemy import event

from app import app
from services.settings import process

STATEMENTS = Counter("bench_statements_total", "Statements sent to the database")


def _count(*_given: object) -> None:
    STATEMENTS.inc()


event.listen(process().database.engine, "before_cursor_execute", _count)

__all__ = ["app"]
