"""What a file really is: read from its content and structure, never from its name.

Accepted are the papers of the trade: PDF, JPEG, PNG, DOCX, XLSX and OFD. A file that only begins
like one of them, holds macros or scripts, or unpacks to far more than it weighs is refused.
"""

import warnings
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from services.errors import BusinessError

MOST_BYTES = 20 * 1024 * 1024
"""A document weighs at most 20 MB."""
_MOST_PIXELS = 120_000_000
_MOST_MEMBERS = 5_000
_MOST_UNPACKED = 150 * 1024 * 1024
_TAIL = 4096


class DocumentRefused(BusinessError):
    """The file is not taken in. Data: ``reason`` (empty, too_large, unknown, damaged, active,
    locked, unpacks), ``limit`` in bytes with too_large."""

    code = "document_refused"


@dataclass(frozen=True, slots=True)
class Content:
    """What a file is."""

    content_type: str
    extension: str


PDF = Content("application/pdf", "pdf")
JPEG = Content("image/jpeg", "jpg")
PNG = Content("image/png", "png")
DOCX = Content("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx")
XLSX = Content("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx")
OFD = Content("application/ofd", "ofd")
EXTENSIONS = ("pdf", "jpg", "jpeg", "png", "docx", "xlsx", "ofd")
"""Endings an upload form offers; what comes in is judged by its content all the same."""

_INSIDE = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "OFD.xml": OFD}
_MACROS = ("vbaproject.bin", "vbadata.xml", "activex1.bin")
_SCRIPTS = (b"/JavaScript", b"/Launch", b"/RichMedia")


def content_of(file: BinaryIO) -> Content:
    """What the open, seekable ``file`` is.

    Raises:
        DocumentRefused: it is none of the accepted kinds, or not soundly one.
    """
    size = file.seek(0, 2)
    if not size:
        raise DocumentRefused(reason="empty")
    if size > MOST_BYTES:
        raise DocumentRefused(reason="too_large", limit=MOST_BYTES)
    file.seek(0)
    head = file.read(8)
    try:
        if head.startswith(b"%PDF-"):
            return _pdf(file, size)
        if head.startswith(b"\xff\xd8\xff"):
            return _image(file, size, "JPEG", JPEG, ending=b"\xff\xd9")
        if head.startswith(b"\x89PNG\r\n\x1a\n"):
            return _image(file, size, "PNG", PNG, ending=b"IEND")
        if head.startswith(b"PK\x03\x04"):
            return _packed(file)
    finally:
        file.seek(0)
    raise DocumentRefused(reason="unknown")


def _pdf(file: BinaryIO, size: int) -> Content:
    file.seek(max(0, size - _TAIL))
    tail = file.read()
    if b"%%EOF" not in tail or b"startxref" not in tail:
        raise DocumentRefused(reason="damaged")
    file.seek(0)
    whole = file.read()
    if any(script in whole for script in _SCRIPTS):
        raise DocumentRefused(reason="active")
    return PDF


def _image(file: BinaryIO, size: int, kind: str, content: Content, *, ending: bytes) -> Content:
    file.seek(max(0, size - _TAIL))
    if ending not in file.read():
        raise DocumentRefused(reason="damaged")
    file.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(file, formats=[kind]) as image:
                width, height = image.size
                if width * height > _MOST_PIXELS:
                    raise DocumentRefused(reason="unpacks")
                image.verify()
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise DocumentRefused(reason="unpacks") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise DocumentRefused(reason="damaged") from None
    return content


def _packed(file: BinaryIO) -> Content:
    try:
        with zipfile.ZipFile(file) as packed:
            members = packed.infolist()
            if len(members) > _MOST_MEMBERS or sum(one.file_size for one in members) > (
                _MOST_UNPACKED
            ):
                raise DocumentRefused(reason="unpacks")
            if any(one.flag_bits & 1 for one in members):
                raise DocumentRefused(reason="locked")
            names = [one.filename for one in members]
            if any(PurePosixPath(name).name.lower() in _MACROS for name in names):
                raise DocumentRefused(reason="active")
            found = next((content for inside, content in _INSIDE.items() if inside in names), None)
            if found is None or (found is not OFD and "[Content_Types].xml" not in names):
                raise DocumentRefused(reason="unknown")
            if packed.testzip() is not None:
                raise DocumentRefused(reason="damaged")
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError):
        raise DocumentRefused(reason="damaged") from None
    return found
