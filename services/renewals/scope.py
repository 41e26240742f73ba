"""Which cases an actor may see: the case carries its client's team and branch, and its assignee."""

from sqlalchemy import ColumnElement, false, true

from db.models import Renewal
from services.actor import Actor
from terms.people import Scope


def visible_cases(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``renewal`` that leaves the cases of the actor's scope.

    Figures and lists of a scope start here, on the columns the queue's indexes begin with; a row
    that names a client passes ``access.visible_clients`` as well.
    """
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
