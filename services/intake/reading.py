"""The parent's side of reading a file: limits, the child process, and the columns it hands back."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

import pyarrow as pa

from services.errors import BusinessError

CHILD = Path(__file__).with_name("reading_child.py")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may be; beyond it the reader refuses, whatever the file says of itself."""

    file_bytes: int = 100 << 20
    rows: int = 500_000
    columns: int = 500
    inflated_bytes: int = 2 << 30
    memory_bytes: int = 6 << 30
    seconds: int = 240


LIMITS = Limits()


class FileRefused(BusinessError):
    """The file cannot be read as a table.

    Data: ``reason`` (one of the codes of ``words.intake.FILE_REASONS``) and its numbers.
    """

    code: ClassVar[str] = "import_file_refused"


@dataclass(frozen=True, slots=True)
class Table:
    """The file's columns as text, blank cells empty, in the order of the file."""

    columns: pa.Table
    """Without the line numbers; every column is ``string``."""
    rows: list[int]
    """The line of each row in the file."""
    header_row: int
    encoding: str | None
    separator: str | None

    @property
    def names(self) -> list[str]:
        return list(self.columns.column_names)


def read_path(path: Path, *, limits: Limits = LIMITS) -> Table:
    """Read a file on disk.

    Raises:
        FileRefused: too large, not a table, or a file that would eat the machine.
    """
    size = path.stat().st_size
    refuse_size(size, limits=limits)
    with path.open("rb") as source:
        return read_table(source, name=path.name, limits=limits)


def refuse_size(size: int, *, limits: Limits = LIMITS) -> None:
    """Refuse by size alone, before anything is read.

    Raises:
        FileRefused: ``file_empty`` or ``file_too_large``.
    """
    if size == 0:
        raise FileRefused(reason="file_empty")
    if size > limits.file_bytes:
        raise FileRefused(
            reason="file_too_large",
            limit_mb=limits.file_bytes >> 20,
            size_mb=-(-size // (1 << 20)),
        )


def read_table(source: BinaryIO, *, name: str, limits: Limits = LIMITS) -> Table:
    """Read an open file (with a descriptor of its own) in a child process.

    Args:
        source: real file, not a buffer: the child reads its descriptor.
        name: the file's name; its ending says CSV or XLSX.

    Raises:
        FileRefused: with the reason.
    """
    suffix = Path(name).suffix.lower()
    if suffix in (".xls", ".xlsb", ".ods", ".numbers", ".et"):
        raise FileRefused(reason="workbook_kind", suffix=suffix)
    source.seek(0)
    with _scratch() as target:
        request: dict[str, Any] = {
            "source": source.fileno(),
            "target": target,
            "is_workbook": suffix in (".xlsx", ".xlsm"),
            "rows": limits.rows,
            "columns": limits.columns,
            "inflated": limits.inflated_bytes,
            "memory": limits.memory_bytes,
            "seconds": limits.seconds,
        }
        answer = _run(request, limits)
        if "error" in answer:
            raise FileRefused(reason=answer.pop("error"), **answer)
        columns, rows = _columns(target, answer["names"])
    return Table(
        columns=columns,
        rows=rows,
        header_row=answer["header_row"],
        encoding=answer.get("encoding"),
        separator=answer.get("separator"),
    )


def _columns(target: int, names: list[str]) -> tuple[pa.Table, list[int]]:
    """The pieces the child wrote, as columns of text, and each row's line in the file."""
    schema = pa.schema([(name, pa.string()) for name in names])
    batches, rows = [], []
    with os.fdopen(target, "r", encoding="utf-8", closefd=False) as pieces:
        pieces.seek(0)
        for piece in pieces:
            lines, *cells = json.loads(piece)
            rows += lines
            arrays = [pa.array(column, pa.string()) for column in cells]
            batches.append(pa.record_batch(arrays, schema=schema))
    return pa.Table.from_batches(batches, schema=schema), rows


def _run(request: dict[str, Any], limits: Limits) -> dict[str, Any]:
    child = subprocess.Popen(
        [sys.executable, "-I", str(CHILD), json.dumps(request)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        pass_fds=(request["source"], request["target"]),
        env={"LANG": "C.UTF-8"},
    )
    try:
        out, _ = child.communicate(timeout=limits.seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        return {"error": "reading_took_too_long", "seconds": limits.seconds}
    if child.returncode == 0:
        answer: dict[str, Any] = json.loads(out)
        return answer
    if child.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        return {"error": "reading_took_too_long", "seconds": limits.seconds}
    if child.returncode in (-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGBUS):
        return {"error": "reading_too_much_memory"}
    return {"error": "not_a_table"}


@contextmanager
def _scratch() -> Iterator[int]:
    """A nameless file in memory (on disk where the system has none) for personal data in clear."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("import")
        try:
            yield descriptor
        finally:
            os.close(descriptor)
    else:
        with tempfile.TemporaryFile() as file:
            yield file.fileno()
