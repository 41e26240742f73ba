"""The outbox: a message is written down with the act that causes it, and sent afterwards."""

from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.models import OutboxMessage
from services import disclosure, wording
from services.working_calendar import SHANGHAI, local_date
from terms.intake import MessageState
from terms.policies import Line
from terms.renewals import ContactChannel


def put_in_outbox(
    session: Session,
    *,
    client_id: int | None,
    channel: ContactChannel,
    template: str,
    dedupe_key: str,
    recipient: str | None,
    body: str,
    due_at: datetime,
    at: datetime,
    line: Line | None = None,
) -> bool:
    """Have a message sent from ``due_at`` on; part of the operation that causes it.

    Args:
        dedupe_key: names the occasion, e.g. ``renewal-reminder:42:15``; the same one never goes
            out twice.
        recipient: number or address; encrypted in the column, as ``body`` is.
        line: what the message is about; some words are forbidden for life insurance only.

    Raises:
        ForbiddenWords: words stand in it that are never said to a client (rules §3).
        StarsNamed: the text speaks of the client's stars, which stay in the house (R30).

    Returns:
        Whether it is new; False when the occasion had its message already.

    Audit: the caller's entry covers it.
    """
    on = local_date(at, SHANGHAI)
    disclosure.require_silence(session, client_id=client_id, text=body, on=on)
    wording.require_lawful(session, text=body, line=line, on=on)
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    added = session.execute(
        dialect.insert(OutboxMessage)
        .values(
            client_id=client_id,
            channel=channel,
            template=template,
            dedupe_key=dedupe_key,
            recipient=recipient,
            body=body,
            state=MessageState.WAITING,
            due_at=due_at,
            attempts=0,
            version=1,
            created_at=at,
            updated_at=at,
        )
        .on_conflict_do_nothing(index_elements=["dedupe_key"])
        .returning(OutboxMessage.id)
    )
    return added.first() is not None
