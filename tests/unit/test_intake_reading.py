"""Reading files in a child process: what is read, and what is refused before it hurts."""

import os
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from services import documents
from services.intake import reading_child
from services.intake.reading import FileRefused, Limits, Table, read_path

HEADER = ["客户号", "姓名", "保费"]
ROWS = [["C1", "王伟", "1200"], ["C2", "李娜", "80.5"]]


def text_file(
    folder: Path, *, encoding: str = "utf-8", separator: str = ",", name: str = "book.csv"
) -> Path:
    path = folder / name
    lines = [separator.join(row) for row in [HEADER, *ROWS]]
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


def workbook(folder: Path, cells: dict[str, object], name: str = "book.xlsx") -> Path:
    path = folder / name
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for reference, value in cells.items():
            sheet.write(reference, value)
    return path


def cells(table: Table) -> list[list[str]]:
    return [list(row.values()) for row in table.columns.to_pylist()]


def refusal(path: Path, **limits: int) -> dict[str, object]:
    with pytest.raises(FileRefused) as refused:
        read_path(path, limits=Limits(**limits))
    return refused.value.data


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_text_in_usual_encodings_and_separators_is_read(
    tmp_path: Path, encoding: str, separator: str
) -> None:
    table = read_path(text_file(tmp_path, encoding=encoding, separator=separator))
    assert table.names == HEADER
    assert cells(table) == ROWS
    assert table.rows == [2, 3]


def test_a_workbook_is_read_from_where_its_table_begins(tmp_path: Path) -> None:
    path = workbook(
        tmp_path,
        {"B2": "客户清单", "B4": "客户号", "C4": "姓名", "D4": "保费", "B5": "C1", "C5": "王伟",
         "D5": 1200, "B7": "C2", "C7": "李娜", "D7": 80.5},
    )  # fmt: skip
    table = read_path(path)
    assert cells(table) == ROWS
    assert (table.header_row, table.rows) == (4, [5, 7])


def test_quoted_separators_and_lines_stay_in_their_cell(tmp_path: Path) -> None:
    path = tmp_path / "book.csv"
    path.write_text('a,b,c\n"1,5","two\nlines",3\n\n4,5\n', encoding="utf-8")
    table = read_path(path)
    assert cells(table) == [["1,5", "two\nlines", "3"], ["4", "5", ""]]
    assert table.rows == [2, 4]


def test_columns_with_one_name_or_none_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "book.csv"
    path.write_text("a,a,,d\n1,2,3,4\n", encoding="utf-8")
    assert read_path(path).names == ["a", "a (2)", "C", "d"]


def test_a_cell_in_the_last_corner_is_refused_before_a_reader_sees_it(tmp_path: Path) -> None:
    path = workbook(tmp_path, {"A1": "客户号", "XFD1048576": "x"})
    assert path.stat().st_size < 8000
    assert refusal(path) == {"reason": "cells_too_far", "cell": "XFD1048576"}


def test_a_sheet_that_needs_too_much_memory_ends_the_child_only(tmp_path: Path) -> None:
    path = workbook(tmp_path, {"A1": "客户号", "SA500000": "x"})
    assert refusal(path, memory_bytes=1 << 30) == {"reason": "reading_too_much_memory"}


def test_a_zip_bomb_is_refused_while_it_unpacks(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(200):
                sheet.write(b" " * (1 << 20))
    assert path.stat().st_size < 1 << 20
    assert refusal(path)["reason"] == "unpacks_too_large"


def test_ten_thousand_columns_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "wide.csv"
    path.write_text(",".join(f"c{n}" for n in range(10_000)) + "\n1\n", encoding="utf-8")
    assert refusal(path) == {"reason": "too_many_columns", "limit": 500, "columns": 10_000}
    assert refusal(workbook(tmp_path, {"A1": "a", "NTP2": "x"}))["reason"] == "too_many_columns"


def test_two_hundred_megabytes_are_refused_by_size_alone(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(200 << 20)
    assert refusal(path) == {"reason": "file_too_large", "limit_mb": 100, "size_mb": 200}


def test_more_rows_than_the_limit_are_refused(tmp_path: Path) -> None:
    assert refusal(text_file(tmp_path), rows=1) == {"reason": "too_many_rows", "limit": 1}


def test_a_child_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    assert refusal(text_file(tmp_path), seconds=0)["reason"] == "reading_took_too_long"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.csv", b"", "file_empty"),
        ("blank.csv", b"\n\n \n", "file_empty"),
        ("header.csv", "客户号,姓名\n".encode(), "file_has_no_rows"),
        ("noise.csv", os.urandom(50_000), "not_a_table"),
        ("zeros.csv", bytes(50_000), "not_a_table"),
        ("noise.xlsx", os.urandom(50_000), "not_a_workbook"),
        ("text.xlsx", b"a,b\n1,2\n", "not_a_workbook"),
        ("cut.xlsx", b"PK\x03\x04" + bytes(500), "not_a_workbook"),
        ("book.csv", b"PK\x03\x04" + bytes(500), "workbook_named_otherwise"),
        ("old.xls", b"\xd0\xcf\x11\xe0" + bytes(500), "workbook_kind"),
    ],
)
def test_what_is_no_table_is_refused_with_its_reason(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert refusal(path)["reason"] == reason


def test_our_own_export_is_read_past_the_line_that_says_who_and_when(tmp_path: Path) -> None:
    path = tmp_path / "again.csv"
    chunks = documents.stamped(
        documents.csv_chunks(["客户号", "姓名"], [["C1", "王伟"]]), "由周敏导出"
    )
    path.write_bytes(b"".join(chunks))
    table = read_path(path)
    assert table.names == ["客户号", "姓名"]
    assert cells(table) == [["C1", "王伟"]]


def test_both_sides_mean_the_same_line() -> None:
    assert reading_child.STAMP == documents.STAMP
