"""What an import does to the open cases of the clients it moves."""

from datetime import datetime

from sqlalchemy import literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.models import Client, ClientAccess, Renewal, StagedClient
from terms.clients import AccessReason


def bring_cases_along(session: Session, *, run_id: int, at: datetime) -> None:
    """Open cases belong to the team and branch their client has now, and whoever works one keeps
    the client open after its owner changed.

    Part of the applying transaction, once the clients hold their new owner, team and branch.
    """
    quiet = {"synchronize_session": False}
    moved = select(StagedClient.client_id).where(
        StagedClient.run_id == run_id,
        StagedClient.is_new.is_(False),
        or_(
            StagedClient.owner_id.is_not(None),
            StagedClient.team_id.is_not(None),
            StagedClient.branch_id.is_not(None),
        ),
    )
    session.execute(
        update(Renewal)
        .where(
            Renewal.is_open,
            Renewal.client_id.in_(moved),
            Client.id == Renewal.client_id,
            or_(
                Renewal.team_id.is_distinct_from(Client.team_id),
                Renewal.branch_id.is_distinct_from(Client.branch_id),
            ),
        )
        .values(
            team_id=Client.team_id,
            branch_id=Client.branch_id,
            version=Renewal.version + 1,
            updated_at=at,
        ),
        execution_options=quiet,
    )
    worked = (
        select(
            Renewal.assignee_id,
            Renewal.client_id,
            literal(AccessReason.ASSIGNED_CASE, ClientAccess.reason.type),
        )
        .distinct()
        .where(Renewal.is_open, Renewal.assignee_id.is_not(None), Renewal.client_id.in_(moved))
    )
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(
        dialect.insert(ClientAccess)
        .from_select(["staff_id", "client_id", "reason"], worked, include_defaults=False)
        .on_conflict_do_update(
            index_elements=["staff_id", "client_id", "reason"], set_={"until": None}
        ),
        execution_options=quiet,
    )
