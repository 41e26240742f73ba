"""Looking for forbidden words in a text; pure. ``services.wording`` is the gate that goes by it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from terms.policies import Line
from terms.scripts import WordCategory, WordScope, WordWeight

_BETWEEN_WORDS = re.compile(r"[、，,;；\n]+")
_CJK = re.compile(r"[\u4e00-\u9fff]")
_NEGATED = re.compile(
    r"(?:(?:不能|不得|不可以|不会|不允许|不许|不存在|不提供|不承诺|禁止|严禁|无法|没有|绝无)"
    r"(?:(?![少忘缺漏只但仅不])[^，。；：！？,.;:!?\n]){0,6}|[不非无]"
    r"|(?:\b(?:not|no|never|cannot|without)|n't)"
    r"(?:\s+(?!only\b|just\b|un)[A-Za-z]+){0,3}\s+)$",
    re.IGNORECASE,
)
"""What stands just before a word that is denied: “不保证收益”, “不能给您返佣”, “no cash back”."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the table, and the lines it holds for."""

    text: str
    category: WordCategory
    lines: WordScope
    weight: WordWeight


@dataclass(frozen=True, slots=True)
class Found:
    """A forbidden word in a text: ``text[start:end]``."""

    said: str
    category: WordCategory
    weight: WordWeight
    start: int
    end: int
    is_denied: bool
    """It is said that there is none of it (“我们不能返佣”): shown, never refused."""

    @property
    def is_refused(self) -> bool:
        return self.weight is WordWeight.REFUSED and not self.is_denied


def words_of(value: Iterable[Any]) -> tuple[Word, ...]:
    """The words of a value of the rule."""
    return tuple(
        Word(
            text, WordCategory(row["category"]), WordScope(row["lines"]), WordWeight(row["weight"])
        )
        for row in value
        for text in (part.strip() for part in _BETWEEN_WORDS.split(row["words"]))
        if text
    )


def find(text: str, words: Iterable[Word], *, line: Line | None) -> tuple[Found, ...]:
    """Every forbidden word in ``text``, in its order; of words inside others the longest.

    Args:
        line: what the text is about; without one only words that hold for every line count.
    """
    found = [
        Found(match.group(), word.category, word.weight, *match.span(), _is_denied(text, match))
        for word in words
        if _holds(word.lines, line)
        for match in _pattern(word.text).finditer(text)
    ]
    found.sort(key=lambda each: (each.start, -each.end, each.weight is WordWeight.WARNED))
    kept: list[Found] = []
    for each in found:
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return tuple(kept)


def _holds(scope: WordScope, line: Line | None) -> bool:
    match scope:
        case WordScope.EVERY:
            return True
        case WordScope.LONG_TERM:
            return line is not None and line.is_long_term
        case WordScope.TERM:
            return line is not None and not line.is_long_term


@lru_cache(maxsize=2000)
def _pattern(word: str) -> re.Pattern[str]:
    """Chinese is found with blanks between its characters too, English by whole words."""
    if _CJK.search(word):
        return re.compile(r"\s*".join(map(re.escape, word.replace(" ", ""))), re.IGNORECASE)
    spaced = r"[\s-]+".join(map(re.escape, re.split(r"[\s-]+", word)))
    return re.compile(rf"(?<![A-Za-z]){spaced}(?:s|es|ed)?(?![A-Za-z])", re.IGNORECASE)


def _is_denied(text: str, match: re.Match[str]) -> bool:
    return _NEGATED.search(text[max(0, match.start() - 24) : match.start()]) is not None
