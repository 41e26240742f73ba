"""Reads that open screens share: asked once per change and scope, never older than the counters."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from db.session import Database
from services.actor import Actor
from terms.people import Role
from tests.make import make_actor, make_renewal
from tests.pages.conftest import OpenPage

FIGURES = "FROM renewal"


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


def test_a_second_screen_asks_nothing_and_a_change_asks_once(
    running: Database, open_page: OpenPage
) -> None:
    with running.unaudited("test data") as session:
        make_renewal(session)
    executives = [someone(running, Role.EXECUTIVE) for _number in range(3)]
    open_page("renewals", executives[0])
    with counting(running) as statements:
        for executive in executives:
            open_page("renewals", executive)
    assert statements == []
    with running.unaudited("test data") as session:
        make_renewal(session)
    with counting(running) as statements:
        for executive in executives:
            open_page("renewals", executive)
    assert len(statements) == 3, "weeks, stages and reasons, once each for all three screens"


def test_nobody_is_given_what_somebody_else_sees(running: Database, open_page: OpenPage) -> None:
    with running.unaudited("test data") as session:
        make_renewal(session)
    open_page("renewals", someone(running, Role.EXECUTIVE))
    manager = someone(running, Role.MANAGER)
    with counting(running) as statements:
        open_page("renewals", manager, view="analysis")
    assert len(statements) >= 3
