"""What the figures of a member's day mean: the select of their rows (R160)."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from db.models import Client, Contact, Renewal, Staff
from services import measures
from services.measures import Asked, Column, ColumnKind, Measure
from services.permissions import Permission
from services.renewals import rules
from services.renewals.measures import CASE, cases_of
from services.renewals.member_days import Lateness, first_contacts, is_led
from services.renewals.scope import visible_cases
from services.working_calendar import end_of_day, start_of_day
from terms.measures import Period, Unit
from terms.renewals import ContactChannel, ContactOutcome, RenewalState

WEEK_AGO = timedelta(days=rules.WEEK_DAYS - 1)


def week_to(on: date) -> dict[str, str]:
    """The seven days that end with ``on``, as a figure's ``from`` and ``to``."""
    return {"from": (on - WEEK_AGO).isoformat(), "to": on.isoformat()}


def _person(asked: Asked) -> int:
    return asked.number("person") or 0


def _contacts(asked: Asked, **more: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """The contacts of one person on the days ``from`` to ``to``, of cases or of anything else."""
    return (
        select(
            *measures.client_columns(asked.actor, on=asked.on),
            Contact.happened_at,
            Contact.channel,
            Contact.outcome.label("contact_outcome"),
            *(column.label(name) for name, column in more.items()),
        )
        .select_from(Contact)
        .join(Client, Client.id == Contact.client_id)
        .where(
            is_led(asked.actor, _person(asked)),
            Contact.staff_id == _person(asked),
            Contact.happened_at >= start_of_day(asked.day("from"), asked.zone),
            Contact.happened_at < end_of_day(asked.day("to"), asked.zone),
        )
        .order_by(Contact.happened_at, Contact.id)
    )


def _all_contacts(asked: Asked) -> Select[*tuple[Any, ...]]:
    return _contacts(asked)


def _reached(asked: Asked) -> Select[*tuple[Any, ...]]:
    return _contacts(asked, is_reached=measures.mark(Contact.outcome == ContactOutcome.REACHED))


def _first(asked: Asked) -> Select[*tuple[Any, ...]]:
    """The first contacts of one person on one day."""
    day = asked.day("from")
    limit = Lateness.of(asked.session, day, zone=asked.zone)
    return (
        first_contacts(
            Staff.id == _person(asked),
            day,
            day,
            asked.zone,
            *measures.client_columns(asked.actor, on=asked.on),
            Renewal.assigned_at,
            Renewal.due_on,
            Contact.happened_at,
            measures.mark(limit.on_time()).label("is_on_time"),
        )
        .join(Client, Client.id == Contact.client_id)
        .where(is_led(asked.actor, _person(asked)))
        .order_by(Contact.happened_at, Contact.id)
    )


def _renewed(asked: Asked) -> Select[*tuple[Any, ...]]:
    closed: Any = Renewal.closed_on
    return cases_of(
        asked,
        is_led(asked.actor, _person(asked)),
        Renewal.assignee_id == _person(asked),
        Renewal.state == RenewalState.RENEWED,
        Renewal.closed_on.between(asked.day("from"), asked.day("to")),
        closed_on=closed,
    )


def _overdue(asked: Asked) -> Select[*tuple[Any, ...]]:
    return cases_of(
        asked,
        Renewal.is_open,
        visible_cases(asked.actor),
        Renewal.assignee_id == asked.number("person"),
        Renewal.due_on < asked.on,
    )


_LEAD = Permission.RENEWAL_LEAD
_CLIENT = (Column("client_number", ColumnKind.CLIENT), Column("client_name", ColumnKind.NAME))
_CONTACT = (
    *_CLIENT,
    Column("happened_at", ColumnKind.INSTANT),
    Column("channel", ColumnKind.CODE, ContactChannel),
    Column("contact_outcome", ColumnKind.CODE, ContactOutcome),
)
_CASES = ("renewal", "client", "policy", "team", "staff")

measures.register(
    Measure(
        "renewals.member_contacts",
        _LEAD,
        Unit.CONTACT,
        Period.RANGE,
        ("contact", "client", "staff"),
        _CONTACT,
        _all_contacts,
    ),
    Measure(
        "renewals.member_reached",
        _LEAD,
        Unit.PERCENT,
        Period.RANGE,
        ("contact", "client", "staff"),
        (*_CONTACT, Column("is_reached", ColumnKind.MARK)),
        _reached,
        measures.share("is_reached"),
    ),
    Measure(
        "renewals.member_first",
        _LEAD,
        Unit.PERCENT,
        Period.RANGE,
        ("contact", "renewal", "client", "staff"),
        (
            *_CLIENT,
            Column("assigned_at", ColumnKind.INSTANT),
            Column("due_on", ColumnKind.DAY),
            Column("happened_at", ColumnKind.INSTANT),
            Column("is_on_time", ColumnKind.MARK),
        ),
        _first,
        measures.share("is_on_time"),
    ),
    Measure(
        "renewals.member_renewed",
        _LEAD,
        Unit.CASE,
        Period.RANGE,
        _CASES,
        (*CASE, Column("closed_on", ColumnKind.DAY)),
        _renewed,
    ),
    Measure("renewals.member_overdue", _LEAD, Unit.CASE, Period.NOW, _CASES, CASE, _overdue),
)
