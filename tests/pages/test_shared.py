"""Reads that open screens share: asked once per change and scope, never older than the counters."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event, select

from db.models import Rule
from db.session import Database
from services.actor import Actor
from terms.people import Role
from terms.renewal_analysis import AnalysisPart
from tests.make import make_actor, make_client, make_policy, make_renewal, make_team
from tests.make.people import actor_of, make_company, make_staff
from tests.pages.conftest import OpenPage

FIGURES = "FROM renewal"
OF_CASES = re.compile(r"FROM renewal\b")


@contextmanager
def counting(database: Database, *parts: str) -> Iterator[list[str]]:
    """The statements that hold all ``parts``; those of the figures where none are given."""
    statements: list[str] = []
    wanted = parts or ("GROUP BY", FIGURES)

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if all(part in statement for part in wanted):
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


def test_rules_are_asked_for_once_and_again_when_one_changed(
    running: Database, open_page: OpenPage
) -> None:
    people = []
    with running.unaudited("test data") as session:
        make_company(session)
        for _number in range(3):
            staff = make_staff(session, team=make_team(session), roles=(Role.SPECIALIST,))
            policy = make_policy(session, client=make_client(session, owner=staff))
            make_renewal(session, policy=policy, assignee=staff)
            people.append(actor_of(session, staff))

    def reasons(actor: Actor) -> list[str]:
        (form,) = (
            one
            for one in open_page("renewals", actor).get("bidi_component")
            if one.key == "renewals.form"
        )
        (text,) = json.loads(form.proto.json)
        return [one["value"] for one in json.loads(text)["choices"]["reason"]]

    before = reasons(people[0])
    with counting(running, "FROM rule") as statements:
        assert reasons(people[1]) == before
    assert statements == []
    with running.unaudited("test data") as session:
        rule = session.scalars(select(Rule).where(Rule.key == "renewal.refusal_reasons")).one()
        rule.value = before[:2]
    assert reasons(people[1]) == before[:2] != before
    with counting(running, "FROM rule") as statements:
        assert reasons(people[2]) == before[:2]
    assert statements == []
