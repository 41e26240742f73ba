"""What a person says of a pair, and looking again for one client."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from db.models import Client, DuplicatePair
from services import audit
from services.access import client_id_by_number
from services.actor import Actor
from services.duplicates.finding import look_for_client
from services.errors import NotFound
from services.permissions import Permission
from terms.duplicates import PairState


def say_not_same(
    session: Session, *, actor: Actor, one: str, two: str, at: datetime, on: date
) -> tuple[str, str]:
    """Two clients of a pair are two: remembered, the pair is not shown again.

    Returns:
        Their numbers as they are now.

    Raises:
        NotPermitted: the actor lacks ``client:merge``.
        NotFound: no such pair, or one of the two is not the actor's.

    Audit: ``duplicates:not_same`` on both clients.
    """
    actor.require(Permission.CLIENT_MERGE)
    ids = sorted(
        client_id_by_number(session, actor=actor, number=number, on=on) for number in (one, two)
    )
    pair = session.get(DuplicatePair, (ids[0], ids[1]))
    if pair is None:
        raise NotFound(kind="duplicate_pair")
    pair.state = PairState.NOT_SAME
    pair.decided_at = at
    pair.decided_by_id = actor.staff_id
    for client_id, other in zip(ids, reversed(ids), strict=True):
        audit.record(
            session,
            actor=actor,
            event="duplicates:not_same",
            subject=DuplicatePair.__tablename__,
            subject_id=None,
            client_id=client_id,
            at=at,
            detail={"other": session.get_one(Client, other).number, "score": pair.score},
        )
    session.flush()
    return session.get_one(Client, ids[0]).number, session.get_one(Client, ids[1]).number


def look_again(session: Session, *, actor: Actor, number: str, at: datetime, on: date) -> int:
    """Look for a client's duplicates now.

    Returns:
        Open pairs found, whoever may open their other clients.

    Raises:
        NotPermitted: the actor may not read clients.
        NotFound: there is no such client, or it is not the actor's.

    Audit: ``duplicates:find``.
    """
    actor.require(Permission.CLIENT_READ)
    client_id = client_id_by_number(session, actor=actor, number=number, on=on)
    client = session.get_one(Client, client_id)
    return look_for_client(
        session, actor=actor, client_id=client_id, version=client.version, at=at, on=on
    )
