"""The outbox: one message per occasion, readable by nobody who copies the database."""

from datetime import timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from db.models import OutboxMessage
from services.messages import put_in_outbox
from terms.intake import MessageState
from terms.renewals import ContactChannel
from tests.make import AT, make_client

NUMBER = "13812346721"


def put(session: Session, *, client_id: int, key: str) -> bool:
    return put_in_outbox(
        session,
        client_id=client_id,
        channel=ContactChannel.SMS,
        template="renewal-reminder",
        dedupe_key=key,
        recipient=NUMBER,
        body="您的保单将于15天后到期。",
        due_at=AT + timedelta(hours=1),
        at=AT,
    )


def test_an_occasion_has_one_message(session: Session) -> None:
    client = make_client(session)
    assert put(session, client_id=client.id, key="reminder:1:15")
    assert not put(session, client_id=client.id, key="reminder:1:15")
    assert put(session, client_id=client.id, key="reminder:1:7")
    waiting = session.scalars(select(OutboxMessage)).all()
    assert [message.state for message in waiting] == [MessageState.WAITING] * 2
    assert {message.recipient for message in waiting} == {NUMBER}


def test_recipient_and_body_are_encrypted(session: Session) -> None:
    put(session, client_id=make_client(session).id, key="reminder:1:15")
    stored = session.execute(text("SELECT recipient, body FROM outbox_message")).one()
    assert all(NUMBER.encode() not in bytes(value) for value in stored)
