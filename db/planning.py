"""One plan for all values, for statements that PostgreSQL would plan anew at each asking.

PostgreSQL keeps a prepared statement's plan unless plans for the values at hand look cheaper. For
the queue of somebody with fewer cases than most they do, by a hair: planning then takes four times
as long as answering. A statement with the options ``ONE_PLAN`` keeps its plan; give them only where
the index to use is the same whatever the values.
"""

from typing import Any

from sqlalchemy import Connection, Engine, event

_OPTION = "one_plan"
ONE_PLAN = {_OPTION: True}
"""Execution options: ``select(…).execution_options(**ONE_PLAN)``."""


def watch(engine: Engine) -> None:
    """Keep the plans of such statements on ``engine``; it is one of PostgreSQL."""
    event.listen(engine, "before_cursor_execute", _keep)
    event.listen(engine, "after_cursor_execute", _choose)


def _keep(
    _connection: Connection, cursor: Any, _sql: str, _values: Any, context: Any, _many: bool
) -> None:
    if context is not None and context.execution_options.get(_OPTION):
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")


def _choose(
    connection: Connection, _cursor: Any, _sql: str, _values: Any, context: Any, _many: bool
) -> None:
    if context is not None and context.execution_options.get(_OPTION):
        beside = connection.connection.cursor()
        beside.execute("SET LOCAL plan_cache_mode = auto")
        beside.close()
