"""Stored files: encrypted in pieces under a key of their own, outside the web root.

Each file has a fresh key, which the caller keeps in an encrypted column: rotating the field keys
rewrites the columns and leaves the files alone, and dropping the key destroys the content. Pieces
are numbered and the last one is marked, so none can be changed, moved or cut off unseen.
"""

import base64
import hashlib
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PIECE = 1 << 20
"""Bytes encrypted at once."""
STILL_OPEN = timedelta(hours=12)
"""A younger file may belong to a transaction that is still open: no sweep takes it."""
_LAST, _MORE = b"last", b"more"


class TooMuch(Exception):
    """More bytes than allowed; nothing was left behind."""


class Damaged(Exception):
    """The stored file is not what was stored: changed, cut off, or under another key."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A file in the vault."""

    name: str
    """Under the folder; nobody can guess it."""
    key: str
    sha256: str
    """Of the content in clear."""
    size_bytes: int


def pieces_of(source: BinaryIO) -> Iterator[bytes]:
    """The content of an open file, a piece at a time."""
    while piece := source.read(PIECE):
        yield piece


def store(pieces: Iterable[bytes], *, folder: Path, limit: int | None = None) -> Stored:
    """Encrypt ``pieces`` into a new file of ``folder``.

    Args:
        limit: most bytes.

    Raises:
        TooMuch: there is more than ``limit``.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{secrets.token_hex(16)}.sealed"
    key = AESGCM.generate_key(256)
    seal, digest, size = AESGCM(key), hashlib.sha256(), 0
    try:
        with path.open("xb") as target:
            path.chmod(0o600)
            number, held = 0, b""
            for piece in _resized(pieces):
                size += len(piece)
                if limit is not None and size > limit:
                    raise TooMuch(limit)
                digest.update(piece)
                if number:
                    _write(target, seal, number - 1, held, _MORE)
                number, held = number + 1, piece
            _write(target, seal, max(number - 1, 0), held, _LAST)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Stored(path.name, base64.b64encode(key).decode(), digest.hexdigest(), size)


def content(name: str, *, key: str, folder: Path) -> Iterator[bytes]:
    """The content in clear, a piece at a time; every piece is checked before it is given.

    Raises:
        Damaged: a piece is not what was stored, or the end is missing.
        FileNotFoundError: the file is not there.
    """
    seal = AESGCM(base64.b64decode(key))
    with (folder / Path(name).name).open("rb") as source:
        number, end = 0, source.read(4)
        while end:
            sealed = source.read(int.from_bytes(end, "big"))
            end = source.read(4)
            try:
                yield seal.decrypt(_nonce(number), sealed, _MORE if end else _LAST)
            except InvalidTag:
                raise Damaged(name) from None
            number += 1
        if not number:
            raise Damaged(name)


def remove(name: str, *, folder: Path) -> None:
    """Delete the file; no error where it is gone already."""
    (folder / Path(name).name).unlink(missing_ok=True)


def sweep(folder: Path, *, keep: Iterable[str], older_than: float) -> int:
    """Delete files nobody knows of, such as a broken upload leaves.

    Args:
        keep: names that are known.
        older_than: seconds since 1970; younger files may be of a transaction still open.

    Returns:
        How many were deleted.
    """
    known, gone = set(keep), 0
    for path in folder.glob("*.sealed"):
        if path.name not in known and path.stat().st_mtime < older_than:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _write(target: BinaryIO, seal: AESGCM, number: int, piece: bytes, mark: bytes) -> None:
    sealed = seal.encrypt(_nonce(number), piece, mark)
    target.write(len(sealed).to_bytes(4, "big") + sealed)


def _nonce(number: int) -> bytes:
    """The key is used for one file, so the number of the piece is nonce enough."""
    return number.to_bytes(12, "big")


def _resized(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of ``PIECE``, the last one shorter."""
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) >= PIECE:
            yield bytes(held[:PIECE])
            del held[:PIECE]
    if held:
        yield bytes(held)
