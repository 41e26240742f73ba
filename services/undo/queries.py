"""Reading batches: what was done, what an undo would do, and which rows it would leave."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from json import dumps, loads
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    String,
    and_,
    bindparam,
    false,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session

from db.given import given_rows
from db.models import AuditEntry, Client, Instalment, Policy, Renewal, Staff, UndoBatch
from services.actor import Actor
from services.errors import NotFound
from services.undo.deciding import Decision, decide
from services.undo.rules import OWN_PERMISSION, OWN_UNTIL, PERMISSION
from terms.people import Scope
from terms.undo import LeftBecause, RowAct, UndoKind

NAMES_AT_ONCE = 200
"""Left rows named on a screen; their number is always whole."""


@dataclass(frozen=True, slots=True)
class BatchCard:
    """An act that can be, or was, undone."""

    id: int
    kind: UndoKind
    reference: str
    made_at: datetime
    made_by: str | None
    expires_on: date
    said: str
    """``detail`` as JSON: nobody who is given the card can change it for another."""
    undone_at: datetime | None
    undone_by: str | None
    about: str | None = None
    """Whose work it was, where the act was about one colleague's."""

    @property
    def detail(self) -> dict[str, Any]:
        """What was done, as the act wrote it down."""
        found: dict[str, Any] = loads(self.said)
        return found

    def is_open(self, on: date) -> bool:
        """Whether it can still be undone on the day ``on``."""
        return self.undone_at is None and on <= self.expires_on


@dataclass(frozen=True, slots=True)
class LeftRow:
    """A row an undo leaves; ``name`` is its business number, or the client's it belongs to."""

    table: str
    name: str
    client_number: str | None
    why: LeftBecause
    by_name: str | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """What an undo does: rows by table that get their old values, go, come back; rows left."""

    batch: BatchCard
    restored: dict[str, int]
    removed: dict[str, int]
    brought_back: dict[str, int]
    left_count: int
    left: tuple[LeftRow, ...]

    @property
    def going(self) -> int:
        """Rows that go back, of whatever kind."""
        return sum(sum(of.values()) for of in (self.restored, self.removed, self.brought_back))


def batches(
    session: Session,
    *,
    actor: Actor,
    kind: UndoKind | None = None,
    reference: str | None = None,
    limit: int = 20,
) -> tuple[BatchCard, ...]:
    """Acts the actor may undo or could have, newest first."""
    about = {} if reference is None else {"reference": reference}
    found = session.execute(_newest(actor, kind, reference is not None, limit), about)
    return tuple(_card(actor, *row) for row in found)


@lru_cache(maxsize=256)
def _newest(actor: Actor, kind: UndoKind | None, is_of_one: bool, limit: int) -> Any:
    return (
        _cards()
        .where(
            _mine(actor),
            true() if kind is None else UndoBatch.kind == kind,
            UndoBatch.reference == bindparam("reference", type_=String()) if is_of_one else true(),
        )
        .order_by(UndoBatch.id.desc())
        .limit(limit)
    )


def batch(session: Session, *, actor: Actor, batch_id: int) -> BatchCard:
    """One act.

    Raises:
        NotFound: there is none, or the actor may not undo such an act.
    """
    found = session.execute(_cards().where(_mine(actor), UndoBatch.id == batch_id)).one_or_none()
    if found is None:
        raise NotFound(kind="undo")
    return _card(actor, *found)


def preview(session: Session, *, actor: Actor, batch_id: int) -> UndoPlan:
    """What undoing the act now would do; nothing is written.

    Raises:
        NotFound: as ``batch``.
    """
    card = batch(session, actor=actor, batch_id=batch_id)
    return plan_of(session, card, decide(session, batch_id=batch_id))


def plan_of(session: Session, card: BatchCard, decision: Decision) -> UndoPlan:
    def counted(act: RowAct) -> dict[str, int]:
        left_of = _left_by_act(session, card.id, decision, act)
        found = {
            name: count - left_of.get(name, 0)
            for (name, of), count in decision.counts.items()
            if of is act
        }
        return {name: count for name, count in sorted(found.items()) if count > 0}

    rows = [
        (table, row_id, why)
        for table, of in sorted(decision.left.items())
        for row_id, why in sorted(of.items())
        if table != "party"
    ]
    return UndoPlan(
        batch=card,
        restored=counted(RowAct.CHANGED),
        removed=counted(RowAct.INSERTED),
        brought_back=counted(RowAct.DELETED),
        left_count=len(rows),
        left=_named(session, rows[:NAMES_AT_ONCE], since=card.made_at),
    )


def _left_by_act(
    session: Session, batch_id: int, decision: Decision, act: RowAct
) -> dict[str, int]:
    from db.models import UndoRow

    found = {}
    for name, left in decision.left.items():
        if not left:
            continue
        given = given_rows(session, "left_rows", {"id": (BigInteger, list(left))})
        found[name] = session.scalar(
            select(func.count())
            .select_from(UndoRow)
            .where(
                UndoRow.batch_id == batch_id,
                UndoRow.table_name == name,
                UndoRow.act == act,
                UndoRow.row_id.in_(select(given.c.id)),
            )
        )
    return {name: count or 0 for name, count in found.items()}


@cache
def _cards() -> Any:
    maker, undoer, about = (Staff.__table__.alias(each) for each in ("maker", "undoer", "about"))
    is_about = and_(UndoBatch.kind == UndoKind.REASSIGN, about.c.username == UndoBatch.reference)
    return (
        select(UndoBatch, maker.c.name, undoer.c.name, about.c.name)
        .outerjoin(maker, maker.c.id == UndoBatch.made_by_id)
        .outerjoin(undoer, undoer.c.id == UndoBatch.undone_by_id)
        .outerjoin(about, is_about)
    )


def _card(
    actor: Actor, row: UndoBatch, made_by: str | None, undone_by: str | None, about: str | None
) -> BatchCard:
    until = row.expires_on
    if OWN_UNTIL in row.detail and not actor.may(PERMISSION[row.kind]):
        until = date.fromisoformat(row.detail[OWN_UNTIL])
    return BatchCard(
        id=row.id,
        kind=row.kind,
        reference=row.reference,
        made_at=row.made_at,
        made_by=made_by,
        expires_on=until,
        said=dumps(row.detail),
        undone_at=row.undone_at,
        undone_by=undone_by,
        about=about,
    )


def _mine(actor: Actor) -> ColumnElement[bool]:
    """Acts of a kind the actor may undo, made by them or by somebody they lead, or with the work
    of somebody they lead."""
    kinds = [kind for kind, permission in PERMISSION.items() if actor.may(permission)]
    own = [kind for kind, permission in OWN_PERMISSION.items() if actor.may(permission)]
    if not kinds and not own:
        return false()
    whose: ColumnElement[bool] = UndoBatch.made_by_id == actor.staff_id
    match actor.scope:
        case Scope.ALL:
            whose = true()
        case Scope.BRANCH:
            whose = or_(whose, _of(Staff.branch_id.in_(actor.branch_ids)))
        case Scope.TEAM:
            whose = or_(whose, _of(Staff.team_id == actor.team_id))
        case _:
            pass
    mine = and_(UndoBatch.kind.in_(own), UndoBatch.made_by_id == actor.staff_id)
    return or_(and_(UndoBatch.kind.in_(kinds), whose), mine)


def _of(led: ColumnElement[bool]) -> ColumnElement[bool]:
    """Acts of the staff that are ``led``, and acts with their cases, whoever did them."""
    is_theirs = UndoBatch.reference.in_(select(Staff.username).where(led))
    return or_(
        UndoBatch.made_by_id.in_(select(Staff.id).where(led)),
        and_(UndoBatch.kind == UndoKind.REASSIGN, is_theirs),
    )


def _named(
    session: Session, rows: Sequence[tuple[str, int, LeftBecause]], *, since: datetime
) -> tuple[LeftRow, ...]:
    """The rows by their business numbers, with who changed the client last."""
    names: dict[tuple[str, int], tuple[str, int | None, str | None]] = {}
    for table, asked in _NAMES.items():
        ids = [row_id for name, row_id, _ in rows if name == table]
        if ids:
            for row_id, name, client_id, number in session.execute(asked(ids)):
                names[table, row_id] = (name, client_id, number)
    who = _last_changes(session, {of[1] for of in names.values() if of[1] is not None}, since=since)
    found = []
    for table, row_id, why in rows:
        name, client_id, number = names.get((table, row_id), ("", None, None))
        by_name, at = (
            who.get(client_id or 0, (None, None))
            if why is LeftBecause.EDITED
            else (
                None,
                None,
            )
        )
        found.append(LeftRow(table, name, number, why, by_name, at))
    return tuple(found)


_NAMES: dict[str, Any] = {
    "client": lambda ids: select(
        Client.id, Client.number, Client.id.label("client_id"), Client.number.label("of")
    ).where(Client.id.in_(ids)),
    "policy": lambda ids: (
        select(Policy.id, Policy.number, Policy.client_id, Client.number.label("of"))
        .join(Client, Client.id == Policy.client_id)
        .where(Policy.id.in_(ids))
    ),
    "renewal": lambda ids: (
        select(Renewal.id, Policy.number, Renewal.client_id, Client.number.label("of"))
        .join(Policy, Policy.id == Renewal.policy_id)
        .join(Client, Client.id == Renewal.client_id)
        .where(Renewal.id.in_(ids))
    ),
    "instalment": lambda ids: (
        select(Instalment.id, Policy.number, Instalment.client_id, Client.number.label("of"))
        .join(Policy, Policy.id == Instalment.policy_id)
        .join(Client, Client.id == Instalment.client_id)
        .where(Instalment.id.in_(ids))
    ),
}


def _last_changes(
    session: Session, client_ids: set[int], *, since: datetime
) -> dict[int, tuple[str | None, datetime]]:
    if not client_ids:
        return {}
    last = (
        select(func.max(AuditEntry.id))
        .where(AuditEntry.client_id.in_(client_ids), AuditEntry.happened_at >= since)
        .group_by(AuditEntry.client_id)
    )
    found = session.execute(
        select(AuditEntry.client_id, Staff.name, AuditEntry.happened_at)
        .outerjoin(Staff, Staff.id == AuditEntry.actor_id)
        .where(AuditEntry.id.in_(last))
    )
    return {client_id: (name, at) for client_id, name, at in found if client_id is not None}
