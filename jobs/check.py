"""``python -m jobs check``: look for what is broken, in settings and data."""

import dataclasses

import click

from jobs.command import Failed, Job, job
from services.soundness import findings


@click.command("check")
@job
def check_command(job: Job) -> dict[str, object]:
    """Look for what is broken: settings, migrations, references, access, rules, calendar.

    Lists what it finds; ends with 1 when anything is broken, with 0 when there are only warnings.
    """
    found = findings(job.settings, job.database)
    for finding in found:
        kind = "broken" if finding.is_broken else "warning"
        job.say(f"{kind}: {finding.says} ({finding.count:,}) [{finding.code}]")
    broken = sum(finding.is_broken for finding in found)
    figures: dict[str, object] = {
        "broken": broken,
        "warnings": len(found) - broken,
        "findings": [dataclasses.asdict(finding) for finding in found],
    }
    if broken:
        raise Failed(f"{broken} things are broken", **figures)
    return figures
