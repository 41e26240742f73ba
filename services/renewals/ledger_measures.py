"""What the figures of the allocation screen mean."""

from typing import Any

from sqlalchemy import BigInteger, Integer, Select, select

from db.given import given_rows
from db.models import Client, Policy, Renewal, RenewalAllocation, Staff, Team
from services import measures
from services.measures import Asked, Column, ColumnKind, Measure, Sums, Work, Worked
from services.permissions import Permission
from services.renewals.ledger import month_percent
from services.renewals.scope import led_by
from services.renewals.standing import Book, specialists
from terms.measures import Formula, Period, Unit
from terms.policies import Line
from terms.renewals import AllocationCause

_LEAD = Permission.RENEWAL_LEAD


def _months(asked: Asked) -> Select[*tuple[Any, ...]]:
    """Everybody who was here this month, with their month of what they could do."""
    people = specialists(asked.session, asked.actor, asked.on, Book.read(asked.session, asked.on))
    found = [(each, percent) for each in people if (percent := month_percent(each)) is not None]
    given = given_rows(
        asked.session,
        "months",
        {
            "id": (BigInteger, [each.id for each, _ in found]),
            "effort": (Integer, [each.load for each, _ in found]),
            "month_percent": (Integer, [percent for _, percent in found]),
        },
    )
    return (
        select(
            Staff.name.label("person"),
            Team.name.label("team"),
            given.c.effort,
            given.c.month_percent,
            (given.c.month_percent * given.c.month_percent).label("square"),
        )
        .select_from(given)
        .join(Staff, Staff.id == given.c.id)
        .outerjoin(Team, Team.id == Staff.team_id)
        .order_by(Team.name, Staff.name, Staff.id)
    )


def _evenness(sums: Sums) -> Worked:
    """Jain's index of n people: (sum)² ÷ (n × sum of squares); 100% is the same for everybody."""
    return Worked(
        int(sums.of["month_percent"] ** 2), sums.rows * sums.of["square"] or None, sums.rows
    )


def _given(asked: Asked) -> Select[*tuple[Any, ...]]:
    person = asked.number("person")
    whose = led_by(asked.actor) if person is None else Staff.id == person
    named = measures.client_columns(asked.actor, on=asked.on, policy_number=Policy.number)
    ledger = RenewalAllocation
    return (
        select(
            *named,
            Renewal.line,
            Renewal.due_on,
            Staff.name.label("assignee"),
            ledger.cause.label("given_as"),
            ledger.effort,
            ledger.premium_fen,
        )
        .select_from(ledger)
        .join(Staff, Staff.id == ledger.staff_id)
        .join(Renewal, Renewal.id == ledger.renewal_id)
        .outerjoin(Client, Client.id == Renewal.client_id)
        .outerjoin(Policy, Policy.id == Renewal.policy_id)
        .where(ledger.allocated_on == asked.on, led_by(asked.actor), whose)
        .order_by(ledger.id)
    )


measures.register(
    Measure(
        "renewals.evenness",
        _LEAD,
        Unit.PERCENT,
        Period.NOW,
        ("renewal_allocation", "staff", "team", "staff_leave"),
        (
            Column("person"),
            Column("team"),
            Column("effort", ColumnKind.NUMBER),
            Column("month_percent", ColumnKind.NUMBER),
            Column("square", ColumnKind.NUMBER),
        ),
        _months,
        Work(Formula.EVENNESS, _evenness, "month_percent", also=("square",)),
    ),
    Measure(
        "renewals.given_today",
        _LEAD,
        Unit.CASE,
        Period.TODAY,
        ("renewal_allocation", "renewal", "client", "policy", "staff"),
        (
            Column("client_number", ColumnKind.CLIENT),
            Column("client_name", ColumnKind.NAME),
            Column("policy_number"),
            Column("line", ColumnKind.CODE, Line),
            Column("due_on", ColumnKind.DAY),
            Column("assignee"),
            Column("given_as", ColumnKind.CODE, AllocationCause),
            Column("effort", ColumnKind.NUMBER),
            Column("premium_fen", ColumnKind.MONEY),
        ),
        _given,
    ),
)
