"""This process: its settings and its one database, for screens, routes and commands alike.

Both are made at the first use and kept; nothing else that matters lives in a process (law 8).
"""

import threading

from sqlalchemy import exists, or_, select

from db.migrations.state import is_at_head
from db.models import Staff
from db.session import Database
from services.settings import BadSetting, Settings, open_database, settings_from_environment

_lock = threading.Lock()
_settings: Settings | None = None
_database: Database | None = None


def process_settings() -> Settings:
    """The settings this process started with.

    Raises:
        BadSetting: one is missing or wrong; the message names it.
    """
    global _settings
    if _settings is None:
        with _lock:
            _settings = _settings or settings_from_environment()
    return _settings


def process_database() -> Database:
    """The database of this process, opened at the first use.

    Raises:
        BadSetting: a setting is missing or wrong.
    """
    global _database
    if _database is None:
        settings = process_settings()
        with _lock:
            _database = _database or open_database(settings)
    return _database


def use(settings: Settings | None, database: Database | None) -> None:
    """Give this process its settings and database, or take them away; for tests."""
    global _settings, _database
    _settings, _database = settings, database


def refuse_demo_accounts(settings: Settings, database: Database) -> None:
    """Refuse to serve demo accounts, whose password everybody knows, outside the demo.

    A database that is not migrated yet has none; ``/readyz`` says so.

    Raises:
        BadSetting: a demo account is in service and ``EVERGREEN_DEMO`` is 0.
    """
    if settings.demo or not is_at_head(database):
        return
    today = settings.business_now().astimezone(settings.timezone).date()
    in_service = or_(Staff.in_service_to.is_(None), Staff.in_service_to >= today)
    with database.reading() as session:
        if session.scalar(select(exists().where(Staff.is_demo, in_service))):
            raise BadSetting(
                "this database holds demo accounts, whose password is public: set EVERGREEN_DEMO=1 "
                "to run the demo, or name an empty database in EVERGREEN_DATABASE_URL"
            )
