"""Screens are drawn in turns: two at a time in a process, the others wait a moment.

Python runs one thread at a time. Eight screens drawn at once take the lock from one another at
every statement and every message, and all eight are ready later than one after the
other; the second turn is there for what waits on the database.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

AT_ONCE = 2
PATIENCE = 0.25
"""Seconds after which a screen is drawn in any case: a slow one holds up nobody for longer."""

_turns = BoundedSemaphore(AT_ONCE)


@contextmanager
def turn() -> Iterator[None]:
    """Wait for a turn, draw, and pass it on."""
    is_ours = _turns.acquire(timeout=PATIENCE)
    try:
        yield
    finally:
        if is_ours:
            _turns.release()
