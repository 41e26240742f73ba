"""Forbidden words: what is never said or sent to a client (rules §3, R86).

The words are rule ``renewal.forbidden_words``. Scripts are not asked for while a refused word
stands in them, messages to clients are not sent, notes of contacts are flagged with the words.
"""

from datetime import date

from sqlalchemy.orm import Session

from services.errors import BusinessError
from services.rule_tables import rule
from services.word_finding import Found, Word, find, words_of
from terms.policies import Line

__all__ = [
    "ForbiddenWords",
    "Found",
    "Word",
    "find",
    "forbidden_words",
    "require_lawful",
    "words_of",
]

KEY = "renewal.forbidden_words"


class ForbiddenWords(BusinessError):
    """A text for a client holds words that are never said to one. Data: ``words``."""

    code = "forbidden_words"


def forbidden_words(session: Session, *, on: date) -> tuple[Word, ...]:
    """The words in force on the day ``on``."""
    return words_of(rule(session, KEY, on))


def require_lawful(session: Session, *, text: str, line: Line | None, on: date) -> None:
    """Let a text for a client pass.

    Raises:
        ForbiddenWords: a refused word stands in it.
    """
    found = find(text, forbidden_words(session, on=on), line=line)
    refused = list(dict.fromkeys(each.said for each in found if each.is_refused))
    if refused:
        raise ForbiddenWords(words=refused)
