"""What an undo would do: which rows go back and which stay, decided before anything is written."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKeyConstraint,
    Table,
    and_,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session

from db.given import given_rows
from db.models import Base, Client, UndoRow
from services.undo.images import table_of
from services.undo.rules import GOES_ALONG, OWNER
from terms.undo import LeftBecause, RowAct


@dataclass(slots=True)
class Decision:
    """The rows left, by table; every other row of the batch goes back."""

    left: dict[str, dict[int, LeftBecause]] = field(
        default_factory=lambda: defaultdict(dict[int, LeftBecause])
    )
    counts: dict[tuple[str, RowAct], int] = field(default_factory=dict)
    """Rows of the batch that have an id and a version, by table and act."""

    def is_left(self, table: str, row_id: int) -> bool:
        return row_id in self.left.get(table, ())

    def leave(self, table: str, row_ids: list[int], why: LeftBecause) -> None:
        for row_id in row_ids:
            self.left[table].setdefault(row_id, why)


def decide(session: Session, *, batch_id: int) -> Decision:
    """Compare every row of the batch with what is there now."""
    decision = Decision()
    counted = (
        select(UndoRow.table_name, UndoRow.act, func.count())
        .where(UndoRow.batch_id == batch_id)
        .group_by(UndoRow.table_name, UndoRow.act)
    )
    for name, act, count in session.execute(counted):
        decision.counts[name, act] = count
    for name, act in decision.counts:
        _edited(session, decision, batch_id, table_of(name), act)
    _whole_clients(session, decision, batch_id)
    made = {name for name, act in decision.counts if act is RowAct.INSERTED}
    for table in reversed(Base.metadata.sorted_tables):
        if table.name in made:
            _in_use(session, decision, batch_id, table, made)
    _whole_clients(session, decision, batch_id)
    return decision


def _of(batch_id: int, table: Table, act: RowAct) -> ColumnElement[bool]:
    return and_(UndoRow.batch_id == batch_id, UndoRow.table_name == table.name, UndoRow.act == act)


def _edited(session: Session, decision: Decision, batch_id: int, table: Table, act: RowAct) -> None:
    """Rows whose version moved on, or that are there again; a made row that is gone is no loss."""
    rows = select(UndoRow.row_id).where(_of(batch_id, table, act))
    if act is RowAct.DELETED:
        there = rows.join(table, table.c.id == UndoRow.row_id)
        decision.leave(table.name, list(session.scalars(there)), LeftBecause.TAKEN)
        return
    if "version" not in table.c:
        return
    moved = table.c.version != UndoRow.version
    if act is RowAct.CHANGED:
        moved = or_(moved, table.c.id.is_(None))
    found = rows.outerjoin(table, table.c.id == UndoRow.row_id).where(moved)
    decision.leave(table.name, list(session.scalars(found)), LeftBecause.EDITED)


def _whole_clients(session: Session, decision: Decision, batch_id: int) -> None:
    """A client and the party behind it go back together or stay together."""
    for here, other, of in (
        ("client", "party", (Client.id, Client.party_id)),
        ("party", "client", (Client.party_id, Client.id)),
    ):
        left = decision.left.get(here)
        if not left:
            continue
        known, wanted = of
        given = given_rows(session, "left_rows", {"id": (BigInteger, list(left))})
        pairs = session.execute(
            select(known, wanted)
            .join(given, given.c.id == known)
            .where(
                exists().where(
                    UndoRow.batch_id == batch_id,
                    UndoRow.table_name == other,
                    UndoRow.row_id == wanted,
                )
            )
        ).all()
        for row_id, also in pairs:
            decision.leave(other, [also], left[row_id])


def _in_use(
    session: Session, decision: Decision, batch_id: int, table: Table, made: set[str]
) -> None:
    """Rows the batch made that something it did not make refers to; ``table``'s own children
    were decided before."""
    for constraint in _pointing_at(table):
        refers = _refers(session, decision, batch_id, constraint, made)
        if refers is not None:
            used = select(UndoRow.row_id).where(_of(batch_id, table, RowAct.INSERTED), refers)
            decision.leave(table.name, list(session.scalars(used)), LeftBecause.IN_USE)


def _pointing_at(table: Table) -> list[ForeignKeyConstraint]:
    found = []
    for other in Base.metadata.sorted_tables:
        found += [key for key in other.foreign_key_constraints if key.referred_table is table]
    return found


def _refers(
    session: Session,
    decision: Decision,
    batch_id: int,
    constraint: ForeignKeyConstraint,
    made: set[str],
) -> ColumnElement[bool] | None:
    """A row of the constraint's table points at the row, and stays where it is."""
    table = constraint.table.alias("referring")
    child = str(constraint.table.name)
    pointing = next(
        element.parent for element in constraint.elements if element.column.name == "id"
    )
    points = table.c[pointing.name] == UndoRow.row_id
    owner_column, owner = OWNER.get(child, (None, None))
    if child in GOES_ALONG and owner is not None and owner_column == pointing.name:
        return None
    if child in GOES_ALONG and owner is None:
        return None
    stays: list[Any] = []
    called = f"staying_{constraint.name}"
    if child in made and "id" in table.c:
        stays = [_stays(session, decision, batch_id, child, table.c.id, called=called)]
    elif child in GOES_ALONG and owner_column is not None and owner in made:
        assert owner is not None
        stays = [_stays(session, decision, batch_id, owner, table.c[owner_column], called=called)]
    return exists().where(points, *stays)


def _stays(
    session: Session, decision: Decision, batch_id: int, name: str, row_id: Any, *, called: str
) -> ColumnElement[bool]:
    """The row ``row_id`` of table ``name`` was not made by the batch, or is left."""
    mine = UndoRow.__table__.alias("mine")
    made_here = exists().where(
        mine.c.batch_id == batch_id,
        mine.c.table_name == name,
        mine.c.row_id == row_id,
        mine.c.act == RowAct.INSERTED,
    )
    left = decision.left.get(name)
    if not left:
        return ~made_here
    given = given_rows(session, called, {"id": (BigInteger, list(left))})
    return or_(~made_here, row_id.in_(select(given.c.id)))
