"""How a case is named in an address: the policy's number and the day it falls due."""

from datetime import date

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from db.models import Client, Policy, Renewal
from services.access import may_open
from services.actor import Actor
from services.errors import NotFound
from services.permissions import Permission

_BETWEEN = "~"


def reference(policy_number: str, due_on: date) -> str:
    """``P0000012345~20261130``: what a colleague may bookmark or send on."""
    return f"{policy_number}{_BETWEEN}{due_on:%Y%m%d}"


def case_by_reference(session: Session, *, actor: Actor, reference: str, on: date) -> int:
    """The id of the case ``reference`` names; the open one where two fall due that day.

    Raises:
        NotPermitted: the actor lacks ``renewal:read``.
        NotFound: there is none, or its client is not the actor's to open.
    """
    actor.require(Permission.RENEWAL_READ)
    number, _, day = reference.rpartition(_BETWEEN)
    try:
        due_on = date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError:
        raise NotFound(kind="renewal", number=reference) from None
    found = session.scalar(
        select(Renewal.id)
        .join(Policy, and_(Policy.id == Renewal.policy_id, Policy.client_id == Renewal.client_id))
        .join(Client, Client.id == Renewal.client_id)
        .where(Policy.number == number, Renewal.due_on == due_on, may_open(actor, on=on))
        .order_by(Renewal.is_open.desc(), Renewal.id)
        .limit(1)
    )
    if found is None:
        raise NotFound(kind="renewal", number=reference)
    return found
