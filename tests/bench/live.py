"""``python -m tests.bench.live``: what a hundred open screens cost, and how soon they know.

Three phases on one server: a hundred streams and nothing happens; a hundred streams and a change
a second; a hundred drawn screens of the analysis that follow a change. Statements and processor
time are the server's own, from its ``/metrics``.
"""

import asyncio
import json
import os
import re
import time
import urllib.request
from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import Any
from urllib.parse import urlparse

import click
from sqlalchemy import select, update

from db.models import Renewal
from db.session import Database
from services import changes
from services.changes import Chapter
from tests.bench import databases, people
from tests.bench.client import Visitor
from tests.bench.databases import BenchDatabase
from tests.bench.serving import served

TOKEN = "metrics-token-of-the-bench"
SCREENS = 100
GREETING = 3.0
"""Seconds until every stream has been told what is known."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What the server had used up at one moment."""

    at: float
    statements: float
    cpu_seconds: float

    def since(self, before: "Spent") -> dict[str, float]:
        seconds = self.at - before.at
        return {
            "statements_per_minute": round((self.statements - before.statements) / seconds * 60, 1),
            "cpu_percent": round((self.cpu_seconds - before.cpu_seconds) / seconds * 100, 1),
        }


@dataclass(slots=True)
class Ear:
    """One stream: when it first heard each count of the renewals."""

    heard: dict[float, float] = field(default_factory=dict)

    async def listen(self, url: str, cookie: str) -> None:
        parts = urlparse(url)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        asked = f"GET /events HTTP/1.1\r\nHost: {parts.netloc}\r\nCookie: {cookie}\r\n\r\n"
        writer.write(asked.encode())
        try:
            while line := await reader.readline():
                if line.startswith(b"HTTP/") and b" 200 " not in line:
                    raise RuntimeError(line.decode())
                if line.startswith(b"data: "):
                    told = json.loads(line[6:])
                    n = told.get("chapters", {}).get("renewals")
                    if n is not None:
                        self.heard.setdefault(n, time.monotonic())
        finally:
            writer.close()


def spent(url: str) -> Spent:
    asked = urllib.request.Request(url + "/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        text = answer.read().decode()

    def figure(name: str) -> float:
        found = re.search(rf"^{name} (\S+)$", text, re.MULTILINE)
        return float(found[1]) if found else 0.0

    return Spent(
        time.monotonic(), figure("bench_statements_total"), figure("process_cpu_seconds_total")
    )


def change(data: Database) -> tuple[int, float]:
    """One contact's worth of change; the count it made, and when it was committed."""
    with data.unaudited("bench") as session:
        case = session.scalars(
            select(Renewal.id).where(Renewal.is_open, Renewal.assignee_id.is_not(None)).limit(1)
        ).one()
        session.execute(
            update(Renewal).where(Renewal.id == case).values(attempts=Renewal.attempts + 1)
        )
    committed = time.monotonic()
    with data.reading() as session:
        return changes.counters(session)[Chapter.RENEWALS], committed


async def streams(database: BenchDatabase, url: str, seconds: int) -> dict[str, Any]:
    """A hundred streams: quiet, then a change a second."""
    cookies = await asyncio.to_thread(people.cookies, database, SCREENS)
    ears = [Ear() for _cookie in cookies]
    tasks = [
        asyncio.create_task(ear.listen(url, cookie))
        for ear, cookie in zip(ears, cookies, strict=True)
    ]
    data = databases.connect(database)
    try:
        await asyncio.sleep(GREETING)
        began = await asyncio.to_thread(spent, url)
        await asyncio.sleep(seconds)
        quiet = (await asyncio.to_thread(spent, url)).since(began)
        began = await asyncio.to_thread(spent, url)
        made = []
        for _turn in range(seconds):
            made.append(await asyncio.to_thread(change, data))
            await asyncio.sleep(1)
        busy = (await asyncio.to_thread(spent, url)).since(began)
        await asyncio.sleep(2)
    finally:
        data.engine.dispose()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    late = [
        min((at for n, at in ear.heard.items() if n >= count), default=float("inf")) - committed
        for ear in ears
        for count, committed in made
    ]
    return {
        "streams": SCREENS,
        "quiet": quiet,
        "a change a second": busy,
        "heard_after_s": {
            "median": round(median(late), 2),
            "p95": round(quantiles(late, n=20)[-1], 2),
            "worst": round(max(late), 2),
        },
    }


async def screens(database: BenchDatabase, url: str, rounds: int) -> dict[str, Any]:
    """A hundred drawn screens of the analysis; each follows one change as its browser would."""
    cookie = await asyncio.to_thread(people.cookie, database, "manager")
    visitors = [Visitor(url, cookie, "renewals", "view=analysis") for _screen in range(SCREENS)]
    for visitor in visitors:
        await visitor.open()
    data = databases.connect(database)
    took: list[float] = []
    try:
        began = await asyncio.to_thread(spent, url)
        for _round in range(rounds):
            await asyncio.to_thread(change, data)
            changed = time.monotonic()

            async def follow(visitor: Visitor, place: int, changed: float = changed) -> float:
                await asyncio.sleep(0.9 * place / SCREENS)
                await visitor.trigger("renewals.analysis-live", "changed", {"n": 1})
                return time.monotonic() - changed

            took += await asyncio.gather(
                *(follow(visitor, place) for place, visitor in enumerate(visitors))
            )
            await asyncio.sleep(max(0.0, 10 - (time.monotonic() - changed)))
        used = await asyncio.to_thread(spent, url)
    finally:
        data.engine.dispose()
        for visitor in visitors:
            await visitor.close()
    return {
        "screens": SCREENS,
        "a change every ten seconds": used.since(began),
        "statements_per_change": round((used.statements - began.statements) / rounds, 1),
        "statements_per_drawing": round((used.statements - began.statements) / rounds / SCREENS, 2),
        "drawn_after_s": {
            "median": round(median(took), 2),
            "p95": round(quantiles(took, n=20)[-1], 2),
        },
    }


def measured(database: BenchDatabase, seconds: int, rounds: int) -> dict[str, Any]:
    environment = {**os.environ, **database.environment, "EVERGREEN_METRICS_TOKEN": TOKEN}
    with served("tests.bench.counted.app:app", environment) as url:
        return {
            **asyncio.run(streams(database, url, seconds)),
            "drawn": asyncio.run(screens(database, url, rounds)),
        }


@click.command(help=__doc__)
@click.option("--clients", default=2_000, show_default=True, help="size of the company")
@click.option("--seconds", default=20, show_default=True, help="length of each phase")
@click.option("--rounds", default=2, show_default=True, help="changes that screens follow")
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]), help="only this one")
def main(clients: int, seconds: int, rounds: int, database: str | None) -> None:
    found: dict[str, Any] = {}
    if database != "postgresql":
        found["sqlite"] = measured(databases.sqlite_database(clients), seconds, rounds)
    if database != "sqlite":
        with databases.postgres_server() as server:
            found["postgresql"] = measured(
                databases.postgres_database(clients, server), seconds, rounds
            )
    click.echo(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
