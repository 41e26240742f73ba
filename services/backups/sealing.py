"""The file of a backup: a wrapped key, then a compressed archive in sealed pieces.

Pieces are numbered and the last one is marked, so none can be changed, moved or cut off unseen.
"""

import gzip
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from db.crypto import UnknownFieldKey, current_cipher

MAGIC = b"EVERGREEN-BACKUP-1\n"
PIECE = 1 << 20
"""Bytes encrypted at once."""
_LAST, _MORE = b"last", b"more"
_FAST = 1
"""Of zlib's levels; most of a database is ciphertext that does not shrink."""


class Unreadable(Exception):
    """The file is no backup, was changed or cut off, or needs a key that is not there."""


@contextmanager
def written(path: Path) -> Iterator[tarfile.TarFile]:
    """An archive to put files into; at ``path`` only when all of it was written."""
    partial = path.with_name(path.name + ".partial")
    try:
        with partial.open("wb") as target:
            partial.chmod(0o600)
            with (
                _Sealer(target) as sealer,
                gzip.GzipFile(
                    fileobj=cast("Any", sealer), mode="wb", compresslevel=_FAST, mtime=0
                ) as packed,
                tarfile.open(mode="w|", fileobj=packed) as archive,
            ):
                yield archive
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def opened(path: Path) -> Iterator[tarfile.TarFile]:
    """The archive, to be read once from its beginning to its end.

    Raises:
        Unreadable: at once or while reading.
    """
    try:
        with (
            path.open("rb") as source,
            gzip.GzipFile(fileobj=cast("Any", _Opener(source)), mode="rb") as packed,
            tarfile.open(mode="r|", fileobj=packed) as archive,
        ):
            yield archive
    except (tarfile.TarError, zlib.error, EOFError, OSError) as error:
        if isinstance(error, FileNotFoundError):
            raise
        raise Unreadable(str(error)) from error


class _Sealer:
    """Takes the archive's bytes, writes them sealed; used once."""

    def __init__(self, target: BinaryIO) -> None:
        key = AESGCM.generate_key(256)
        wrapped = current_cipher().encrypt_bytes(key)
        self._seal, self._target = AESGCM(key), target
        self._number, self._held = 0, bytearray()
        target.write(MAGIC + len(wrapped).to_bytes(2, "big") + wrapped)

    def __enter__(self) -> "_Sealer":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self._piece(bytes(self._held), _LAST)

    def write(self, data: bytes) -> int:
        self._held += data
        while len(self._held) > PIECE:
            self._piece(bytes(self._held[:PIECE]), _MORE)
            del self._held[:PIECE]
        return len(data)

    def _piece(self, piece: bytes, mark: bytes) -> None:
        sealed = self._seal.encrypt(_nonce(self._number), piece, mark)
        self._target.write(len(sealed).to_bytes(4, "big") + sealed)
        self._number += 1


class _Opener:
    """Gives the archive's bytes, each piece checked before it is given."""

    def __init__(self, source: BinaryIO) -> None:
        if source.read(len(MAGIC)) != MAGIC:
            raise Unreadable("this is no backup of Evergreen")
        wrapped = source.read(int.from_bytes(source.read(2), "big"))
        try:
            self._seal = AESGCM(current_cipher().decrypt_bytes(wrapped))
        except UnknownFieldKey as error:
            raise Unreadable(
                f"it needs the field key {error}: add it to EVERGREEN_FIELD_KEYS"
            ) from error
        except (InvalidTag, IndexError, ValueError) as error:
            raise Unreadable("its key was changed, or is of other field keys") from error
        self._source, self._number, self._held = source, 0, bytearray()
        self._next = source.read(4)

    def read(self, size: int) -> bytes:
        while len(self._held) < size and self._next:
            sealed = self._source.read(int.from_bytes(self._next, "big"))
            self._next = self._source.read(4)
            mark = _MORE if self._next else _LAST
            try:
                self._held += self._seal.decrypt(_nonce(self._number), sealed, mark)
            except InvalidTag:
                raise Unreadable("it was changed or cut off") from None
            self._number += 1
        given = bytes(self._held[:size])
        del self._held[:size]
        return given


def _nonce(number: int) -> bytes:
    """The key is used for one file, so the number of the piece is nonce enough."""
    return number.to_bytes(12, "big")
