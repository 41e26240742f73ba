"""The one door to a client (law 6): every query over clients starts from ``visible_clients``."""

from datetime import date

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import Session

from db.models import Client, ClientAccess
from services.actor import Actor
from services.errors import NotFound
from terms.people import Scope


def visible_clients(actor: Actor, *, on: date) -> ColumnElement[bool]:
    """The condition on ``client`` that leaves what ``actor`` may open on the day ``on``.

    Own scope is the narrow table ``client_access``; team, branch and all stand beside it, so
    a lead also sees a client of another team that was given to them to cover.
    """
    given = select(ClientAccess.client_id).where(
        ClientAccess.staff_id == actor.staff_id,
        or_(ClientAccess.until.is_(None), ClientAccess.until >= on),
    )
    match actor.scope:
        case Scope.ALL:
            return true()
        case Scope.BRANCH if actor.branch_ids:
            return or_(Client.branch_id.in_(actor.branch_ids), Client.id.in_(given))
        case Scope.TEAM if actor.team_id is not None:
            return or_(Client.team_id == actor.team_id, Client.id.in_(given))
        case _:
            return Client.id.in_(given) if actor.staff_id is not None else false()


def client_id_by_number(session: Session, *, actor: Actor, number: str, on: date) -> int:
    """The row of the client with business number ``number``, if ``actor`` may open it.

    Raises:
        NotFound: there is none, or it is not the actor's; the two are not told apart.
    """
    found = session.scalar(
        select(Client.id).where(and_(Client.number == number, visible_clients(actor, on=on)))
    )
    if found is None:
        raise NotFound(kind="client", number=number)
    return found


def require_client(session: Session, *, actor: Actor, client_id: int, on: date) -> None:
    """Refuse unless ``actor`` may open the client.

    Raises:
        NotFound: there is none, or it is not the actor's.
    """
    seen = session.scalar(
        select(exists().where(and_(Client.id == client_id, visible_clients(actor, on=on))))
    )
    if not seen:
        raise NotFound(kind="client")
