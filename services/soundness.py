"""Is everything sound: what ``python -m jobs check`` and the server's start look for."""

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, text
from sqlalchemy.orm import Session

from db.crypto import UnknownFieldKey
from db.migrations.state import head, is_at_head
from db.models import (
    Base,
    Client,
    ClientAccess,
    ClientParty,
    ClientSearch,
    PartyPhone,
    Policy,
    Renewal,
    Rule,
    Staff,
)
from db.session import Database
from services import backups, holidays
from services.key_rotation import values_left
from services.rule_tables import DEFAULTS
from services.settings import BadSetting, Settings, clock_now
from services.working_calendar import coverage_ends_on, coverage_ends_soon
from terms.clients import AccessReason, PartyRole

_SAMPLE = 200
_BACKUP_LASTS = timedelta(hours=50)
"""A night may be missed, two may not."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be."""

    code: str
    says: str
    count: int = 1
    is_broken: bool = True
    """False: a warning, nothing is lost yet."""


def refuse_demo_accounts(settings: Settings, database: Database) -> None:
    """Refuse to serve demo accounts, whose password everybody knows, outside the demo.

    A database that is not migrated yet has none; ``/readyz`` says so.

    Raises:
        BadSetting: a demo account is in service and ``EVERGREEN_DEMO`` is 0.
    """
    if settings.demo or not is_at_head(database):
        return
    with database.reading() as session:
        if session.scalar(select(exists().where(_demo_in_service(_today(settings))))):
            raise BadSetting(
                "this database holds demo accounts, whose password is public. Set EVERGREEN_DEMO=1 "
                "to run the demo, or name a database of your own in EVERGREEN_DATABASE_URL"
            )


def findings(settings: Settings, database: Database) -> list[Finding]:
    """Everything that is not as it should be, the worst first.

    Settings, migrations, integrity and references, the access table against owners and
    assignees, what clients cannot be without, readable encryption, calendar coverage.
    """
    if not is_at_head(database):
        return [
            Finding("not_migrated", f"The database is not at {head()}: run python -m jobs migrate.")
        ]
    on = _today(settings)
    with database.reading() as session:
        found = [
            *_of_settings(session, settings, on=on),
            *_of_integrity(session),
            *_of_access(session, on=on),
            *_of_clients(session),
            *_of_rules(session),
            *_of_encryption(session),
            *_of_backups(settings),
            *_of_calendar(session, on=on),
        ]
    return sorted(found, key=lambda finding: not finding.is_broken)


def _today(settings: Settings) -> date:
    return settings.business_now().astimezone(settings.timezone).date()


def _demo_in_service(on: date) -> ColumnElement[bool]:
    return and_(Staff.is_demo, or_(Staff.in_service_to.is_(None), Staff.in_service_to >= on))


def _of_settings(session: Session, settings: Settings, *, on: date) -> Iterator[Finding]:
    if not settings.demo:
        count = _count(session, select(Staff.id).where(_demo_in_service(on)))
        if count:
            yield Finding("demo_accounts", "Demo accounts are in service.", count)
    keys = settings.var / "keys.env"
    if settings.is_sqlite and keys.exists() and stat.S_IMODE(keys.stat().st_mode) & 0o077:
        yield Finding("keys_readable", f"{keys} can be read by others: chmod 600.")
    if settings.now is not None and not settings.demo:
        yield Finding(
            "time_stands_still",
            "EVERGREEN_NOW is set: business time stands still.",
            is_broken=False,
        )


def _of_integrity(session: Session) -> Iterator[Finding]:
    if session.get_bind().dialect.name != "sqlite":
        invalid = session.scalar(
            text("SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND NOT convalidated")
        )
        if invalid:
            yield Finding("references_unchecked", "Foreign keys were never validated.", invalid)
        return
    said = session.scalars(text("PRAGMA integrity_check(20)")).all()
    if said != ["ok"]:
        yield Finding("damaged", "The database file is damaged: " + "; ".join(said), len(said))
    broken: dict[str, int] = {}
    for row in session.execute(text("PRAGMA foreign_key_check")):
        broken[row[0]] = broken.get(row[0], 0) + 1
    for table, count in broken.items():
        yield Finding("orphans", f"Rows of {table} point nowhere.", count)


def _of_access(session: Session, *, on: date) -> Iterator[Finding]:
    holds = or_(ClientAccess.until.is_(None), ClientAccess.until >= on)
    of_owner = exists().where(
        ClientAccess.client_id == Client.id,
        ClientAccess.staff_id == Client.owner_id,
        ClientAccess.reason == AccessReason.OWNER,
        holds,
    )
    count = _count(session, select(Client.id).where(Client.owner_id.is_not(None), ~of_owner))
    if count:
        yield Finding("owner_without_access", "Owners cannot open their own clients.", count)
    stale = select(ClientAccess.client_id).join(Client, Client.id == ClientAccess.client_id)
    count = _count(
        session,
        stale.where(
            ClientAccess.reason == AccessReason.OWNER,
            Client.owner_id.is_distinct_from(ClientAccess.staff_id),
        ),
    )
    if count:
        yield Finding("access_without_ownership", "Former owners can still open clients.", count)
    may_open = exists().where(
        ClientAccess.client_id == Renewal.client_id,
        ClientAccess.staff_id == Renewal.assignee_id,
        holds,
    )
    assigned = select(Renewal.id).where(
        Renewal.is_open, Renewal.assignee_id.is_not(None), ~may_open
    )
    count = _count(session, assigned)
    if count:
        yield Finding("assignee_without_access", "Assignees cannot open their cases.", count)


def _of_clients(session: Session) -> Iterator[Finding]:
    holder = exists().where(
        ClientParty.client_id == Client.id, ClientParty.role == PartyRole.POLICYHOLDER
    )
    count = _count(session, select(Client.id).where(~holder))
    if count:
        yield Finding("client_without_party", "Clients have no policyholder.", count)
    found = exists().where(ClientSearch.client_id == Client.id)
    count = _count(session, select(Client.id).where(Client.name.is_not(None), ~found))
    if count:
        yield Finding("client_not_found", "Clients cannot be found by their name.", count)
    gone = exists().where(Policy.id == Renewal.policy_id, Policy.client_id == Renewal.client_id)
    count = _count(session, select(Renewal.id).where(~gone))
    if count:
        yield Finding("renewal_of_another", "Renewals name another client's policy.", count)


def _of_rules(session: Session) -> Iterator[Finding]:
    missing = set(DEFAULTS) - set(session.scalars(select(Rule.key).distinct()))
    if missing:
        yield Finding("rules_missing", "Rules are missing: " + ", ".join(sorted(missing)))
    tables = set(session.get_bind().dialect.get_table_names(session.connection()))
    gone = set(Base.metadata.tables) - tables
    if gone:
        yield Finding("tables_missing", "Tables are missing: " + ", ".join(sorted(gone)))


def _of_encryption(session: Session) -> Iterator[Finding]:
    ends = (PartyPhone.id, PartyPhone.id.desc())
    for order in ends:
        try:
            session.scalars(select(PartyPhone.number).order_by(order).limit(_SAMPLE)).all()
        except (UnknownFieldKey, InvalidTag):
            yield Finding("unreadable", "Personal values cannot be read with EVERGREEN_FIELD_KEYS.")
            return
    left = sum(values_left(session).values())
    if left:
        says = "Values are under an older field key: run python -m jobs rotate-keys."
        yield Finding("older_keys", says, left, is_broken=False)


def _of_backups(settings: Settings) -> Iterator[Finding]:
    if settings.demo:
        return
    if settings.backups is None:
        yield Finding("no_backups", "EVERGREEN_BACKUPS is not set: no backups.", is_broken=False)
        return
    newest = backups.newest(settings)
    if newest is None or clock_now() - newest > _BACKUP_LASTS:
        told = f"was taken at {newest}" if newest else "is missing"
        yield Finding("backup_old", f"The newest backup in {settings.backups} {told}.")


def _of_calendar(session: Session, *, on: date) -> Iterator[Finding]:
    if coverage_ends_soon(session, on=on):
        end = coverage_ends_on(session)
        yield Finding(
            "calendar_ends",
            f"The working calendar ends on {end}: days after it are provisional."
            if end
            else "The working calendar is empty.",
            is_broken=end is None,
        )
    for running in holidays.running_past(session, on=on):
        yield Finding(
            "clocks_past_calendar",
            f"Clocks of {running.clock} end after the covered days: they are provisional.",
            running.count,
            is_broken=False,
        )


def _count(session: Session, of: Select[Any]) -> int:
    return session.scalar(select(func.count()).select_from(of.subquery())) or 0
