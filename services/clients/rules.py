"""Pure decisions about a client's file: is an ID number right, what is missing, how old, how long.

Nothing here knows the database or the clock.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from terms.clients import FileItem, IdProblem, IdType, Sex


@dataclass(frozen=True, slots=True)
class Completeness:
    """The share of the required items that are there, and which are not (R7)."""

    percent: int
    missing: tuple[FileItem, ...]


def completeness(required: Iterable[str], present: Collection[str]) -> Completeness:
    """How complete a file is.

    Args:
        required: the items the rule asks for, in the order they are asked; items this software
            does not know cannot be checked and are left out.
        present: the items the file holds.

    Returns:
        Whole per cent, rounded down, so 100 means that nothing is missing.
    """
    known = {item.value for item in FileItem}
    asked = [FileItem(item) for item in dict.fromkeys(required) if item in known]
    missing = tuple(item for item in asked if item.value not in present)
    if not asked:
        return Completeness(100, ())
    return Completeness(100 * (len(asked) - len(missing)) // len(asked), missing)


_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECK = "10X98765432"
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def _plain(number: str) -> str:
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", number)).upper()


def id_problem(
    id_type: IdType | None, number: str, *, born_before: date | None = None
) -> IdProblem | None:
    """What is wrong with an ID number of this type, or None.

    Resident IDs are checked by check digit and birth date (GB 11643-1999); a region code is
    never a reason to refuse, abolished ones stay valid. Unified social credit codes are checked
    by check character (GB 32100-2015). Other types are not checked.

    Args:
        born_before: a birth date after this day is wrong; None does not ask.
    """
    if id_type is IdType.RESIDENT_ID:
        return _resident_id_problem(_plain(number), born_before)
    if id_type is IdType.UNIFIED_CREDIT_CODE:
        return _credit_code_problem(_plain(number))
    return None


def _resident_id_problem(number: str, born_before: date | None) -> IdProblem | None:
    if len(number) not in (15, 18):
        return IdProblem.LENGTH
    if not re.fullmatch(r"\d{15}|\d{17}[\dX]", number, re.ASCII):
        return IdProblem.CHARACTERS
    born = born_on(number)
    if born is None or (born_before is not None and born > born_before):
        return IdProblem.BIRTH_DATE
    if len(number) == 18:
        total = sum(
            int(digit) * weight for digit, weight in zip(number[:17], _ID_WEIGHTS, strict=True)
        )
        if number[17] != _ID_CHECK[total % 11]:
            return IdProblem.CHECK_DIGIT
    return None


def _credit_code_problem(number: str) -> IdProblem | None:
    if len(number) != 18:
        return IdProblem.LENGTH
    if any(character not in _CREDIT_ALPHABET for character in number):
        return IdProblem.CHARACTERS
    total = sum(
        _CREDIT_ALPHABET.index(character) * pow(3, at, 31)
        for at, character in enumerate(number[:17])
    )
    if number[17] != _CREDIT_ALPHABET[-total % 31]:
        return IdProblem.CHECK_DIGIT
    return None


def born_on(resident_id: str) -> date | None:
    """The birth date a resident ID states (18 digits, or 15 of the twentieth century)."""
    number = _plain(resident_id)
    digits = number[6:14] if len(number) == 18 else "19" + number[6:12]
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def sex_of(resident_id: str) -> Sex | None:
    """The sex a resident ID states: the last serial digit is odd for men."""
    number = _plain(resident_id)
    digit = number[16:17] if len(number) == 18 else number[14:15]
    if not digit.isdigit():
        return None
    return Sex.MALE if int(digit) % 2 else Sex.FEMALE


def age_years(birth_on: date, on: date) -> int:
    """Full years of life (周岁) on a day; born on 29 February, one is older from 1 March in a
    common year."""
    return on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day))


def next_birthday(birth_on: date, on: date) -> date:
    """The next day to congratulate, ``on`` included; 29 February is kept on the 28th in a common
    year, so that nobody is congratulated late."""
    for year in (on.year, on.year + 1):
        try:
            day = birth_on.replace(year=year)
        except ValueError:
            day = date(year, 2, 28)
        if day >= on:
            return day
    raise AssertionError("a birthday comes every year")


def tenure_months(since_on: date, on: date) -> int:
    """Full months somebody has been a client; 0 before it began."""
    months = (on.year - since_on.year) * 12 + on.month - since_on.month
    return max(0, months - (on.day < since_on.day))


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def printable(text: str) -> str:
    """``text`` without control characters, which no database and no screen takes."""
    return _CONTROL.sub("", text)


_PHONE = re.compile(r"\+?\d{5,15}", re.ASCII)
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+")


def is_phone(text: str) -> bool:
    """Whether ``text`` can be dialled: 5 to 15 digits, separators and a leading plus allowed."""
    plain = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", text))
    return _PHONE.fullmatch(plain) is not None


def is_email(text: str) -> bool:
    """Whether ``text`` has the form of an e-mail address."""
    return len(text) <= 120 and _EMAIL.fullmatch(text.strip()) is not None
