"""Logs: one line of key and value per fact, on standard error, with a reference per error.

A terminal gets readable lines, everything else JSON. No personal data is logged: events carry ids
and business numbers.
"""

import logging
import secrets
import sys

import structlog
from structlog.typing import EventDict, Processor


def _drop_colours(_logger: object, _method: str, event: EventDict) -> EventDict:
    event.pop("color_message", None)
    return event


_shared: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(),
    _drop_colours,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]

QUIET = ("alembic", "asyncio", "dbos", "watchdog", "websockets")
"""Loggers of libraries that only speak up from warnings on."""


def set_up_logs(*, level: int = logging.INFO) -> None:
    """Send this process's logs, its libraries' included, to standard error."""
    on_terminal = sys.stderr.isatty()
    renderer: Processor = (
        structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        )
        if on_terminal
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    last: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if not on_terminal:
        last.append(structlog.processors.format_exc_info)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=_shared, processors=[*last, renderer])
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "streamlit"):
        logger = logging.getLogger(name)
        logger.handlers = []
        logger.propagate = True
    logging.getLogger("uvicorn.access").disabled = True
    structlog.configure(
        processors=[
            *_shared[:3],
            _shared[-1],
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def log(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of one part: ``log("worker").info("extracted", created=12)``."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(f"evergreen.{name}")
    return logger


def new_reference() -> str:
    """A number that ties what the user sees to the line in the log, like ``7F3A-91C2``."""
    digits = secrets.token_hex(4).upper()
    return f"{digits[:4]}-{digits[4:]}"


def log_failure(name: str, error: BaseException, **facts: object) -> str:
    """Log an unexpected error with its traceback.

    Returns:
        Its reference, for the person who met it.
    """
    reference = new_reference()
    log(name).error("failed", reference=reference, exc_info=error, **facts)
    return reference
