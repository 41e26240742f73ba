"""Rows f, g, h: how long a screen takes over the wire, and how many an hour one process draws.

Ours and the reference are measured in turn, one rerun each, so that whatever else the machine does
falls on both.
"""

import asyncio
import json
import statistics
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from functools import partial
from typing import Any

from tests.bench import people, report, serving
from tests.bench.client import PageFailed, Visitor
from tests.bench.databases import BenchDatabase

SAMPLES = 40
WARM = 5
VISITORS = 8
ROUNDS = 4
ROUND_SECONDS = 2.0
"""Eight visitors hammer ours and the reference in turn, so many rounds of so many seconds each."""
TRIES = 40
"""Cases passed over before a queue counts as one that nothing can be saved in."""

QUEUE, FORM = "renewals", "renewals.form"
"""The screen people work in all day, and the key of its form."""
SCREENS = (
    ("manager", "renewals?view=team"),
    ("manager", "renewals?view=allocation"),
    ("manager", "renewals?view=analysis"),
    ("manager", "renewals?view=analysis&part=rates"),
    ("lead", "scripts"),
    ("manager", "tiering"),
    ("client_manager", "plans"),
)
"""Account and address of the other screens of rows ``f.page`` and ``g.page``."""

Timed = Callable[[], Awaitable[float]]


async def in_turn(ours: Timed, reference: Timed, samples: int = SAMPLES) -> tuple[float, float]:
    """Medians in milliseconds of both, measured alternately after warming up."""
    for _ in range(WARM):
        await ours()
        await reference()
    pairs = [(await ours(), await reference()) for _ in range(samples)]
    return (
        statistics.median(pair[0] for pair in pairs) * 1000,
        statistics.median(pair[1] for pair in pairs) * 1000,
    )


async def both_per_second(ours: list[Timed], reference: list[Timed]) -> tuple[float, float]:
    """``per_second`` of both, in turn, after warming up."""
    for visit in (*ours, *reference):
        await visit()
    rounds = [(await per_second(ours), await per_second(reference)) for _ in range(ROUNDS)]
    return statistics.mean(pair[0] for pair in rounds), statistics.mean(pair[1] for pair in rounds)


async def per_second(visits: list[Timed], seconds: float = ROUND_SECONDS) -> float:
    """Reruns a second while every visitor reruns as fast as it is answered."""
    count = 0
    began = time.perf_counter()
    end = began + seconds

    async def hammer(visit: Timed) -> None:
        nonlocal count
        while time.perf_counter() < end:
            await visit()
            count += 1

    await asyncio.gather(*(hammer(visit) for visit in visits))
    return count / (time.perf_counter() - began)


async def opened(url: str, cookie: str = "", page: str = "", query: str = "") -> Visitor:
    visitor = Visitor(url, cookie, page, query)
    await visitor.open()
    return visitor


def save_and_next(visitor: Visitor) -> Timed:
    """Saves one contact as the form's JavaScript would; the next row opens by itself.

    A client who wants no contact is passed over: that is no save.
    """

    async def once() -> float:
        for _ in range(TRIES):
            data = _form_of(visitor)
            seconds = await visitor.trigger(FORM, "save", people.contact_answer(data))
            if _form_of(visitor)["answer"]["ok"]:
                return seconds
            await visitor.trigger(FORM, "step", {"case": data["case"], "by": 1})
        raise PageFailed("no case of the queue could be saved")

    return once


def _form_of(visitor: Visitor) -> dict[str, Any]:
    (text,) = visitor.widgets[FORM].data
    given: dict[str, Any] = json.loads(text)
    return given


async def work(database: BenchDatabase, wanted: set[str], only: str = "") -> list[report.Row]:
    """Rows ``f.page``, ``f.work``, ``g.page`` and ``g.work`` on one database; other screens than
    the queue only where their address begins with ``only``."""
    rows: list[report.Row] = []
    where = (database.name, database.clients)
    cookies = people.cookies(database, VISITORS)
    with (
        serving.trivial() as bare,
        serving.served("app:app", database.environment) as ours,
    ):
        page = await opened(ours, cookies[0], QUEUE)
        trivial = await opened(bare)
        if "f.page" in wanted:
            mine, theirs = await in_turn(page.rerun, trivial.rerun)
            rows.append(
                report.timed("f.page", "queue page ÷ trivial page, p50", *where, mine, theirs, 10)
            )
        if "f.work" in wanted:
            mine, theirs = await in_turn(
                save_and_next(page), lambda: trivial.press("bare.again"), 20
            )
            rows.append(
                report.timed(
                    "f.work", "save and next ÷ bare fragment, p50", *where, mine, theirs, 4
                )
            )
        pages = [await opened(ours, cookie, QUEUE) for cookie in cookies]
        trivials = [await opened(bare) for _ in range(VISITORS)]
        if "g.page" in wanted:
            rate, bare_rate = await both_per_second(
                [visitor.rerun for visitor in pages], [visitor.rerun for visitor in trivials]
            )
            rows.append(
                report.throughput(
                    "g.page", "trivial ÷ queue page, 8 busy", *where, rate, bare_rate, 10
                )
            )
        if "g.work" in wanted:
            rate, bare_rate = await both_per_second(
                [save_and_next(visitor) for visitor in pages],
                [partial(visitor.press, "bare.again") for visitor in trivials],
            )
            rows.append(
                report.throughput(
                    "g.work", "bare fragment ÷ save and next, 8 busy", *where, rate, bare_rate, 2.5
                )
            )
        for visitor in (page, *pages):
            await visitor.close()
        for role, address in SCREENS:
            if not address.startswith(only):
                continue
            rows += await _screen(database, wanted, ours, role, address, trivials)
        for visitor in (trivial, *trivials):
            await visitor.close()
    return rows


async def _screen(
    database: BenchDatabase,
    wanted: set[str],
    url: str,
    role: str,
    address: str,
    trivials: list[Visitor],
) -> list[report.Row]:
    """Rows ``f.page`` and ``g.page`` of one more screen; its eight visitors are one account."""
    rows: list[report.Row] = []
    where = (database.name, database.clients)
    cookies = [people.cookie(database, role) for _ in range(VISITORS)]
    page, _, query = address.partition("?")
    pages = [await opened(url, cookie, page, query) for cookie in cookies]
    if "f.page" in wanted:
        mine, theirs = await in_turn(pages[0].rerun, trivials[0].rerun)
        rows.append(
            report.timed("f.page", f"/{address} ÷ trivial page, p50", *where, mine, theirs, 10)
        )
    if "g.page" in wanted:
        rate, bare_rate = await both_per_second(
            [visitor.rerun for visitor in pages], [visitor.rerun for visitor in trivials]
        )
        rows.append(
            report.throughput(
                "g.page", f"trivial ÷ /{address}, 8 busy", *where, rate, bare_rate, 10
            )
        )
    for visitor in pages:
        await visitor.close()
    return rows


async def growth(small: BenchDatabase, large: BenchDatabase, only: str = "") -> list[report.Row]:
    """Row ``h``: each page whose address begins with ``only`` at the large size ÷ the same page at
    the small one."""
    rows = []
    with ExitStack() as stack:
        urls = [
            stack.enter_context(serving.served("app:app", database.environment))
            for database in (large, small)
        ]
        for role, address in people.PAGES:
            if not address.startswith(only):
                continue
            page = address.partition("?")[0]
            cookies = [people.cookie(database, role) for database in (large, small)]
            query = [people.query(database, address) for database in (large, small)]
            big = await opened(urls[0], cookies[0], page, query[0])
            little = await opened(urls[1], cookies[1], page, query[1])
            ours, reference = await in_turn(big.rerun, little.rerun, 25)
            rows.append(
                report.timed(
                    "h",
                    f"/{address} as {role}: {large.clients:,} ÷ {small.clients:,} clients",
                    large.name,
                    large.clients,
                    ours,
                    reference,
                    1.5,
                )
            )
            await big.close()
            await little.close()
    return rows
