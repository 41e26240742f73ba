"""Every view of the screens that have more than one, with the account that works there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.base import Base
from db.models import Client, ImportRun, Policy, Renewal, Staff
from db.session import Database
from terms.people import Locale
from terms.renewal_analysis import AnalysisPart
from terms.renewals import RenewalState
from tests.e2e.conftest import PHONE, WIDE
from tests.make.closings import make_conflict, make_referral

LOOKS = tuple(product((Locale.ZH, Locale.EN), ("light", "dark"), (WIDE, PHONE)))
"""Language, theme and width; two that differ in all three stand as far apart as can be."""


@dataclass(frozen=True, slots=True)
class View:
    """One view: who opens it and where; ``{number}`` is a client of `specialist`."""

    name: str
    username: str
    address: str
    shows: str = ""
    """What is put in for it, as the demo company has none; see ``filled``."""


def _of(page: str, username: str, *views: str, name: str = "view") -> tuple[View, ...]:
    return tuple(View(f"{page}-{each}", username, f"/{page}?{name}={each}") for each in views)


VIEWS: tuple[View, ...] = (
    *_of("renewals", "specialist", "mine"),
    *_of("renewals", "lead", "team", "allocation", "lost", "voices"),
    *_of("renewals", "compliance", "suspended"),
    View(
        "renewals-voices-line",
        "manager",
        "/renewals?view=voices&days=90&by=product&kind=refusal&code=price",
    ),
    View("renewals-market", "lead", "/renewals?view=voices&days=90&part=market"),
    View("renewals-conflicts", "lead", "/renewals?view=conflicts", shows="conflict"),
    *_of("renewals", "manager", "probability"),
    *(
        View(f"renewals-{part}", "manager", f"/renewals?view=analysis&part={part}")
        for part in AnalysisPart
    ),
    View("renewals-day", "lead", "/renewals?view=team&show=day"),
    *(
        View(f"renewals-{part}-chosen", "manager", f"/renewals?view=analysis&part={part}&{chosen}")
        for part, chosen in {
            "due": "by=line&bar=motor",
            "funnel": "by=line&bar=motor&stage=quoted",
            "persistency": "by=line&bar=life",
            "reasons": "by=line&bar=motor&reason=price",
        }.items()
    ),
    View("renewals-executive", "executive", "/renewals?view=analysis"),
    View("renewals-won-back", "specialist", "/renewals?view=lost"),
    *_of("tiering", "manager", "movement", "candidates", "missing", "whatif"),
    *_of("plans", "client_manager", "plans", "rates"),
    *_of("scripts", "compliance", "objection.price.motor", name="id"),
    *_of("rules", "admin", "renewal.effort", name="rule"),
    *_of("rules", "compliance", "calendar"),
    *_of("approvals", "compliance", "mine", "ended"),
    *(
        View(f"client-{view}", "specialist", f"/client?id={{number}}&view={view}", shows=shows)
        for view, shows in {
            "policies": "",
            "instalments": "",
            "service": "",
            "talks": "question",
            "people": "",
            "documents": "",
            "history": "",
        }.items()
    ),
)


@contextmanager
def filled(database: Database, shows: str, *, number: str) -> Iterator[None]:
    """Inside, the company holds what a view is about; afterwards it is as it was."""
    put = {"conflict": _conflict, "question": _question}.get(shows)
    if put is None:
        yield
        return
    with database.unaudited("test data") as session:
        rows = [(type(row), row.id) for row in put(session, number)]
    yield
    with database.unaudited("test data") as session:
        for kind, row_id in rows:
            session.delete(session.get_one(kind, row_id))
            session.flush()


def _conflict(session: Session, _number: str) -> list[Base]:
    case = session.scalars(
        select(Renewal)
        .join(Staff, Staff.team_id == Renewal.team_id)
        .where(Staff.username == "lead", Renewal.state == RenewalState.LOST)
        .order_by(Renewal.id)
    ).first()
    assert case is not None, "the demo's lead has lost cases"
    row = make_conflict(session, case=case)
    return [row, session.get_one(Policy, row.policy_id), session.get_one(ImportRun, row.run_id)]


def _question(session: Session, number: str) -> list[Base]:
    client = session.scalars(select(Client).where(Client.number == number)).one()
    one, two = (
        session.scalars(select(Staff).where(Staff.username == name)).one()
        for name in ("specialist", "client_manager")
    )
    return [make_referral(session, client=client, staff=one, to_staff_id=two.id)]
