"""Uploaded files: kept encrypted until they are applied, opened only into nameless memory."""

import hashlib
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from db.crypto import current_cipher
from services.intake.reading import LIMITS, Limits, refuse_size

_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class StoredFile:
    path: Path
    sha256: str
    size_bytes: int


def store(source: BinaryIO, *, folder: Path, limits: Limits = LIMITS) -> StoredFile:
    """Encrypt ``source`` into ``folder`` under a name nobody can guess.

    Raises:
        FileRefused: it is empty or larger than the limit; nothing is left behind.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{secrets.token_hex(16)}.upload"
    digest, size = hashlib.sha256(), 0
    cipher = current_cipher()
    try:
        with path.open("xb") as target:
            path.chmod(0o600)
            while piece := source.read(_PIECE):
                size += len(piece)
                if size > limits.file_bytes:
                    break
                digest.update(piece)
                sealed = cipher.encrypt_bytes(piece)
                target.write(len(sealed).to_bytes(4, "big") + sealed)
        refuse_size(size, limits=limits)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return StoredFile(path, digest.hexdigest(), size)


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file in clear, in memory that has no name and is gone afterwards."""
    cipher = current_cipher()
    with path.open("rb") as source, _nameless() as clear:
        while head := source.read(4):
            clear.write(cipher.decrypt_bytes(source.read(int.from_bytes(head, "big"))))
        clear.seek(0)
        yield clear


def remove(path: Path) -> None:
    path.unlink(missing_ok=True)


@contextmanager
def _nameless() -> Iterator[BinaryIO]:
    if hasattr(os, "memfd_create"):
        with os.fdopen(os.memfd_create("import"), "w+b", buffering=0) as file:
            yield file
    else:
        with tempfile.TemporaryFile(buffering=0) as file:
            yield file
