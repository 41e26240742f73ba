"""How the worker's steps are kept: DBOS on a database of its own."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from dbos import DBOS, DBOSConfig
from sqlalchemy import make_url

from services.settings import Settings

VERSION = "1"
"""Raised when a workflow's steps change so that a half-done one cannot be continued."""


def start_durable(settings: Settings, name: str) -> None:
    """Open what worker ``name`` writes its steps down in: beside the data, or in its database."""
    logging.getLogger("dbos").addHandler(logging.NullHandler())
    logging.getLogger("dbos").propagate = True
    own = make_url(settings.database_url).set(drivername="postgresql")
    url = (
        f"sqlite:///{settings.var / 'jobs.sqlite'}"
        if settings.is_sqlite
        else own.render_as_string(hide_password=False)
    )
    config: DBOSConfig = {
        "name": "evergreen",
        "system_database_url": url,
        "dbos_system_schema": "evergreen_jobs",
        "application_version": VERSION,
        "executor_id": name,
        "enable_otlp": False,
        "log_level": "WARNING",
        "sys_db_pool_size": 5,
        "max_executor_threads": 8,
    }
    DBOS(config=config)
    DBOS.launch()


def schedule(
    name: str, function: Callable[[datetime, Any], None], cron: str, zone: str, *, context: object
) -> Any:
    """A workflow that begins by the clock of ``zone``."""
    return {
        "schedule_name": name,
        "workflow_fn": function,
        "schedule": cron,
        "cron_timezone": zone,
        "context": context,
    }
