"""The command line in this process, on a database of the test."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from db.session import Database
from jobs import command
from jobs.__main__ import cli
from services.settings import Process, use_process
from tests.conftest import settings_of


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended and what it said where."""

    code: int
    out: str
    err: str

    @property
    def object(self) -> dict[str, Any]:
        """The one JSON object on standard output; fails when there is anything else."""
        found: dict[str, Any] = json.loads(self.out)
        assert self.out == json.dumps(found, ensure_ascii=False) + "\n"
        return found


Call = Callable[..., Said]


@pytest.fixture
def running(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Database]:
    monkeypatch.setattr(command, "set_up_logs", lambda: None)
    use_process(Process(settings_of(database, tmp_path), database))
    yield database
    use_process(None)


@pytest.fixture
def call() -> Call:
    """``call("check", "--json")`` → exit code, standard output, standard error."""

    def called(*arguments: str, typed: str | None = None) -> Said:
        result = CliRunner().invoke(cli, list(arguments), input=typed)
        return Said(result.exit_code, result.stdout, result.stderr)

    return called
