"""Nothing goes to a client past the gate that keeps stars in the house (R30)."""

import ast
from pathlib import Path

import pytest

from services.documents import tickets
from tests.house.sources import PACKAGES, ROOT, assert_none, at, called, files, imports, tree
from web.routes import ROUTES
from words.errors import learn_chapters

GATE = "services.disclosure"
LETS_OUT = {"services/messages.py", "services/documents/tickets.py"}
"""The two doors; each asks the gate."""
SPEAKS_OF_STARS = frozenset({"star_text", "stars_drawn", "class_text", "standing_of", "stars"})
ROUTES_FOR_STAFF = {
    "/healthz": "says that it lives",
    "/readyz": "says that it is ready",
    "/metrics": "numbers, behind a token",
    "/events": "counters, signed in",
    "/live.js": "a script of ours",
    "/auth/session": "sets a cookie",
    "/auth/sign-out": "takes it back",
    "/drafts/{form}/{subject}": "takes what staff type, gives nothing back",
    "/download/{ticket}": "gives out what passed the gate in services.documents",
}
"""What our own routes answer with. A route a client may open (a survey) asks the gate itself."""


def modules_that_make_files() -> list[Path]:
    """Where files for others than the house are made."""
    learn_chapters()
    makers = {
        make.__module__  # type: ignore[attr-defined]
        for make, _permission, audience in tickets._producers.values()
        if audience is tickets.Audience.CLIENT
    }
    return [ROOT / (name.replace(".", "/") + ".py") for name in sorted(makers)]


def modules_that_send() -> list[Path]:
    return [
        path
        for path in files(*PACKAGES)
        if path != ROOT / "services" / "messages.py"
        and any(called(node).endswith("put_in_outbox") for node in ast.walk(tree(path)))
    ]


@pytest.mark.parametrize("door", sorted(LETS_OUT))
def test_both_doors_ask_the_gate(door: str) -> None:
    asked = [called(node) for node in ast.walk(tree(ROOT / door))]
    assert any(name.startswith("disclosure.") for name in asked)


def test_a_message_is_written_through_its_door_alone() -> None:
    written = [
        at(path, node)
        for path in files(*PACKAGES)
        if str(path.relative_to(ROOT)) not in {"services/messages.py", "db/models/documents.py"}
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and (
            called(node).endswith("OutboxMessage")
            or (
                called(node).rpartition(".")[2] in {"insert", "insert_columns"}
                and any("OutboxMessage" in ast.unparse(each) for each in node.args)
            )
        )
    ]
    assert_none(written, "put it in the outbox with services.messages, which asks the gate")


def test_files_are_produced_through_their_door_alone() -> None:
    reached = [
        at(path, node)
        for path in files(*PACKAGES)
        if path != ROOT / "services" / "documents" / "tickets.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute | ast.Name)
        and (node.attr if isinstance(node, ast.Attribute) else node.id) == "_producers"
    ]
    assert_none(reached, "documents.produce makes files, and asks the gate")


def test_who_speaks_to_clients_names_stars_only_where_they_may_be_told() -> None:
    speaks = [
        f"{at(path, node)}: {name}"
        for path in (*modules_that_make_files(), *modules_that_send())
        if "disclosure.may_be_told(" not in path.read_text()
        for node in ast.walk(tree(path))
        for name in (
            getattr(node, "attr", None) or getattr(node, "id", None) or getattr(node, "name", None),
        )
        if name in SPEAKS_OF_STARS
    ]
    assert_none(speaks, "ask disclosure.may_be_told for that client first (R30)")


def test_who_speaks_to_clients_knows_no_probability_of_renewal() -> None:
    speaks = [
        at(path, node)
        for path in (*modules_that_make_files(), *modules_that_send())
        for node in ast.walk(tree(path))
        if (getattr(node, "attr", None) or getattr(node, "id", None) or "").startswith(
            ("probability", "renewal_probability")
        )
    ]
    assert_none(speaks, "the probability orders the house's own work; no client reads it")


def test_the_probability_of_a_case_is_read_where_cases_are_worked_and_nowhere_else() -> None:
    homes = ("services/renewals/", "services/renewal_probability/", "ui/screens/renewals/")
    read = [
        at(path, node)
        for path in files(*PACKAGES)
        if not str(path.relative_to(ROOT)).startswith((*homes, "ui/components/queue_table.py"))
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and node.attr in {"probability", "probability_reasons"}
        and ast.unparse(node.value) not in {"words", "ui.screens.renewals"}
    ]
    assert_none(read, "never for pay or price: only the order of renewals goes by it")


def test_every_route_is_known_to_speak_to_staff_or_asks_the_gate() -> None:
    unknown = [
        route.path
        for route in ROUTES
        if route.path not in ROUTES_FOR_STAFF
        and GATE not in {name for name, _ in imports(_file_of(route.endpoint))}
    ]
    assert_none(unknown, "say why a client never sees it, or ask services.disclosure")
    assert {route.path for route in ROUTES} >= set(ROUTES_FOR_STAFF)


def test_no_address_that_names_a_client_carries_stars() -> None:
    carried = [
        at(path, node)
        for path in files("ui", "pages", "words", "services", "web")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and called(node).rpartition(".")[2] in {"switch_to", "link_to", "Opens"}
        and _names(node) & {"star", "stars"}
        and _names(node) & {"id", "client", "number"}
    ]
    assert_none(carried, "an address is passed on: it names the client or the stars, never both")


def _names(node: ast.Call) -> set[str]:
    """Keywords of the call, and keys of dictionaries given to it."""
    inside = {
        key.value
        for given in ast.walk(node)
        if isinstance(given, ast.Dict)
        for key in given.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }
    return inside | {word.arg for word in node.keywords if word.arg}


def _file_of(endpoint: object) -> Path:
    return ROOT / (str(getattr(endpoint, "__module__", "")).replace(".", "/") + ".py")
