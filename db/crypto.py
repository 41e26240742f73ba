"""The field cipher: AES-256-GCM with rotating keys, and the keyed index that finds equal values.

A stored value is ``len(key id) · key id · nonce(12) · ciphertext``; any key of the ring can read,
the first one writes. The blind index uses a key of its own, so rotating field keys does not
change what can be found.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping, Sequence

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class UnknownFieldKey(Exception):
    """A value was written with a key that is not in ``EVERGREEN_FIELD_KEYS``."""


class FieldCipher:
    """Encrypts and finds personal values.

    Args:
        keys: key id → 32 bytes; the first is the one that writes.
        index_key: 32 bytes for the blind index.
    """

    def __init__(self, keys: Mapping[str, bytes], index_key: bytes) -> None:
        if not keys:
            raise ValueError("at least one field key is needed")
        self._ring = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self.current_key_id = next(iter(keys))
        self._writer = self._ring[self.current_key_id]
        head = self.current_key_id.encode()
        self.head = bytes([len(head)]) + head
        """What every value of the current key begins with."""
        self._index_key = index_key

    def encrypt_bytes(self, value: bytes) -> bytes:
        nonce = os.urandom(_NONCE)
        return self.head + nonce + self._writer.encrypt(nonce, value, None)

    def decrypt_bytes(self, stored: bytes) -> bytes:
        size = stored[0]
        key_id = stored[1 : 1 + size].decode()
        try:
            key = self._ring[key_id]
        except KeyError:
            raise UnknownFieldKey(key_id) from None
        body = stored[1 + size :]
        return key.decrypt(body[:_NONCE], body[_NONCE:], None)

    def wrote(self, stored: bytes) -> bool:
        """Whether the current key wrote ``stored``."""
        return stored.startswith(self.head)

    def encrypt(self, value: str) -> bytes:
        return self.encrypt_bytes(value.encode())

    def encrypt_all(self, values: Sequence[str | None]) -> list[bytes | None]:
        """``encrypt`` for many values at once; null stays null."""
        nonces = os.urandom(_NONCE * len(values))
        head, encrypt = self.head, self._writer.encrypt
        return [
            None
            if value is None
            else head
            + (nonce := nonces[at * _NONCE : (at + 1) * _NONCE])
            + encrypt(nonce, value.encode(), None)
            for at, value in enumerate(values)
        ]

    def decrypt(self, stored: bytes) -> str:
        return self.decrypt_bytes(stored).decode()

    def key_for(self, purpose: str) -> bytes:
        """A key of its own for ``purpose``, made from the index key, which is not rotated."""
        return hmac.digest(self._index_key, f"evergreen {purpose}".encode(), hashlib.sha256)

    def blind_index(self, value: str) -> bytes:
        """A 16-byte keyed hash: equal values have equal hashes, nothing else can be learnt."""
        return hmac.digest(self._index_key, value.encode(), hashlib.sha256)[:16]


_cipher: FieldCipher | None = None


def use_cipher(cipher: FieldCipher) -> None:
    """Set the process's cipher; called once when the process connects."""
    global _cipher
    _cipher = cipher


def current_cipher() -> FieldCipher:
    """The process's cipher.

    Raises:
        RuntimeError: nobody called ``use_cipher``.
    """
    if _cipher is None:
        raise RuntimeError("no field cipher: connect through db.session.connect")
    return _cipher


def parse_key_ring(text: str) -> dict[str, bytes]:
    """``id=base64,id=base64`` → key ring; the first key writes.

    Raises:
        ValueError: an id is empty or doubled, or a key is not 32 bytes of base64.
    """
    ring: dict[str, bytes] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        key_id, separator, encoded = part.partition("=")
        key = base64.b64decode(encoded, validate=True)
        if not separator or not key_id or key_id in ring or len(key) != 32 or len(key_id) > 32:
            raise ValueError("field keys are written id=base64 of 32 bytes, each id once")
        ring[key_id] = key
    return ring
