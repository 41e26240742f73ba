"""What the figures of open cases and refusals by bar mean: the select of their rows."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_

from db.models import Renewal
from services import measures
from services.measures import Asked, Column, ColumnKind, Measure
from services.permissions import Permission
from services.renewals.measures import CASE
from services.renewals.rate_measures import grouped
from terms.measures import Period, Unit
from terms.renewals import RenewalState

_TABLES = ("renewal", "client", "policy", "team", "staff", "client_standing")


def _open(asked: Asked) -> Select[*tuple[Any, ...]]:
    where: list[ColumnElement[bool]] = [and_(Renewal.is_open)]
    if "from" in asked.about:
        where.append(Renewal.due_on.between(asked.day("from"), asked.day("to")))
    if "state" in asked.about:
        where.append(Renewal.state == RenewalState(asked.about["state"]))
    return grouped(asked, *where)


def _refused(asked: Asked) -> Select[*tuple[Any, ...]]:
    reason: Any = Renewal.refusal_reason
    asked_for = asked.about.get("reason")
    is_refused = reason.is_not(None) if asked_for is None else reason == asked_for
    return grouped(
        asked,
        Renewal.due_on.between(asked.day("from"), asked.day("to")),
        refusal_reason=reason,
        is_refused=measures.mark(and_(reason.is_not(None), is_refused)),
    )


measures.register(
    Measure(
        "renewals.open_by_group",
        Permission.RENEWAL_READ,
        Unit.CASE,
        Period.NOW,
        _TABLES,
        (*CASE, Column("group")),
        _open,
        measures.count(),
        ("group",),
    ),
    Measure(
        "renewals.refusal_rate",
        Permission.RENEWAL_READ,
        Unit.PERCENT,
        Period.RANGE,
        _TABLES,
        (
            *CASE,
            Column("group"),
            Column("refusal_reason"),
            Column("is_refused", ColumnKind.MARK),
        ),
        _refused,
        measures.share("is_refused"),
        ("group",),
    ),
)
