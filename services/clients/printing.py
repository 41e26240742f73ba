"""The file on paper: a one-time ticket for a page that is made for printing."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from services import documents
from services.actor import Actor
from services.clients.files import readable_client
from terms.people import Locale

PRINT_KIND = "clients.print"
"""The ticket of a printed file; its producer stands in ``words.client_print``."""


def print_ticket(
    session: Session,
    *,
    actor: Actor,
    number: str,
    locale: Locale,
    with_contacts: bool,
    at: datetime,
    on: date,
) -> str:
    """A ticket for the client's file as a page to print, masked as on screen.

    Args:
        locale: the language of the page.
        with_contacts: with the contact log and the promises.

    Raises:
        NotPermitted: the actor may not read clients.
        NotFound: there is no such client, or it is not the actor's.
    """
    client_id = readable_client(session, actor=actor, number=number, on=on)
    return documents.make_ticket(
        session,
        actor=actor,
        kind=PRINT_KIND,
        argument={
            "client_id": client_id,
            "number": number,
            "locale": locale.value,
            "with_contacts": with_contacts,
        },
        at=at,
    )
