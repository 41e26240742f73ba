"""What the client chapter needs made: rows of the search, accounts, people of a client."""

from typing import Any

from sqlalchemy.orm import Session

from db.models import Client, ClientParty, ClientSearch, Party, PartyAccount
from services.clients.search import search_terms
from services.privacy import account_index
from terms.clients import PartyRole
from tests.make.clients import make_client, make_group_client, make_party
from tests.make.rows import put


def make_findable(session: Session, **but: Any) -> Client:
    """A client with the search rows of their name; a group where ``client_type`` says so."""
    client = (
        make_group_client(session, **but) if "client_type" in but else make_client(session, **but)
    )
    session.add_all(
        ClientSearch(kind=kind, term=term, client_id=client.id)
        for kind, term in search_terms(client.name, client.client_type)
    )
    session.flush()
    return client


def make_contact_person(session: Session, *, client: Client, **but: Any) -> Party:
    """Somebody to speak with at the client's."""
    position = but.pop("position", "行政经理")
    party = make_party(session, **{"id_type": None, "id_number": None, **but})
    role = PartyRole.CONTACT_PERSON
    put(session, ClientParty(client_id=client.id, party_id=party.id, role=role, position=position))
    return party


def make_account(
    session: Session, *, party: Party, number: str = "6222020200001234567"
) -> PartyAccount:
    row = PartyAccount(
        party_id=party.id, bank="工商银行", number=number, number_index=account_index(number)
    )
    return put(session, row)
