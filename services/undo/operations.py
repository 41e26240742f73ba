"""Taking a batch back, and forgetting batches nobody can take back any more."""

from datetime import date, datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db.models import UndoBatch, UndoImage, UndoRow
from services import audit
from services.actor import Actor
from services.errors import BusinessError
from services.undo.deciding import decide
from services.undo.queries import UndoPlan, batch, plan_of
from services.undo.restoring import restore
from services.undo.rules import WHOLE


class AlreadyUndone(BusinessError):
    """The act was taken back before. Data: ``at``."""

    code = "undo_already_done"


class TooLateToUndo(BusinessError):
    """The act's time is over and what it replaced is forgotten. Data: ``expires_on``."""

    code = "undo_too_late"


class UndoClashes(BusinessError):
    """Something made since stands where a row would have to come back; nothing was undone."""

    code = "undo_clashes"


def undo(session: Session, *, actor: Actor, batch_id: int, at: datetime, on: date) -> UndoPlan:
    """Take an act back: every row of it as it was, but for those edited or used since.

    Versions rise; audit, access log, imports, outbox and drafts stay.

    Returns:
        What was done, and which rows were left.

    Raises:
        NotFound: there is no such act, or the actor may not undo it.
        AlreadyUndone, TooLateToUndo
        UndoClashes: a row made since stands in the way; or a kind of ``WHOLE`` cannot go back as a
            whole.

    Audit: ``undo:<kind>`` with the counts by table and how many rows were left.
    """
    card = batch(session, actor=actor, batch_id=batch_id)
    made = session.get_one(UndoBatch, batch_id, with_for_update=True)
    session.refresh(made)
    if made.undone_at is not None:
        raise AlreadyUndone(at=made.undone_at)
    if on > card.expires_on:
        raise TooLateToUndo(expires_on=card.expires_on)
    decision = decide(session, batch_id=batch_id)
    if card.kind in WHOLE and any(decision.left.values()):
        raise UndoClashes
    plan = plan_of(session, card, decision)
    foreseen = sum(map(len, decision.left.values()))
    try:
        restore(session, batch_id=batch_id, decision=decision, at=at)
        session.flush()
    except IntegrityError as error:
        raise UndoClashes from error
    if sum(map(len, decision.left.values())) != foreseen:
        plan = plan_of(session, card, decision)
    made = session.get_one(UndoBatch, batch_id)
    made.undone_at = at
    made.undone_by_id = actor.staff_id
    audit.record(
        session,
        actor=actor,
        event=f"undo:{card.kind.value}",
        subject=UndoBatch.__tablename__,
        subject_id=batch_id,
        at=at,
        detail={
            "reference": card.reference,
            "restored": plan.restored,
            "removed": plan.removed,
            "brought_back": plan.brought_back,
            "left": plan.left_count,
        },
    )
    session.flush()
    return plan


def forget_expired(session: Session, *, actor: Actor, on: date, at: datetime) -> int:
    """Drop the images of acts whose time is over, and of those undone; the acts stay listed.

    Returns:
        Acts whose images were dropped.

    Audit: ``undo:forget``, when there were any.
    """
    held = exists().where(UndoImage.batch_id == UndoBatch.id) | exists().where(
        UndoRow.batch_id == UndoBatch.id
    )
    over = (UndoBatch.expires_on < on) | UndoBatch.undone_at.is_not(None)
    ids = list(session.scalars(select(UndoBatch.id).where(over, held)))
    if not ids:
        return 0
    session.execute(delete(UndoImage).where(UndoImage.batch_id.in_(ids)))
    session.execute(delete(UndoRow).where(UndoRow.batch_id.in_(ids)))
    audit.record(
        session,
        actor=actor,
        event="undo:forget",
        subject=UndoBatch.__tablename__,
        subject_id=None,
        at=at,
        detail={"batches": len(ids)},
    )
    return len(ids)
