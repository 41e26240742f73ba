"""What the business refuses, as one sentence: what happened, what was kept, what to do.

Each chapter adds its errors with ``says(Error, N_("…{name}…"))`` or a function of the error, in
its own module ``words/<chapter>.py``; all of them are found by themselves. A house test checks
that every ``BusinessError`` has a sentence.
"""

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache

import words
from services.errors import BusinessError, ChangedMeanwhile, NotFound, NotPermitted
from words import N_, _

Sentence = str | Callable[[BusinessError], str]

SENTENCES: dict[str, Sentence] = {}
"""Error code → a text with ``{name}`` placeholders filled from the error's data, or a function."""


def says(error: type[BusinessError], sentence: Sentence) -> None:
    """Give ``error`` its sentence; a text is marked with ``N_`` by the caller."""
    SENTENCES[error.code] = sentence


def sentence(error: BusinessError) -> str:
    """``error`` in the language spoken now; never a code, never a traceback."""
    learn_chapters()
    found = SENTENCES.get(error.code)
    if found is None:
        return _("This is not possible now. Nothing was changed.")
    if callable(found):
        return found(error)
    return _(found).format_map(_Data(error.data))


@cache
def learn_chapters() -> None:
    """Import every module of ``words/``, so that each chapter has said its sentences."""
    for module in pkgutil.iter_modules(words.__path__):
        importlib.import_module(f"words.{module.name}")


class _Data(dict[str, object]):
    """The error's data; what it does not give stays out of the sentence."""

    def __missing__(self, key: str) -> str:
        return ""


def _changed(error: BusinessError) -> str:
    who = error.data.get("who")
    if who:
        return _(
            "{who} saved this in the meantime. What you typed is still here: "
            "compare it with the new version, then save again."
        ).format(who=who)
    return _(
        "Somebody saved this in the meantime. What you typed is still here: "
        "compare it with the new version, then save again."
    )


says(NotPermitted, N_("Your role does not allow this. Nothing was changed."))
says(NotFound, N_("There is no such record, or it is not yours to open."))
says(ChangedMeanwhile, _changed)
