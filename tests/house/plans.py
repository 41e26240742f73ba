"""What a query does to the database: how many statements, and by which plan.

    with watched(session) as ran:
        renewals.queue_for(session, actor=actor, on=ON)
    assert ran.count <= 3
    assert_no_full_scan(session, ran, tables={"renewal", "client", "policy"})

A module of plans takes ``shared_database`` from here, which nobody has used: what other tests leave
in tables and statistics changes plans. There SQLite decides from the schema alone. PostgreSQL is
told that every table holds a million rows, and that sequential scans and joins that read both
sides whole are dear, so one that remains has no index to use instead; put a row into every table
that is asked, for an empty one has no pages to multiply. A scan in the order of an index counts as
one unless the statement stops it with a limit.
"""

import json
import re
from collections.abc import Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from db.session import Database
from tests import databases


@pytest.fixture(scope="module")
def shared_database(
    request: pytest.FixtureRequest, backend: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A new database for the plans of one module."""
    made = databases.new_database(
        backend,
        "evergreen_plans",
        tmp_path_factory.mktemp("plans"),
        partial(request.getfixturevalue, "postgres_url"),
    )
    yield made
    made.engine.dispose()


@dataclass(slots=True)
class Statement:
    """One statement as it was sent."""

    sql: str
    parameters: Any
    is_many: bool = False


@dataclass(slots=True)
class Ran:
    """The statements sent inside ``watched``, savepoints and the like left out."""

    statements: list[Statement] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.statements)

    def __str__(self) -> str:
        return "\n---\n".join(statement.sql for statement in self.statements)


INDEX_WALK = re.compile(r"USING (COVERING )?INDEX|^Index (Only )?Scan|^Bitmap Heap Scan")
_HOUSEKEEPING = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "PRAGMA", "SET ")


@contextmanager
def watched(session: Session) -> Iterator[Ran]:
    """Note every statement ``session`` sends."""
    ran = Ran()
    engine: Engine = session.get_bind().engine

    def note(
        _connection: Any, _cursor: Any, sql: str, parameters: Any, _context: Any, many: bool
    ) -> None:
        if not sql.lstrip().upper().startswith(_HOUSEKEEPING):
            ran.statements.append(Statement(sql, parameters, many))

    session.flush()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield ran
    finally:
        event.remove(engine, "before_cursor_execute", note)


def assert_no_full_scan(
    session: Session, ran: Ran, *, tables: Set[str], index_walks: bool = False
) -> None:
    """Fail if a read of ``ran`` goes through a whole one of ``tables``.

    Args:
        index_walks: a whole index may be read, as a sum over all rows has to.
    """
    reads = [
        statement
        for statement in ran.statements
        if statement.sql.lstrip().upper().startswith(("SELECT", "WITH")) and not statement.is_many
    ]
    assert reads, "nothing was read"
    found = [
        f"{scan}\n  in {' '.join(statement.sql.split())[:600]}"
        for statement in reads
        for scan in full_scans(session, statement, tables=tables)
        if not (index_walks and INDEX_WALK.search(scan))
    ]
    assert found == [], "\n".join(found)


def full_scans(session: Session, statement: Statement, *, tables: Set[str]) -> list[str]:
    """The steps of the statement's plan that go through a whole table."""
    if session.get_bind().dialect.name == "sqlite":
        return _scans_of_sqlite(session, statement, tables)
    return _scans_of_postgres(session, statement, tables)


def plan_of(session: Session, statement: Statement) -> list[str]:
    """The plan, a line a step, to be read by people."""
    if session.get_bind().dialect.name == "sqlite":
        return [str(row[3]) for row in _explained(session, "EXPLAIN QUERY PLAN", statement)]
    return [str(row[0]) for row in _explained(session, "EXPLAIN", statement)]


def _explained(session: Session, how: str, statement: Statement) -> list[Any]:
    cursor = session.connection().connection.cursor()
    try:
        cursor.execute(f"{how} {statement.sql}", statement.parameters)
        rows: list[Any] = cursor.fetchall()
        return rows
    finally:
        cursor.close()


_ALIAS = re.compile(r"\b(?:FROM|JOIN|,)\s+(\w+)\s+AS\s+(\w+)", re.IGNORECASE)


def _aliases(sql: str) -> dict[str, str]:
    return {alias: table for table, alias in _ALIAS.findall(sql)}


def _scans_of_sqlite(session: Session, statement: Statement, tables: Set[str]) -> list[str]:
    steps = [
        (parent, str(says))
        for _id, parent, _unused, says in _explained(session, "EXPLAIN QUERY PLAN", statement)
    ]
    sorting = {parent for parent, says in steps if "TEMP B-TREE FOR ORDER BY" in says}
    named = _aliases(statement.sql)
    sql = f" {' '.join(statement.sql.upper().split())} "
    found = []
    for parent, says in steps:
        match = re.match(r"SCAN (\w+)( USING (?:COVERING )?INDEX)?", says)
        if match is None or named.get(match[1], match[1]) not in tables:
            continue
        in_order = match[2] or re.search(r" ORDER BY [\w.\"]*\bID\b", sql)
        if not (" LIMIT " in sql and in_order and parent not in sorting):
            found.append(says)
    return found


def _scans_of_postgres(session: Session, statement: Statement, tables: Set[str]) -> list[str]:
    with session.begin_nested() as large:
        connection = session.connection()
        connection.execute(_MILLION)
        for dear in ("seqscan", "mergejoin", "hashjoin"):
            connection.exec_driver_sql(f"SET LOCAL enable_{dear} = off")
        row = _explained(session, "EXPLAIN (FORMAT JSON)", statement)[0][0]
        large.rollback()
    plan = (json.loads(row) if isinstance(row, str) else row)[0]["Plan"]
    return list(_walk(plan, tables, stops=False))


_MILLION = text(
    "UPDATE pg_class SET reltuples = 1000000, relpages = 1 "
    "WHERE relkind IN ('r', 'i') AND relnamespace = 'public'::regnamespace"
)
"""One page that holds a million rows: the planner multiplies by the pages there are. All tables and
indexes, so that none looks small beside another because of what earlier tests left in it."""


def _walk(node: dict[str, Any], tables: Set[str], *, stops: bool) -> Iterator[str]:
    kind = node["Node Type"]
    stops = kind == "Limit" or (stops and kind not in {"Sort", "Aggregate", "Hash", "Materialize"})
    table = node.get("Relation Name")
    if table in tables:
        whole_index = kind in {"Index Scan", "Index Only Scan"} and "Index Cond" not in node
        blind_bitmap = kind == "Bitmap Heap Scan" and any(
            child["Node Type"] == "Bitmap Index Scan" and "Index Cond" not in child
            for child in node.get("Plans", ())
        )
        if kind == "Seq Scan" or blind_bitmap or (whole_index and not stops):
            yield f"{kind} on {table} {node.get('Index Name', '')} {node.get('Filter', '')}"
    for child in node.get("Plans", ()):
        yield from _walk(child, tables, stops=stops)
