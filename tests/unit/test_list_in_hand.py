"""When the list a person works in is read again."""

from types import SimpleNamespace
from typing import Any

import pytest

from ui.screens.renewals import in_hand


def _saved_of(
    monkeypatch: pytest.MonkeyPatch, rows: int, done: int, *, has_more: bool, promised: bool = False
) -> bool:
    """Whether saving one more of ``rows`` asks for a new list."""
    kept: dict[str, Any] = {
        "ids": list(range(rows)),
        "saved": dict.fromkeys(range(done), 0),
        "promised": [done] if promised else [],
        "has_more": has_more,
        "token": "before",
    }
    state = SimpleNamespace(session_state={in_hand.LIST: kept})
    monkeypatch.setattr(in_hand, "st", state)
    in_hand.saved(done, 0, is_open=True)
    assert done in kept["saved"]
    return kept["token"] != "before"


def test_a_save_leaves_the_list_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not _saved_of(monkeypatch, 30, 0, has_more=True)


def test_rows_from_below_come_before_the_list_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    last = 30 - in_hand.FEW
    assert not _saved_of(monkeypatch, 30, last - 1, has_more=True)
    assert _saved_of(monkeypatch, 30, last, has_more=True)


def test_a_list_that_is_all_there_is_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not _saved_of(monkeypatch, 12, 11, has_more=False)


def test_what_was_promised_changes_the_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _saved_of(monkeypatch, 30, 0, has_more=True, promised=True)
