"""A table of days as a file: CSV or XLSX, read in the limited child process of the imports."""

import tempfile
from dataclasses import replace
from pathlib import Path

from services.intake.reading import LIMITS, read_table, refuse_size

SMALL = replace(LIMITS, file_bytes=1 << 20, rows=2_000, columns=40, seconds=30)


def read_file(data: bytes, *, name: str) -> str:
    """A small table of days as lines of text, a cell after the other, for people to look at.

    Raises:
        FileRefused: it is no table, or larger than a calendar can be.
    """
    refuse_size(len(data), limits=SMALL)
    with tempfile.NamedTemporaryFile(suffix=Path(name).suffix) as file:
        file.write(data)
        file.flush()
        table = read_table(file, name=name, limits=SMALL)  # type: ignore[arg-type]
    columns = [column.to_pylist() for column in table.columns.columns]
    rows = [table.names, *zip(*columns, strict=True)]
    return "\n".join(", ".join(cell or "" for cell in row) for row in rows)
