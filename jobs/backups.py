"""``python -m jobs backup PATH`` and ``restore PATH``."""

from pathlib import Path

import click

from jobs.command import Job, job
from services import backups


@click.command("backup")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@job
def backup_command(job: Job, path: Path) -> dict[str, object]:
    """Write the whole company into PATH, encrypted, and prove it by restoring it.

    Everybody goes on working meanwhile. The file needs EVERGREEN_FIELD_KEYS of today to be read.
    """
    taken = backups.take(job.settings, path=path, at=job.settings.business_now())
    return {
        "path": str(taken.path),
        "bytes": taken.size_bytes,
        "tables": taken.tables,
        "rows": taken.rows,
        "files": taken.files,
    }


@click.command("restore")
@click.argument("path", type=click.Path(dir_okay=False, exists=True, path_type=Path))
@job
def restore_command(job: Job, path: Path) -> dict[str, object]:
    """Put the backup PATH into the empty database of the settings.

    Refuses a database that holds a company. Everybody signs in anew afterwards.
    """
    found = backups.restore(job.settings, path=path)
    if found.is_older:
        job.say("the backup is of an older version: run python -m jobs migrate")
    return {
        "taken_at": found.taken_at.isoformat(),
        "revision": found.revision,
        "tables": found.tables,
        "rows": found.rows,
        "files": found.files,
    }
