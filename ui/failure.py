"""When a screen fails unexpectedly: the log gets the traceback, the person a reference number."""

import logging

import streamlit as st
from streamlit import logger as streamlit_logger

from services.logs import log_failure
from words import _

REPEATS = ("streamlit.error_util", "streamlit.runtime.scriptrunner_utils.script_run_context")
"""Loggers that say again what ``show_failure`` logs, or warn while modules are preloaded."""


def show_failure(error: Exception) -> bool:
    """Log ``error`` and tell the person its reference; the server's handler for scripts.

    Returns:
        True: Streamlit shows nothing of its own.
    """
    reference = log_failure("ui", error)
    st.error(
        _(
            "Something went wrong here. What you saved before is kept. It is noted under "
            "{reference}: give this number to your administrator."
        ).format(reference=reference),
        icon=":material/error:",
    )
    return True


def join_logs() -> None:
    """Send Streamlit's own logs where ours go; it gives each logger a handler of its own."""

    def hand_on(logger: logging.Logger) -> None:
        logger.handlers = []
        logger.propagate = True

    streamlit_logger.setup_formatter = hand_on
    streamlit_logger.update_formatter()
    for name in REPEATS:
        logging.getLogger(name).disabled = True
