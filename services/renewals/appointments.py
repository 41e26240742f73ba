"""When somebody is expected elsewhere already."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from db.base import RowId
from db.gathered import gathered, instant, taken_apart
from db.models import Client, Promise, Renewal
from db.planning import constant
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
    found = session.execute(_WITH_OTHERS, given).first()
    if found is None or not may_work(actor, found):
        return ()
    others = (Appointment(instant(at), name) for at, name in taken_apart(found.others))
    return tuple(sorted(others, key=lambda one: one.at))


_OTHERS = (
    select(Promise.due_at, func.coalesce(func.nullif(Client.name, ""), Client.number).label("name"))
    .join(Client, Client.id == Promise.client_id)
    .where(
        Promise.staff_id == Renewal.assignee_id,
        Promise.state == constant(PromiseState.OPEN),
        Promise.due_at.between(
            bindparam("since", type_=UtcDateTime()), bindparam("until", type_=UtcDateTime())
        ),
        Promise.client_id != Renewal.client_id,
    )
    .order_by(Promise.due_at)
    .limit(MOST)
    .correlate(Renewal)
    .subquery()
)
_WITH_OTHERS = select(
    Renewal.assignee_id,
    Renewal.branch_id,
    Renewal.team_id,
    select(gathered(_OTHERS.c.due_at, _OTHERS.c.name)).scalar_subquery().label("others"),
).where(Renewal.id == bindparam("renewal", type_=RowId))
"""The case, and the next of them in one text."""
