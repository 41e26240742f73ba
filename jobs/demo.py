"""``python -m jobs demo``: fill an empty database with the demo company."""

from datetime import date, datetime, time

import click

from db.migrations.state import is_at_head
from jobs.command import Failed, Job, job
from services import renewal_probability, renewals
from services.demo_company import MOST_CLIENTS, create, give_tiers, tell_service
from words.documents import documents_folder

BEGUN_AT = time(9, 12)
"""From this local time on the first cases of the day are done."""


@click.command("demo")
@click.option("--clients", type=click.IntRange(1, 5_000_000), default=2_000, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True)
@click.option(
    "--on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The business day the company is seen on; today when left out.",
)
@job
def demo_command(job: Job, clients: int, seed: int, on: datetime | None) -> dict[str, object]:
    """Fill an empty database with the demo company.

    The same seed, number of clients and day make the same company. A database that holds staff
    or clients is refused. Today's first calls are among the history once it is 09:12.
    """
    if not is_at_head(job.database):
        raise Failed("the database is not migrated: run python -m jobs migrate first")
    at = job.settings.business_now()
    local = at.astimezone(job.settings.timezone)
    day: date = on.date() if on is not None else local.date()
    made = create(
        job.database,
        clients=clients,
        seed=seed,
        on=day,
        at=at,
        password=job.settings.demo_password,
        is_worked=day != local.date() or local.time() >= BEGUN_AT,
        told=lambda done: job.progress("clients", done, clients),
    )
    if clients <= MOST_CLIENTS:
        folder = documents_folder(job.settings)
        tell_service(job.database, on=day, at=at, folder=folder)
    give_tiers(job.database, on=day, at=at, progress=job.progress)
    renewal_probability.train(job.database, on=day, at=at)
    renewal_probability.score(job.database, on=day, at=at)
    renewals.count_outcomes(job.database, on=day, at=at, progress=job.progress)
    return {"clients": made.clients, "policies": made.policies, "rows": made.rows}
