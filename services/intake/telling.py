"""Whoever brought a file in is told when its step is done; the work may take minutes."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import ImportRun
from services import notifications
from services.intake.queries import number_of
from services.notifications import NotificationKind, Opens
from terms.intake import ImportState

_KINDS = {
    ImportState.CHECKED: NotificationKind.IMPORT_CHECKED,
    ImportState.APPLIED: NotificationKind.IMPORT_APPLIED,
    ImportState.FAILED: NotificationKind.IMPORT_FAILED,
}


def tell(session: Session, *, run_id: int, state: ImportState, at: datetime) -> None:
    """Tell the person behind the run that it came to ``state``; part of the step's transaction.

    Nobody is told of a run that a command works on itself, and of no state on the way.

    Audit: the step's own entry covers it.
    """
    kind = _KINDS.get(state)
    if kind is None:
        return
    run = session.execute(
        select(
            ImportRun.requested_by_id, ImportRun.is_attended, ImportRun.state, ImportRun.version
        ).where(ImportRun.id == run_id)
    ).one()
    if run.requested_by_id is None or run.is_attended or run.state is not state:
        return
    number = number_of(run_id)
    notifications.notify(
        session,
        staff_ids=[run.requested_by_id],
        kind=kind,
        occasion=f"import:{run_id}:{state.value}:{run.version}",
        opens=Opens("import_book", {"run": number}),
        data={"number": number},
        at=at,
    )
