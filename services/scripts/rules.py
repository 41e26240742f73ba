"""Pure decisions about scripts: their places, placeholders, faults, differences, the right one."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Protocol

from services.word_finding import Found, Word, find
from terms.people import Language, Locale
from terms.policies import Line
from terms.renewals import Intention, RefusalReason, RenewalKind, RenewalState
from terms.scripts import Objection, ScriptStage

LONGEST = 1500
"""Characters of a script in one language: what can be said before somebody answers."""
_HOLE = re.compile(r"\{([^{}]*)\}")
_PIECES = re.compile(r"\{[^{}]*\}|[A-Za-z0-9'’.-]+|\s+|.", re.DOTALL)


class Hole(StrEnum):
    """What is filled in when a script is shown beside a case."""

    CLIENT = "client"
    STAFF = "staff"
    COMPANY = "company"
    REGISTRATION = "registration"
    LINE = "line"
    PRODUCT = "product"
    INSURER = "insurer"
    DUE = "due"
    GRACE_END = "grace_end"
    PREMIUM = "premium"
    NEW_PREMIUM = "new_premium"
    DIFFERENCE = "difference"
    CHANGES = "changes"


CHINESE: Mapping[Hole, str] = {
    Hole.CLIENT: "客户称呼",
    Hole.STAFF: "专员姓名",
    Hole.COMPANY: "公司名称",
    Hole.REGISTRATION: "执业编号",
    Hole.LINE: "险种",
    Hole.PRODUCT: "产品",
    Hole.INSURER: "保险公司",
    Hole.DUE: "到期日",
    Hole.GRACE_END: "宽限期末日",
    Hole.PREMIUM: "上期保费",
    Hole.NEW_PREMIUM: "本期保费",
    Hole.DIFFERENCE: "保费差额",
    Hole.CHANGES: "保障变化",
}
"""What a Chinese text calls them; an English one calls them by their value."""
HOLES: Mapping[str, Hole] = {
    **{name: hole for hole, name in CHINESE.items()},
    **{hole.value: hole for hole in Hole},
}
OPENING = (Hole.STAFF, Hole.COMPANY, Hole.REGISTRATION)
"""What the opening words state (rules §3)."""


class FaultCode(StrEnum):
    """Why a text cannot be asked for; ``words.scripts`` says it."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    UNKNOWN_HOLE = "unknown_hole"
    OPENING_LACKS = "opening_lacks"
    FORBIDDEN = "forbidden"
    NAMES_STARS = "names_stars"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a text, in which language, and the words it is about."""

    code: FaultCode
    is_chinese: bool
    about: tuple[str, ...] = ()


class Place(Protocol):
    """Where a script stands in the library."""

    @property
    def stage(self) -> ScriptStage: ...
    @property
    def objection(self) -> Objection | None: ...
    @property
    def line(self) -> Line | None: ...


@dataclass(frozen=True, slots=True)
class CaseState:
    """What of a case decides which script it needs."""

    kind: RenewalKind
    line: Line
    state: RenewalState
    days_left: int
    was_reached: bool
    last_intention: Intention | None
    objection: Objection | None
    is_suspended: bool = False
    """The cover of a long-term contract is suspended (效力中止)."""


_OBJECTIONS: Mapping[str, Objection] = {
    RefusalReason.PRICE: Objection.PRICE,
    RefusalReason.FINANCIAL_PRESSURE: Objection.FINANCES,
    RefusalReason.SERVICE: Objection.SERVICE,
    RefusalReason.CLAIM: Objection.CLAIM,
    RefusalReason.BOUGHT_ELSEWHERE: Objection.ELSEWHERE,
    RefusalReason.RISK_GONE: Objection.NO_NEED,
}


def objection_of(refusal_reason: str | None) -> Objection | None:
    """The objection behind a refusal reason; None where it names none."""
    return _OBJECTIONS.get(refusal_reason or "")


def place_of(stage: ScriptStage, objection: Objection | None, line: Line | None) -> str:
    """The address of a place: ``objection.price.motor``, ``first_contact.any.any``."""
    return ".".join((stage, objection or "any", line or "any"))


def holes(text: str) -> tuple[str, ...]:
    """What stands in braces in ``text``, in its order, each once."""
    return tuple(dict.fromkeys(name.strip() for name in _HOLE.findall(text)))


def filled(text: str, given: Mapping[Hole, str]) -> str:
    """``text`` with everything in braces filled in; what is not known stays as it is."""

    def fill(match: re.Match[str]) -> str:
        hole = HOLES.get(match.group(1).strip())
        return given.get(hole, match.group()) if hole else match.group()

    return _HOLE.sub(fill, text)


_WRITTEN_IN: Mapping[Language, Locale] = {
    Language.MANDARIN: Locale.ZH,
    Language.CANTONESE: Locale.ZH,
    Language.ENGLISH: Locale.EN,
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """In which of its languages a text is said."""

    locale: Locale
    is_as_wished: bool = True
    """False where the client's language has no text of its own."""


def spoken_in(text_zh: str, text_en: str, *, wish: Language | None, otherwise: Locale) -> Spoken:
    """The language the client likes where there is a text in it, else the other.

    Args:
        wish: the client's language; Cantonese has no text of its own and is read from the Chinese.
        otherwise: what is taken where nobody asked the client.
    """
    wanted = _WRITTEN_IN[wish] if wish is not None else otherwise
    texts = {Locale.ZH: text_zh, Locale.EN: text_en}
    if not texts[wanted].strip():
        other = Locale.EN if wanted is Locale.ZH else Locale.ZH
        return Spoken(other, is_as_wished=wish is None)
    return Spoken(wanted, is_as_wished=wish is not Language.CANTONESE)


def faults(
    text_zh: str,
    text_en: str,
    *,
    stage: ScriptStage,
    line: Line | None,
    words: Iterable[Word],
    names_stars: tuple[bool, bool],
) -> tuple[Fault, ...]:
    """Everything that keeps the two texts from being asked for.

    Args:
        names_stars: whether the Chinese and the English text speak of stars (R30).
    """
    known = tuple(words)
    found: list[Fault] = []
    for text, is_chinese, stars in (
        (text_zh, True, names_stars[0]),
        (text_en, False, names_stars[1]),
    ):
        if not text.strip():
            found.append(Fault(FaultCode.EMPTY, is_chinese))
            continue
        if len(text) > LONGEST:
            found.append(Fault(FaultCode.TOO_LONG, is_chinese, (str(LONGEST),)))
        unknown = tuple(name for name in holes(text) if name not in HOLES)
        if unknown:
            found.append(Fault(FaultCode.UNKNOWN_HOLE, is_chinese, unknown))
        if stage is ScriptStage.FIRST_CONTACT:
            there = {HOLES.get(name) for name in holes(text)}
            lacks = tuple(hole.value for hole in OPENING if hole not in there)
            if lacks:
                found.append(Fault(FaultCode.OPENING_LACKS, is_chinese, lacks))
        refused = tuple(
            dict.fromkeys(each.said for each in found_words(text, known, line) if each.is_refused)
        )
        if refused:
            found.append(Fault(FaultCode.FORBIDDEN, is_chinese, refused))
        if stars:
            found.append(Fault(FaultCode.NAMES_STARS, is_chinese))
    return tuple(found)


def found_words(text: str, words: Iterable[Word], line: Line | None) -> tuple[Found, ...]:
    """Forbidden words in a script. One for every line keeps to the words of all lines: it is read
    to a client with a life policy too."""
    if line is not None:
        return find(text, words, line=line)
    known = tuple(words)
    there = {
        (each.start, each.end): each
        for of in (Line.LIFE, Line.MOTOR)
        for each in find(text, known, line=of)
    }
    return tuple(there[span] for span in sorted(there))


def differences(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """``(mark, text)`` piece by piece: ``=`` stays, ``-`` goes, ``+`` comes."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    said: list[tuple[str, str]] = []
    for what, a0, a1, b0, b1 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            said.append(("=", "".join(old[a0:a1])))
            continue
        if a1 > a0:
            said.append(("-", "".join(old[a0:a1])))
        if b1 > b0:
            said.append(("+", "".join(new[b0:b1])))
    return tuple(said)


def stages_of(case: CaseState) -> tuple[tuple[ScriptStage, Objection | None], ...]:
    """What the case calls for, the closest first."""
    wanted: list[tuple[ScriptStage, Objection | None]] = []
    is_instalment = case.kind is RenewalKind.INSTALMENT
    if case.is_suspended:
        wanted.append((ScriptStage.REINSTATEMENT, None))
    if case.state is RenewalState.AGREED:
        wanted.append((ScriptStage.CLOSING, None))
    elif case.objection is not None:
        wanted.append((ScriptStage.OBJECTION, case.objection))
    elif case.last_intention is Intention.THINKING and not is_instalment:
        wanted.append((ScriptStage.OBJECTION, Objection.LATER))
    if is_instalment and case.days_left < 0:
        wanted.append((ScriptStage.GRACE, None))
    elif is_instalment:
        wanted.append((ScriptStage.INSTALMENT, None))
    elif case.days_left < 0:
        wanted.append((ScriptStage.UNCOVERED, None))
    elif not case.was_reached:
        wanted.append((ScriptStage.FIRST_CONTACT, None))
    if case.state is RenewalState.QUOTED:
        place = next((at for at, (stage, _) in enumerate(wanted) if stage in _BY_DAY), len(wanted))
        wanted.insert(place, (ScriptStage.QUOTE, None))
    wanted += [(ScriptStage.FOLLOW_UP, None), (ScriptStage.FIRST_CONTACT, None)]
    return tuple(dict.fromkeys(wanted))


_BY_DAY = frozenset(
    {
        ScriptStage.FIRST_CONTACT,
        ScriptStage.UNCOVERED,
        ScriptStage.INSTALMENT,
        ScriptStage.GRACE,
    }
)


_NEVER_OF: Mapping[RenewalKind, frozenset[ScriptStage]] = {
    RenewalKind.TERM: frozenset(
        {ScriptStage.INSTALMENT, ScriptStage.GRACE, ScriptStage.REINSTATEMENT}
    ),
    RenewalKind.INSTALMENT: frozenset(
        {
            ScriptStage.FIRST_CONTACT,
            ScriptStage.QUOTE,
            ScriptStage.UNCOVERED,
            ScriptStage.WIN_BACK,
        }
    ),
}
"""续保 and 续期 are never mixed (rules §3)."""


def in_order(case: CaseState, places: Iterable[Place]) -> tuple[int, ...]:
    """Which of ``places`` serve the case, by their position: the one it calls for first, the rest
    in the order of the library; a text for the line stands in for the one for every line."""
    best: dict[tuple[ScriptStage, Objection | None], tuple[bool, int]] = {}
    for at, place in enumerate(places):
        if place.line is not None and place.line is not case.line:
            continue
        if place.stage in _NEVER_OF[case.kind]:
            continue
        own = place.line is not None
        key = (place.stage, place.objection)
        if key not in best or (own and not best[key][0]):
            best[key] = (own, at)
    first = next((best[key][1] for key in stages_of(case) if key in best), None)
    stages, objections = list(ScriptStage), list(Objection)
    rest = sorted(
        best,
        key=lambda key: (
            stages.index(key[0]),
            objections.index(key[1]) if key[1] is not None else -1,
        ),
    )
    ordered = [best[key][1] for key in rest]
    return tuple(([first] if first is not None else []) + [at for at in ordered if at != first])
