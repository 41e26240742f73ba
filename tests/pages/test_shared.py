"""Reads that open screens share: asked once per change and scope, never older than the counters."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from db.session import Database
from services.actor import Actor
from terms.people import Role
from terms.renewal_analysis import AnalysisPart
from tests.make import make_actor, make_renewal
from tests.pages.conftest import OpenPage

FIGURES = "FROM renewal"
OF_CASES = re.compile(r"FROM renewal\b")


@contextmanager
def counting(database: Database) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "GROUP BY" in statement and FIGURES in statement:
            statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def someone(database: Database, *roles: Role) -> Actor:
    with database.unaudited("test data") as session:
        return make_actor(session, *roles)


TEAM_LOAD = "renewal.team_id, renewal.assignee_id"
COUNTS_CASES = (AnalysisPart.DUE, AnalysisPart.FUNNEL, AnalysisPart.REASONS)
"""The weeks count the cases themselves where no counts are kept; stages and reasons are kept."""


def look_at(open_page: OpenPage, actor: Actor) -> None:
    for part in COUNTS_CASES:
        open_page("renewals", actor, view="analysis", part=part.value)


def test_a_second_screen_asks_nothing_and_a_change_asks_once(
    running: Database, open_page: OpenPage
) -> None:
    with running.unaudited("test data") as session:
        make_renewal(session)
    executives = [someone(running, Role.EXECUTIVE) for _number in range(3)]
    look_at(open_page, executives[0])
    with counting(running) as statements:
        for executive in executives:
            look_at(open_page, executive)
    assert statements == []
    with running.unaudited("test data") as session:
        make_renewal(session)
    with counting(running) as statements:
        for executive in executives:
            look_at(open_page, executive)
    cases = [one for one in statements if OF_CASES.search(one)]
    assert len(cases) == 1, "the weeks, once for all three screens"
    assert len(statements) == len(set(statements)), "nothing else is asked twice either"


def test_nobody_is_given_what_somebody_else_sees(running: Database, open_page: OpenPage) -> None:
    with running.unaudited("test data") as session:
        make_renewal(session)
    look_at(open_page, someone(running, Role.EXECUTIVE))
    manager = someone(running, Role.MANAGER)
    with counting(running) as statements:
        look_at(open_page, manager)
    cases = {one for one in statements if OF_CASES.search(one) and TEAM_LOAD not in one}
    assert cases, "the weeks of the manager's branch"
    assert all("renewal.branch_id" in one for one in cases)
