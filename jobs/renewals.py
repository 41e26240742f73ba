"""``extract-renewals``, ``allocate-renewals``, ``follow-instalments``: the morning, by hand."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import click

from jobs.command import Job, job
from services import renewals
from services.actor import SYSTEM
from services.working_calendar import local_date

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("extract-renewals")
@click.option("--on", "day", type=DAY, help="The business day, e.g. 2026-11-23; today if left out.")
@job
def extract_command(job: Job, day: datetime | None) -> Mapping[str, Any]:
    """Open a case for every policy or instalment that falls due inside the windows of a day.

    Any date is accepted. A second call for the same day opens nothing.
    """
    at = job.settings.business_now()
    on = day.date() if day else local_date(at, job.settings.timezone)
    with job.database.transaction() as session:
        found = renewals.extract(session, actor=SYSTEM, on=on, at=at)
    return {
        "on": on.isoformat(),
        "due": found.due,
        "created": found.created,
        "lapsed": found.lapsed,
        "withdrawn": found.withdrawn,
    }


@click.command("follow-instalments")
@click.option("--on", "day", type=DAY, help="The business day, e.g. 2026-11-23; today if left out.")
@job
def follow_command(job: Job, day: datetime | None) -> Mapping[str, Any]:
    """Bring unpaid instalments to a day: grace, suspension, reinstatement, the end.

    Any date is accepted; missed days are made up. A second call for the same day moves nothing.
    """
    at = job.settings.business_now()
    on = day.date() if day else local_date(at, job.settings.timezone)
    with job.database.transaction() as session:
        moved = renewals.follow_instalments(session, actor=SYSTEM, on=on, at=at)
    return {"on": on.isoformat(), **asdict(moved)}


@click.command("allocate-renewals")
@click.option("--on", "day", type=DAY, help="The business day, e.g. 2026-11-23; today if left out.")
@job
def allocate_command(job: Job, day: datetime | None) -> Mapping[str, Any]:
    """Give every open case nobody has to a specialist of its client's team, evenly.

    Any date is accepted; a day that is no working day allocates for the next one.
    """
    at = job.settings.business_now()
    on = day.date() if day else local_date(at, job.settings.timezone)
    with job.database.transaction() as session:
        given = renewals.allocate(session, actor=SYSTEM, on=on, at=at)
    return {
        "on": given.working_day.isoformat(),
        "allocated": given.allocated,
        "unallocated": given.unallocated,
        "unplaced": {reason.value: count for reason, count in given.unplaced},
    }


@click.command("count-renewals")
@click.option("--on", "day", type=DAY, help="The business day, e.g. 2026-11-23; today if left out.")
@job
def count_command(job: Job, day: datetime | None) -> Mapping[str, Any]:
    """Make the counts of the analysis anew: rates of the last two years, persistency.

    The worker does so each working morning.
    """
    at = job.settings.business_now()
    on = day.date() if day else local_date(at, job.settings.timezone)
    found = renewals.count_outcomes(job.database, on=on, at=at, progress=job.progress)
    return {
        "on": on.isoformat(),
        "months": found.months,
        "cohorts": found.cohorts,
        "rows": found.rows,
    }
