"""Rows whose client or policy somebody saved between the dry run and applying: they are left.

Two gaps: dry run to staging, where the deciding compares versions, and staging to applying, where
this module does, in the transaction that applies.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session

from db.models import (
    Client,
    ImportRow,
    ImportRun,
    Policy,
    StagedClient,
    StagedPolicy,
    StagedTerm,
)
from services.intake.planning import Seen
from services.intake.staging import as_json
from terms.intake import ImportField, Problem, ProblemLevel, RowOutcome

_AT_ONCE = 900
_COUNTED = {
    RowOutcome.NEW: "created",
    RowOutcome.CHANGED: "changed",
    RowOutcome.SAME: "same",
}


def seen_by_line(session: Session, run_id: int) -> dict[int, Seen]:
    """What each row was compared with the last time; nothing before the first."""
    found = session.execute(
        select(ImportRow.row, ImportRow.seen_client, ImportRow.seen_policy).where(
            ImportRow.run_id == run_id
        )
    )
    return {line: Seen(client=client, policy=policy) for line, client, policy in found}


def leave_what_changed(
    session: Session,
    *,
    run: ImportRun,
    cells_of: Callable[[Collection[int]], Mapping[int, Mapping[str, str]]],
) -> int:
    """Refuse the staged rows whose client or policy was saved after they were staged.

    The clients and policies that will be changed are locked, so that nobody saves one between
    this look and the writing.

    Args:
        cells_of: lines → their cells in the file, for the refused rows' file.

    Returns:
        Rows left.
    """
    clients = _changed(session, run.id, Client, StagedClient, StagedClient.client_id)
    policies = _changed(session, run.id, Policy, StagedPolicy, StagedPolicy.policy_id)
    lines = {line for line, _ in clients} | {line for line, _ in policies}
    if not lines:
        return 0
    for some in _pieces([client_id for _, client_id in clients]):
        _drop(session, StagedTerm, run.id, StagedTerm.client_id.in_(some))
    for some in _pieces(sorted(lines)):
        _drop(session, StagedClient, run.id, StagedClient.row.in_(some))
        _drop(session, StagedPolicy, run.id, StagedPolicy.row.in_(some))
    cells = cells_of(lines)
    column = _number_column(run)
    for some in _pieces(sorted(lines)):
        _refuse(session, run, some, cells, column)
    return len(lines)


def _changed(
    session: Session, run_id: int, model: type[Any], staged: type[Any], key: Any
) -> list[tuple[int, int]]:
    """The staged rows (line, id) that no longer stand on the version they were decided from."""
    there = (staged.run_id == run_id, staged.is_new.is_(False))
    if session.get_bind().dialect.name == "postgresql":
        held = select(model.id).join(staged, key == model.id).where(*there)
        session.execute(held.order_by(model.id).with_for_update(of=model)).all()
    found = session.execute(
        select(staged.row, key)
        .join(model, model.id == key)
        .where(*there, staged.seen_version != model.version)
    )
    return [(line, row_id) for line, row_id in found]


def _refuse(
    session: Session,
    run: ImportRun,
    lines: list[int],
    cells: Mapping[int, Mapping[str, str]],
    column: str,
) -> None:
    rows = session.execute(
        select(
            ImportRow.row,
            ImportRow.outcome,
            ImportRow.problems,
            ImportRow.has_warning,
            ImportRow.duplicate_of,
        ).where(ImportRow.run_id == run.id, ImportRow.row.in_(lines))
    ).all()
    refusal = {
        "column": column,
        "code": Problem.CHANGED_MEANWHILE.value,
        "level": ProblemLevel.REFUSED.value,
    }
    for row in rows:
        counted = _COUNTED[row.outcome]
        setattr(run, counted, getattr(run, counted) - 1)
        run.refused += 1
        run.warnings -= bool(row.has_warning)
        run.duplicates -= row.duplicate_of is not None
    table: Any = ImportRow.__table__
    session.connection().execute(
        update(table)
        .where(table.c.run_id == run.id, table.c.row == bindparam("line"))
        .values(
            outcome=RowOutcome.REFUSED,
            has_warning=False,
            duplicate_of=None,
            changes=[],
            before=None,
            problems=bindparam("named"),
            values=bindparam("cells"),
        ),
        [
            {
                "line": row.row,
                "named": [*row.problems, refusal],
                "cells": as_json(cells.get(row.row, {})),
            }
            for row in rows
        ],
    )


def _number_column(run: ImportRun) -> str:
    named: Mapping[str, str] = run.mapping.get("columns", {})
    number = ImportField.CLIENT_NUMBER.value
    return next((column for column, meaning in named.items() if meaning == number), "")


def _drop(session: Session, model: type[Any], run_id: int, which: Any) -> None:
    session.execute(
        delete(model).where(model.run_id == run_id, which),
        execution_options={"synchronize_session": False},
    )


def _pieces(values: list[int]) -> list[list[int]]:
    return [values[at : at + _AT_ONCE] for at in range(0, len(values), _AT_ONCE)]
