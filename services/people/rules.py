"""Pure decisions about passwords and sessions."""

import hashlib
import unicodedata
from datetime import datetime, timedelta
from functools import cache

SHORTEST_PASSWORD = 10
"""Characters."""
LONGEST_PASSWORD = 72
"""Bytes in UTF-8; bcrypt reads no more."""
TOUCH_EVERY = timedelta(minutes=1)
"""How often a session's last use is written down at most."""
TICKET_LIVES = timedelta(minutes=2)


def normalised_username(typed: str) -> str:
    """The name as it is stored: no outer blanks, lower case, full-width letters folded."""
    return unicodedata.normalize("NFKC", typed).strip().lower()


def is_username(name: str) -> bool:
    """2 to 40 letters (of any script), digits, dots, dashes or underscores."""
    return 2 <= len(name) <= 40 and all(c.isalnum() or c in "._-" for c in name)


def session_id_of(token: str) -> str:
    """The id of the session that ``token`` opens: its SHA-256, so that the table opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_too_short(password: str) -> bool:
    return len(password) < SHORTEST_PASSWORD


def is_too_long(password: str) -> bool:
    return len(password.encode()) > LONGEST_PASSWORD


def holds_username(password: str, username: str) -> bool:
    """Whether the password holds the user name (of three characters or more)."""
    return len(username) >= 3 and username.lower() in password.lower()


def is_common(password: str) -> bool:
    """Whether the password, or it without digits and signs around, is among the common ones.

    The lists are those of zxcvbn: leaked passwords, frequent words and names.
    """
    plain = password.lower()
    core = plain.strip("0123456789!@#$%^&*()-_=+.?~ ")
    return plain in _common() or core in _common() or len(set(plain)) < 4


def is_locked(failures: int, *, allowed: int) -> bool:
    """Whether ``failures`` inside the window lock the name."""
    return failures >= allowed


def is_alive(
    *,
    last_seen_at: datetime,
    expires_at: datetime,
    idle_minutes: int,
    revoked_at: datetime | None,
    at: datetime,
) -> bool:
    """Whether a session still opens: not revoked, not idle too long, not past its whole length."""
    if revoked_at is not None or at >= expires_at:
        return False
    return at < last_seen_at + timedelta(minutes=idle_minutes)


@cache
def _common() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(word for words in FREQUENCY_LISTS.values() for word in words)
