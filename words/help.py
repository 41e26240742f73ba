"""The help of each screen: one short page per language, ``words/help/<language>/<page>.md``.

It says what the screen is for, its keys, and the words on it. A new screen brings its two files;
a house test asks for them.
"""

from functools import cache
from pathlib import Path

from terms.people import Locale
from words import current_locale

FOLDER = Path(__file__).with_name("help")


def help_of(page: str) -> str:
    """The help of the screen ``page`` (the name of its file) as Markdown, in the language spoken
    now; empty where there is none."""
    return _read(page, current_locale())


@cache
def _read(page: str, locale: Locale) -> str:
    path = FOLDER / locale.value / f"{page}.md"
    return path.read_text(encoding="utf-8") if path.is_file() else ""
