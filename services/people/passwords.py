"""Passwords: hashed by bcrypt, refused when weak, compared in equal time."""

import secrets
from functools import cache

import bcrypt

from services.errors import BusinessError
from services.people import rules


class WrongPassword(BusinessError):
    """Name and password do not belong together; unknown names say the same."""

    code = "wrong_password"


class PasswordTooShort(BusinessError):
    """Data: ``shortest``, in characters."""

    code = "password_too_short"


class PasswordTooLong(BusinessError):
    """Data: ``longest``, in bytes."""

    code = "password_too_long"


class PasswordTooCommon(BusinessError):
    code = "password_too_common"


class PasswordHoldsUsername(BusinessError):
    code = "password_holds_username"


class PasswordUnchanged(BusinessError):
    code = "password_unchanged"


def hash_password(password: str, *, rounds: int = 12) -> str:
    """The bcrypt hash of ``password``, as streamlit-authenticator's ``Hasher`` makes it."""
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(rounds)).decode()


def check_password_rules(password: str, *, username: str) -> None:
    """Refuse a weak password.

    Raises:
        PasswordTooShort, PasswordTooLong, PasswordTooCommon, PasswordHoldsUsername.
    """
    if rules.is_too_short(password):
        raise PasswordTooShort(shortest=rules.SHORTEST_PASSWORD)
    if rules.is_too_long(password):
        raise PasswordTooLong(longest=rules.LONGEST_PASSWORD)
    if rules.holds_username(password, username):
        raise PasswordHoldsUsername()
    if rules.is_common(password):
        raise PasswordTooCommon()


@cache
def nobodys_hash() -> bytes:
    """What an unknown name's password is checked against, so that both answers take as long."""
    return bcrypt.hashpw(secrets.token_bytes(16), bcrypt.gensalt(12))


def fits(password: str, stored: bytes) -> bool:
    """Whether ``password`` belongs to the hash ``stored``; always the cost of one hash."""
    if rules.is_too_long(password):
        password = ""  # bcrypt refuses it; the empty one costs the same and never fits
    try:
        return bcrypt.checkpw(password.encode(), stored)
    except ValueError:  # a NUL byte, or no hash
        return False
