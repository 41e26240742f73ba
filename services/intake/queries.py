"""Reading imports: the runs, what a file's columns hold, which rows have problems."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session

from db.models import ImportRow, ImportRun, Staff
from services.actor import Actor
from services.errors import NotFound
from services.intake.mapping import ColumnFacts, ColumnMapping
from services.permissions import Permission
from services.privacy import mask_address, mask_email, mask_id, mask_phone, mask_within
from terms.intake import DateOrder, ImportField, ImportKind, ImportState, RowOutcome
from terms.people import Scope

WORKED_ON = (
    ImportState.UPLOADED,
    ImportState.CHECKING,
    ImportState.STAGING,
    ImportState.APPLYING,
)


@dataclass(frozen=True, slots=True)
class RunCard:
    """One import; ``number`` is what people see and what stands in the address."""

    id: int
    version: int
    kind: ImportKind
    file_name: str
    state: ImportState
    started_at: datetime | None
    finished_at: datetime | None
    rows: int
    rows_done: int
    created: int
    changed: int
    same: int
    warnings: int
    duplicates: int
    refused: int
    failure: dict[str, Any] | None
    columns: ColumnMapping
    by_name: str | None = None

    @property
    def number(self) -> str:
        return number_of(self.id)

    @property
    def is_worked_on(self) -> bool:
        return self.state in WORKED_ON


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One cell that is odd, or the reason a row is refused."""

    line: int
    outcome: RowOutcome
    column: str
    code: str
    level: str
    cell: str
    """What stands in the cell; what reaches or identifies somebody is masked."""
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RefusedRow:
    line: int
    cells: dict[str, str]
    problems: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row that changes what is stored, and the names of the fields."""

    line: int
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WaitingRun:
    id: int
    version: int


def number_of(run_id: int) -> str:
    """The import's business number, ``IM000042``."""
    return f"IM{run_id:06d}"


def id_of(number: str) -> int | None:
    digits = number.removeprefix("IM")
    return int(digits) if digits.isdigit() and len(digits) < 15 else None


def may_see(actor: Actor) -> ColumnElement[bool]:
    """A branch's people see their own imports; who sees all clients sees all imports."""
    if actor.scope is Scope.ALL:
        return true()
    return ImportRun.requested_by_id == actor.staff_id


def card_of(run: ImportRun, by_name: str | None = None) -> RunCard:
    return RunCard(
        id=run.id,
        version=run.version,
        kind=run.kind,
        file_name=run.file_name,
        state=run.state,
        started_at=run.started_at,
        finished_at=run.finished_at,
        rows=run.rows,
        rows_done=run.rows_done,
        created=run.created,
        changed=run.changed,
        same=run.same,
        warnings=run.warnings,
        duplicates=run.duplicates,
        refused=run.refused,
        failure=run.failure,
        columns=ColumnMapping.from_json(run.mapping),
        by_name=by_name,
    )


def runs_waiting(session: Session) -> list[WaitingRun]:
    """Runs that wait for the worker, oldest first.

    ``version`` rises whenever a person asks for the next step, so one step is begun once.
    """
    found = session.execute(
        select(ImportRun.id, ImportRun.version)
        .where(ImportRun.state.in_(WORKED_ON), ImportRun.is_attended.is_(False))
        .order_by(ImportRun.id)
    )
    return [WaitingRun(row.id, row.version) for row in found]


def run(session: Session, *, actor: Actor, number: str) -> RunCard:
    """One import by its number.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    actor.require(Permission.IMPORT_RUN)
    found = session.execute(
        select(ImportRun, Staff.name)
        .outerjoin(Staff, Staff.id == ImportRun.requested_by_id)
        .where(ImportRun.id == id_of(number), may_see(actor))
    ).one_or_none()
    if found is None:
        raise NotFound(kind="import", number=number)
    return card_of(found[0], found[1])


def recent_runs(session: Session, *, actor: Actor, limit: int = 20) -> list[RunCard]:
    """The latest imports, newest first."""
    actor.require(Permission.IMPORT_RUN)
    found = session.execute(
        select(ImportRun, Staff.name)
        .outerjoin(Staff, Staff.id == ImportRun.requested_by_id)
        .where(may_see(actor))
        .order_by(ImportRun.id.desc())
        .limit(limit)
    )
    return [card_of(run, name) for run, name in found]


def columns_of(session: Session, *, actor: Actor, run_id: int) -> list[ColumnFacts]:
    """The file's columns with masked samples, as the mapping screen shows them."""
    actor.require(Permission.IMPORT_RUN)
    found = session.execute(
        select(ImportRun.preview, ImportRun.mapping).where(ImportRun.id == run_id, may_see(actor))
    ).one_or_none()
    if found is None or found.preview is None:
        return []
    mapping = ColumnMapping.from_json(found.mapping)
    return [
        ColumnFacts(
            column=kept["column"],
            suggested=mapping.fields.get(kept["column"]),
            samples=tuple(
                masked_cell(mapping.fields.get(kept["column"]), cell) for cell in kept["samples"]
            ),
            filled=kept["filled"],
            date_orders=tuple(DateOrder(order) for order in kept["orders"]),
            date_is_ambiguous=kept["is_ambiguous"],
        )
        for kept in json.loads(found.preview)
    ]


def problems_of(
    session: Session,
    *,
    actor: Actor,
    run_id: int,
    outcome: RowOutcome | None = None,
    after_line: int = 0,
    limit: int = 200,
) -> list[RowProblem]:
    """Cells that are odd and rows that are refused, by line.

    Args:
        outcome: ``refused`` for those alone, another for the warnings of such rows.
        after_line: the last line of the page before.
        limit: rows of the file, not problems.
    """
    actor.require(Permission.IMPORT_RUN)
    odd = or_(ImportRow.outcome == RowOutcome.REFUSED, ImportRow.has_warning.is_(True))
    found = session.execute(
        select(
            ImportRow.row,
            ImportRow.outcome,
            ImportRow.problems,
            ImportRow.values,
            ImportRun.mapping,
        )
        .join(ImportRun, ImportRun.id == ImportRow.run_id)
        .where(
            ImportRow.run_id == run_id,
            may_see(actor),
            odd if outcome is None else and_(odd, ImportRow.outcome == outcome),
            ImportRow.row > after_line,
        )
        .order_by(ImportRow.row)
        .limit(limit)
    )
    problems = []
    for line, row_outcome, listed, values, mapping in found:
        meanings = ColumnMapping.from_json(mapping).fields
        cells = json.loads(values) if values else {}
        for problem in listed:
            rest = {k: v for k, v in problem.items() if k not in ("column", "code", "level")}
            column = problem["column"]
            problems.append(
                RowProblem(
                    line,
                    row_outcome,
                    column,
                    problem["code"],
                    problem["level"],
                    masked_cell(meanings.get(column), cells.get(column, "")),
                    rest,
                )
            )
    return problems


_MASKS = {
    ImportField.PHONE: mask_phone,
    ImportField.EMAIL: mask_email,
    ImportField.ADDRESS: mask_address,
    ImportField.ID_NUMBER: mask_id,
}


def masked_cell(meaning: ImportField | None, cell: str) -> str:
    """A cell as the screens show it: how to reach or identify somebody is masked however it is
    written, and whatever looks like it in every other column. In clear it stands only in the file
    of refused rows, which is logged."""
    mask = _MASKS.get(meaning) if meaning is not None else None
    seen = mask_within(cell)
    if mask is None or (meaning is ImportField.PHONE and seen != cell):
        return seen
    return mask(cell) or ""


def changes_of(
    session: Session, *, actor: Actor, run_id: int, limit: int = 200
) -> list[ChangedRow]:
    """Rows that change something that is stored, by line."""
    actor.require(Permission.IMPORT_RUN)
    found = session.execute(
        select(ImportRow.row, ImportRow.changes)
        .join(ImportRun, ImportRun.id == ImportRow.run_id)
        .where(ImportRow.run_id == run_id, may_see(actor), ImportRow.outcome == RowOutcome.CHANGED)
        .order_by(ImportRow.row)
        .limit(limit)
    )
    return [ChangedRow(line, tuple(fields)) for line, fields in found]


def duplicates_of(
    session: Session, *, actor: Actor, run_id: int, limit: int = 200
) -> list[tuple[int, int]]:
    """Lines that equal an earlier one apart from the client number, with that line."""
    actor.require(Permission.IMPORT_RUN)
    found = session.execute(
        select(ImportRow.row, ImportRow.duplicate_of)
        .join(ImportRun, ImportRun.id == ImportRow.run_id)
        .where(ImportRow.run_id == run_id, may_see(actor), ImportRow.duplicate_of.is_not(None))
        .order_by(ImportRow.row)
        .limit(limit)
    )
    return [(line, earlier) for line, earlier in found if earlier is not None]


def refused_rows(session: Session, *, actor: Actor, run_id: int) -> Iterator[RefusedRow]:
    """Every refused row with its cells as they stood in the file."""
    actor.require(Permission.IMPORT_RUN)
    found = session.execute(
        select(ImportRow.row, ImportRow.values, ImportRow.problems)
        .join(ImportRun, ImportRun.id == ImportRow.run_id)
        .where(ImportRow.run_id == run_id, may_see(actor), ImportRow.outcome == RowOutcome.REFUSED)
        .order_by(ImportRow.row)
        .execution_options(yield_per=500)
    )
    for line, values, problems in found:
        yield RefusedRow(line, json.loads(values) if values else {}, tuple(problems))
