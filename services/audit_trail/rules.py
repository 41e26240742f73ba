"""The seal: what of an entry it covers, and how one hangs on the one before."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

FIRST = "0" * 64
"""What the first seal and the first mark hang on."""
_HALF = 32


@dataclass(frozen=True, slots=True)
class Sealed:
    """Everything of an entry that a seal covers: all of it, as it is stored."""

    id: int
    happened_at: datetime
    actor_id: int | None
    event: str
    subject: str
    subject_id: int | None
    client_id: int | None
    detail: Mapping[str, Any]
    personal: bytes | None
    """The ciphertext: dropping the client's key makes it unreadable and leaves it as it is."""


def seal_of(key: bytes, entry: Sealed, before: str) -> str:
    """64 hexadecimal characters: the digest of the entry, then that of it and the seal before."""
    own = _digest(key, _content(entry))[:_HALF]
    return own + _digest(key, f"{before}{own}")[:_HALF]


def is_own(seal: str, key: bytes, entry: Sealed) -> bool:
    """Whether the entry is as it was sealed, whatever became of those before it."""
    return hmac.compare_digest(seal[:_HALF], _digest(key, _content(entry))[:_HALF])


def mark_of(key: bytes, *, from_id: int, upto_id: int, entries: int, seal: str, before: str) -> str:
    """The keyed digest of one round of sealing and of the mark before it."""
    return _digest(key, f"{before}:{from_id}:{upto_id}:{entries}:{seal}")


def _content(entry: Sealed) -> str:
    return json.dumps(
        [
            entry.id,
            entry.happened_at.astimezone(UTC).isoformat(),
            entry.actor_id,
            entry.event,
            entry.subject,
            entry.subject_id,
            entry.client_id,
            entry.detail,
            entry.personal.hex() if entry.personal is not None else None,
        ],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )


def _digest(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(), hashlib.sha256).hex()
