"""What a cell says: amounts, numbers, phones, e-mail, identity numbers."""

import re
import unicodedata
from decimal import Decimal, InvalidOperation

from services.clients.rules import born_on, id_problem
from services.money import fen
from terms.clients import IdType

_CURRENCY = re.compile(r"(?:rmb|cny|人民币|¥|\$|€|£|元整|元|圆|块|/年|/月)", re.I)
_SCALES = {"万": Decimal(10_000), "亿": Decimal(100_000_000), "千": Decimal(1000)}
_GROUPED = re.compile(r"^-?\d{1,3}(?:,\d{3})+(?:\.\d*)?$|^-?\d{1,4}(?:,\d{4})+(?:\.\d*)?$")
_EUROPEAN = re.compile(r"^-?\d{1,3}(?:\.\d{3})*,\d{1,2}$")
_PLAIN = re.compile(r"^-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$", re.I)
_TOO_MUCH = Decimal(10) ** 14


def plain(text: str) -> str:
    """Full-width forms made ASCII, ends stripped."""
    return unicodedata.normalize("NFKC", text).strip()


def number(text: str) -> Decimal | None:
    """The number a cell means, exactly; None when it is none.

    Thousands separators (also groups of four), full-width digits, currency signs, 万 and 亿,
    brackets for a minus and the comma as decimal sign are understood.
    """
    body = _CURRENCY.sub("", plain(text)).replace(" ", "").replace("'", "").replace("−", "-")
    negative = body.startswith("(") and body.endswith(")")
    if negative:
        body = body[1:-1]
    scale = Decimal(1)
    while body and body[-1] in _SCALES:
        scale *= _SCALES[body[-1]]
        body = body[:-1]
    if body.startswith("+"):
        body = body[1:]
    if _GROUPED.match(body):
        body = body.replace(",", "")
    elif _EUROPEAN.match(body):
        body = body.replace(".", "").replace(",", ".")
    if not _PLAIN.match(body):
        return None
    try:
        value = Decimal(body) * scale
    except InvalidOperation:
        return None
    if abs(value) >= _TOO_MUCH:
        return None
    return -value if negative else value


def amount_fen(text: str, *, scale: Decimal = Decimal(1)) -> int | None:
    """An amount of yuan → fen, rounded half up; None when it is no amount.

    Args:
        scale: 10,000 for a column whose header says 万元.
    """
    value = number(text)
    return None if value is None else fen(value * scale)


def header_scale(header: str) -> Decimal:
    """What a column's header multiplies its amounts by: 保费（万元） by 10,000."""
    text = plain(header)
    if "亿元" in text:
        return _SCALES["亿"]
    return _SCALES["万"] if "万元" in text or "(万)" in text else Decimal(1)


_PHONES = re.compile(r"[,;/、|\n]+")
_MOBILE = re.compile(r"^1[3-9]\d{9}$")
_FIXED = re.compile(r"^(0\d{9,14}|[48]00\d{7}|[2-8]\d{6,7})$")


def parts(text: str) -> list[str]:
    """The pieces of a cell that lists several things."""
    return [part.strip() for part in re.split(r"[,;/、|+\n]+", plain(text)) if part.strip()]


def first_phone(text: str) -> tuple[str, bool]:
    """The first phone number of a cell, and whether there are others in it."""
    parts = [part.strip() for part in _PHONES.split(plain(text)) if part.strip()]
    return (parts[0], len(parts) > 1) if parts else ("", False)


def phone_is_plausible(digits: str, *, international: bool = False) -> bool:
    """Whether ``digits`` can be a mainland mobile or fixed number, or one with a country code."""
    if international:
        return 8 <= len(digits) <= 15
    return bool(_MOBILE.match(digits) or _FIXED.match(digits))


_EMAIL = re.compile(r"^[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]{2,}$")


def email_is_plausible(text: str) -> bool:
    return bool(_EMAIL.match(text))


_RESIDENT_18 = re.compile(r"^\d{17}[\dX]$")
_RESIDENT_15 = re.compile(r"^\d{15}$")
_CREDIT = re.compile(r"^[0-9A-HJ-NP-RTUWXY]{2}\d{6}[0-9A-HJ-NP-RTUWXY]{10}$")
_PASSPORT = re.compile(r"^(?:[EGPSDK]\d{8}|E[A-Z]\d{7})$")
_HK_MACAO = re.compile(r"^[HM]\d{8,10}$")


def guessed_id_type(value: str) -> IdType:
    """The kind of document a number of this form belongs to.

    Args:
        value: normal form (``privacy.normal``).
    """
    if _RESIDENT_15.match(value):
        return IdType.RESIDENT_ID
    if _CREDIT.match(value) and born_on(value) is None:
        is_sound = id_problem(IdType.UNIFIED_CREDIT_CODE, value) is None
        if is_sound or not _RESIDENT_18.match(value):
            return IdType.UNIFIED_CREDIT_CODE
    if _RESIDENT_18.match(value):
        return IdType.RESIDENT_ID
    if _PASSPORT.match(value):
        return IdType.PASSPORT
    if _HK_MACAO.match(value):
        return IdType.HK_MACAO_PERMIT
    return IdType.OTHER


_LOST = re.compile(r"^\d(\.\d+)?e\+?1\d$", re.I)


def lost_digits(text: str) -> bool:
    """Whether a spreadsheet turned a long number into ``3.30106E+17``; its digits are gone."""
    return bool(_LOST.match(plain(text)))
