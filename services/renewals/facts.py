"""Cases as the allocation sees them: what they weigh, and who knows their clients."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from db.models import Client, ClientStanding, Contact, Renewal
from services.renewals.effort import stage_on
from services.renewals.placing import Case
from services.renewals.standing import Book
from terms.renewals import AllocationWhy

_KNOWN_FROM = (
    ("other_holder", AllocationWhy.SAME_CLIENT),
    ("owner_id", AllocationWhy.OWNER),
    ("spoke_last", AllocationWhy.SPOKE_LAST),
)


def cases_to_place(
    session: Session,
    *where: ColumnElement[bool],
    on: date,
    book: Book,
    substitutes: Mapping[int, int] | None = None,
    is_barred: bool = False,
    to_write: bool = True,
) -> list[Case]:
    """Cases of a condition, the most money at risk first; locked ``to_write``, so that two at
    once do not give the same case.

    Args:
        substitutes: who stands in for whom; they come first for the cases of those.
        is_barred: whoever has a case now must not get it again.
    """
    other = Renewal.__table__.alias("other")
    other_holder = (
        select(other.c.assignee_id)
        .where(
            other.c.client_id == Renewal.client_id,
            other.c.id != Renewal.id,
            other.c.is_open,
            other.c.assignee_id.is_not(None),
        )
        .order_by(other.c.due_on, other.c.id)
        .limit(1)
        .scalar_subquery()
    )
    spoke_last = (
        select(Contact.staff_id)
        .where(Contact.client_id == Renewal.client_id)
        .order_by(Contact.happened_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    asked = (
        select(
            Renewal.id,
            Renewal.client_id,
            Renewal.team_id,
            Renewal.branch_id,
            Renewal.line,
            Renewal.due_on,
            Renewal.assignee_id,
            Client.owner_id,
            Client.preferred_language,
            ClientStanding.value_tier,
            other_holder.label("other_holder"),
            spoke_last.label("spoke_last"),
        )
        .join(Client, Client.id == Renewal.client_id)
        .outerjoin(ClientStanding, ClientStanding.client_id == Renewal.client_id)
        .where(Renewal.is_open, *where)
        .order_by(Renewal.at_risk_fen.desc(), Renewal.id)
    )
    cases = []
    for row in session.execute(asked.with_for_update(of=Renewal) if to_write else asked):
        stands_in = (substitutes or {}).get(row.assignee_id or 0)
        known = [(stands_in, AllocationWhy.SUBSTITUTE)] if stands_in is not None else []
        known += [(getattr(row, name), why) for name, why in _KNOWN_FROM]
        stage = stage_on(book.windows, book.remind, row.due_on, on=on)
        cases.append(
            Case(
                id=row.id,
                team_id=row.team_id,
                branch_id=row.branch_id,
                line=row.line,
                client_id=row.client_id,
                effort=book.effort.weigh(row.line, row.value_tier, stage),
                language=row.preferred_language,
                known_by=tuple((staff, why) for staff, why in known if staff is not None),
                barred=frozenset({row.assignee_id} if is_barred else ()),
            )
        )
    return cases
