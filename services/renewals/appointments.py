"""When somebody is expected elsewhere already."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Client, Promise, Renewal
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
    renewal = session.get(Renewal, renewal_id)
    if renewal is None or renewal.assignee_id is None or not may_work(actor, renewal):
        return ()
    found = session.execute(
        select(Promise.due_at, Client.name, Client.number)
        .join(Client, Client.id == Promise.client_id)
        .where(
            Promise.staff_id == renewal.assignee_id,
            Promise.state == PromiseState.OPEN,
            Promise.due_at.between(since, until),
            Promise.client_id != renewal.client_id,
        )
        .order_by(Promise.due_at)
        .limit(MOST)
    )
    return tuple(Appointment(at, name or number) for at, name, number in found)
