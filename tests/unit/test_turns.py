"""Screens take turns, and a slow one holds up nobody for long."""

import time
from threading import BoundedSemaphore, Event, Thread, Timer

import pytest

from ui import turns


@pytest.fixture(autouse=True)
def _own_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_turns", BoundedSemaphore(1))


def test_the_next_screen_waits_for_the_one_before() -> None:
    drawn: list[str] = []
    began, may_end = Event(), Event()

    def first() -> None:
        with turns.turn():
            began.set()
            may_end.wait(5)
            drawn.append("first")

    thread = Thread(target=first)
    thread.start()
    began.wait(5)
    Timer(0.05, may_end.set).start()
    with turns.turn():
        drawn.append("second")
    thread.join(5)
    assert drawn == ["first", "second"]


def test_patience_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.02)
    began = time.monotonic()
    with turns.turn(), turns.turn():
        assert 0.01 < time.monotonic() - began < 2
    with turns.turn():
        pass


def test_a_screen_that_fails_passes_its_turn_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 60)
    with pytest.raises(RuntimeError, match="broken"), turns.turn():
        raise RuntimeError("broken")
    with turns.turn():
        pass
