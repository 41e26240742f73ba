"""The audit trail stays quick however long it is, and every act in it has a name."""

import ast
import re
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from services import audit, audit_trail, people
from services.actor import Actor
from services.audit_trail import Search
from services.permissions import Permission
from terms.intake import AccessKind
from terms.people import Role
from tests import make
from tests.house.plans import (
    assert_no_full_scan,
    shared_database,  # noqa: F401 - a fixture
    watched,
)
from tests.house.sources import assert_none, at, files, tree
from tests.make import AT, ON
from words.audit import EVENTS, HIDDEN, KEYS

LARGE = frozenset(
    {"audit_entry", "access_entry", "client", "renewal", "promise", "client_access", "party"}
)
EVENT = re.compile(r"^[a-z_]+:[a-z_]+$")
Query = Callable[[Session, Actor, str, int], object]


def _search(**but: object) -> Query:
    def entries(session: Session, actor: Actor, number: str, staff_id: int) -> object:
        return audit_trail.entries(
            session, actor=actor, search=_filled(but, number, staff_id), on=ON, after=MARK
        )

    return entries


def _views(**but: object) -> Query:
    def views(session: Session, actor: Actor, number: str, staff_id: int) -> object:
        return audit_trail.views(
            session, actor=actor, search=_filled(but, number, staff_id), on=ON, after=MARK
        )

    return views


def _filled(but: dict[str, object], number: str, staff_id: int) -> Search:
    given = {"client_number": number, "staff_id": staff_id}
    return Search(**{k: given.get(k, v) for k, v in but.items()})  # type: ignore[arg-type]


MARK = f"{AT.isoformat()}~1000000000"
QUERIES: dict[str, Query] = {
    "acts": _search(),
    "acts of a person": _search(staff_id=0),
    "acts of a client": _search(client_number=""),
    "acts of a kind": _search(event="client:edit"),
    "acts of a day": _search(from_on=ON, to_on=ON),
    "views": _views(),
    "views of a person": _views(staff_id=0),
    "views of a client": _views(client_number=""),
    "views of a kind": _views(kind=AccessKind.REFUSED),
    "views of a day": _views(from_on=ON, to_on=ON),
    "kinds of acts": lambda s, a, _n, _i: audit_trail.events_seen(s, actor=a),
    "how far it is sealed": lambda s, a, _n, _i: audit_trail.seal_state(s, actor=a),
    "what somebody holds": lambda s, a, _n, _i: people.staff_file(
        s, actor=a, username=a.username, on=ON, at=AT
    ),
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_search_walks_through_no_large_table(session: Session, name: str) -> None:
    actor = make.make_actor(session, Role.COMPLIANCE)
    owner = make.make_staff(session)
    client = make.make_client(session, owner=owner)
    make.make_renewal(session, policy=make.make_policy(session, client=client), assignee=owner)
    make.make_promise(session, client=client, staff=owner)
    for number in range(3):
        audit.record(
            session,
            actor=actor,
            event="client:edit",
            subject="client",
            subject_id=number,
            client_id=client.id,
            at=AT,
        )
        audit.record_access(
            session, actor=actor, kind=AccessKind.REFUSED, client_id=client.id, at=AT
        )
    with watched(session) as ran:
        QUERIES[name](session, actor, client.number, actor.own_id)
    assert ran.count <= 12, str(ran)
    assert_no_full_scan(session, ran, tables=LARGE)


def test_every_act_has_a_name() -> None:
    permissions = {permission.value for permission in Permission}
    nameless = [
        f"{at(path, node)}: {node.value}"
        for path in files("services")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and EVENT.match(node.value)
        and node.value not in permissions | set(EVENTS)
    ]
    assert_none(nameless, "name it in words/audit.py: /audit shows it")


def test_every_fact_of_an_act_has_a_name() -> None:
    keys = {
        (at(path, node), key.value)
        for path in files("services")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.keyword)
        and node.arg == "detail"
        and isinstance(node.value, ast.Dict)
        for key in node.value.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }
    known = {key for key in KEYS if key} | HIDDEN
    nameless = [f"{place}: {key}" for place, key in sorted(keys) if key not in known]
    assert len(keys) > 20
    assert_none(nameless, "name it in words/audit.py: /audit shows it")
