"""``train-renewal-model``: a new version of the renewal probability, by hand."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click

from jobs.command import Job, job
from services import renewal_probability
from services.working_calendar import local_date

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command("train-renewal-model")
@click.option("--on", "day", type=DAY, help="The business day, e.g. 2026-11-23; today if left out.")
@job
def train_command(job: Job, day: datetime | None) -> Mapping[str, Any]:
    """Train the model of renewal probability, keep it as a version, score the open cases.

    The version comes in force only where it is better than the average and not worse than the one
    before; verdict says what became of it: in_force, worse, average or too_few.
    """
    at = job.settings.business_now()
    on = day.date() if day else local_date(at, job.settings.timezone)
    job.say("training on the decided cases")
    made = renewal_probability.train(job.database, on=on, at=at)
    job.say("scoring the open cases")
    scored = renewal_probability.score(job.database, on=on, at=at)
    return {
        "on": on.isoformat(),
        "verdict": made.verdict.value,
        "version": made.id,
        "in_force": made.in_force_id,
        "kind": made.kind.value if made.kind else None,
        "calibration": made.calibration.value if made.calibration else None,
        "cases": made.cases,
        "needed": made.needed,
        "newest_cases": made.newest_cases,
        "brier": _rounded(made.brier),
        "brier_average": _rounded(made.brier_average),
        "auc": _rounded(made.auc),
        "calibration_error": _rounded(made.calibration_error),
        "factors": [factor.value for factor, _ in made.factors[:5]],
        "scored": scored.cases,
        "changed": scored.changed,
    }


def _rounded(figure: float | None) -> float | None:
    return None if figure is None else round(figure, 4)
