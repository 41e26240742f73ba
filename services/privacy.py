"""Personal data: masking, normal forms, and the keyed indexes that find exact values (rules §6)."""

import re
import unicodedata

from db.crypto import current_cipher

_KEEP = re.compile(r"[^0-9A-Za-z]")


def normal(value: str) -> str:
    """One form for equal values: full-width → ASCII, no separators, capitals."""
    return _KEEP.sub("", unicodedata.normalize("NFKC", value)).upper()


def normal_phone(value: str) -> str:
    """Digits of a phone number; the country code 86 of a mobile is dropped."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", value))
    if len(digits) > 11 and digits.startswith("0086"):
        digits = digits[4:]
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    return digits


def phone_index(value: str) -> bytes:
    return current_cipher().blind_index("phone:" + normal_phone(value))


def last_four_index(value: str) -> bytes:
    """The index of a phone's last four digits; ``value`` is a phone or the four digits."""
    return current_cipher().blind_index("last4:" + normal_phone(value)[-4:])


def id_index(value: str) -> bytes:
    return current_cipher().blind_index("id:" + normal(value))


def email_index(value: str) -> bytes:
    return current_cipher().blind_index("email:" + value.strip().lower())


def account_index(value: str) -> bytes:
    return current_cipher().blind_index("account:" + normal(value))


def mask_name(value: str | None) -> str | None:
    """The first character of a name: ``沈**``; of a company the first two: ``杭州****``."""
    if not value:
        return None
    return f"{value[0]}**" if len(value) <= 4 else f"{value[:2]}****"


def mask_phone(value: str | None) -> str | None:
    """``138****6721``; shorter numbers keep their last two digits."""
    if not value:
        return None
    return f"{value[:3]}****{value[-4:]}" if len(value) >= 8 else f"****{value[-2:]}"


def mask_id(value: str | None) -> str | None:
    """First three and last two characters of an ID number."""
    if not value:
        return None
    return f"{value[:3]}{'*' * max(4, len(value) - 5)}{value[-2:]}" if len(value) > 6 else "****"


def mask_email(value: str | None) -> str | None:
    """First character and the domain."""
    if not value:
        return None
    name, _, domain = value.partition("@")
    return f"{name[:1]}***@{domain}" if domain else "***"


def mask_address(value: str | None) -> str | None:
    """The first six characters (province and city)."""
    return f"{value[:6]}****" if value else None


def mask_account(value: str | None) -> str | None:
    """The last four digits."""
    return f"**** {value[-4:]}" if value else None


_NUMBER = re.compile(r"(?<!\d)(?!\d{4}-\d{1,2}-\d{1,2}(?!\d))\d(?:[ \-]?\d){9,}[Xx]?")
_EMAIL = re.compile(r"[^\s@<>,;，；：]+@[^\s@<>,;，；]+\.[^\s@<>,;，；]+")


def mask_within(text: str) -> str:
    """``text`` with the e-mail addresses and the numbers of ten digits and more in it masked:
    phones, ID numbers and accounts in texts that are not known to hold any."""
    text = _EMAIL.sub(lambda found: mask_email(found[0]) or "", text)
    return _NUMBER.sub(lambda found: mask_phone(_KEEP.sub("", found[0])) or "", text)
