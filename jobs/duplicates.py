"""``python -m jobs find-duplicates``: clients that may be one."""

from typing import Any

import click

from jobs.command import Job, job
from services import duplicates
from services.working_calendar import local_date


@click.command("find-duplicates")
@job
def find_duplicates_command(job: Job) -> dict[str, Any]:
    """Compare every client that is new or changed since the last search with all others."""
    at = job.settings.business_now()
    done = duplicates.look_for(
        job.database,
        at=at,
        on=local_date(at, job.settings.timezone),
        progress=job.progress,
    )
    return {
        "clients": done.clients,
        "compared": done.compared,
        "sure": done.sure,
        "doubtful": done.doubtful,
    }
