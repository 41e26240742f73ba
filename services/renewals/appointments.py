"""When somebody is expected elsewhere already."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from db.base import RowId
from db.models import Client, Promise, Renewal
from db.types import UtcDateTime
from services.actor import Actor
from services.permissions import Permission
from services.renewals.working import may_work
from terms.renewals import PromiseState

MOST = 100


@dataclass(frozen=True, slots=True)
class Appointment:
    """A time somebody promised to a client."""

    at: datetime
    client_name: str


def appointments(
    session: Session, *, actor: Actor, renewal_id: int, since: datetime, until: datetime
) -> tuple[Appointment, ...]:
    """What whoever has the case promised to other clients between two instants, by time; nothing
    where the actor may not work the case.

    Raises:
        NotPermitted: the actor lacks ``renewal:read``.
    """
    actor.require(Permission.RENEWAL_READ)
    given = {"renewal": renewal_id, "since": since, "until": until}
    found = session.execute(_WITH_OTHERS, given).all()
    if not found or not may_work(actor, found[0]):
        return ()
    return tuple(
        Appointment(row.due_at, row.name or row.number) for row in found if row.due_at is not None
    )


_WITH_OTHERS = (
    select(
        Renewal.assignee_id,
        Renewal.branch_id,
        Renewal.team_id,
        Promise.due_at,
        Client.name,
        Client.number,
    )
    .outerjoin(
        Promise,
        and_(
            Promise.staff_id == Renewal.assignee_id,
            Promise.state == PromiseState.OPEN,
            Promise.due_at.between(
                bindparam("since", type_=UtcDateTime()), bindparam("until", type_=UtcDateTime())
            ),
            Promise.client_id != Renewal.client_id,
        ),
    )
    .outerjoin(Client, Client.id == Promise.client_id)
    .where(Renewal.id == bindparam("renewal", type_=RowId))
    .order_by(Promise.due_at)
    .limit(MOST)
)
"""The case, once for each of them; without any, once."""
