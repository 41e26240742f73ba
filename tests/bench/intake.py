"""The import row: a book of 100,000 lines through our import against a raw bulk insert.

The reference writes the same cells as plain text into one bare table, prepared in memory: what the
engine can do at best without reading, checking, encrypting, indexing or auditing anything.
"""

import csv
import json
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import text

from services.settings import ROOT
from tests.bench import databases, report
from tests.bench.databases import BenchDatabase

LINES = 100_000
LIMIT = 60.0
"""Our own limit: a checked, encrypted, searchable book may cost this many bare inserts."""

HEADER = (
    "客户号",
    "姓名",
    "性别",
    "出生日期",
    "手机",
    "保单号",
    "险种",
    "产品",
    "保险公司",
    "生效日",
    "到期日",
    "保费",
)


def lines(count: int) -> list[tuple[str, ...]]:
    surnames, given = (
        "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗",
        "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚",
    )
    made = []
    for n in range(count):
        name = surnames[n % 20] + given[n // 20 % 22] + given[n // 440 % 22]
        month, day = n % 12 + 1, n % 28 + 1
        made.append((
            f"BN{n:07d}", name, "男女"[n % 2], f"{1950 + n % 50}-{month:02d}-{day:02d}",
            f"13{n:09d}", f"BNP{n:08d}", "车险", "家用车综合险", "长河财险",
            f"2026-{month:02d}-{day:02d}", f"2027-{month:02d}-{day:02d}", f"{1000 + n % 9000}.50",
        ))  # fmt: skip
    return made


def rows(database: BenchDatabase, data_file: str | None = None) -> list[report.Row]:
    """Import our own 100,000 lines, or the CSV ``data_file``."""
    if data_file:
        path = Path(data_file)
        with path.open(newline="", encoding="utf-8-sig") as file:
            header, *book = [tuple(row) for row in csv.reader(file)]
    else:
        header, book = HEADER, lines(LINES)
        path = databases.KEPT / "book-100000.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, book)
    reference = _raw_seconds(database, len(header), book)
    began = time.perf_counter()
    answer = subprocess.run(
        [sys.executable, "-m", "jobs", "import", "book", str(path), "--json"],
        env=database.environment, cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    ours = time.perf_counter() - began
    found = json.loads(answer.stdout)
    if sum(found[key] for key in ("created", "same", "changed", "refused")) != len(book):
        raise RuntimeError(f"the import lost rows: {found}")
    fresh = "first time" if found["created"] else "again, nothing new"
    return [
        report.timed(
            "import", f"{len(book):,} lines ÷ raw bulk insert ({fresh})", database.name,
            database.clients, ours, reference, LIMIT, unit="s",
        )
    ]  # fmt: skip


def _write(path: Path, book: list[tuple[str, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(book)


def _raw_seconds(database: BenchDatabase, width: int, book: list[tuple[str, ...]]) -> float:
    data = databases.connect(database)
    columns = [f"c{n}" for n in range(width)]
    try:
        with data.engine.connect() as connection:
            connection.execute(
                text(f"CREATE TEMPORARY TABLE bare ({' TEXT, '.join(columns)} TEXT)")
            )
            cursor = connection.connection.cursor()
            began = time.perf_counter()
            if database.name == "sqlite":
                cursor.executemany(
                    f"INSERT INTO bare VALUES ({','.join('?' * len(columns))})", book
                )
            else:
                with cursor.copy("COPY bare FROM STDIN") as copy:
                    for line in book:
                        copy.write_row(line)
            seconds = time.perf_counter() - began
            connection.rollback()
    finally:
        data.engine.dispose()
    return seconds
