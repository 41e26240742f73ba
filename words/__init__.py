"""Everything people read: texts in two languages, formats, the names of states, error sentences.

``_("English text")`` is the only door to a text. The language is the running thread's choice
(``use_locale``); Streamlit reruns in threads and reruns fragments without the shell, so
``ui.session`` sets it on every entry.
"""

import gettext as gettext_module
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from terms.people import Locale

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["N_", "_", "current_locale", "in_locale", "ngettext", "use_locale"]

CATALOGUES = Path(__file__).resolve().parents[1] / "locales"

_locale: ContextVar[Locale] = ContextVar("locale", default=Locale.ZH)


def use_locale(locale: Locale | str) -> None:
    """Speak ``locale`` (``zh_CN`` or ``en``) from here on in this thread of work."""
    _locale.set(Locale(locale))


def current_locale() -> Locale:
    """The language spoken now; Chinese where nobody chose."""
    return _locale.get()


@contextmanager
def in_locale(locale: Locale | str) -> "Iterator[None]":
    """Speak ``locale`` inside the block, for a letter or an export in somebody else's language."""
    token = _locale.set(Locale(locale))
    try:
        yield
    finally:
        _locale.reset(token)


def _(msgid: str) -> str:
    """``msgid`` in the language spoken now; itself where there is no translation."""
    return _catalogue(_locale.get()).gettext(msgid) if msgid else ""


def ngettext(singular: str, plural: str, n: int) -> str:
    """The form for ``n`` things; the caller formats ``{n}`` in."""
    return _catalogue(_locale.get()).ngettext(singular, plural, n)


def N_(msgid: str) -> str:  # noqa: N802 - gettext's own name
    """Mark ``msgid`` for translation where it stands in a table; ``_`` speaks it later."""
    return msgid


@cache
def _catalogue(locale: Locale) -> gettext_module.NullTranslations:
    folder = CATALOGUES / locale.value / "LC_MESSAGES"
    compiled, source = folder / "evergreen.mo", folder / "evergreen.po"
    if compiled.is_file() and not _is_older(compiled, source):
        with compiled.open("rb") as file:
            return gettext_module.GNUTranslations(file)
    if source.is_file():
        return gettext_module.GNUTranslations(_compiled(source))
    return gettext_module.NullTranslations()


def _is_older(compiled: Path, source: Path) -> bool:
    """Whether new words came since it was compiled, as with an upgrade."""
    return source.is_file() and compiled.stat().st_mtime < source.stat().st_mtime


def _compiled(source: Path) -> BytesIO:
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as file:
        catalog = read_po(file, locale=source.parts[-3])
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return compiled
