"""Filling an empty database with the demo company."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import ClassVar

import numpy as np
from sqlalchemy import select

from db.models import Client, CompanyProfile, Staff
from db.session import Database
from services.demo_company.bulk_load import load
from services.demo_company.columns import NO_INT, Table, table
from services.demo_company.generation import generate
from services.demo_company.suspensions import suspend
from services.errors import BusinessError
from services.people import hash_password


class DatabaseNotEmpty(BusinessError):
    """The demo company only moves into an empty database."""

    code: ClassVar[str] = "database_not_empty"


@dataclass(frozen=True, slots=True)
class DemoCompany:
    """What was made."""

    clients: int
    policies: int
    rows: int


def create(
    database: Database,
    *,
    clients: int,
    seed: int,
    on: date,
    at: datetime,
    password: str,
    is_worked: bool = True,
    told: Callable[[int], None] | None = None,
) -> DemoCompany:
    """Make the demo company in an empty, migrated database; its clocks follow in a second
    transaction.

    Args:
        clients: how many; two thousand take seconds, a million minutes.
        seed: another seed, another company.
        on: the business day it is seen on.
        at: when this happens; for the stamps and the audit entry.
        password: what all demo accounts sign in with.
        is_worked: whether the first cases of that morning are done already.
        told: called with the number of clients written so far.

    Raises:
        DatabaseNotEmpty: there is a company, a client or a member of staff already.

    Audit: ``demo:create`` with the counts.
    """
    with database.reading() as session:
        for there in (Staff.id, Client.id, CompanyProfile.id):
            if session.scalar(select(there).limit(1)) is not None:
                raise DatabaseNotEmpty
    counted: Counter[str] = Counter()

    def made() -> Iterator[Table]:
        rows = generate(
            clients=clients,
            seed=seed,
            on=on,
            password_hash=hash_password(password),
            is_worked=is_worked,
        )
        for one in rows:
            counted[one.name] += one.rows
            yield one
            if told is not None and one.name == "client":
                told(counted["client"])
        yield _audit_entry(counted, seed=seed, on=on, at=at)

    written = load(database.engine, made())
    with database.transaction() as session:
        suspend(session, on=on, at=at)
    return DemoCompany(counted["client"], counted["policy"], written)


def _audit_entry(counted: Counter[str], *, seed: int, on: date, at: datetime) -> Table:
    detail = {"seed": seed, "on": on.isoformat(), **{k: counted[k] for k in ("client", "policy")}}
    return table(
        "audit_entry",
        1,
        id=1,
        happened_at=np.array([at.astimezone(UTC).replace(tzinfo=None)], dtype="datetime64[s]"),
        actor_id=np.array([NO_INT]),
        event="demo:create",
        subject="company_profile",
        subject_id=1,
        client_id=np.array([NO_INT]),
        detail=json.dumps(detail),
        personal=None,
        seal=None,
    )
