"""Whether a kept connection still stands, found out without asking the server each time.

A server that stopped, or that ended the connection, has said so: then there is something to read.
Only where there is, or where the connection rested so long that somebody on the way may have
dropped it silently, the server is asked. SQLAlchemy's own ``pool_pre_ping`` asks it at each use,
which took a twentieth of a drawing.
"""

import select
from time import monotonic
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError

REST_SECONDS = 30.0
"""A connection not used for longer is asked whether it still stands."""
_USED = "used"


def watch(engine: Engine) -> None:
    """Look after the connections of ``engine``, which is one of PostgreSQL; all that are kept are
    made anew once one is found to be gone."""
    error: type[Exception] = engine.dialect.loaded_dbapi.Error

    def put_back(_connection: Any, record: Any) -> None:
        record.info[_USED] = monotonic()

    def taken(connection: Any, record: Any, _proxy: Any) -> None:
        used = record.info.get(_USED)
        if used is None:
            return  # it was just made
        try:
            if monotonic() - used > REST_SECONDS or _has_something_to_read(connection):
                engine.dialect.do_ping(connection)
        except error as gone:
            raise InvalidatePoolError from gone

    event.listen(engine, "checkin", put_back)
    event.listen(engine, "checkout", taken)


def _has_something_to_read(connection: Any) -> bool:
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    return bool(poll.poll(0))
