"""Which clients the next pass over the tiers looks at: those whose data changed (R46).

Every flush is watched, so no operation can forget it. Statements over many rows are not: who sends
one names the clients with ``mark``, or has a full pass run afterwards, as imports do.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import insert, inspect
from sqlalchemy.orm import Session

from db.models.tiering import TierDue

ALL = 0
"""Stands for every client."""
_WATCHED = frozenset(
    {
        "claim",
        "client",
        "client_party",
        "client_relation",
        "complaint",
        "engagement",
        "income",
        "instalment",
        "policy",
        "tier_override",
    }
)


def note(session: Session, _context: Any) -> None:
    """``after_flush``: the clients whose rows it wrote."""
    found: set[int | None] = set()
    for row in (*session.new, *session.dirty, *session.deleted):
        if row.__tablename__ not in _WATCHED:
            continue
        if row in session.dirty and not session.is_modified(row):
            continue
        found |= {row.id} if row.__tablename__ == "client" else {row.client_id, *_former(row)}
        if row.__tablename__ == "client_relation":
            found.add(row.other_id)
    mark(session, (client_id for client_id in found if client_id is not None))


def _former(row: Any) -> Iterable[int]:
    """Whose the row was before this flush."""
    gone: Iterable[int] = inspect(row).attrs.client_id.history.deleted or ()
    return gone


def mark(session: Session, client_ids: Iterable[int]) -> None:
    """Have the next pass look at these clients."""
    rows = [{"client_id": client_id} for client_id in sorted(client_ids)]
    if rows:
        session.connection().execute(insert(TierDue), rows)


def mark_all(session: Session) -> None:
    """Have the next pass look at every client: after an import, an undo, a merge."""
    mark(session, [ALL])
