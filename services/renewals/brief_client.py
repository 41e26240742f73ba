"""What the brief tells of the client beside the case: open promises, last contacts, a recent claim.

Each is gathered into one column of one statement: one round trip to the database, not three. They
do not stand in the statement of the case, which has joins enough: PostgreSQL plans it anew each
time.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Date, Select, bindparam, select
from sqlalchemy.orm import Session

from db.base import RowId
from db.gathered import gathered, instant, taken_apart
from db.models import Claim, Contact, Promise, Staff
from db.types import UtcDateTime
from services.renewals.rows import BriefClaim, BriefContact, BriefPromise
from services.working_calendar import local_date
from terms.policies import ClaimStatus
from terms.renewals import ContactChannel, ContactOutcome, Intention, PromiseKind, PromiseState

LAST_CONTACTS = 3
MOST_PROMISES = 10
CLAIM_DAYS = 730
"""A claim counts as recent for two years."""


def told(
    session: Session, *, client_id: int, on: date, at: datetime, zone: ZoneInfo
) -> dict[str, Any]:
    """``promises``, ``contacts`` and ``claim`` of a ``Brief``."""
    given = {
        "client": client_id,
        "at": at,
        "on": on,
        "claims_since": on - timedelta(days=CLAIM_DAYS),
    }
    promises, contacts, claims = session.execute(_all_of_it(), given).one()
    return {
        "promises": _promises(promises, on=on, zone=zone),
        "contacts": _contacts(contacts),
        "claim": _claim(claims),
    }


@cache
def _all_of_it() -> Select[*tuple[Any, ...]]:
    client = bindparam("client", type_=RowId)
    promises = (
        select(Promise.id, Promise.kind, Promise.due_at, Promise.what, Staff.name)
        .join(Staff, Staff.id == Promise.staff_id)
        .where(Promise.client_id == client, Promise.state == PromiseState.OPEN)
        .order_by(Promise.due_at)
        .limit(MOST_PROMISES)
    )
    contacts = (
        select(
            Contact.happened_at,
            Contact.channel,
            Contact.outcome,
            Contact.intention,
            Contact.refusal_reason,
            Contact.note,
            Staff.name,
            Contact.objection,
            Contact.market,
        )
        .join(Staff, Staff.id == Contact.staff_id)
        .where(
            Contact.client_id == client,
            Contact.happened_at <= bindparam("at", type_=UtcDateTime()),
        )
        .order_by(Contact.happened_at.desc())
        .limit(LAST_CONTACTS)
    )
    since, on = bindparam("claims_since", type_=Date()), bindparam("on", type_=Date())
    claims = (
        select(
            Claim.number,
            Claim.reported_on,
            Claim.settled_on,
            Claim.amount_fen,
            Claim.status,
            Claim.note,
        )
        .where(Claim.client_id == client, Claim.reported_on.between(since, on))
        .order_by(Claim.reported_on.desc())
        .limit(1)
    )
    found: tuple[Select[*tuple[Any, ...]], ...] = (promises, contacts, claims)
    return select(*(select(gathered(*rows.subquery().c)).scalar_subquery() for rows in found))


def _promises(text: str | None, *, on: date, zone: ZoneInfo) -> tuple[BriefPromise, ...]:
    """Open promises, the next first."""
    found = [
        BriefPromise(id, PromiseKind(kind), due_at, what, name, local_date(due_at, zone) < on)
        for id, kind, due_at, what, name in _with_instants(text, 2)
    ]
    return tuple(sorted(found, key=lambda one: one.due_at))


def _contacts(text: str | None) -> tuple[BriefContact, ...]:
    """The last contacts, the newest first."""
    found = [
        BriefContact(
            at,
            ContactChannel(channel),
            ContactOutcome(outcome),
            None if intention is None else Intention(intention),
            *told,
        )
        for at, channel, outcome, intention, *told in _with_instants(text, 0)
    ]
    return tuple(sorted(found, key=lambda one: one.happened_at, reverse=True))


def _claim(text: str | None) -> BriefClaim | None:
    """The newest claim."""
    for number, reported_on, settled_on, amount_fen, status, note in taken_apart(text):
        settled = None if settled_on is None else date.fromisoformat(settled_on)
        reported = date.fromisoformat(reported_on)
        return BriefClaim(number, reported, settled, amount_fen, ClaimStatus(status), note)
    return None


def _with_instants(text: str | None, place: int) -> Sequence[Sequence[Any]]:
    return [[*row[:place], instant(row[place]), *row[place + 1 :]] for row in taken_apart(text)]
