"""``python -m tests.bench``: every measure as a ratio; smaller is better, always.

    python -m tests.bench --clients 10000 --rows a,f --json
    python -m tests.bench --clients 10000 --clients 1000000
    python -m tests.bench --rows i --data FILE

Without ``--clients`` it measures at 10,000 and at 1,000,000 on both databases. Exit status 1 when
a row misses its limit, 2 when the call is wrong; a missing PostgreSQL is an error. Row i is
measured when it is named: it needs a table of renewals and no database.
"""

import asyncio
import sys

import click

from tests.bench import allocation, data, databases, intake, pages, propensity, report, tiers
from tests.bench.databases import BenchDatabase

ROWS = (
    *("a.data", "c.weeks", "d", "e.day", "e.gap", "e.time"),
    *("f.page", "f.work", "g.page", "g.work", "h", "import"),
)
ON_A_FILE = "i"
SMALL = 10_000


def chosen(given: str | None) -> set[str]:
    """``a,f`` → the rows whose names begin so."""
    if not given:
        return set(ROWS)
    heads = [head.strip() for head in given.split(",") if head.strip()]
    known = (*ROWS, ON_A_FILE)
    found = {row for row in known for head in heads if row == head or row.split(".")[0] == head}
    if not found:
        raise click.UsageError(f"--rows: none of {', '.join(known)}")
    return found


def measure(
    database: BenchDatabase, wanted: set[str], data_file: str | None, only: str
) -> list[report.Row]:
    rows: list[report.Row] = []
    if "a.data" in wanted:
        rows += data.rows(database)
    if "c.weeks" in wanted:
        rows += data.weeks(database)
    if wanted & {"f.page", "f.work", "g.page", "g.work"}:
        rows += asyncio.run(pages.work(database, wanted, only))
    if "h" in wanted and database.clients > SMALL:
        small = (
            databases.sqlite_database(SMALL)
            if database.name == "sqlite"
            else databases.postgres_database(SMALL, database.server)
        )
        rows += asyncio.run(pages.growth(small, database, only))
    if "d" in wanted:
        rows += tiers.rows(database)
    if "e.day" in wanted:
        rows += allocation.day(database)
    if "import" in wanted:
        rows += intake.rows(database, data_file)
    return rows


@click.command(help=__doc__)
@click.option("--clients", type=click.IntRange(100), multiple=True, help="size of the company")
@click.option("--rows", "row_names", help="rows to measure, e.g. a,f or f.page")
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]), help="only this one")
@click.option(
    "--data",
    "data_file",
    type=click.Path(exists=True),
    help="a book for row import, a table for row i",
)
@click.option("--pages", "only", default="", help="f, g, h: only addresses that begin so")
@click.option("--json", "as_json", is_flag=True, help="one JSON object and nothing else")
def main(
    clients: tuple[int, ...],
    row_names: str | None,
    database: str | None,
    data_file: str | None,
    only: str,
    as_json: bool,
) -> None:
    wanted = chosen(row_names)
    sizes = sorted(set(clients or (SMALL, 1_000_000)))
    rows: list[report.Row] = []

    def add(made: list[report.Row]) -> None:
        rows.extend(made)
        if not as_json:
            click.echo("\n".join(report.as_table(made).splitlines()[2:]))

    if not as_json:
        click.echo("\n".join(report.as_table([]).splitlines()))
    if ON_A_FILE in wanted:
        if data_file is None:
            raise click.UsageError("row i needs --data: a table of renewals")
        add(propensity.rows(data_file))
        wanted -= {ON_A_FILE}
    if wanted & {"e.gap", "e.time"}:
        add(allocation.pure())
        wanted -= {"e.gap", "e.time"}
    if wanted and database != "postgresql":
        for size in sizes:
            add(measure(databases.sqlite_database(size), wanted, data_file, only))
    if wanted and database != "sqlite":
        with databases.postgres_server() as server:
            for size in sizes:
                add(measure(databases.postgres_database(size, server), wanted, data_file, only))
    if as_json:
        click.echo(report.as_json(rows))
    sys.exit(0 if all(row.ok for row in rows) else 1)


main()
