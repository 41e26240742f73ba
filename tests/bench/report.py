"""What the bench says: one row a measure, a ratio against its reference, and its limit."""

import json
import os
import platform
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One measure; ``ratio`` is ours ÷ reference (throughputs the other way round)."""

    row: str
    name: str
    database: str
    clients: int
    ours: float
    reference: float
    unit: str
    ratio: float
    limit: float

    @property
    def ok(self) -> bool:
        return self.ratio <= self.limit


def timed(
    row: str,
    name: str,
    database: str,
    clients: int,
    ours: float,
    reference: float,
    limit: float,
    unit: str = "ms",
) -> Row:
    """A row of durations: ours ÷ reference."""
    return Row(
        row,
        name,
        database,
        clients,
        round(ours, 3),
        round(reference, 3),
        unit,
        round(ours / reference, 3),
        limit,
    )


def throughput(
    row: str, name: str, database: str, clients: int, ours: float, reference: float, limit: float
) -> Row:
    """A row of reruns per second: reference ÷ ours."""
    return Row(
        row,
        name,
        database,
        clients,
        round(ours, 2),
        round(reference, 2),
        "reruns/s",
        round(reference / ours, 3),
        limit,
    )


def machine() -> str:
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def as_json(rows: list[Row]) -> str:
    return json.dumps(
        {"machine": machine(), "rows": [{**asdict(row), "ok": row.ok} for row in rows]},
        ensure_ascii=False,
    )


def as_table(rows: list[Row]) -> str:
    lines = [
        f"{machine()}",
        f"{'row':10} {'database':11} {'clients':>9} {'ours':>11} {'reference':>11} "
        f"{'unit':9} {'ratio':>7} {'limit':>6}  ok   name",
    ]
    lines += [
        f"{r.row:10} {r.database:11} {r.clients:>9,} {r.ours:>11,.2f} {r.reference:>11,.2f} "
        f"{r.unit:9} {r.ratio:>7.2f} {r.limit:>6.2f}  {'yes' if r.ok else 'NO':4} {r.name}"
        for r in rows
    ]
    return "\n".join(lines)
