"""Stars stay in the house (R30): the one gate for whatever a client may come to see.

A client's stars are an internal rating. Messages to clients are refused where they speak of them,
files that leave the house are given out without them, unless an approval for that client stands
(``services.tiering.disclosing``). Nothing goes to a client past ``services.messages`` and
``services.documents``; ``tests/house/test_disclosure.py`` sees to it.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import StarDisclosure
from services.errors import BusinessError

COVER = "＊＊"
"""Stands in a file where stars were named."""
_NOT_OURS = "(?!级?(?:酒店|饭店|宾馆))"
_STARS = re.compile(
    "|".join(
        (
            r"[★☆⭐🌟][★☆⭐🌟️]*(?:\s*\d+\s*(?:星级?|stars?))?",
            rf"\d+\s*星{_NOT_OURS}级?(?:客户)?",
            r"[一二两三四五]\s*星(?:级(?!酒店|饭店|宾馆)(?:客户)?|客户|会员)",
            r"(?:客户)?星级(?!酒店|饭店|宾馆)",
            r"\b(?:\d+|one|two|three|four|five)[ -]stars?\b(?! hotel)",
            r"\b(?:client stars?|star ratings?)\b",
        )
    ),
    re.IGNORECASE,
)


class StarsNamed(BusinessError):
    """A text for a client speaks of the client's stars. Data: ``words``, what was found."""

    code = "stars_named"


def may_be_told(session: Session, *, client_id: int | None, on: date) -> bool:
    """Whether an approval stands on the day ``on`` to tell this client their stars; never for
    what is about several clients."""
    if client_id is None:
        return False
    found = session.scalar(
        select(StarDisclosure.id)
        .where(
            StarDisclosure.client_id == client_id,
            StarDisclosure.from_on <= on,
            StarDisclosure.until_on >= on,
            StarDisclosure.ended_at.is_(None),
        )
        .limit(1)
    )
    return found is not None


def names_stars(text: str) -> bool:
    """Whether ``text`` speaks of stars, in either language or drawn."""
    return _STARS.search(text) is not None


def require_silence(session: Session, *, client_id: int | None, text: str, on: date) -> None:
    """Let a text for a client pass.

    Raises:
        StarsNamed: it speaks of stars, and no approval for this client stands.
    """
    found = _STARS.search(text)
    if found is not None and not may_be_told(session, client_id=client_id, on=on):
        raise StarsNamed(words=found.group())


def silent(text: str) -> str:
    """``text`` with ``COVER`` wherever it speaks of stars."""
    return _STARS.sub(COVER, text)


def silent_chunks(chunks: Iterable[bytes], content_type: str) -> Iterator[bytes]:
    """The bytes of a text file with ``COVER`` wherever it speaks of stars.

    Raises:
        ValueError: the file is no text, so nobody can look through it: keep it in the house.
    """
    if not content_type.startswith("text/"):
        raise ValueError(f"nobody can look through {content_type} for stars")
    return _by_line(chunks)


def _by_line(chunks: Iterable[bytes]) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    rest = ""
    for chunk in chunks:
        rest += decoder.decode(chunk)
        whole, end, rest = rest.rpartition("\n")
        if end:
            yield silent(whole + end).encode()
    if rest:
        yield silent(rest).encode()
