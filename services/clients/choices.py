"""What the filters of the client list may be set to."""

from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from db.models import Branch, Staff, Team
from services.actor import Actor
from services.clients.rows import FilterChoices
from services.permissions import Permission
from terms.people import Scope


def filter_choices(session: Session, *, actor: Actor, on: date) -> FilterChoices:
    """Owners, teams and branches the actor can narrow the list to; none in an own scope."""
    actor.require(Permission.CLIENT_READ)
    people = select(Staff.username, Staff.name).where(
        (Staff.in_service_to.is_(None)) | (Staff.in_service_to >= on)
    )
    teams = select(Team.name)
    branches = select(Branch.name)
    match actor.scope:
        case Scope.ALL:
            pass
        case Scope.BRANCH:
            people = people.where(Staff.branch_id.in_(actor.branch_ids))
            teams = teams.where(Team.branch_id.in_(actor.branch_ids))
            branches = branches.where(Branch.id.in_(actor.branch_ids))
        case Scope.TEAM:
            people = people.where(Staff.team_id == actor.team_id)
            return FilterChoices(_people(session, people), (), ())
        case Scope.OWN:
            return FilterChoices((), (), ())
    return FilterChoices(
        _people(session, people),
        tuple(session.scalars(teams.order_by(Team.id))),
        tuple(session.scalars(branches.order_by(Branch.id))),
    )


def _people(session: Session, people: Select[str, str]) -> tuple[tuple[str, str], ...]:
    found = session.execute(people.order_by(Staff.team_id, Staff.id))
    return tuple((username, name) for username, name in found)
