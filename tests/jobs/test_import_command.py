"""``python -m jobs import``: figures, dry run, mapping, report, who acts, wrong calls."""

import csv
import json
import re
from pathlib import Path

import pytest
from sqlalchemy import func, select

from db.models import AuditEntry, Client, ImportRun
from db.session import Database
from terms.people import Role
from tests.jobs.conftest import Call
from tests.make import make_staff
from tests.services.intake_ground import book, line

FIGURES = ("rows", "created", "changed", "same", "warnings", "duplicates", "refused")


@pytest.fixture
def book_file(tmp_path: Path) -> Path:
    path = tmp_path / "book.csv"
    path.write_bytes(book(line(), line(客户号="", 姓名="=1+1", 保单号="P2")))
    return path


def clients(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Client)) or 0


def test_a_book_comes_in_and_its_figures_are_one_object(
    running: Database, call: Call, book_file: Path
) -> None:
    said = call("import", "book", str(book_file), "--json")
    assert said.code == 0, said.err
    found = said.object
    assert re.fullmatch(r"IM\d{6}", found["id"])
    assert "seconds" in found
    assert [found[name] for name in FIGURES] == [2, 1, 0, 0, 0, 0, 1]
    again = call("import", "book", str(book_file), "--json").object
    assert [again[name] for name in FIGURES] == [2, 0, 0, 1, 0, 0, 1]


def test_a_dry_run_stores_nothing_and_leaves_no_file(
    running: Database, call: Call, book_file: Path, tmp_path: Path
) -> None:
    said = call("import", "book", str(book_file), "--dry-run", "--json")
    assert said.object["created"] == 1
    assert clients(running) == 0
    assert list((tmp_path / "imports").iterdir()) == []


def test_refused_rows_come_back_as_a_file_with_reasons(
    running: Database, call: Call, book_file: Path, tmp_path: Path
) -> None:
    report = tmp_path / "refused.csv"
    assert call("import", "book", str(book_file), "--report", str(report)).code == 0
    content = report.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    header, *rows = csv.reader(content.decode("utf-8-sig").splitlines())
    (row,) = (dict(zip(header, cells, strict=True)) for cells in rows)
    assert row["姓名"] == "'=1+1"
    assert row["Line in the file"] == "3"
    assert "no client number" in row["Why it was refused"]
    assert row["How to mend it"]


def test_a_mapping_file_says_what_columns_mean(
    running: Database, call: Call, tmp_path: Path
) -> None:
    path, mapping = tmp_path / "b.csv", tmp_path / "m.json"
    path.write_bytes(book({"甲": "C1", "乙": "王伟"}))
    mapping.write_text(json.dumps({"甲": "client_number", "乙": "client_name"}), encoding="utf-8")
    assert call("import", "clients", str(path)).code == 1
    assert call("import", "clients", str(path), "--mapping", str(mapping)).code == 0
    with running.reading() as session:
        assert session.scalars(select(Client.name)).all() == ["王伟"]


def test_the_run_belongs_to_whoever_it_is_done_as(
    running: Database, call: Call, book_file: Path
) -> None:
    with running.unaudited("test data") as session:
        admin = make_staff(session, username="ada", roles=[Role.ADMINISTRATOR])
        make_staff(session, username="sam", roles=[Role.SPECIALIST])
        admin_id = admin.id
    assert call("import", "book", str(book_file), "--as", "ada").code == 0
    refused = call("import", "book", str(book_file), "--as", "sam", "--json")
    assert refused.code == 1
    with running.reading() as session:
        assert session.scalars(select(ImportRun.requested_by_id)).all() == [admin_id]
        assert set(session.scalars(select(AuditEntry.actor_id))) == {admin_id}


def test_a_file_that_is_no_table_fails_in_a_sentence(
    running: Database, call: Call, tmp_path: Path
) -> None:
    path = tmp_path / "b.xlsx"
    path.write_bytes(b"not a workbook")
    said = call("import", "book", str(path), "--json")
    assert said.code == 1
    assert said.object["reason"] == "not_a_workbook"
    assert "XLSX" in said.object["error"]


def test_two_hundred_megabytes_are_refused_without_being_read(
    running: Database, call: Call, tmp_path: Path
) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(200 << 20)
    said = call("import", "book", str(path), "--json")
    assert (said.code, said.object["reason"]) == (1, "file_too_large")


@pytest.mark.parametrize(
    "arguments",
    [
        ("import",),
        ("import", "cats", "book.csv"),
        ("import", "book", "/nowhere/book.csv"),
        ("import", "book", "{file}", "--mapping", "no such mapping"),
        ("import", "book", "{file}", "--as", "nobody"),
    ],
)
def test_a_wrong_call_ends_with_two(
    running: Database, call: Call, book_file: Path, arguments: tuple[str, ...]
) -> None:
    given = [argument.format(file=book_file) for argument in arguments]
    assert call(*given).code == 2


def test_an_import_is_taken_back_by_its_number(
    running: Database, call: Call, book_file: Path
) -> None:
    number = call("import", "book", str(book_file), "--json").object["id"]
    tried = call("undo-import", number, "--dry-run", "--json")
    assert (tried.object["undone"], tried.object["removed"], clients(running)) == (False, 3, 1)
    done = call("undo-import", number, "--json")
    assert done.code == 0, done.err
    assert (done.object["undone"], done.object["left"], clients(running)) == (True, 0, 0)
    again = call("undo-import", number, "--json")
    assert again.code == 1
    assert again.object["code"] == "undo_already_done"
    assert call("undo-import", "IM999999", "--json").code == 1
