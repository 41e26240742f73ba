"""``python -m jobs undo-import``: an applied import is taken back."""

from typing import Any

import click

from jobs.command import Failed, Job, job
from services import undo
from services.actor import SYSTEM
from services.working_calendar import local_date
from terms.people import Locale
from terms.undo import UndoKind


@click.command("undo-import")
@click.argument("number", metavar="ID")
@click.option("--dry-run", is_flag=True, help="Only say what would go back and what would stay.")
@job
def undo_import_command(job: Job, number: str, dry_run: bool) -> dict[str, Any]:
    """Take back the import ID (IM000042): every row as it was before it.

    Rows somebody changed or uses since are left and named.
    """
    at = job.settings.business_now()
    on = local_date(at, job.settings.timezone)
    if number.isdigit():
        number = f"IM{int(number):06d}"
    with job.database.reading() as session:
        found = undo.batches(session, actor=SYSTEM, kind=UndoKind.IMPORT, reference=number)
    if not found:
        raise Failed(f"there is no applied import {number}", id=number)
    batch_id = found[0].id
    if dry_run:
        with job.database.reading() as session:
            plan = undo.preview(session, actor=SYSTEM, batch_id=batch_id)
    else:
        with job.database.transaction() as session:
            plan = undo.undo(session, actor=SYSTEM, batch_id=batch_id, at=at, on=on)
    _say(job, plan)
    return {
        "id": number,
        "undone": not dry_run,
        "restored": sum(plan.restored.values()),
        "removed": sum(plan.removed.values()),
        "left": plan.left_count,
        "tables": {"restored": plan.restored, "removed": plan.removed},
        "left_rows": [
            {
                "table": row.table,
                "name": row.name,
                "client": row.client_number,
                "why": row.why.value,
                "by": row.by_name,
                "at": row.at.isoformat() if row.at else None,
            }
            for row in plan.left
        ],
    }


def _say(job: Job, plan: undo.UndoPlan) -> None:
    import words
    from words.undo import left_sentence

    with words.in_locale(Locale.EN):
        for row in plan.left:
            job.say(left_sentence(row, zone=job.settings.timezone))
