"""What an import does to the open cases of the clients it moves."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from db.models import StagedClient
from services.clients.owning import cases_follow


def bring_cases_along(session: Session, *, run_id: int, at: datetime) -> None:
    """Open cases belong to the team and branch their client has now, and whoever works one keeps
    the client open after its owner changed.

    Part of the applying transaction, once the clients hold their new owner, team and branch.
    """
    moved = select(StagedClient.client_id).where(
        StagedClient.run_id == run_id,
        StagedClient.is_new.is_(False),
        or_(
            StagedClient.owner_id.is_not(None),
            StagedClient.team_id.is_not(None),
            StagedClient.branch_id.is_not(None),
        ),
    )
    cases_follow(session, client_ids=moved, at=at)
