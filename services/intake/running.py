"""The long work of an import, in states kept in the database, so that anybody may take it up.

``uploaded`` → read → ``checking`` → checked → ``staging`` → ``applying`` → applied. Whoever works
on a run (the worker, or the command that started it) calls ``work_on``; killed at any moment, the
same call does the state again from its beginning: what was staged is thrown away first, and
applying is one transaction.
"""

import gc
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.models import ImportRow, ImportRun, Staff, StagedClient, StagedPolicy, StagedTerm
from db.session import Database
from services import people, undo
from services.actor import SYSTEM, Actor
from services.errors import BusinessError, NotPermitted
from services.intake import files, mapping, staff
from services.intake.applying import apply_staged
from services.intake.converting import Rows, as_cells, convert
from services.intake.deciding import Decider, decider
from services.intake.known import Company, load, load_company
from services.intake.mapping import ColumnMapping
from services.intake.meanwhile import leave_what_changed, seen_by_line
from services.intake.planning import Plan, Seen, Sources, plan_of
from services.intake.queries import WORKED_ON, number_of
from services.intake.reading import FileRefused, Table, read_table
from services.intake.staging import Piece, new_ids
from services.intake.telling import tell
from services.permissions import Permission
from services.working_calendar import local_date
from terms.intake import ImportKind, ImportState, RowOutcome
from terms.people import Scope
from terms.undo import UndoKind

AT_ONCE = 5_000
_TRIES = 3

Progress = Callable[[ImportState, int, int], None]
"""The state worked in, rows done, rows in all."""


def _silent(_state: ImportState, _done: int, _rows: int) -> None:
    """Nobody wants to know."""


SHANGHAI = ZoneInfo("Asia/Shanghai")


class KeepsClashing(BusinessError):
    """Others keep making the same clients while this is applied; nothing was applied."""

    code = "import_keeps_clashing"


class RequiredColumnMissing(BusinessError):
    """No column is mapped to a meaning every row needs. Data: ``fields`` (their codes)."""

    code = "import_column_missing"


@dataclass(frozen=True, slots=True)
class _Run:
    """What the work needs of the run's row."""

    id: int
    kind: ImportKind
    state: ImportState
    file_name: str
    path: Path
    mapping: ColumnMapping
    actor: Actor


@dataclass(frozen=True, slots=True)
class Counts:
    created: int = 0
    changed: int = 0
    same: int = 0
    warnings: int = 0
    duplicates: int = 0
    refused: int = 0


@dataclass(slots=True)
class OpenFile:
    """The file's columns, kept from one state to the next by who goes through several."""

    table: Table | None = None


def work_on(
    database: Database,
    *,
    run_id: int,
    at: datetime,
    progress: Progress = _silent,
    file: OpenFile | None = None,
    zone: ZoneInfo = SHANGHAI,
) -> ImportState:
    """Do whatever the run waits for, up to the next state that waits for a person.

    Args:
        at: the business's instant; its date decides what is in force.
        progress: told after every piece.

    Returns:
        The state it is in now. What the business refuses ends in ``failed`` with its reason.
    """
    file = file or OpenFile()
    try:
        with _without_collector():
            return _go_on(database, run_id, at, local_date(at, zone), progress, file)
    except BusinessError as error:
        _fail(database, run_id, at, {"code": error.code, **error.data})
        return ImportState.FAILED
    except Exception:
        _fail(database, run_id, at, {"code": "import_broke"})
        raise


@contextmanager
def _without_collector() -> Iterator[None]:
    """Millions of cells and no cycles: the collector would only walk them again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _go_on(
    database: Database,
    run_id: int,
    at: datetime,
    on: date,
    progress: Progress,
    file: OpenFile,
) -> ImportState:
    for _ in range(2 * _TRIES):
        run = _load(database, run_id, on=on)
        match run.state:
            case ImportState.UPLOADED:
                _read(database, run, _table(run, file), at=at, on=on)
            case ImportState.CHECKING | ImportState.STAGING:
                is_staging = run.state is ImportState.STAGING
                _prepare(database, run, _table(run, file), at, on, progress, stage=is_staging)
            case ImportState.APPLYING:
                progress(run.state, 0, 1)
                try:
                    _apply(database, run, file, at=at, on=on)
                except IntegrityError:
                    # somebody made one of these clients meanwhile: compare again
                    _set_state(database, run_id, ImportState.STAGING, at)
                progress(run.state, 1, 1)
            case _:
                return run.state
    raise KeepsClashing()


def _load(database: Database, run_id: int, *, on: date) -> _Run:
    with database.reading() as session:
        run = session.get_one(ImportRun, run_id)
        actor = SYSTEM
        if run.requested_by_id is not None:
            username = session.scalar(select(Staff.username).where(Staff.id == run.requested_by_id))
            found = people.actor_named(session, username=username or "", on=on)
            if found is None:
                raise NotPermitted(permission=Permission.IMPORT_RUN.value)
            actor = found
        actor.require(Permission.IMPORT_RUN)
        return _Run(
            run.id,
            run.kind,
            run.state,
            run.file_name,
            Path(run.file_path),
            ColumnMapping.from_json(run.mapping),
            actor,
        )


def _table(run: _Run, file: OpenFile) -> Table:
    if file.table is None:
        try:
            with files.opened(run.path) as clear:
                file.table = read_table(clear, name=run.file_name)
        except FileNotFoundError:
            raise FileRefused(reason="file_gone") from None
    return file.table


def _read(database: Database, run: _Run, table: Table, *, at: datetime, on: date) -> None:
    """Suggest what each column means, and keep a few cells of each for the mapping screen."""
    suggested = run.mapping
    if suggested.fields:
        suggested = suggested.fitted_to(table.names)
    else:
        suggested = mapping.suggest(table.columns, kind=run.kind, on=on)
    facts = mapping.facts(table.columns, suggested, on=on)
    preview = [
        {
            "column": fact.column,
            "samples": fact.samples,
            "filled": fact.filled,
            "orders": [order.value for order in fact.date_orders],
            "is_ambiguous": fact.date_is_ambiguous,
        }
        for fact in facts
    ]
    with database.transaction() as session:
        session.execute(
            update(ImportRun)
            .where(ImportRun.id == run.id, ImportRun.state == ImportState.UPLOADED)
            .values(
                state=ImportState.READ,
                rows=len(table.rows),
                mapping=suggested.as_json(),
                preview=json.dumps(preview, ensure_ascii=False),
                updated_at=at,
                version=ImportRun.version + 1,
            )
        )


def _prepare(
    database: Database,
    run: _Run,
    table: Table,
    at: datetime,
    on: date,
    progress: Progress,
    *,
    stage: bool,
) -> None:
    """Decide every row; with ``stage`` also write down what applying will write."""
    columns = run.mapping.fitted_to(table.names)
    missing = mapping.missing_required(columns, kind=run.kind)
    if missing:
        raise RequiredColumnMissing(fields=[field.value for field in missing])
    rows = convert(table, columns, on=on)
    with database.reading() as session:
        seen = seen_by_line(session, run.id) if stage else {}
    forget_staged(database, run.id, rows_too=True)
    _note(database, run.id, Counts(), done=0, rows=len(rows))
    counts = Counts()
    if run.kind is ImportKind.STAFF:
        with database.reading() as session:
            decisions = staff.decide(session, rows, on=on)
        piece = Piece(run.id, rows.fields)
        for place, decision in enumerate(decisions):
            piece.add(rows, table, place, decision.as_row(), stage=False)
            counts = _counted(counts, rows, place, decision.outcome)
        with database.transaction() as session:
            piece.write(session.connection())
            _note_in(session, run.id, counts, done=len(rows), rows=len(rows))
    else:
        counts = _prepare_clients(database, run, table, rows, seen, on, progress, stage=stage)
    _set_state(database, run.id, ImportState.APPLYING if stage else ImportState.CHECKED, at)


def _prepare_clients(
    database: Database,
    run: _Run,
    table: Table,
    rows: Rows,
    seen: Mapping[int, Seen],
    on: date,
    progress: Progress,
    *,
    stage: bool,
) -> Counts:
    plan = plan_of(rows, kind=run.kind)
    counts = Counts()
    with ExitStack() as stack:
        connection = None
        if stage and database.engine.dialect.name == "postgresql":
            engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
            connection = stack.enter_context(engine.connect())
        with database.reading() as session:
            company = load_company(session, on=on)
        deciding = _decider(run, rows, plan, company, connection, seen, on=on)
        for start in range(0, len(rows), AT_ONCE):
            places = range(start, min(start + AT_ONCE, len(rows)))
            with database.reading() as session:
                known = load(
                    session,
                    actor=run.actor,
                    on=on,
                    numbers={n for p in places if (n := plan.numbers[p])},
                    policy_numbers={n for p in places if (n := plan.policy_numbers[p])},
                    fields=rows.fields.keys(),
                )
            piece = Piece(run.id, rows.fields)
            for place in places:
                decision = deciding.decide(place, known)
                piece.add(rows, table, place, decision, stage=stage)
                counts = _counted(counts, rows, place, decision.outcome)
            with database.transaction() as session:
                piece.write(session.connection())
                _note_in(session, run.id, counts, done=places.stop, rows=len(rows))
            progress(run.state, places.stop, len(rows))
    return counts


def _decider(
    run: _Run,
    rows: Rows,
    plan: Plan,
    company: Company,
    connection: Any,
    seen: Mapping[int, Seen],
    *,
    on: date,
) -> Decider:
    is_everywhere = run.actor.scope is Scope.ALL
    branches = run.actor.branch_ids
    return decider(
        Sources(
            rows,
            plan,
            company,
            on,
            default_branch_id=None if is_everywhere or not branches else branches[0],
            branches_allowed=None if is_everywhere else frozenset(branches),
            new_client_id=new_ids(connection, "client"),
            new_party_id=new_ids(connection, "party"),
            new_policy_id=new_ids(connection, "policy"),
            seen=seen,
        )
    )


def _counted(counts: Counts, rows: Rows, place: int, outcome: RowOutcome) -> Counts:
    if outcome is RowOutcome.REFUSED:
        return replace(counts, refused=counts.refused + 1)
    more = {
        RowOutcome.NEW: "created",
        RowOutcome.CHANGED: "changed",
        RowOutcome.SAME: "same",
    }[outcome]
    return replace(
        counts,
        **{more: getattr(counts, more) + 1},
        warnings=counts.warnings + (place in rows.problems),
        duplicates=counts.duplicates + (place in rows.duplicate_of),
    )


def _apply(database: Database, run: _Run, file: OpenFile, *, at: datetime, on: date) -> None:
    rows = None
    if run.kind is ImportKind.STAFF:
        table = _table(run, file)
        rows = convert(table, run.mapping.fitted_to(table.names), on=on)
    with database.transaction() as session:
        locked = session.scalar(select(ImportRun).where(ImportRun.id == run.id).with_for_update())
        if locked is None or locked.state is not ImportState.APPLYING:
            return
        recording = undo.begin(
            session,
            actor=run.actor,
            kind=UndoKind.IMPORT,
            reference=number_of(run.id),
            detail={"kind": run.kind.value, "file": run.file_name, "rows": locked.rows},
            at=at,
            on=on,
        )
        if rows is not None:
            with staff.recorded(recording):
                staff.apply(session, rows, actor=run.actor, at=at, on=on)
        leave_what_changed(session, run=locked, cells_of=lambda lines: _cells(run, file, lines))
        apply_staged(session, run=locked, recording=recording, actor=run.actor, at=at, on=on)
    forget_staged(database, run.id, rows_too=False)
    files.remove(run.path)


def _cells(run: _Run, file: OpenFile, lines: Collection[int]) -> dict[int, dict[str, str]]:
    """The cells of some lines as they stand in the file."""
    table = _table(run, file)
    wanted = set(lines)
    return {line: as_cells(table, place) for place, line in enumerate(table.rows) if line in wanted}


def forget_staged(database: Database, run_id: int, *, rows_too: bool) -> None:
    """Empty what was staged for the run, so that staging may begin again."""
    models = (StagedClient, StagedPolicy, StagedTerm, *((ImportRow,) if rows_too else ()))
    for model in models:
        with database.transaction() as session:
            session.execute(delete(model.__table__).where(model.run_id == run_id))


def _set_state(database: Database, run_id: int, state: ImportState, at: datetime) -> None:
    with database.transaction() as session:
        session.execute(
            update(ImportRun)
            .where(ImportRun.id == run_id)
            .values(state=state, updated_at=at, version=ImportRun.version + 1)
        )
        tell(session, run_id=run_id, state=state, at=at)


def _fail(database: Database, run_id: int, at: datetime, failure: dict[str, Any]) -> None:
    forget_staged(database, run_id, rows_too=False)
    with database.transaction() as session:
        session.execute(
            update(ImportRun)
            .where(ImportRun.id == run_id, ImportRun.state.in_(WORKED_ON))
            .values(
                state=ImportState.FAILED,
                failure=json.loads(json.dumps(failure, default=str)),
                finished_at=at,
                updated_at=at,
                version=ImportRun.version + 1,
            )
        )
        tell(session, run_id=run_id, state=ImportState.FAILED, at=at)


def _note(database: Database, run_id: int, counts: Counts, *, done: int, rows: int) -> None:
    with database.transaction() as session:
        _note_in(session, run_id, counts, done=done, rows=rows)


def _note_in(session: Session, run_id: int, counts: Counts, *, done: int, rows: int) -> None:
    session.execute(
        update(ImportRun)
        .where(ImportRun.id == run_id)
        .values(
            rows=rows,
            rows_done=done,
            created=counts.created,
            changed=counts.changed,
            same=counts.same,
            warnings=counts.warnings,
            duplicates=counts.duplicates,
            refused=counts.refused,
        )
    )
