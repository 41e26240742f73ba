"""What a person does to an import: start it, correct its columns, have it checked and applied."""

from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import ImportRun
from services import audit, documents
from services.actor import Actor
from services.errors import BusinessError, ChangedMeanwhile, NotFound
from services.intake import files
from services.intake.fields import FIELDS_OF_KIND
from services.intake.mapping import ColumnMapping, missing_required
from services.intake.queries import RunCard, card_of, may_see
from services.intake.reading import LIMITS, Limits
from services.intake.running import RequiredColumnMissing
from services.permissions import Permission
from terms.intake import ImportKind, ImportState


class NotInThisState(BusinessError):
    """The import has moved on since the screen was drawn. Data: ``state``."""

    code = "import_not_in_this_state"


class FieldTwice(BusinessError):
    """Two columns were given the same meaning. Data: ``field``."""

    code = "import_field_twice"


def start(
    session: Session,
    *,
    actor: Actor,
    kind: ImportKind,
    file_name: str,
    source: BinaryIO,
    folder: Path,
    at: datetime,
    columns: ColumnMapping | None = None,
    is_attended: bool = False,
    limits: Limits = LIMITS,
) -> RunCard:
    """Take in a file; the columns are read next, by whoever works on the run.

    Args:
        source: the file's bytes; kept encrypted until the import is applied or cancelled.
        folder: where uploads are kept.
        columns: what the columns mean, if that is known already.
        is_attended: the caller works on the run itself, so the worker does not.

    Raises:
        NotPermitted: the actor lacks ``import:run``, or ``staff:manage`` for a staff list.
        FileRefused: the file is empty or too large.

    Audit: ``import:start`` with the file's name and fingerprint.
    """
    actor.require(Permission.IMPORT_RUN)
    if kind is ImportKind.STAFF:
        actor.require(Permission.STAFF_MANAGE)
    stored = files.store(source, folder=folder, limits=limits)
    run = ImportRun(
        kind=kind,
        file_name=Path(file_name).name[-200:],
        file_path=str(stored.path.resolve()),
        file_sha256=stored.sha256,
        state=ImportState.UPLOADED,
        mapping=columns.as_json() if columns else {},
        is_attended=is_attended,
        requested_by_id=actor.staff_id,
        started_at=at,
        created_at=at,
        updated_at=at,
    )
    session.add(run)
    session.flush()
    _record(session, run, actor, "import:start", at, sha256=stored.sha256)
    return card_of(run)


def use_columns(
    session: Session,
    *,
    actor: Actor,
    run_id: int,
    columns: ColumnMapping,
    at: datetime,
    seen_version: int,
) -> RunCard:
    """Say what the columns mean and have every row checked (a dry run).

    Raises:
        NotPermitted, NotFound: as for every act on an import.
        NotInThisState: it is being worked on, or was applied.
        FieldTwice: two columns have one meaning.
        RequiredColumnMissing: a meaning every row needs has no column.

    Audit: ``import:check``.
    """
    run = _run(session, actor, run_id, seen_version)
    _in_state(run, ImportState.READ, ImportState.CHECKED, ImportState.FAILED)
    given = list(columns.fields.values())
    twice = sorted({field.value for field in given if given.count(field) > 1})
    if twice:
        raise FieldTwice(field=twice[0])
    allowed = set(FIELDS_OF_KIND[run.kind])
    mapping = ColumnMapping(
        {c: f for c, f in columns.fields.items() if f in allowed}, dict(columns.orders)
    )
    missing = missing_required(mapping, kind=run.kind)
    if missing:
        raise RequiredColumnMissing(fields=[field.value for field in missing])
    run.mapping = mapping.as_json()
    _move(run, ImportState.CHECKING, at)
    _record(session, run, actor, "import:check", at, columns=mapping.as_json()["columns"])
    session.flush()
    return card_of(run)


def change_columns(
    session: Session, *, actor: Actor, run_id: int, at: datetime, seen_version: int
) -> RunCard:
    """Go back from the check to the columns.

    Audit: ``import:reopen``.
    """
    run = _run(session, actor, run_id, seen_version)
    _in_state(run, ImportState.CHECKED, ImportState.FAILED)
    if run.preview is None:
        raise NotInThisState(state=run.state.value)
    run.failure = None
    _move(run, ImportState.READ, at)
    _record(session, run, actor, "import:reopen", at)
    session.flush()
    return card_of(run)


def apply(
    session: Session, *, actor: Actor, run_id: int, at: datetime, seen_version: int
) -> RunCard:
    """Have the checked rows staged and applied.

    Raises:
        NotInThisState: it was not checked.

    Audit: ``import:stage``; the applying transaction adds ``import:apply`` with the counts.
    """
    run = _run(session, actor, run_id, seen_version)
    _in_state(run, ImportState.CHECKED, ImportState.READ)
    _move(run, ImportState.STAGING, at)
    _record(session, run, actor, "import:stage", at)
    session.flush()
    return card_of(run)


def cancel(
    session: Session, *, actor: Actor, run_id: int, at: datetime, seen_version: int
) -> RunCard:
    """Give up an import that was not applied; its file is deleted.

    Audit: ``import:cancel``.
    """
    run = _run(session, actor, run_id, seen_version)
    _in_state(run, ImportState.READ, ImportState.CHECKED, ImportState.FAILED, ImportState.UPLOADED)
    _move(run, ImportState.CANCELLED, at)
    run.preview = None
    run.finished_at = at
    files.remove(Path(run.file_path))
    _record(session, run, actor, "import:cancel", at)
    session.flush()
    return card_of(run)


def refused_ticket(session: Session, *, actor: Actor, run_id: int, at: datetime) -> str:
    """A one-time ticket for the file of refused rows.

    Audit: none, a ticket is not a write to the business; fetching it is logged.
    """
    _run(session, actor, run_id)
    return documents.make_ticket(
        session, actor=actor, kind=REFUSED_KIND, argument={"run_id": run_id}, at=at
    )


REFUSED_KIND = "intake.refused"


def _run(session: Session, actor: Actor, run_id: int, seen_version: int | None = None) -> ImportRun:
    actor.require(Permission.IMPORT_RUN)
    run = session.scalar(select(ImportRun).where(ImportRun.id == run_id, may_see(actor)))
    if run is None:
        raise NotFound(kind="import")
    if seen_version is not None and run.version != seen_version:
        raise ChangedMeanwhile()
    return run


def _in_state(run: ImportRun, *states: ImportState) -> None:
    if run.state not in states:
        raise NotInThisState(state=run.state.value)


def _move(run: ImportRun, state: ImportState, at: datetime) -> None:
    run.state = state
    run.rows_done = 0
    run.updated_at = at
    if state is not ImportState.FAILED:
        run.failure = None


def _record(
    session: Session, run: ImportRun, actor: Actor, event: str, at: datetime, **detail: Any
) -> None:
    audit.record(
        session,
        actor=actor,
        event=event,
        subject="import_run",
        subject_id=run.id,
        at=at,
        detail={"kind": run.kind.value, "file": run.file_name, **detail},
    )
