"""Slots: which worker this process is, and which workers are dead.

A worker holds the lowest free slot for as long as it lives: a file lock beside SQLite, a session
lock in PostgreSQL. The operating system or the server frees it at any death, so a restarted
worker takes the same name and continues its own work, and a free slot's work belongs to nobody.
"""

import fcntl
import os
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from services.settings import Settings

_FAMILY = 0x45564752
_MOST = 64


class Slots(Protocol):
    """Locks numbered from 0."""

    def take(self, number: int) -> bool:
        """Hold the slot if nobody does."""
        ...

    def give_back(self, number: int) -> None: ...

    def are_held(self) -> bool:
        """Whether what was taken is still ours."""
        ...


class FileSlots:
    """Slots of the workers of one machine, for SQLite."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[int, int] = {}

    def take(self, number: int) -> bool:
        path = self._folder / f"worker-{number}.lock"
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._held[number] = descriptor
        return True

    def give_back(self, number: int) -> None:
        os.close(self._held.pop(number))

    def are_held(self) -> bool:
        return True


class PostgresSlots:
    """Slots of the workers of all machines on one PostgreSQL database."""

    def __init__(self, engine: Engine) -> None:
        quiet = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._connection: Connection = quiet.connect()

    def take(self, number: int) -> bool:
        asked = text("SELECT pg_try_advisory_lock(:family, :number)")
        return bool(self._connection.scalar(asked, {"family": _FAMILY, "number": number}))

    def give_back(self, number: int) -> None:
        asked = text("SELECT pg_advisory_unlock(:family, :number)")
        self._connection.execute(asked, {"family": _FAMILY, "number": number})

    def are_held(self) -> bool:
        try:
            self._connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            return False
        return True


def slots_of(settings: Settings, engine: Engine) -> Slots:
    """The kind of slots that fits the database."""
    return FileSlots(settings.var) if settings.is_sqlite else PostgresSlots(engine)


def take_lowest(slots: Slots) -> int:
    """Hold the lowest free slot.

    Returns:
        Its number; the worker's name is made of it.
    """
    for number in range(_MOST):
        if slots.take(number):
            return number
    raise RuntimeError(f"{_MOST} workers run already")
