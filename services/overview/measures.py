"""The figures of my day: all lines of all sources, without the screen's limit."""

from typing import Any

from sqlalchemy import BigInteger, Select, and_, case, cast, or_, select, union_all
from sqlalchemy.orm import Session

from services import measures
from services.measures import Asked, Column, ColumnKind, Measure
from services.overview.rows import DayCounts, DayKind
from services.overview.sources import SOURCES, Day
from services.permissions import Permission
from terms.measures import Period, Unit
from terms.policies import Line

_COLUMNS = (
    Column("day_kind", ColumnKind.CODE, DayKind),
    Column("client_number", ColumnKind.CLIENT),
    Column("client_name", ColumnKind.NAME),
    Column("policy_number"),
    Column("line", ColumnKind.CODE, Line),
    Column("due_on", ColumnKind.DAY),
    Column("due_at", ColumnKind.INSTANT),
    Column("at_risk_fen", ColumnKind.MONEY),
    Column("things", ColumnKind.NUMBER),
    Column("late_things", ColumnKind.NUMBER),
)


def _lines(day: Day) -> Select[*tuple[Any, ...]] | None:
    parts = [part for source in SOURCES if (part := source(day)) is not None]
    if not parts:
        return None
    lines = union_all(*parts).subquery("lines")
    late = or_(
        lines.c.due_at < day.at,
        and_(lines.c.due_at.is_(None), lines.c.due_on < day.on),
    )
    return select(
        lines.c.kind.label("day_kind"),
        lines.c.client_number,
        lines.c.client_name,
        lines.c.policy_number,
        lines.c.line,
        lines.c.due_on,
        lines.c.due_at,
        lines.c.amount_fen.label("at_risk_fen"),
        cast(lines.c.things, BigInteger).label("things"),
        cast(case((late, lines.c.things), else_=0), BigInteger).label("late_things"),
    ).order_by(lines.c.due_at.is_(None), lines.c.due_at, lines.c.due_on, lines.c.policy_number)


def _rows(asked: Asked) -> Select[*tuple[Any, ...]] | None:
    return _lines(Day(asked.actor, asked.on, asked.at, None, asked.zone))


def _late_rows(asked: Asked) -> Select[*tuple[Any, ...]] | None:
    found = _rows(asked)
    if found is None:
        return None
    late = found.order_by(None).subquery("late")
    return select(late).where(late.c.late_things > 0).order_by(late.c.due_at, late.c.due_on)


def counted(session: Session, day: Day) -> DayCounts:
    """How many things all lines of ``day`` stand for, its limit apart."""
    found = _lines(Day(day.actor, day.on, day.at, None, day.zone))
    if found is None:
        return DayCounts(0, 0)
    lines = found.order_by(None).subquery()
    rows = session.execute(select(lines.c.things, lines.c.late_things)).all()
    return DayCounts(sum(row.things for row in rows), sum(row.late_things for row in rows))


def _of_day(code: str, rows: measures.Rows, column: str) -> Measure:
    return Measure(
        code,
        Permission.DAY_READ,
        Unit.THING,
        Period.TODAY,
        ("promise", "renewal", "client", "policy", "import_run", "service_plan_item"),
        _COLUMNS,
        rows,
        measures.total(column),
    )


measures.register(
    _of_day("overview.due", _rows, "things"),
    _of_day("overview.late", _late_rows, "late_things"),
)
