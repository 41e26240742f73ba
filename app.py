"""The server: Streamlit's screens and our routes in one process, for ``uvicorn app:app``."""

import hmac
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from streamlit import config

from services.logs import set_up_logs
from services.settings import BadSetting, process
from services.soundness import refuse_demo_accounts
from ui.failure import join_logs, show_failure
from ui.preload import preload
from web.headers import OuterLayer
from web.live import end_with_the_process
from web.metrics import SCREEN_ERRORS
from web.routes import ROUTES

ROOT = Path(__file__).resolve().parent


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Answer at once, and load beside it what every screen needs before the first person comes."""
    threading.Thread(target=preload, name="preload", daemon=True).start()
    end_with_the_process()
    yield
    process().database.engine.dispose()


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
        ROOT / "ui" / "shell.py",
        routes=ROUTES,
        middleware=[Middleware(OuterLayer)],
        lifespan=lifespan,
        on_script_error=on_script_error,
    )


app = start()
