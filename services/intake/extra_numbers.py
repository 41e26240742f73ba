"""Which of the columns without a meaning hold a figure that may be counted with.

``client.extra`` is encrypted, since anything may stand in it; a figure has to be readable by the
database. A number that names somebody or something is no figure and stays encrypted only.
"""

import re
from collections.abc import Mapping

from services.intake.values import number

_NAMES_SOMETHING = re.compile(
    r"(编号|号码|账号|帐号|卡号|证号|单号|车牌|电话|手机|传真|邮编|身份证|护照|证件|密码|代码|编码"
    r"|微信|号$|\b(id|ids|(?:no|nr|number)(?! of\b)|code|phone|mobile|tel|telephone|fax|zip"
    r"|postcode|account|card|passport|ssn|pin|plate|serial|ref|reference|wechat|qq)\b)",
    re.I,
)
_LONGEST = 9
"""Digits before the decimal point; longer numbers are phones, accounts, identities."""
_LEADING_ZERO = re.compile(r"^0\d")


def numbers_of(extra: Mapping[str, str]) -> dict[str, int | float]:
    """The figures among ``extra``, under the same keys."""
    return {
        key: figure
        for key, text in extra.items()
        if (figure := _figure(text)) is not None and not _NAMES_SOMETHING.search(key)
    }


def _figure(text: str) -> int | float | None:
    if not text or not any(character.isdigit() for character in text) or len(text) > 24:
        return None
    value = number(text)
    if value is None or abs(value) >= 10**_LONGEST or _LEADING_ZERO.match(text):
        return None
    return int(value) if value == int(value) else float(value)
