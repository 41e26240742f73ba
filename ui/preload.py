"""Loading what every screen needs before the first person comes."""

import gc
import importlib
import pkgutil
from itertools import count
from pathlib import Path

from sqlalchemy.exc import DatabaseError
from streamlit import config

from services import people
from services.logs import log, log_failure
from services.settings import clock_now, process

ROOT = Path(__file__).resolve().parents[1]
LIBRARIES = ("pandas", "altair", "pyarrow", "sqlalchemy", "streamlit_authenticator")
CHAPTERS = ("services", "charts", "words", "ui")
APART = frozenset(
    {"ui.shell", "services.intake.reading_child", "services.renewal_probability.learning"}
)
"""Never imported here: scripts run by themselves, and what only a job learns with. scikit-learn
takes longer to load than everything else together, and no screen needs it."""
SETTLING = frozenset({8, 16, 32, 64, 128, 256, 512})
"""After so many drawings of the process ``settle`` freezes again."""

_drawings = count(1)


def preload() -> None:
    """Import libraries and chapters, and keep them out of the garbage collector's way.

    Streamlit collects garbage after every rerun, which cost a third of a save: Python's own
    collector does it when it is due, and what never goes away is frozen for it.
    A chapter that cannot be imported is logged and keeps only its own screens from working.
    """
    config.set_option("runner.postScriptGC", False)
    for name in needed():
        try:
            importlib.import_module(name)
        except ImportError as error:
            log_failure("server", error, module=name)
    _ask_once()
    gc.collect()
    gc.freeze()
    log("server").info("preloaded")


def needed() -> list[str]:
    """The modules a server has in memory before the first person comes."""
    chapters = (
        module.name
        for chapter in CHAPTERS
        for module in pkgutil.walk_packages([str(ROOT / chapter)], f"{chapter}.")
    )
    return [name for name in (*LIBRARIES, *chapters) if name not in APART]


def settle() -> None:
    """Count a drawing; after some of the first ones freeze what they built as well.

    Statements, texts and compiled pages come to be when they are first needed and stay. Left to
    the collector they cost each rerun of the renewal queue a fifth of its time.
    """
    if next(_drawings) in SETTLING:
        gc.collect()
        gc.freeze()


def _ask_once() -> None:
    """Read once, so that what SQLAlchemy builds at its first statement is frozen as well."""
    try:
        with process().database.reading() as session:
            people.signed_in_by(session, session_id="", at=clock_now(), on=clock_now().date())
            people.demo_accounts(session)
    except DatabaseError as error:  # not migrated yet: /readyz says so
        log_failure("server", error)
