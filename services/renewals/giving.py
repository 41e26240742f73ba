"""Writing who has which case: the cases, the ledger, their appointments, the access they give."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Date,
    Integer,
    Text,
    case,
    cast,
    exists,
    insert,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import FromClause

from db.given import PLACE, given_rows
from db.models import Client, ClientAccess, Promise, Renewal, RenewalAllocation
from db.types import UtcDateTime
from services.renewals.effort import of_capacity
from services.renewals.pinning import pin_after_giving
from services.renewals.placing import Placement
from terms.clients import AccessReason
from terms.renewals import AllocationCause, AllocationWhy, PromiseKind, PromiseState, RenewalState


@dataclass(frozen=True, slots=True)
class Given:
    """One case and who gets it, with what the ledger keeps of the decision."""

    case_id: int
    staff_id: int
    effort: int
    why: AllocationWhy | None = None
    choices: int | None = None
    stands: int | None = None
    next_stands: int | None = None

    @classmethod
    def of(cls, placed: Placement) -> "Given":
        lowest = placed.next_stands
        return cls(
            placed.case_id,
            placed.staff_id,
            placed.effort,
            placed.why,
            placed.choices,
            of_capacity(placed.stands),
            None if lowest is None else of_capacity(lowest),
        )


_OF_GIVEN = ("effort", "why", "choices", "stands", "next_stands")


def give(
    session: Session,
    cases: Sequence[Given],
    *,
    cause: AllocationCause,
    reason: str | None,
    by_staff_id: int | None,
    on: date,
    at: datetime,
    until_on: Mapping[int, date] | None = None,
) -> None:
    """Write who has which case now: ledger, appointments, case, access; in this order, because
    the ledger and the access that ends need to know who had it before.

    Args:
        until_on: last day of a cover, by case.
    """
    quiet = {"synchronize_session": False}
    ends = until_on or {}
    given = given_rows(
        session,
        "given",
        {
            "id": (BigInteger, [each.case_id for each in cases]),
            "staff_id": (BigInteger, [each.staff_id for each in cases]),
            "effort": (Integer, [each.effort for each in cases]),
            "why": (Text, [each.why.value if each.why else None for each in cases]),
            "choices": (Integer, [each.choices for each in cases]),
            "stands": (Integer, [each.stands for each in cases]),
            "next_stands": (Integer, [each.next_stands for each in cases]),
            "until_on": (
                Text,
                [
                    ends[each.case_id].isoformat() if each.case_id in ends else None
                    for each in cases
                ],
            ),
        },
    )
    if cause is not AllocationCause.ALLOCATED:
        _end_access(session, given, on)
    is_postgres = session.get_bind().dialect.name == "postgresql"
    until = cast(given.c.until_on, Date) if is_postgres else given.c.until_on
    session.execute(
        insert(RenewalAllocation).from_select(
            [
                *("client_id", "renewal_id", "staff_id", "from_staff_id"),
                *("allocated_on", "cause", "reason", "by_staff_id", *_OF_GIVEN, "until_on"),
                "premium_fen",
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
                *(given.c[name] for name in _OF_GIVEN),
                until,
                Renewal.premium_fen,
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
            warned_at=None,
            **pin_after_giving(given.c.staff_id),
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
