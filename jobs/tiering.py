"""``python -m jobs recalculate-tiers``: every client's standing as of a day."""

from datetime import date, datetime
from typing import Any

import click

from jobs.command import Job, job
from services import tiering
from services.working_calendar import local_date

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("recalculate-tiers")
@click.option("--on", "day", type=DAY, help="The business day, e.g. 2026-11-23; today if left out.")
@click.option(
    "--rule",
    "versions",
    multiple=True,
    metavar="VERSION",
    help="A version to go by instead of the one in force: tiering.value@2026-12-01.",
)
@click.option("--full", is_flag=True, help="All clients, not only those whose data changed.")
@job
def recalculate_tiers_command(
    job: Job, day: datetime | None, versions: tuple[str, ...], full: bool
) -> dict[str, Any]:
    """Bring the standing of clients to a day; only what changed is written.

    The clients whose data changed since the pass before are looked at; all of them on a new day,
    after a change of the rules, or with --full.
    """
    at = job.settings.business_now()
    on = day.date() if day else local_date(at, job.settings.timezone)
    done = tiering.recalculate(
        job.database,
        on=on,
        at=at,
        full=full,
        instead=dict(_version(text) for text in versions) or None,
        progress=job.progress,
    )
    tiering.concentrate(job.database, at=at)
    return {
        "on": on.isoformat(),
        "clients": done.clients,
        "changed": done.changed,
        "seconds": round(done.seconds, 2),
        "full": done.is_full,
    }


def _version(text: str) -> tuple[str, date]:
    key, _, day = text.partition("@")
    try:
        return key, date.fromisoformat(day)
    except ValueError:
        raise click.BadParameter(
            "say a rule and the day its version begins, as tiering.value@2026-12-01",
            param_hint="--rule",
        ) from None
