"""Which cases and which specialists belong to an actor's scope.

A case carries its client's team and branch, and its assignee; figures and lists of a scope start
on these columns, which the indexes begin with. A row that names a client passes
``access.may_open`` as well.
"""

from sqlalchemy import ColumnElement, false, true
from sqlalchemy.orm import InstrumentedAttribute

from db.models import Renewal, Staff
from services.actor import Actor
from terms.people import Scope


def visible_cases(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``renewal`` that leaves the cases of the actor's scope."""
    match actor.scope:
        case Scope.ALL:
            return true()
        case Scope.BRANCH if actor.branch_ids:
            return _one_of(Renewal.branch_id, actor.branch_ids)
        case Scope.TEAM if actor.team_id is not None:
            return Renewal.team_id == actor.team_id
        case _ if actor.staff_id is not None:
            return Renewal.assignee_id == actor.staff_id
        case _:
            return false()


def led_by(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``staff`` that leaves whom the actor leads."""
    match actor.scope:
        case Scope.ALL:
            return true()
        case Scope.BRANCH if actor.branch_ids:
            return _one_of(Staff.branch_id, actor.branch_ids)
        case Scope.TEAM if actor.team_id is not None:
            return Staff.team_id == actor.team_id
        case _:
            return false()


def _one_of(column: InstrumentedAttribute[int | None], ids: tuple[int, ...]) -> ColumnElement[bool]:
    """Equality where there is one: an index then also gives the order of its next column."""
    return column == ids[0] if len(ids) == 1 else column.in_(ids)
