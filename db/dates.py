"""Calendar arithmetic in a statement, as each database says it."""

from typing import Any

from sqlalchemy import ColumnElement, Date
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class days_after(FunctionElement[Any]):  # noqa: N801 - it reads as a function of SQL
    """``days_after(day, count)``: the day that is ``count`` natural days after ``day``."""

    inherit_cache = True
    name = "days_after"
    type = Date()

    def __init__(self, day: Any, count: ColumnElement[int] | Any) -> None:
        super().__init__(day, count)


@compiles(days_after)
def _postgresql(element: days_after, compiler: SQLCompiler, **kw: Any) -> str:
    day, count = (compiler.process(each, **kw) for each in element.clauses)
    return f"({day} + CAST({count} AS INTEGER))"


@compiles(days_after, "sqlite")
def _sqlite(element: days_after, compiler: SQLCompiler, **kw: Any) -> str:
    day, count = (compiler.process(each, **kw) for each in element.clauses)
    return f"date({day}, ({count}) || ' days')"


class monday_of(FunctionElement[Any]):  # noqa: N801 - it reads as a function of SQL
    """``monday_of(day)``: the Monday of the day's week."""

    inherit_cache = True
    name = "monday_of"
    type = Date()

    def __init__(self, day: Any) -> None:
        super().__init__(day)


@compiles(monday_of)
def _monday_postgresql(element: monday_of, compiler: SQLCompiler, **kw: Any) -> str:
    (day,) = (compiler.process(each, **kw) for each in element.clauses)
    return f"CAST(date_trunc('week', {day}) AS DATE)"


@compiles(monday_of, "sqlite")
def _monday_sqlite(element: monday_of, compiler: SQLCompiler, **kw: Any) -> str:
    (day,) = (compiler.process(each, **kw) for each in element.clauses)
    return f"date({day}, 'weekday 0', '-6 days')"
