"""One plan for all values, for statements that PostgreSQL would plan anew at each asking.

An index of only some rows (``WHERE state = 'open'``) serves a plan for all values only where the
condition stands in the statement itself: ``constant`` writes it there.

PostgreSQL keeps a prepared statement's plan unless plans for the values at hand look cheaper. For
the queue of somebody with fewer cases than most they do, by a hair: planning then takes four times
as long as answering. A statement with the options ``ONE_PLAN`` keeps its plan; give them only where
the index to use is the same whatever the values.
"""

from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnClause, Connection, Engine, event, literal_column

_OPTION = "one_plan"
ONE_PLAN = {_OPTION: True}
"""Execution options: ``select(…).execution_options(**ONE_PLAN)``."""


def constant(code: StrEnum) -> ColumnClause[Any]:
    """``code`` as part of the statement: ``Promise.state == constant(PromiseState.OPEN)``.

    Raises:
        ValueError: it is no plain code.
    """
    if not code.value.isidentifier():
        raise ValueError(code)
    return literal_column(f"'{code.value}'")


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
