"""``python -m jobs recalculate-tiers``: every client's standing as of a day."""

from datetime import datetime
from typing import Any

import click

from jobs.command import Job, job
from services import tiering
from services.working_calendar import local_date

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("recalculate-tiers")
@click.option("--on", "day", type=DAY, help="The business day, e.g. 2026-11-23; today if left out.")
@job
def recalculate_tiers_command(job: Job, day: datetime | None) -> dict[str, Any]:
    """Bring the standing of all clients to a day; only what changed is written."""
    at = job.settings.business_now()
    on = day.date() if day else local_date(at, job.settings.timezone)
    done = tiering.recalculate(job.database, on=on, at=at, progress=job.progress)
    return {"on": on.isoformat(), "clients": done.clients, "changed": done.changed}
