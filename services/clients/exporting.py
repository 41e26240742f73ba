"""The whole list, for an export: the same rows as on screen, page after page."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy.orm import Session

from services.actor import Actor
from services.clients.finding import find
from services.clients.rows import ClientFilters, ClientRow
from services.permissions import Permission

AT_ONCE = 2000


def each_found(
    session: Session, *, actor: Actor, on: date, filters: ClientFilters
) -> Iterator[ClientRow]:
    """Every client ``find`` lists for ``actor`` and ``filters``, in its order.

    Raises:
        NotPermitted: the actor may not read or not export clients; raised at once.
    """
    actor.require(Permission.CLIENT_READ)
    actor.require(Permission.CLIENT_EXPORT)

    def rows() -> Iterator[ClientRow]:
        after: str | None = None
        while True:
            page = find(session, actor=actor, on=on, filters=filters, after=after, limit=AT_ONCE)
            yield from page.rows
            after = page.next_after
            if not after:
                return

    return rows()
