"""What changed since: one number per chapter, for the screens that are open."""

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from db.models import ChangeCounter
from terms.changes import Chapter

__all__ = ["PERSONAL", "Chapter", "counters"]

PERSONAL = frozenset({Chapter.NOTIFICATIONS, Chapter.RENEWALS})
"""Chapters of which each person is told what concerns them; ``web.live`` asks for it."""

_COUNTERS = select(ChangeCounter.chapter, func.sum(ChangeCounter.n)).group_by(ChangeCounter.chapter)
_KNOWN = frozenset(Chapter)


def counters(session: Session) -> Mapping[Chapter, int]:
    """How many committed transactions changed each chapter; a number that differs from one read
    before says that the chapter changed since."""
    return {
        Chapter(chapter): int(n) for chapter, n in session.execute(_COUNTERS) if chapter in _KNOWN
    }
