"""Writing who has which case: the cases, the ledger, their appointments, the access they give."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import BigInteger, case, exists, insert, literal, or_, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import FromClause

from db.given import PLACE, given_rows
from db.models import Client, ClientAccess, Promise, Renewal, RenewalAllocation
from db.types import UtcDateTime
from terms.clients import AccessReason
from terms.renewals import AllocationCause, PromiseKind, PromiseState, RenewalState


def give(
    session: Session,
    case_ids: Sequence[int],
    staff_ids: Sequence[int],
    *,
    cause: AllocationCause,
    reason: str | None,
    by_staff_id: int | None,
    on: date,
    at: datetime,
) -> None:
    """Write who has which case now: ledger, appointments, case, access; in this order, because
    the ledger and the access that ends need to know who had it before."""
    quiet = {"synchronize_session": False}
    given = given_rows(
        session, "given", {"id": (BigInteger, case_ids), "staff_id": (BigInteger, staff_ids)}
    )
    if cause is not AllocationCause.ALLOCATED:
        _end_access(session, given, on)
    session.execute(
        insert(RenewalAllocation).from_select(
            [
                *("client_id", "renewal_id", "staff_id", "from_staff_id"),
                *("allocated_on", "cause", "reason", "by_staff_id"),
            ],
            select(
                Renewal.client_id,
                Renewal.id,
                given.c.staff_id,
                Renewal.assignee_id,
                literal(on),
                literal(cause, RenewalAllocation.cause.type),
                literal(reason, RenewalAllocation.reason.type),
                literal(by_staff_id, BigInteger),
            )
            .join_from(given, Renewal, Renewal.id == given.c.id)
            .order_by(given.c[PLACE]),
            include_defaults=False,
        )
    )
    session.execute(
        update(Promise)
        .where(
            Promise.renewal_id == given.c.id,
            Promise.kind == PromiseKind.APPOINTMENT,
            Promise.state == PromiseState.OPEN,
        )
        .values(staff_id=given.c.staff_id, version=Promise.version + 1, updated_at=at),
        execution_options=quiet,
    )
    session.execute(
        update(Renewal)
        .where(Renewal.id == given.c.id)
        .values(
            assignee_id=given.c.staff_id,
            assigned_at=literal(at, UtcDateTime()),
            state=case(
                (Renewal.state == RenewalState.EXTRACTED, RenewalState.ALLOCATED.value),
                else_=Renewal.state,
            ),
            version=Renewal.version + 1,
            updated_at=at,
        ),
        execution_options=quiet,
    )
    _open_access(session, given)
    session.expire_all()


def _open_access(session: Session, given: FromClause) -> None:
    """An assigned case opens its client to whoever does not own it."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    rows = (
        select(
            given.c.staff_id,
            Renewal.client_id,
            literal(AccessReason.ASSIGNED_CASE, ClientAccess.reason.type),
        )
        .distinct()
        .join_from(given, Renewal, Renewal.id == given.c.id)
        .join(Client, Client.id == Renewal.client_id)
        .where(or_(Client.owner_id.is_(None), Client.owner_id != given.c.staff_id))
    )
    session.execute(
        dialect.insert(ClientAccess)
        .from_select(["staff_id", "client_id", "reason"], rows, include_defaults=False)
        .on_conflict_do_update(
            index_elements=["staff_id", "client_id", "reason"], set_={"until": None}
        )
    )


def _end_access(session: Session, given: FromClause, on: date) -> None:
    """Whoever had the cases keeps the client only through another open case of theirs."""
    other = Renewal.__table__.alias("other")
    had = (
        select(Renewal.assignee_id, Renewal.client_id)
        .join_from(given, Renewal, Renewal.id == given.c.id)
        .where(Renewal.assignee_id.is_not(None))
    )
    session.execute(
        update(ClientAccess)
        .where(
            ClientAccess.reason == AccessReason.ASSIGNED_CASE,
            tuple_(ClientAccess.staff_id, ClientAccess.client_id).in_(had),
            ~exists().where(
                other.c.client_id == ClientAccess.client_id,
                other.c.assignee_id == ClientAccess.staff_id,
                other.c.is_open,
                other.c.id.not_in(select(given.c.id)),
            ),
        )
        .values(until=on),
        execution_options={"synchronize_session": False},
    )
