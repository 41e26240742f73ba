"""``python -m jobs rotate-keys``."""

import click

from jobs.command import Job, job
from services import key_rotation
from services.actor import SYSTEM


@click.command("rotate-keys")
@job
def rotate_keys_command(job: Job) -> dict[str, object]:
    """Bring every encrypted value under the first key of EVERGREEN_FIELD_KEYS.

    Put the new key first and restart every process before; the old ones may leave the settings
    afterwards. Everybody goes on working meanwhile; stopped half way, call it again.
    """
    done = key_rotation.rotate(
        job.database,
        actor=SYSTEM,
        at=job.settings.business_now(),
        uploads=job.settings.var / "imports",
        progress=job.progress,
    )
    if done.files_left:
        job.say(
            f"{done.files_left} uploads wait for their import under an older key: keep it until "
            "they are applied or dropped"
        )
    return {
        "key": done.key_id,
        "values": done.values,
        "tables": done.tables,
        "files_left": done.files_left,
    }
