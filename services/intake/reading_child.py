"""Reads a table file in a process of its own; run by ``services.intake.reading``, never imported.

A hostile file can abort a reader or eat all memory where no ``except`` helps, so this runs alone
under limits of memory and processor time. It takes the file on one descriptor, writes pieces of
the table to another (a JSON line each: the rows' lines in the file, then column by column), and
prints one JSON object: ``{"names": …, "rows": …}`` or ``{"error": code, …}``. It imports next to
nothing, so it starts at once.
"""

import codecs
import csv
import io
import json
import os
import re
import resource
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

CHUNK = 20_000
HEADER_SEARCH = 12
STAMP = "# "
"""As ``services.documents.STAMP``: how the first line of our own exports begins."""
SEPARATORS = ",;\t|"


class Refused(Exception):
    def __init__(self, code: str, **data: object) -> None:
        super().__init__(code)
        self.answer = {"error": code, **data}


def main() -> None:
    request = json.loads(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (request["memory"],) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (request["seconds"],) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        with os.fdopen(request["source"], "rb", closefd=False) as source:
            answer = read(source, request)
    except Refused as refusal:
        answer = refusal.answer
    except MemoryError:
        answer = {"error": "reading_too_much_memory"}
    sys.stdout.write(json.dumps(answer))


def read(source: io.BufferedReader, request: dict[str, Any]) -> dict[str, Any]:
    head = source.read(8)
    source.seek(0)
    if request["is_workbook"]:
        if not head.startswith(b"PK"):
            raise Refused("not_a_workbook")
        check_archive(source, request)
        return store(workbook_rows(source), request, {})
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise Refused("workbook_named_otherwise")
    encoding = encoding_of(source)
    separator = separator_of(source, encoding)
    rows = text_rows(source, encoding, separator)
    return store(rows, request, {"encoding": encoding, "separator": separator})


def check_archive(source: io.BufferedReader, request: dict[str, Any]) -> None:
    """Refuse bombs and far-away cells while inflating piece by piece, before any reader opens it.

    The sizes written in the archive are not believed; one cell at ``XFD1048576`` makes the usual
    readers ask for a rectangle of 17 billion cells.
    """
    try:
        archive = zipfile.ZipFile(source)
        names = [info for info in archive.infolist() if not info.is_dir()]
    except (zipfile.BadZipFile, ValueError, OSError):
        raise Refused("not_a_workbook") from None
    if not any(info.filename.startswith("xl/") for info in names):
        raise Refused("not_a_workbook")
    size = os.fstat(source.fileno()).st_size
    budget = min(request["inflated"], max(size * TIGHTEST, 64 << 20))
    for info in names:
        is_sheet = info.filename.startswith("xl/worksheets/") and info.filename.endswith(".xml")
        try:
            with archive.open(info) as member:
                budget = check_member(member, budget, request, is_sheet=is_sheet)
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError):
            raise Refused("not_a_workbook") from None
        except Exception as error:
            if isinstance(error, Refused | MemoryError):
                raise
            raise Refused("not_a_workbook") from None
    source.seek(0)


LETTERS = re.compile(rb""" r=["']([A-Z]{1,3})\d""")
FAR_ROW = re.compile(rb""" r=["']([A-Z]{1,3}0*(?:[6-9]\d{5}|[1-9]\d{6,}))["']""")
OVERLAP = 40
TIGHTEST = 100
"""No table of people packs tighter than this; a bomb packs up to a thousand to one."""


def check_member(member: Any, budget: int, request: dict[str, Any], *, is_sheet: bool) -> int:
    tail = b""
    letters: set[bytes] = set()
    while piece := member.read(1 << 20):
        budget -= len(piece)
        if budget < 0:
            raise Refused("unpacks_too_large")
        if is_sheet:
            text = tail + piece
            far = FAR_ROW.search(text)
            if far:
                raise Refused("cells_too_far", cell=far.group(1).decode())
            letters.update(LETTERS.findall(text))
            tail = text[-OVERLAP:]
    widest = max(map(column_number, letters), default=0)
    if widest > 16_000:
        raise Refused("cells_too_far", cell=max(letters, key=column_number).decode() + "…")
    if widest > request["columns"]:
        raise Refused("too_many_columns", limit=request["columns"], columns=widest)
    return budget


def column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def workbook_rows(source: io.BufferedReader) -> Iterator[tuple[int, list[str]]]:
    import python_calamine as calamine

    try:
        book = calamine.load_workbook(source)
        sheet = None
        for meta in book.sheets_metadata:
            if meta.visible != calamine.SheetVisibleEnum.Visible:
                continue
            candidate = book.get_sheet_by_name(meta.name)
            if candidate.total_height:
                sheet = candidate
                break
        if sheet is None:
            raise Refused("file_empty")
        start = sheet.start
        first = 1 + (start[0] if start else 0)
        iterator = sheet.iter_rows()
    except calamine.PasswordError:
        raise Refused("workbook_has_password") from None
    except calamine.CalamineError:
        raise Refused("not_a_workbook") from None
    # calamine's rows begin at the first used row, in some versions at the sheet's own
    offset = first if sheet.total_height >= sheet.height + first - 1 else 1
    for number, row in enumerate(iterator, offset):
        yield number, [cell_text(cell) for cell in row]


def cell_text(cell: Any) -> str:
    kind = type(cell)
    if kind is str:
        return str(cell)
    if kind is float:
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if kind is bool:
        return "TRUE" if cell else "FALSE"
    if kind is datetime:
        is_day = cell.time() == time()
        return str(cell.date().isoformat() if is_day else cell.isoformat(" ", "seconds"))
    if kind is date or kind is time:
        return str(cell.isoformat())
    if kind is timedelta:
        return str(cell)
    return "" if cell is None else str(cell)


def encoding_of(source: io.BufferedReader) -> str:
    """UTF-8 (with or without BOM), UTF-16 with BOM, or GB18030: the first that reads it all."""
    head = source.read(4)
    source.seek(0)
    if not head:
        raise Refused("file_empty")
    utf16 = head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    for encoding in ("utf-16",) if utf16 else ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        odd = size = 0
        try:
            while piece := source.read(1 << 20):
                text = decoder.decode(piece)
                size += len(text)
                odd += len(CONTROL.findall(text))
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        finally:
            source.seek(0)
        if odd > size // 10_000:
            break
        return encoding
    raise Refused("not_a_table")


CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff\ue000-\uf8ff]")


def text_file(source: io.BufferedReader, encoding: str) -> io.TextIOWrapper:
    source.seek(0)
    return io.TextIOWrapper(io.FileIO(source.fileno(), closefd=False), encoding, newline="")


def separator_of(source: io.BufferedReader, encoding: str) -> str:
    """The separator that cuts the first lines into the most, and equally many, cells."""
    with text_file(source, encoding) as file:
        sample = file.read(1 << 18)
    best, best_score = ",", (0.0, 0)
    for separator in SEPARATORS:
        widths: list[int] = []
        try:
            for row in csv.reader(io.StringIO(sample, newline=""), delimiter=separator):
                if row:
                    widths.append(len(row))
                if len(widths) == 50:
                    break
        except csv.Error:
            continue
        if not widths:
            continue
        common = max(set(widths), key=lambda width: (widths.count(width), width))
        score = (widths.count(common) / len(widths) if common > 1 else 0.0, common)
        if common > 1 and score > best_score:
            best, best_score = separator, score
    return best


def text_rows(
    source: io.BufferedReader, encoding: str, separator: str
) -> Iterator[tuple[int, list[str]]]:
    with text_file(source, encoding) as file:
        reader = csv.reader(file, delimiter=separator)
        try:
            yield from enumerate(reader, 1)
        except csv.Error:
            raise Refused("line_not_readable", line=reader.line_num) from None


def store(
    rows: Iterator[tuple[int, list[str]]], request: dict[str, Any], found: dict[str, str]
) -> dict[str, Any]:
    """Write the rows piece by piece; blank rows go, cells are stripped."""
    header_at, header, rest = find_header(rows, request)
    names = header_names(header)
    width = len(names)
    count = ragged = 0
    with os.fdopen(request["target"], "w", encoding="utf-8", closefd=False) as target:
        for numbers, block in blocks(rest):
            count += len(numbers)
            if count > request["rows"]:
                raise Refused("too_many_rows", limit=request["rows"])
            ragged += sum(len(row) != width for row in block)
            columns = zip(*(fit(row, width) for row in block), strict=True)
            stripped = [list(map(str.strip, column)) for column in columns]
            target.write(json.dumps([numbers, *stripped], ensure_ascii=False))
            target.write("\n")
    if not count:
        raise Refused("file_has_no_rows")
    return {"rows": count, "names": names, "header_row": header_at, "ragged": ragged, **found}


def fit(row: list[str], width: int) -> list[str]:
    if len(row) == width:
        return row
    return [*row[:width], *[""] * (width - len(row))]


def find_header(
    rows: Iterator[tuple[int, list[str]]], request: dict[str, Any]
) -> tuple[int, list[str], Iterable[tuple[int, list[str]]]]:
    """The header is the first row at least half as full as the fullest of the first rows; the
    line that says who exported a file stands before it and is passed over."""
    early: list[tuple[int, list[str]]] = []
    for number, row in rows:
        if len(row) > request["columns"]:
            raise Refused("too_many_columns", limit=request["columns"], columns=len(row))
        filled = [cell for cell in row if cell.strip()]
        if filled and not (not early and len(filled) == 1 and filled[0].startswith(STAMP)):
            early.append((number, row))
        if len(early) == HEADER_SEARCH:
            break
    if not early:
        raise Refused("file_empty")
    fullness = [sum(bool(cell.strip()) for cell in row) for _, row in early]
    place = next(i for i, full in enumerate(fullness) if 2 * full >= max(fullness))
    number, header = early[place]

    def rest() -> Iterator[tuple[int, list[str]]]:
        yield from early[place + 1 :]
        yield from rows

    return number, header, rest()


def header_names(header: list[str]) -> list[str]:
    """Unique names; an unnamed column is called by its letter."""
    while header and not header[-1].strip():
        header = header[:-1]
    names: list[str] = []
    taken: set[str] = set()
    for index, cell in enumerate(header):
        plain = " ".join(cell.split()) or letter_of(index)
        name, copy = plain, 2
        while name in taken:
            name, copy = f"{plain} ({copy})", copy + 1
        taken.add(name)
        names.append(name[:120])
    return names


def letter_of(index: int) -> str:
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def blocks(
    rows: Iterable[tuple[int, list[str]]],
) -> Iterator[tuple[list[int], list[list[str]]]]:
    numbers: list[int] = []
    block: list[list[str]] = []
    is_full: Callable[[list[str]], bool] = lambda row: any(map(str.strip, row))  # noqa: E731
    for number, row in rows:
        if is_full(row):
            numbers.append(number)
            block.append(row)
        if len(block) == CHUNK:
            yield numbers, block
            numbers, block = [], []
    if block:
        yield numbers, block


if __name__ == "__main__":
    main()
