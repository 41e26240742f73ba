"""Columns of rows: the mark of the numerator; the client, named to whoever may open it alone."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, case, literal

from db.models import Client
from services.access import may_open
from services.actor import Actor
from services.permissions import Permission


def mark(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """1 where ``condition`` holds, else 0: a column of kind ``MARK``."""
    return case((condition, 1), else_=0)


def client_columns(
    actor: Actor, *, on: date, **also: ColumnElement[Any] | Any
) -> list[ColumnElement[Any]]:
    """``client_number`` and ``client_name`` of a select that has joined ``client``.

    Both are empty in the rows of a client the actor may not open: the row counts, it names nobody.

    Args:
        also: more columns that name the client, a policy's number for one.
    """
    named = {"client_number": Client.number, "client_name": Client.name, **also}
    if not actor.may(Permission.CLIENT_READ):
        return [literal(None, String()).label(name) for name in named]
    seen = may_open(actor, on=on)
    return [case((seen, column)).label(name) for name, column in named.items()]
