"""What follows a client who has a new owner, team or branch: open cases and who may open them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, literal, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from db.models import Client, ClientAccess, Renewal
from terms.clients import AccessReason

_QUIET = {"synchronize_session": False}


def cases_follow(
    session: Session, *, client_ids: Sequence[int] | Select[int], at: datetime
) -> None:
    """Open cases stand where their client stands now, and whoever works one keeps the client
    open though somebody else owns it.

    Args:
        client_ids: the clients, or the query that finds them.
    """
    session.execute(
        update(Renewal)
        .where(
            Renewal.is_open,
            Renewal.client_id.in_(client_ids),
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
        execution_options=_QUIET,
    )
    worked = (
        select(
            Renewal.assignee_id,
            Renewal.client_id,
            literal(AccessReason.ASSIGNED_CASE, ClientAccess.reason.type),
        )
        .distinct()
        .join(Client, Client.id == Renewal.client_id)
        .where(
            Renewal.is_open,
            Renewal.client_id.in_(client_ids),
            Renewal.assignee_id.is_not(None),
            Renewal.assignee_id.is_distinct_from(Client.owner_id),
        )
    )
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(
        dialect.insert(ClientAccess)
        .from_select(["staff_id", "client_id", "reason"], worked, include_defaults=False)
        .on_conflict_do_update(
            index_elements=["staff_id", "client_id", "reason"], set_={"until": None}
        ),
        execution_options=_QUIET,
    )
    session.expire_all()
