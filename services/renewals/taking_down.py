"""What giving cases to somebody changes, taken down so that it can be undone."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime

from sqlalchemy import BigInteger, select
from sqlalchemy.orm import Session

from db.given import given_rows
from db.models import ClientAccess, Promise, Renewal, RenewalAllocation
from services import undo
from services.actor import Actor
from terms.undo import UndoKind


@contextmanager
def taken_down(
    session: Session,
    *,
    actor: Actor,
    case_ids: Sequence[int],
    to_staff_id: int,
    on: date,
    at: datetime,
) -> Iterator[int]:
    """Take down what happens inside to the cases, their promises, ledger and access.

    Yields:
        The batch that takes it back.
    """
    recording = undo.begin(
        session,
        actor=actor,
        kind=UndoKind.REASSIGN,
        detail={"cases": len(case_ids), "to": to_staff_id},
        at=at,
        on=on,
    )
    given = given_rows(session, "taken_down", {"id": (BigInteger, list(case_ids))})
    cases = select(given.c.id)
    clients = select(Renewal.client_id).where(Renewal.id.in_(cases))
    with (
        recording.changes(Renewal, Renewal.id.in_(cases)),
        recording.changes(Promise, Promise.renewal_id.in_(cases)),
        recording.changes(ClientAccess, ClientAccess.client_id.in_(clients)),
        recording.changes(RenewalAllocation, RenewalAllocation.renewal_id.in_(cases)),
    ):
        yield recording.batch_id
