"""Taking a closing back: the case is open again, with all that hung on it.

Whoever closed it may for a while, who leads them longer (rule ``undo.keep_days``, ``closing`` and
``closing_lead``). It goes back whole or not at all: what was built on the closing since stands in
the way and is named.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from db.models import (
    Client,
    ClientAccess,
    Instalment,
    LostCase,
    Policy,
    PolicyEvent,
    Promise,
    Renewal,
    RenewalConflict,
    UndoRow,
)
from services import audit, undo
from services.actor import Actor
from services.errors import BusinessError, NotFound
from services.permissions import Permission
from services.renewals.working import OpenCase
from services.undo import BatchCard, LeftRow, UndoPlan
from terms.closings import ConflictState
from terms.renewals import ClosingStands as Why
from terms.renewals import RenewalState
from terms.undo import LeftBecause, RowAct, UndoKind


class ClosingStands(BusinessError):
    """Something was built on the closing since. Data: ``why``, ``name``, ``who``, ``at``."""

    code: ClassVar[str] = "closing_stands"


@dataclass(frozen=True, slots=True)
class Closing:
    """A closing somebody may take back, or did."""

    batch: BatchCard
    state: RenewalState
    policy_number: str
    client_number: str | None
    """Null once what it replaced is forgotten."""
    client_name: str | None
    product: str | None


@contextmanager
def taken_down(
    session: Session, case: OpenCase, *, actor: Actor, state: RenewalState, at: datetime
) -> Iterator[None]:
    """Take down what closing the case as ``state`` does, so that it can be taken back."""
    renewal = case.renewal
    new_terms = (Policy.previous_id == renewal.policy_id) & (Policy.client_id == renewal.client_id)
    recording = undo.begin(
        session,
        actor=actor,
        kind=UndoKind.CLOSING,
        reference=session.get_one(Policy, renewal.policy_id).number,
        detail={"state": state.value},
        at=at,
        on=case.on,
    )
    with (
        recording.changes(Renewal, Renewal.id == renewal.id),
        recording.changes(Promise, Promise.renewal_id == renewal.id),
        recording.changes(LostCase, LostCase.renewal_id == renewal.id),
        recording.changes(Policy, new_terms),
        recording.changes(PolicyEvent, PolicyEvent.client_id == renewal.client_id),
        recording.changes(Instalment, Instalment.id == renewal.instalment_id),
        recording.changes(ClientAccess, ClientAccess.client_id == renewal.client_id),
    ):
        yield


def closings_done(session: Session, *, actor: Actor, limit: int = 20) -> tuple[Closing, ...]:
    """Closings by hand the actor may take back or could have, newest first.

    Raises:
        NotPermitted: the actor lacks ``renewal:read``.
    """
    actor.require(Permission.RENEWAL_READ)
    cards = undo.batches(session, actor=actor, kind=UndoKind.CLOSING, limit=limit)
    known = {
        row.batch_id: row
        for row in session.execute(
            select(UndoRow.batch_id, Client.number, Client.name, Policy.product)
            .join(Renewal, Renewal.id == UndoRow.row_id)
            .join(Client, Client.id == Renewal.client_id)
            .join(Policy, Policy.id == Renewal.policy_id)
            .where(
                UndoRow.batch_id.in_([card.id for card in cards]),
                UndoRow.table_name == Renewal.__tablename__,
            )
        )
    }
    found = []
    for card in cards:
        row = known.get(card.id)
        found.append(
            Closing(
                batch=card,
                state=RenewalState(card.detail["state"]),
                policy_number=card.reference,
                client_number=row.number if row else None,
                client_name=row.name if row else None,
                product=row.product if row else None,
            )
        )
    return tuple(found)


def preview_reopening(session: Session, *, actor: Actor, batch_id: int) -> UndoPlan:
    """What taking the closing back would do; nothing is written.

    Raises:
        NotPermitted: the actor lacks ``renewal:read``.
        NotFound: there is none, or the actor may not take it back.
        ClosingStands: something was built on it since.
    """
    actor.require(Permission.RENEWAL_READ)
    plan = undo.preview(session, actor=actor, batch_id=batch_id)
    if plan.batch.kind is not UndoKind.CLOSING:
        raise NotFound(kind="undo")
    if plan.batch.undone_at is None:
        _refuse(session, plan)
    return plan


def reopen(session: Session, *, actor: Actor, batch_id: int, at: datetime, on: date) -> UndoPlan:
    """Take the closing back: state, appointments, the client's access, the new term and its link,
    the win-back row, the instalment; the checklist stands as it stood.

    Raises:
        NotFound, AlreadyUndone, TooLateToUndo: as ``undo.undo``.
        ClosingStands: something was built on it since; nothing was changed.

    Audit: ``undo:closing`` with the counts, and ``renewal:reopened`` with the state it had.
    """
    plan = preview_reopening(session, actor=actor, batch_id=batch_id)
    renewal_id = _case_of(session, batch_id)
    done = undo.undo(session, actor=actor, batch_id=batch_id, at=at, on=on)
    if renewal_id is None:
        raise NotFound(kind="undo")
    renewal = session.get_one(Renewal, renewal_id)
    audit.record(
        session,
        actor=actor,
        event="renewal:reopened",
        subject=Renewal.__tablename__,
        subject_id=renewal_id,
        client_id=renewal.client_id,
        at=at,
        detail={"state": [plan.batch.detail["state"], renewal.state.value]},
    )
    return done


def _case_of(session: Session, batch_id: int) -> int | None:
    return session.scalar(
        select(UndoRow.row_id).where(
            UndoRow.batch_id == batch_id, UndoRow.table_name == Renewal.__tablename__
        )
    )


def _refuse(session: Session, plan: UndoPlan) -> None:
    """Name what stands in the way of taking the closing back.

    Raises:
        ClosingStands
    """
    renewal_id = _case_of(session, plan.batch.id)
    if renewal_id is None:
        return
    renewal = session.get_one(Renewal, renewal_id)
    _refuse_imported(session, renewal, batch_id=plan.batch.id)
    for row in plan.left:
        why = _why(row)
        raise ClosingStands(
            why=why.value, name=_named(session, row, renewal), who=row.by_name, at=row.at
        )


def _refuse_imported(session: Session, renewal: Renewal, *, batch_id: int) -> None:
    """A policy that renews the case and was not written by the closing is the core system's word;
    a policy that contradicts the closing waits for a lead."""
    made = exists().where(
        UndoRow.batch_id == batch_id,
        UndoRow.table_name == Policy.__tablename__,
        UndoRow.row_id == Policy.id,
        UndoRow.act == RowAct.INSERTED,
    )
    number = session.scalar(
        select(Policy.number)
        .where(
            Policy.client_id == renewal.client_id,
            or_(Policy.previous_id == renewal.policy_id, Policy.id == renewal.renewed_policy_id),
            ~made,
        )
        .order_by(Policy.id)
        .limit(1)
    )
    if number is not None:
        raise ClosingStands(why=Why.CONFIRMED.value, name=number)
    number = session.scalar(
        select(Policy.number)
        .join(RenewalConflict, RenewalConflict.policy_id == Policy.id)
        .where(
            RenewalConflict.renewal_id == renewal.id, RenewalConflict.state == ConflictState.OPEN
        )
        .limit(1)
    )
    if number is not None:
        raise ClosingStands(why=Why.CONFLICT.value, name=number)


def _why(row: LeftRow) -> Why:
    if row.table == Policy.__tablename__:
        return Why.TERM_IN_USE if row.why is LeftBecause.IN_USE else Why.TERM_CHANGED
    return _WHY.get(row.table, Why.CHANGED)


_WHY = {LostCase.__tablename__: Why.WIN_BACK, Instalment.__tablename__: Why.INSTALMENT}


def _named(session: Session, row: LeftRow, renewal: Renewal) -> str:
    if row.table == Policy.__tablename__:
        return row.name
    number = session.get_one(Policy, renewal.policy_id).number
    return str(number)
