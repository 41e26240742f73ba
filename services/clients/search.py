"""How a client is found by name: pinyin initials of persons, two-character pieces of groups.

``search_terms`` makes the rows of ``client_search``; ``read_query`` says which ways a typed text
may be meant. Both are pure, so import, demo and edit keep the same terms.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product

from pypinyin import Style, pinyin

from services.clients.rules import printable
from terms.clients import ClientType, FoundBy, SearchKind

TERM_LENGTH = 20
MAX_READINGS = 32
"""Combinations of readings kept per name; the likeliest come first."""

_SURNAME_READINGS = {
    "万": "w",
    "乐": "yl",
    "仇": "qc",
    "会": "g",
    "俟": "q",
    "冼": "x",
    "区": "oq",
    "单": "sd",
    "卜": "b",
    "召": "s",
    "员": "y",
    "哈": "h",
    "啜": "c",
    "堵": "d",
    "宿": "s",
    "尉": "wy",
    "幺": "y",
    "应": "y",
    "弗": "f",
    "折": "s",
    "曲": "q",
    "曾": "z",
    "朴": "p",
    "查": "z",
    "洗": "x",
    "盖": "g",
    "盛": "s",
    "秘": "b",
    "种": "c",
    "繁": "p",
    "纪": "j",
    "缪": "m",
    "翟": "zd",
    "能": "n",
    "葛": "g",
    "行": "x",
    "覃": "qt",
    "解": "x",
    "谌": "cs",
    "贾": "j",
    "逄": "p",
    "那": "n",
    "郇": "xh",
    "郗": "xc",
    "重": "c",
    "长": "z",
    "隗": "wk",
    "黑": "h",
}
"""First letters a character has as a surname; tried before its ordinary readings."""

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
_WORD = re.compile(r"[^\W_]")


def folded(text: str) -> str:
    """One form for equal names: NFKC, small letters, only letters and digits."""
    return "".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


@lru_cache(maxsize=30_000)
def _letters(character: str) -> str:
    """The first letters of every reading of a Chinese character, likeliest first."""
    read = pinyin(character, style=Style.FIRST_LETTER, heteronym=True, errors="ignore")
    return "".join(dict.fromkeys(letter for letter in (read[0] if read else []) if letter))


def _readings(name: str) -> Iterable[str]:
    """Per letter of the initials: the letters it may be, the surname's readings first."""
    text = unicodedata.normalize("NFKC", name).casefold()
    is_first, in_word = True, False
    for character in text:
        if _HAN.match(character):
            extra = _SURNAME_READINGS.get(character, "") if is_first else ""
            letters = "".join(dict.fromkeys(extra + _letters(character)))
            if letters:
                yield letters
            is_first, in_word = False, False
        elif _WORD.match(character):
            if not in_word:
                yield character
            is_first, in_word = False, True
        else:
            in_word = False


@lru_cache(maxsize=100_000)
def initials(name: str) -> frozenset[str]:
    """The pinyin initials of a person's name, every reading: 单晓 → ``sx``, ``dx``, ``cx``.

    At most ``MAX_READINGS`` combinations; the surname's readings are all among them.
    """
    letters = list(_readings(name))[:TERM_LENGTH]
    if not letters:
        return frozenset()
    per_surname = max(1, MAX_READINGS // len(letters[0]))
    return frozenset(
        first + "".join(rest)
        for first in letters[0]
        for rest in islice(product(*letters[1:]), per_surname)
    )


def _likely_initials(name: str) -> str:
    """One reading only, read as words: what somebody types for a company's name."""
    text = unicodedata.normalize("NFKC", name).casefold()
    read = pinyin(text, style=Style.FIRST_LETTER)
    return folded("".join(letters[0] for letters in read))[:TERM_LENGTH]


def bigrams(name: str) -> frozenset[str]:
    """Every two neighbouring characters of a name, folded."""
    text = folded(name)
    return frozenset(text[at : at + 2] for at in range(len(text) - 1))


def search_terms(name: str | None, client_type: ClientType) -> set[tuple[SearchKind, str]]:
    """The search rows of one client.

    Args:
        name: as written in the file; None or blank has no terms.
        client_type: persons are found by initials, groups by any two characters as well.
    """
    if not name or not folded(name):
        return set()
    if client_type is ClientType.GROUP:
        terms = {(SearchKind.BIGRAM, term) for term in bigrams(name)}
        return terms | {(SearchKind.INITIALS, _likely_initials(name))}
    return {(SearchKind.INITIALS, term) for term in initials(name)}


@dataclass(frozen=True, slots=True)
class Way:
    """One way to read a typed text; ``terms`` are what is looked up."""

    by: FoundBy
    terms: tuple[str, ...]


_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z\-_/.]{2,59}")
_LETTERS = re.compile(r"[a-z]{2,20}")
_PHONE = re.compile(r"\+?[\d\s\-()]{7,20}")
_ID = re.compile(r"[0-9A-Za-z()\-\s]{6,30}")


def read_query(text: str) -> tuple[Way, ...]:
    """The ways ``text`` may be meant, most exact first; empty when it cannot be searched.

    Four digits are a phone's last four; a longer number may be a whole phone, an ID, a client
    or policy number; letters are pinyin initials or the beginning of a name; Chinese is the
    beginning of a person's name or a piece of a group's.
    """
    typed = unicodedata.normalize("NFKC", printable(text)).strip()[:80]
    if not typed:
        return ()
    ways: list[Way] = []
    if _CODE.fullmatch(typed) and any(character.isdigit() for character in typed):
        codes = tuple(dict.fromkeys((typed, typed.upper())))
        ways += [Way(FoundBy.NUMBER, codes), Way(FoundBy.POLICY, codes)]
    digits = re.sub(r"\D", "", typed)
    if _ID.fullmatch(typed) and len(digits) >= 6:
        ways.append(Way(FoundBy.ID_NUMBER, (typed,)))
    if _PHONE.fullmatch(typed) and len(digits) >= 7:
        ways.append(Way(FoundBy.PHONE, (typed,)))
    if len(typed) == 4 and typed.isdigit():
        ways.append(Way(FoundBy.LAST_FOUR, (typed,)))
    if not typed.isdigit():
        starts = tuple(dict.fromkeys((typed, typed.title(), typed.upper())))
        ways.append(Way(FoundBy.NAME, starts))
        pieces = tuple(sorted(bigrams(typed)))
        if pieces and not re.search(r"\d{3}", typed):
            ways.append(Way(FoundBy.PIECE, pieces))
        if _LETTERS.fullmatch(typed.lower()):
            ways.append(Way(FoundBy.INITIALS, (typed.lower(),)))
    return tuple(ways)
