"""Giving cases to people: the day's even allocation, and a lead's own hand."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy.orm import Session

from services.actor import Actor
from services.errors import BusinessError
from services.renewals.rows import Allocation, PersonLoad, Reassignment


class AllocationTargetUnfit(BusinessError):
    """Nobody can be given these cases who is absent, elsewhere or not authorised.

    Data: ``name``, ``reason`` (an ``UnplacedReason``), ``line`` where that is it.
    """

    code: ClassVar[str] = "allocation_target_unfit"


def allocate(session: Session, *, actor: Actor, on: date, at: datetime) -> Allocation:
    raise NotImplementedError


def assignees(session: Session, *, actor: Actor, on: date) -> tuple[PersonLoad, ...]:
    """Whom the actor may give cases to."""
    raise NotImplementedError


def reassign(
    session: Session,
    *,
    actor: Actor,
    renewal_ids: Sequence[int],
    to_staff_id: int,
    reason: str,
    on: date,
    at: datetime,
) -> Reassignment:
    raise NotImplementedError
