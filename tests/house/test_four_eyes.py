"""What takes two people is carried out by a decision and by nothing else."""

import ast
from pathlib import Path

import pytest

from services.approvals import all_kinds
from services.approvals.kinds import HOMES
from services.permissions import ROLE_PERMISSIONS
from terms.approvals import ApprovalKind
from tests.house.sources import PACKAGES, ROOT, assert_none, at, called, files, tree
from words import errors
from words.approvals import SPEAKERS

WRITES = frozenset({"insert", "update", "delete"})
ONLY_WRITTEN_IN = {
    "Rule": {"services/rule_tables.py", "services/rule_book/publishing.py"},
    "CalendarDay": {"services/working_calendar.py", "services/holidays/adopting.py"},
    "StarDisclosure": {"services/tiering/disclosing.py"},
    "TierOverride": {"services/tiering/overriding.py"},
}
"""Models two people decide about → the modules that may write them: the seed and the executor."""


def home_of(kind: ApprovalKind) -> Path:
    return ROOT / (HOMES[kind].replace(".", "/") + ".py")


def executor_of(kind: ApprovalKind) -> str:
    return all_kinds()[kind].carry_out.__name__


def test_every_kind_is_registered_where_it_says_and_has_words() -> None:
    errors.learn_chapters()
    assert set(all_kinds()) == set(ApprovalKind) == set(HOMES)
    assert set(SPEAKERS) == set(ApprovalKind)


@pytest.mark.parametrize("kind", ApprovalKind)
def test_an_executor_is_known_to_its_registration_alone(kind: ApprovalKind) -> None:
    name, home = executor_of(kind), home_of(kind)
    assert all_kinds()[kind].carry_out.__module__ == HOMES[kind]
    assert name.startswith("_"), f"{name} is private to {home.name}"
    elsewhere = [
        f"{at(path, node)}: {name}"
        for path in files(*PACKAGES)
        if path != home
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.Attribute) and node.attr == name and path.parent == home.parent)
        or (isinstance(node, ast.alias) and node.name == name)
    ]
    assert_none(elsewhere, "only a decision carries it out (services.approvals)")
    uses = [node for node in ast.walk(tree(home)) if isinstance(node, ast.Name) and node.id == name]
    handed = [
        word.value
        for node in ast.walk(tree(home))
        if isinstance(node, ast.Call)
        for word in node.keywords
        if word.arg == "carry_out"
    ]
    assert uses == [use for use in uses if use in handed], "it is handed to its kind, not called"


@pytest.mark.parametrize("kind", ApprovalKind)
def test_a_kind_can_be_decided_by_somebody_who_did_not_ask(kind: ApprovalKind) -> None:
    deciders = [
        role for role, given in ROLE_PERMISSIONS.items() if given & all_kinds()[kind].decide
    ]
    assert deciders


def test_carrying_out_is_called_in_one_place() -> None:
    calls = [
        at(path, node)
        for path in files(*PACKAGES)
        for node in ast.walk(tree(path))
        if called(node).endswith(".carry_out")
    ]
    assert [call.split(":")[0] for call in calls] == ["services/approvals/operations.py"]


@pytest.mark.parametrize("model", ONLY_WRITTEN_IN)
def test_what_two_people_decide_is_written_nowhere_else(model: str) -> None:
    written = [
        f"{at(path, node)}: {model}"
        for path in files(*PACKAGES)
        if str(path.relative_to(ROOT)) not in ONLY_WRITTEN_IN[model]
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and (
            called(node).split(".")[-1] == model
            or (
                called(node) in WRITES
                and node.args
                and isinstance(node.args[0], ast.Name)
                and node.args[0].id == model
            )
        )
    ]
    assert_none(written, "ask for it through services.approvals")
