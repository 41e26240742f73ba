"""Transactions of a drawing: everything it reads shares one, everything it saves has its own.

Only ``ui.session`` uses them.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar

from sqlalchemy.orm import Session

from services.errors import BusinessError
from services.settings import process

_reader: ContextVar["_Reader | None"] = ContextVar("reader", default=None)


@contextmanager
def one_reader() -> Iterator[None]:
    """Inside, ``reading`` gives one and the same session; at the end it is closed."""
    reader = _Reader()
    outer = _reader.set(reader)
    try:
        yield
    finally:
        _reader.reset(outer)
        reader.close()


class _Reader:
    """The read session a drawing shares; opened when it is first asked for."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._session: Session | None = None

    def session(self) -> Session:
        if self._session is None:
            self._session = self._open.enter_context(process().database.reading())
        return self._session

    def close(self) -> None:
        self._session = None
        self._open.close()


@contextmanager
def reading() -> Iterator[Session]:
    """The drawing's read session; outside of a drawing, in a callback, one of its own."""
    shared = _reader.get()
    if shared is None:
        with process().database.reading() as session:
            yield session
        return
    try:
        yield shared.session()
    except BusinessError:
        raise
    except BaseException:
        shared.close()
        raise


@contextmanager
def writing() -> Iterator[Session]:
    """A transaction; what the drawing reads after it is what it left."""
    shared = _reader.get()
    if shared is not None:
        shared.close()
    with process().database.transaction() as session:
        yield session
