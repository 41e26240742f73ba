"""``python -m jobs verify-audit``: is the audit trail as it was written."""

import click

from jobs.command import Failed, Job, job
from services import audit_trail
from services.audit_trail import Flaw

_SAYS = {
    Flaw.CHANGED: "entry {id} was changed",
    Flaw.MISSING_BEFORE: "an entry right before entry {id} was taken out",
    Flaw.INSERTED: "entry {id} was inserted after the sealing",
    Flaw.MISSING: "entry {id}, the last that was sealed, is gone",
    Flaw.ROUNDS: "the table of seals was changed at entry {id}",
    Flaw.CUT_OFF: "the chain ends at entry {id} and does not hold the expected head",
}


@click.command("verify-audit")
@click.option(
    "--expects",
    metavar="HEAD",
    help="A head that an earlier run printed: it must still be in the chain.",
)
@job
def verify_audit_command(job: Job, *, expects: str | None) -> dict[str, object]:
    """Check every entry of the audit trail against its seal.

    Finds a changed, deleted or inserted entry and names the first; ends with 1 then. Keep the head
    it prints outside the database: with --expects it proves that the end was not cut off.
    """
    with job.database.reading() as session:
        verdict = audit_trail.verify(session, expected_head=expects)
    figures: dict[str, object] = {
        "entries": verdict.entries,
        "unsealed": verdict.unsealed,
        "upto": verdict.upto_id,
        "head": verdict.head,
    }
    if verdict.flaw is not None:
        figures |= {"flaw": verdict.flaw.value, "first": verdict.entry_id}
        raise Failed(_SAYS[verdict.flaw].format(id=verdict.entry_id), **figures)
    return figures
