"""Taking down what a batch does, while it does it, in its own transaction.

    recording = undo.begin(session, actor=actor, kind=UndoKind.BULK_EDIT, at=at, on=on)
    with recording.changes(Client, Client.id.in_(ids)), recording.changes(ClientAccess, …):
        …the statements…
    recording.inserted(Policy, select(…))

The condition of ``changes`` must find the same rows before and after, and the new ones too where
the statements insert. Rows with a version are compared by it, all others by what they hold.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Table, insert, literal, null, select
from sqlalchemy.orm import Session

from db.bulk import insert_columns, learn_sizes
from db.given import given_rows
from db.models import UndoBatch, UndoRow
from services.actor import Actor
from services.rule_tables import rule
from services.undo import images
from services.undo.rules import KEEP_RULE, LED_LONGER, NEVER_BACK, OWN_UNTIL, OWNER, expires_on
from terms.undo import RowAct, UndoKind

Key = tuple[Any, ...]
_MANY = 2_000
"""Rows after which the database learns the size of its tables again."""


def begin(
    session: Session,
    *,
    actor: Actor,
    kind: UndoKind,
    at: datetime,
    on: date,
    reference: str = "",
    detail: Mapping[str, Any] | None = None,
) -> "Recording":
    """Open the batch of an act; the act's own permission and audit entry are its operation's.

    Args:
        reference: the business number of what is done.
        detail: what a list of acts says of it; never personal.
    """
    keep_days = rule(session, KEEP_RULE, on)
    own = keep_days[kind.value]
    known = dict(detail or {})
    if kind in LED_LONGER:
        known[OWN_UNTIL] = expires_on(on, own).isoformat()
    batch = UndoBatch(
        kind=kind,
        reference=reference,
        made_at=at,
        made_by_id=actor.staff_id,
        expires_on=expires_on(on, max(own, keep_days[LED_LONGER.get(kind, kind.value)])),
        detail=known,
    )
    session.add(batch)
    session.flush()
    return Recording(session, batch.id)


class Recording:
    """The open batch of one transaction; ``batch_id`` is what ``undo`` takes it back by."""

    def __init__(self, session: Session, batch_id: int) -> None:
        self.batch_id = batch_id
        self._session = session

    @contextmanager
    def changes(self, model: type[Any] | Table, where: ColumnElement[bool]) -> Iterator[None]:
        """Take down what happens inside to the rows of ``model`` that ``where`` finds."""
        table = _table(model)
        self._session.flush()
        before = self._rows(table, where)
        yield
        self._session.flush()
        if images.is_versioned(table):
            self._versioned(table, where, before)
        else:
            self._unversioned(table, where, before)

    def inserted(self, model: type[Any], ids: Any) -> None:
        """Take down rows the batch made, by their ids (a select of them), all at once.

        Rows of ``GOES_ALONG`` that hang on them need not be named.
        """
        table = _table(model)
        self._session.flush()
        version = table.c.version if images.is_versioned(table) else null()
        kept = select(
            literal(self.batch_id),
            literal(table.name),
            table.c.id,
            literal(RowAct.INSERTED, UndoRow.act.type),
            version,
        ).where(table.c.id.in_(ids))
        done = self._session.execute(
            insert(_table(UndoRow)).from_select(
                ["batch_id", "table_name", "row_id", "act", "version"], kept
            ),
            execution_options={"preserve_rowcount": True},
        )
        if done.rowcount > _MANY:  # type: ignore[attr-defined]
            learn_sizes(self._session.connection(), table, _table(UndoRow))

    def _rows(self, table: Table, where: Any) -> dict[Key, Sequence[Any]]:
        places = _key_places(table)
        found = self._session.execute(select(*table.columns).where(where))
        return {tuple(row[place] for place in places): tuple(row) for row in found}

    def _versioned(
        self, table: Table, where: ColumnElement[bool], before: dict[Key, Sequence[Any]]
    ) -> None:
        there = given_rows(self._session, "there", {"id": (BigInteger, [key[0] for key in before])})
        versions = select(table.c.id, table.c.version)
        after: dict[int, int] = {
            row_id: version
            for row_id, version in self._session.execute(
                versions.join(there, there.c.id == table.c.id)
            )
        }
        place = list(table.c).index(table.c.version)
        changed = [
            (key[0], row)
            for key, row in before.items()
            if key[0] in after and after[key[0]] != row[place]
        ]
        gone = [(key[0], row) for key, row in before.items() if key[0] not in after]
        made = [
            (row_id, version)
            for row_id, version in self._session.execute(versions.where(where))
            if (row_id,) not in before
        ]
        self._note(table, RowAct.CHANGED, [(row_id, after[row_id]) for row_id, _ in changed])
        self._note(table, RowAct.DELETED, [(row_id, None) for row_id, _ in gone])
        self._note(table, RowAct.INSERTED, made)
        images.write(
            self._session,
            batch_id=self.batch_id,
            table=table,
            rows=[(RowAct.CHANGED, row, None) for _, row in changed]
            + [(RowAct.DELETED, row, None) for _, row in gone],
        )

    def _unversioned(
        self, table: Table, where: ColumnElement[bool], before: dict[Key, Sequence[Any]]
    ) -> None:
        after = self._rows(table, where)
        if "id" in table.c:
            moved = given_rows(
                self._session,
                "moved",
                {"id": (BigInteger, [key[0] for key in before if key not in after])},
            )
            after |= self._rows(table, table.c.id.in_(select(moved.c.id)))
        rows: list[tuple[RowAct, Sequence[Any] | None, Sequence[Any] | None]] = []
        for key, row in before.items():
            now = after.get(key)
            if now is None:
                rows.append((RowAct.DELETED, row, None))
            elif now != row:
                rows.append((RowAct.CHANGED, row, now))
        made = [(key, row) for key, row in after.items() if key not in before]
        if "id" in table.c and table.name not in OWNER:
            self._note(table, RowAct.INSERTED, [(key[0], None) for key, _ in made])
        else:
            rows += [(RowAct.INSERTED, None, row) for _, row in made]
        images.write(self._session, batch_id=self.batch_id, table=table, rows=rows)

    def _note(self, table: Table, act: RowAct, rows: Sequence[tuple[int, int | None]]) -> None:
        insert_columns(
            self._session.connection(),
            _table(UndoRow),
            [
                ("batch_id", [self.batch_id] * len(rows)),
                ("table_name", [table.name] * len(rows)),
                ("row_id", [row_id for row_id, _ in rows]),
                ("act", [act] * len(rows)),
                ("version", [version for _, version in rows]),
            ],
        )


def _table(model: type[Any] | Table) -> Table:
    table = model if isinstance(model, Table) else model.__table__
    assert isinstance(table, Table)
    if table.name in NEVER_BACK and model is not UndoRow:
        raise ValueError(f"{table.name} is never rolled back")
    return table


def _key_places(table: Table) -> list[int]:
    names = [column.name for column in table.columns]
    return [names.index(column.name) for column in table.primary_key.columns]
