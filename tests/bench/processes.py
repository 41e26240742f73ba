"""``python -m tests.bench.processes``: what several processes behind nginx draw in a second.

One, two and four processes on PostgreSQL behind nginx as docs/operations.md sets it up, with TLS
and sticky sessions; as many visitors work at once as ``--visitors`` says. The load client runs
on the same machine, so the processes never have all of its cores.
"""

import argparse
import asyncio
import json
import tempfile
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlparse

from tests.behind_nginx import nginx
from tests.bench import databases, pages, people, serving
from tests.bench.databases import BenchDatabase

COUNTS = (1, 2, 4)
SECONDS = 8.0


async def rates(url: str, cookies: list[str]) -> dict[str, float]:
    """Queue pages, and contacts saved, a second."""
    visitors = [await pages.opened(url, cookie, pages.QUEUE) for cookie in cookies]
    visits = {
        "queue_pages_a_second": [one.rerun for one in visitors],
        "contacts_a_second": [pages.save_and_next(one) for one in visitors],
    }
    found = {name: await pages.per_second(each, SECONDS) for name, each in visits.items()}
    for one in visitors:
        await one.close()
    return {name: round(rate, 1) for name, rate in found.items()}


def measure(database: BenchDatabase, count: int, visitors: int) -> dict[str, object]:
    """The rates of ``count`` processes behind one nginx."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)
        ports = [
            urlparse(stack.enter_context(serving.served("app:app", database.environment))).port or 0
            for _number in range(count)
        ]
        url = stack.enter_context(nginx(folder, ports))
        found = asyncio.run(rates(url, people.cookies(database, visitors)))
    return {"processes": count, "visitors": visitors, **found}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=10_000)
    parser.add_argument("--visitors", type=int, default=16)
    asked = parser.parse_args()
    with databases.postgres_server() as server:
        database = databases.postgres_database(asked.clients, server)
        for count in COUNTS:
            print(json.dumps(measure(database, count, asked.visitors)), flush=True)


if __name__ == "__main__":
    main()
