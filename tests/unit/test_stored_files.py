"""Stored files: what a file really is, and that nothing stored can be changed unseen."""

import io
from pathlib import Path

import pytest

from services import documents
from services.documents import vault
from tests.make.papers import PDF, docx, packed, picture


@pytest.mark.parametrize(
    ("content", "extension"),
    [
        (PDF, "pdf"),
        (picture("PNG"), "png"),
        (picture("JPEG"), "jpg"),
        (docx(), "docx"),
        (packed("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        (packed("OFD.xml", "Doc_0/Document.xml"), "ofd"),
    ],
)
def test_a_sound_file_is_known_by_its_content(content: bytes, extension: str) -> None:
    assert documents.content_of(io.BytesIO(content)).extension == extension


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00 a program", "unknown"),
        (b"<html><script>alert(1)</script>", "unknown"),
        (b"%PDF-1.4\n" + b"MZ" * 50, "damaged"),
        (PDF[:-8], "damaged"),
        (PDF.replace(b"<<>>endobj", b"<</S/JavaScript/JS(app)>>endobj"), "active"),
        (picture("PNG")[:-20], "damaged"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 40 + b"IEND", "damaged"),
        (picture("JPEG")[:60], "damaged"),
        (packed("readme.txt"), "unknown"),
        (packed("word/document.xml"), "unknown"),
        (packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "active"),
        (docx()[:-30], "damaged"),
        (b"PK\x03\x04" + b"x" * 100, "damaged"),
        (b"%PDF-1.4" + b"x" * (documents.MOST_BYTES + 1), "too_large"),
    ],
)
def test_a_file_that_only_claims_to_be_one_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(documents.DocumentRefused) as refused:
        documents.content_of(io.BytesIO(content))
    assert refused.value.data["reason"] == reason


def test_a_bomb_is_refused_before_it_unpacks() -> None:
    bomb = packed("[Content_Types].xml", "word/document.xml", content=b"0" * (80 * 1024 * 1024))
    with pytest.raises(documents.DocumentRefused) as refused:
        documents.content_of(io.BytesIO(bomb))
    assert refused.value.data["reason"] == "unpacks"


@pytest.mark.parametrize("size", [0, 1, vault.PIECE - 1, vault.PIECE, 2 * vault.PIECE + 7])
def test_what_is_stored_comes_back_and_lies_there_sealed(tmp_path: Path, size: int) -> None:
    clear = bytes(number % 251 for number in range(size))
    stored = vault.store(vault.pieces_of(io.BytesIO(clear)), folder=tmp_path)
    assert b"".join(vault.content(stored.name, key=stored.key, folder=tmp_path)) == clear
    assert stored.size_bytes == size
    lying = (tmp_path / stored.name).read_bytes()
    assert size < 64 or clear[:64] not in lying
    assert (tmp_path / stored.name).stat().st_mode & 0o077 == 0


def sealed_of(tmp_path: Path) -> tuple[vault.Stored, Path, bytes]:
    stored = vault.store([b"a" * vault.PIECE, b"b" * vault.PIECE, b"c"], folder=tmp_path)
    path = tmp_path / stored.name
    return stored, path, path.read_bytes()


@pytest.mark.parametrize("harm", ["changed", "cut", "swapped", "emptied"])
def test_a_stored_file_that_was_tampered_with_is_not_given(tmp_path: Path, harm: str) -> None:
    stored, path, lying = sealed_of(tmp_path)
    piece = vault.PIECE + 16 + 4
    match harm:
        case "changed":
            path.write_bytes(lying[:100] + bytes([lying[100] ^ 1]) + lying[101:])
        case "cut":
            path.write_bytes(lying[: 2 * piece])
        case "swapped":
            path.write_bytes(lying[piece : 2 * piece] + lying[:piece] + lying[2 * piece :])
        case _:
            path.write_bytes(b"")
    with pytest.raises(vault.Damaged):
        list(vault.content(stored.name, key=stored.key, folder=tmp_path))


def test_too_much_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(vault.TooMuch):
        vault.store([b"x" * 100], folder=tmp_path, limit=99)
    assert not list(tmp_path.iterdir())


def test_a_sweep_takes_what_nobody_knows_and_is_old_enough(tmp_path: Path) -> None:
    known, unknown = (vault.store([b"x"], folder=tmp_path) for _ in range(2))
    written = (tmp_path / unknown.name).stat().st_mtime
    assert vault.sweep(tmp_path, keep=[known.name], older_than=written - 1) == 0
    assert vault.sweep(tmp_path, keep=[known.name], older_than=written + 60) == 1
    assert [path.name for path in tmp_path.iterdir()] == [known.name]


def test_an_exported_table_says_first_who_and_when_but_only_once() -> None:
    chunks = list(documents.stamped(documents.csv_chunks(["a"], [[1]]), "取自\n长青"))
    again = list(documents.stamped(chunks, "twice"))
    assert b"".join(again).decode() == "\ufeff# 取自 长青\r\na\r\n1\r\n"
