"""The character that no text may hold: NUL.

PostgreSQL refuses it in any text, SQLite keeps it and then compares wrongly. It is nothing a person
types; it comes from broken files and from people who try. So it is left out on the way to the
database, in statements of every kind, on both.
"""

import json
from typing import Any

from sqlalchemy import Connection, Engine, event

NUL = "\x00"
_WRITTEN = "\\u0000"


def leave_out_nul(engine: Engine) -> None:
    """Have ``engine`` send no text with a NUL in it."""
    event.listen(engine, "before_cursor_execute", _before_execute, retval=True)


def json_text(value: Any) -> str:
    """``value`` as JSON without NUL, for the engine's ``json_serializer``."""
    text = json.dumps(value, ensure_ascii=False)
    return json.dumps(_cleaned(value), ensure_ascii=False) if _WRITTEN in text else text


def _before_execute(
    _connection: Connection,
    _cursor: Any,
    statement: str,
    parameters: Any,
    _context: Any,
    _executemany: bool,
) -> tuple[str, Any]:
    if _holds_nul(parameters):
        parameters = _cleaned(parameters)
    return statement, parameters


def _holds_nul(parameters: Any) -> bool:
    if isinstance(parameters, str):
        return NUL in parameters
    if isinstance(parameters, dict):
        parameters = parameters.values()
    elif not isinstance(parameters, (list, tuple)):
        return False
    return any(_holds_nul(each) for each in parameters)


def _cleaned(value: Any) -> Any:
    match value:
        case str():
            return value.replace(NUL, "")
        case dict():
            return {_cleaned(key): _cleaned(each) for key, each in value.items()}
        case list():
            return [_cleaned(each) for each in value]
        case tuple():
            return tuple(_cleaned(each) for each in value)
        case _:
            return value
