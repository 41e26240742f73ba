"""Which cases and which specialists belong to an actor's scope.

A case carries its client's team and branch, and its assignee; figures and lists of a scope start
on these columns, which the indexes begin with. A row that names a client passes
``access.visible_clients`` as well.
"""

from sqlalchemy import ColumnElement, false, true

from db.models import Renewal, Staff
from services.actor import Actor
from terms.people import Scope


def visible_cases(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``renewal`` that leaves the cases of the actor's scope."""
    match actor.scope:
        case Scope.ALL:
            return true()
        case Scope.BRANCH if actor.branch_ids:
            return Renewal.branch_id.in_(actor.branch_ids)
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
            return Staff.branch_id.in_(actor.branch_ids)
        case Scope.TEAM if actor.team_id is not None:
            return Staff.team_id == actor.team_id
        case _:
            return false()
