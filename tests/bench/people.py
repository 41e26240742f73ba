"""Who the bench signs in, which pages they open, and what they answer."""

import secrets
import time
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from db.models import Client, Renewal, SignInSession, Staff, StaffRole
from db.session import Database
from services import people
from services.settings import clock_now
from terms.people import Role
from tests.bench import databases
from tests.bench.databases import BenchDatabase

COOKIE = "evergreen_sid"
PAGES = (
    ("specialist", "my-day"),
    ("specialist", "clients"),
    ("specialist", "client"),
    ("specialist", "renewals"),
    ("lead", "clients"),
    ("lead", "renewals"),
    ("manager", "clients"),
    ("manager", "renewals"),
    ("specialist", "renewals?view=suspended"),
    ("specialist", "renewals?view=lost"),
    ("lead", "renewals?view=team"),
    ("lead", "renewals?view=allocation"),
    ("lead", "renewals?view=voices"),
    ("manager", "renewals?view=team"),
    ("manager", "renewals?view=allocation"),
    ("manager", "renewals?view=suspended"),
    ("manager", "renewals?view=lost"),
    ("manager", "renewals?view=voices"),
    ("manager", "renewals?view=conflicts"),
    ("manager", "renewals?view=probability"),
    ("lead", "renewals?view=analysis"),
    ("manager", "renewals?view=analysis"),
    ("manager", "renewals?view=analysis&part=funnel"),
    ("manager", "renewals?view=analysis&part=rates"),
    ("manager", "renewals?view=analysis&part=persistency"),
    ("manager", "renewals?view=analysis&part=reasons"),
    ("lead", "scripts"),
    ("manager", "clients?view=duplicates"),
    ("lead", "tiering"),
    ("manager", "tiering"),
    ("manager", "tiering?view=candidates"),
    ("manager", "tiering?view=missing"),
    ("admin", "tiering"),
    ("manager", "approvals"),
    ("client_manager", "plans"),
    ("lead", "plans"),
    ("manager", "plans?view=plans"),
    ("manager", "plans?view=rates"),
    ("admin", "clients"),
    ("admin", "import"),
    ("admin", "rules"),
    ("admin", "people"),
    ("compliance", "audit"),
    ("specialist", "exports"),
)
"""Role's account and address of row ``h``."""


def cookie(database: BenchDatabase, username: str) -> str:
    """A signed-in session of this account, as the cookie the browser would send."""
    data = databases.connect(database)
    try:
        with data.reading() as session:
            staff_id = session.scalars(select(Staff.id).where(Staff.username == username)).one()
        return _session_of(data, staff_id)
    finally:
        data.engine.dispose()


def cookies(database: BenchDatabase, count: int) -> list[str]:
    """Sessions of the ``count`` specialists with the most open cases; they may repeat."""
    data = databases.connect(database)
    try:
        with data.reading() as session:
            found = busiest(session)[:count]
        ids = [found[index % len(found)] for index in range(count)]
        return [_session_of(data, staff_id) for staff_id in ids]
    finally:
        data.engine.dispose()


def busiest(session: Any) -> list[int]:
    """Specialists by open cases, the most first."""
    return list(
        session.scalars(
            select(Renewal.assignee_id)
            .join(StaffRole, StaffRole.staff_id == Renewal.assignee_id)
            .where(Renewal.is_open, StaffRole.role == Role.SPECIALIST)
            .group_by(Renewal.assignee_id)
            .order_by(func.count().desc(), Renewal.assignee_id)
        )
    )


def query(database: BenchDatabase, address: str) -> str:
    """The query string under which the page of ``address`` shows something."""
    if address != "client":
        return address.partition("?")[2]
    data = databases.connect(database)
    try:
        with data.reading() as session:
            number = session.scalars(
                select(Client.number)
                .join(Staff, Staff.id == Client.owner_id)
                .where(Staff.username == "specialist")
                .order_by(Client.id)
                .limit(1)
            ).one()
        return f"id={number}"
    finally:
        data.engine.dispose()


def contact_answer(data: dict[str, Any]) -> dict[str, Any]:
    """What the form sends when a specialist reached the client, who is thinking it over."""
    return {
        **data["blank"],
        "outcome": "reached",
        "intention": "thinking",
        "note": "客户想再比较一下，约定下周再联系",
        "case": data["case"],
        "version": data["version"],
        "attempt": f"{data['case']}/{time.monotonic_ns()}",
    }


def _session_of(data: Database, staff_id: int) -> str:
    token = secrets.token_urlsafe(32)
    at = clock_now()
    with data.transaction() as session:
        session.add(
            SignInSession(
                id=people.session_id_of(token),
                staff_id=staff_id,
                created_at=at,
                last_seen_at=at,
                expires_at=at + timedelta(hours=10),
            )
        )
    return f"{COOKIE}={token}"
