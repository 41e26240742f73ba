"""Small files that are what they say, and some that are not."""

import io
import zipfile

from PIL import Image

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\nxref\n0 1\ntrailer<<>>\nstartxref\n9\n%%EOF\n"


def picture(kind: str = "PNG", size: tuple[int, int] = (8, 8)) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", size, "green").save(target, kind)
    return target.getvalue()


def packed(*names: str, content: bytes = b"<x/>") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return target.getvalue()


def docx() -> bytes:
    return packed("[Content_Types].xml", "word/document.xml")
