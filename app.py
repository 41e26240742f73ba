"""The server: Streamlit's screens and our routes in one process, for ``uvicorn app:app``."""

import gc
import hmac
import importlib
import pkgutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from streamlit import config

from services.logs import log, log_failure, set_up_logs
from services.settings import BadSetting, process
from services.soundness import refuse_demo_accounts
from ui.failure import join_logs, show_failure
from web.headers import OuterLayer
from web.metrics import SCREEN_ERRORS
from web.routes import ROUTES

PRELOADED = ("pandas", "altair", "pyarrow", "sqlalchemy", "streamlit_authenticator")
CHAPTERS = ("services", "charts", "words", "ui")
SCRIPTS = ("ui.shell", "services.intake.reading_child")
"""Run by themselves, never imported."""


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Load what every screen needs before the first person comes, and keep it out of the GC."""
    for name in PRELOADED:
        _preload(name)
    for chapter in CHAPTERS:
        package = importlib.import_module(chapter)
        for module in pkgutil.walk_packages(package.__path__, f"{chapter}."):
            if module.name not in SCRIPTS:
                _preload(module.name)
    gc.collect()
    gc.freeze()
    log("server").info("ready")
    yield
    process().database.engine.dispose()


def _preload(name: str) -> None:
    try:
        importlib.import_module(name)
    except ImportError as error:
        log_failure("server", error, module=name)


def on_script_error(error: Exception) -> bool:
    """Count, log and show a screen's failure by its reference number."""
    SCREEN_ERRORS.inc()
    return show_failure(error)


def start() -> st.App:
    """Check the settings and make the server; refuse in clear words when they are wrong."""
    join_logs()
    set_up_logs()
    try:
        settings = process().settings
        refuse_demo_accounts(settings, process().database)
    except BadSetting as error:
        sys.exit(f"Evergreen does not start: {error}")
    secret = hmac.digest(settings.secret_key, b"streamlit cookies", "sha256").hex()
    config.set_option("server.cookieSecret", secret)
    return st.App(
        Path(__file__).resolve().parent / "ui" / "shell.py",
        routes=ROUTES,
        middleware=[Middleware(OuterLayer)],
        lifespan=lifespan,
        on_script_error=on_script_error,
    )


app = start()
