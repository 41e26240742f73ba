"""What is written about the house is true where a search can tell: links, numbers, commands."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from jobs.__main__ import COMMANDS, cli
from tests.house.sources import ROOT, assert_none

LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")
TARGET = re.compile(r"`?make ([a-z]+)\b")
COMMAND = re.compile(r"python -m jobs ([a-z][a-z-]+)")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
STANDING = {"run", "worker"}
"""Commands that go on until they are stopped; they answer with logs."""


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document: Path) -> None:
    broken = [
        f"{document.relative_to(ROOT)}: {target}"
        for target in LINK.findall(document.read_text())
        if not target.startswith(("http://", "https://", "mailto:"))
        and not (document.parent / target).exists()
    ]
    assert_none(broken, "links that lead nowhere")


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    unknown = [
        f"{document.relative_to(ROOT)}: make {target}"
        for document in DOCUMENTS
        for block in re.findall(r"`make [^`]*`|^make .*$", document.read_text(), re.MULTILINE)
        for target in TARGET.findall(block)
        if target not in targets
    ]
    assert_none(unknown, "make has no such target")


def test_every_command_that_is_named_exists() -> None:
    unknown = [
        f"{document.relative_to(ROOT)}: {command}"
        for document in DOCUMENTS
        for command in COMMAND.findall(document.read_text())
        if command not in COMMANDS
    ]
    assert_none(unknown, "jobs has no such command")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    said = CliRunner().invoke(cli, [command, "--help"])
    assert said.exit_code == 0, said.output
    assert command in STANDING or "--json" in said.output


@pytest.mark.parametrize("command", COMMANDS)
def test_a_wrong_call_ends_with_2(command: str) -> None:
    assert CliRunner().invoke(cli, [command, "--no-such-option"]).exit_code == 2


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs" / "decisions").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize(
    "path", sorted((ROOT / "docs" / "decisions").glob("*.md")), ids=lambda path: path.stem
)
def test_a_decision_says_what_why_and_what_follows(path: Path) -> None:
    text = path.read_text()
    missing = [part for part in ("Decision", "Why", "Consequence") if f"**{part}.**" not in text]
    assert missing == []
