"""What the figure of the screen Approvals means."""

from typing import Any

from sqlalchemy import Select, select

from db.models import Approval, Client, Staff
from services import measures
from services.approvals.queries import waits_for
from services.measures import Asked, Column, ColumnKind, Measure
from services.permissions import Permission
from terms.approvals import ApprovalKind
from terms.measures import Period, Unit


def _waiting(asked: Asked) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Approval.number.label("approval_number"),
            Approval.kind.label("approval_kind"),
            *measures.client_columns(asked.actor, on=asked.on),
            Staff.name.label("asked_by"),
            Approval.asked_at,
            Approval.expires_at,
        )
        .join(Staff, Staff.id == Approval.asked_by_id)
        .outerjoin(Client, Client.id == Approval.client_id)
        .where(*waits_for(asked.actor, on=asked.on, at=asked.at))
        .order_by(Approval.expires_at, Approval.id)
    )


measures.register(
    Measure(
        "approvals.waiting",
        Permission.APPROVAL_READ,
        Unit.DECISION,
        Period.NOW,
        ("approval", "client", "staff"),
        (
            Column("approval_number"),
            Column("approval_kind", ColumnKind.CODE, ApprovalKind),
            Column("client_number", ColumnKind.CLIENT),
            Column("client_name", ColumnKind.NAME),
            Column("asked_by"),
            Column("asked_at", ColumnKind.INSTANT),
            Column("expires_at", ColumnKind.INSTANT),
        ),
        _waiting,
    )
)
