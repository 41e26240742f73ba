"""A client whose file is full."""

from datetime import timedelta

from sqlalchemy.orm import Session

from db.models import Client, Staff
from tests.make.client_files import make_account
from tests.make.clients import (
    make_address,
    make_client,
    make_email,
    make_engagement,
    make_party,
    make_phone,
)
from tests.make.moment import ON
from tests.make.policies import (
    make_claim,
    make_contact,
    make_instalment,
    make_policy,
    make_policy_event,
    make_promise,
)


def make_full_client(session: Session, *, owner: Staff) -> Client:
    """A client of ``owner`` with everything a file may hold."""
    party = make_party(session, name="李建国", id_number="110105198001010016")
    client = make_client(session, owner=owner, party=party)
    make_phone(session, party=party, number="13812346721")
    make_email(session, party=party)
    make_address(session, party=party)
    make_account(session, party=party)
    policy = make_policy(session, client=client)
    make_policy(
        session,
        client=client,
        previous_id=policy.id,
        inception_on=ON + timedelta(days=11),
        expiry_on=ON + timedelta(days=375),
        premium_fen=350_000,
    )
    make_policy_event(session, policy=policy)
    make_instalment(session, policy=policy)
    make_claim(session, policy=policy)
    make_contact(session, client=client, staff=owner, note="下周再联系")
    make_promise(session, client=client, staff=owner)
    make_engagement(session, client=client)
    return client
