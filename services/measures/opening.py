"""Opening a figure: its rows, a page of them or all as a file, and the number counted again."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from db.crypto import current_cipher
from services import documents
from services.actor import Actor
from services.measures.definitions import Asked, ColumnKind, Figure, Measure, Sums, Worked, measure
from services.permissions import Permission
from services.privacy import mask_name
from services.rule_tables import rule
from services.working_calendar import SHANGHAI

FIGURE_FILE = "figure.rows"
"""The kind of the file with a figure's rows; its producer is in ``words.measures``."""
_SUMMED = {ColumnKind.MARK, ColumnKind.MONEY, ColumnKind.NUMBER}
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Opened:
    """A figure opened: a page of its rows in the measure's columns, and the number they give."""

    rows: tuple[tuple[Any, ...], ...]
    worked: Worked


def rows_of(
    session: Session,
    *,
    actor: Actor,
    figure: Figure,
    on: date,
    at: datetime,
    limit: int = 50,
    zone: ZoneInfo = SHANGHAI,
) -> Opened:
    """The first ``limit`` rows of ``figure`` within the actor's scope, counted over all of them.

    Raises:
        NotPermitted: the actor lacks the permission of the measure.
    """
    defined = measure(figure.code)
    chosen = _rows(session, defined, actor, dict(figure.about), on, at, zone)
    if chosen is None:
        return Opened((), defined.work.compute(_none(defined)))
    found = session.execute(chosen.limit(limit)).all()
    rows = tuple(tuple(row) for row in found)
    return Opened(rows, defined.work.compute(_sums(session, defined, chosen)))


def export_rows(
    session: Session,
    *,
    actor: Actor,
    code: str,
    about: Mapping[str, str],
    on: date,
    at: datetime,
    zone: ZoneInfo = SHANGHAI,
) -> Iterator[tuple[Any, ...]]:
    """Every row of a figure; names of clients masked unless the actor may export clients.

    Raises:
        NotPermitted: the actor lacks the permission of the measure or ``figure:export``.
    """
    actor.require(Permission.FIGURE_EXPORT)
    defined = measure(code)
    chosen = _rows(session, defined, actor, about, on, at, zone)
    return _masked(session, defined, actor, chosen)


def export_ticket(session: Session, *, actor: Actor, figure: Figure, at: datetime) -> str:
    """A one-time ticket for the rows of ``figure`` as a file.

    What was typed into a search may name a person, so the ticket holds it encrypted.

    Raises:
        NotPermitted: the actor lacks the permission of the measure or ``figure:export``.

    Audit: none, a ticket is not a write to the business; fetching it is logged.
    """
    actor.require(measure(figure.code).permission)
    return documents.make_ticket(
        session, actor=actor, kind=FIGURE_FILE, argument=_argument(figure), at=at
    )


def order_export(
    session: Session, *, actor: Actor, figure: Figure, rows: int | None, at: datetime
) -> int:
    """Have the worker make a file of very many rows; the bell tells when it is there.

    Returns:
        The order's id.

    Raises:
        NotPermitted: the actor lacks the permission of the measure or ``figure:export``.
        TooManyExports: too many of the actor's are not done yet.

    Audit: none, an order is no change of the business; fetching the file is logged.
    """
    actor.require(measure(figure.code).permission)
    return documents.order_export(
        session, actor=actor, kind=FIGURE_FILE, argument=_argument(figure), rows=rows, at=at
    )


def _argument(figure: Figure) -> dict[str, str]:
    sealed = current_cipher().encrypt(json.dumps(dict(figure.about), ensure_ascii=False)).hex()
    return {"figure": figure.code, "about": sealed}


def about_of(argument: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """The figure a ticket stands for: its code, and which one of its kind."""
    about = json.loads(current_cipher().decrypt(bytes.fromhex(argument["about"])))
    return argument["figure"], about


def fewest(session: Session, *, on: date) -> int:
    """The small-sample rule: a share of fewer than this is not said in per cent."""
    return int(rule(session, "measures.small_sample", on)["fewest"])


def _rows(
    session: Session,
    defined: Measure,
    actor: Actor,
    about: Mapping[str, str],
    on: date,
    at: datetime,
    zone: ZoneInfo,
) -> Select[*tuple[Any, ...]] | None:
    actor.require(defined.permission)
    return defined.rows(Asked(session, actor, about, on, at, zone))


def _sums(session: Session, defined: Measure, chosen: Select[*tuple[Any, ...]]) -> Sums:
    whole = chosen.order_by(None)
    if defined.counts_to is not None:
        whole = whole.limit(defined.counts_to + 1)
    inner = whole.subquery()
    columns: dict[str, Any] = {}
    for column in defined.columns:
        if column.name not in defined.work.needs:
            continue
        if column.kind in _SUMMED:
            columns[column.name] = func.coalesce(func.sum(inner.c[column.name]), 0)
        elif column.kind is ColumnKind.CONSTANT:
            columns[column.name] = func.coalesce(func.max(inner.c[column.name]), 0)
    found = session.execute(select(func.count(), *columns.values()).select_from(inner)).one()
    return Sums(found[0], dict(zip(columns, map(float, found[1:]), strict=True)))


def _none(defined: Measure) -> Sums:
    return Sums(0, {column.name: 0 for column in defined.columns})


def _masked(
    session: Session, defined: Measure, actor: Actor, chosen: Select[*tuple[Any, ...]] | None
) -> Iterator[tuple[Any, ...]]:
    if chosen is None:
        return
    in_full = actor.may(Permission.CLIENT_EXPORT)
    names = [place for place, col in enumerate(defined.columns) if col.kind is ColumnKind.NAME]
    for row in session.execute(chosen.execution_options(yield_per=_AT_ONCE)):
        cells = list(row)
        if not in_full:
            for place in names:
                cells[place] = mask_name(cells[place])
        yield tuple(cells)
