"""Tables as files: names that say who and when, cells no spreadsheet runs."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from services.actor import Actor

CSV = "text/csv; charset=utf-8"
STAMP = "# "
"""How the line begins that says who exported a CSV and when; our own import passes over it."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_BOM = "\ufeff"
_ROWS_AT_ONCE = 500


def file_name(
    stem: str, *, actor: Actor, at: datetime, zone: ZoneInfo, extension: str = "csv"
) -> str:
    """``stem-who-when.extension``: every file says who fetched it and when."""
    when = at.astimezone(zone).strftime("%Y%m%d-%H%M")
    whole = f"{stem}-{actor.username}-{when}.{extension}"
    return re.sub(r'[\x00-\x1f/\\:*?"<>|]', "_", whole)


def csv_chunks(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """A CSV that spreadsheets open rightly: UTF-8 with BOM, header first, no cell a formula.

    Args:
        rows: cells in the header's order; None is an empty cell, numbers stay numbers.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write(_BOM)
    writer.writerow([safe_cell(cell) for cell in header])
    for number, row in enumerate(rows, start=1):
        writer.writerow([safe_cell(cell) for cell in row])
        if number % _ROWS_AT_ONCE == 0:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def safe_cell(value: object) -> object:
    """``value``, with an apostrophe before a text that a spreadsheet would run as a formula."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return "" if value is None else value


def stamped(chunks: Iterable[bytes], line: str) -> Iterator[bytes]:
    """A CSV of ``csv_chunks`` whose first line says who took it out and when.

    Args:
        line: the sentence; it becomes the first line, behind ``STAMP``, unless one stands there.
    """
    mark = _BOM.encode()
    begun = False
    for chunk in chunks:
        if not begun and not chunk.startswith(mark + STAMP.encode()):
            yield mark + f"{STAMP}{' '.join(line.split())}\r\n".encode()
            chunk = chunk.removeprefix(mark)
        begun = True
        yield chunk
