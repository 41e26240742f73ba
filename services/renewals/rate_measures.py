"""What the figures of the analysis mean: rates, contacts, persistency, capacity, a member's day.

The screens read kept counts (``counting``); these selects are what those must agree with.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, case, cast, func, literal, select
from sqlalchemy.orm import aliased

from db.models import Branch, Client, ClientStanding, Policy, Renewal, Staff, Team
from services import measures
from services.measures import Asked, Column, ColumnKind, Measure, Work
from services.permissions import Permission
from services.renewals.breakdown import (
    IS_IN_TIME,
    IS_RENEWED,
    Cohorts,
    code_of,
    cohort_code_of,
    due_terms,
    joined,
    month_of,
    months_later,
)
from services.renewals.capacity import (
    DAYS,
    FULL_WEEK,
    of_bar,
    specialists,
    there_in_week,
    worked_days,
)
from services.renewals.measures import CASE, cases_of
from services.renewals.rates import whose_clients
from services.renewals.scope import visible_cases
from services.working_calendar import calendar_of
from terms.measures import Period, Unit
from terms.policies import Line
from terms.renewal_analysis import Dimension

SPOKEN = (Dimension.LINE, Dimension.TIER, Dimension.PRICE)
"""Dimensions whose codes are words; the rows say them as ``line:motor``."""
_TABLES = ("renewal", "client", "policy", "team", "staff", "client_standing")
_CaseTeam = aliased(Team)
_GROUP = (Column("group"),)


def _by(asked: Asked) -> Dimension | None:
    given = asked.about.get("by")
    return Dimension(given) if given else None


def _group(asked: Asked, code: ColumnElement[str], named: Any = None) -> ColumnElement[str]:
    """A bar as the rows name it: ``line:motor``, a product, a person's name; empty where the
    figure is of one bar."""
    by = _by(asked)
    if by is None or "code" in asked.about:
        return literal("")
    if named is not None:
        found: ColumnElement[str] = func.coalesce(named.name, "")
        return found
    return literal(f"{by.value}:") + code if by in SPOKEN else code


_NAMED: dict[Dimension, Any] = {
    Dimension.PERSON: Staff,
    Dimension.TEAM: Team,
    Dimension.BRANCH: Branch,
}


def _bar(asked: Asked, code: ColumnElement[str]) -> tuple[ColumnElement[bool], ...]:
    return (code == asked.about["code"],) if "code" in asked.about else ()


def _due(asked: Asked, *where: Any, **more: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """The terms due in the period that belong to the bar, if one is named."""
    return grouped(asked, due_terms(asked.day("from"), asked.day("to")), *where, **more)


def grouped(asked: Asked, *where: Any, **more: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """The cases of the actor's scope that belong to the bar, if one is named, with their group."""
    by = _by(asked)
    code = code_of(by)
    named = _NAMED.get(by) if by else None
    of = aliased(named) if named else None
    chosen = cases_of(
        asked,
        visible_cases(asked.actor),
        *_bar(asked, code),
        *where,
        group=_group(asked, code, of),
        **more,
    )
    if by is Dimension.TIER:
        chosen = chosen.outerjoin(ClientStanding, ClientStanding.client_id == Renewal.client_id)
    if of is not None:
        column = {
            Dimension.PERSON: Renewal.assignee_id,
            Dimension.TEAM: Renewal.team_id,
            Dimension.BRANCH: Renewal.branch_id,
        }[by]  # type: ignore[index]
        chosen = chosen.outerjoin(of, of.id == column)
    return chosen


def _policies(asked: Asked) -> Select[*tuple[Any, ...]]:
    return _due(asked, is_renewed=measures.mark(IS_RENEWED))


def _in_time(asked: Asked) -> Select[*tuple[Any, ...]]:
    closed: Any = Renewal.closed_on
    return _due(asked, closed_on=closed, is_in_time=measures.mark(IS_IN_TIME))


def _premium(asked: Asked) -> Select[*tuple[Any, ...]]:
    return _due(asked, renewed_premium_fen=case((IS_RENEWED, Renewal.premium_fen), else_=0))


def _contacted(asked: Asked) -> Select[*tuple[Any, ...]]:
    count: Any = Renewal.contacts
    return _due(asked, contacts=count, is_contacted=measures.mark(Renewal.contacts > 0))


def _reached(asked: Asked) -> Select[*tuple[Any, ...]]:
    effective: Any = Renewal.effective_contacts
    return _due(
        asked,
        effective_contacts=effective,
        is_reached=measures.mark(Renewal.effective_contacts > 0),
    )


def _effective(asked: Asked) -> Select[*tuple[Any, ...]]:
    count: Any = Renewal.contacts
    effective: Any = Renewal.effective_contacts
    return _due(asked, Renewal.contacts > 0, effective_contacts=effective, contacts=count)


def _first(asked: Asked) -> Select[*tuple[Any, ...]]:
    minutes: Any = Renewal.first_contact_minutes
    opened: Any = Renewal.opened_on
    return _due(
        asked,
        Renewal.first_contact_minutes.is_not(None),
        opened_on=opened,
        first_contact_minutes=minutes,
    )


def _clients(asked: Asked) -> Select[*tuple[Any, ...]]:
    """A client of a month: a row each, renewed where one of its terms was."""
    by = _by(asked)
    code = code_of(by)
    month = month_of(Renewal.due_on)
    each = (
        joined(
            select(
                month.label("month"),
                Renewal.client_id,
                Renewal.team_id,
                Renewal.branch_id,
                code.label("code"),
                func.count().label("cases"),
                func.sum(case((IS_RENEWED, 1), else_=0)).label("renewed"),
            ).select_from(Renewal),
            by,
        )
        .where(
            due_terms(asked.day("from"), asked.day("to")),
            visible_cases(asked.actor),
            *_bar(asked, code),
        )
        .group_by(month, Renewal.client_id, Renewal.team_id, Renewal.branch_id, code)
        .subquery()
    )
    of = aliased(_NAMED[by]) if by in _NAMED else None
    chosen = (
        select(
            *measures.client_columns(asked.actor, on=asked.on),
            each.c.month,
            _CaseTeam.name.label("team"),
            _group(asked, each.c.code, of).label("group"),
            each.c.cases,
            each.c.renewed,
            case((each.c.renewed > 0, 1), else_=0).label("is_renewed"),
        )
        .select_from(each)
        .join(Client, Client.id == each.c.client_id)
        .outerjoin(_CaseTeam, _CaseTeam.id == each.c.team_id)
    )
    if of is not None:
        chosen = chosen.outerjoin(of, cast(of.id, String) == each.c.code)
    return chosen.order_by(each.c.month, each.c.client_id, each.c.code)


def _persistency(asked: Asked) -> Select[*tuple[Any, ...]]:
    by, months = _by(asked), asked.number("months") or 13
    code = cohort_code_of(by)
    first, last = asked.day("from"), asked.day("to")
    each, month = [], first
    while month <= last:
        each.append(month)
        month = months_later(month, 1)
    policies = (
        Cohorts(asked.session, on=asked.on)
        .policies(
            months,
            each,
            whose_clients(asked.actor),
            *_bar(asked, code),
            client_id=Policy.client_id,
            id=Policy.id,
            number=Policy.number,
            line=Policy.line,
            product=Policy.product,
            inception_on=Policy.inception_on,
            code=code,
        )
        .subquery()
    )
    of = aliased(_NAMED[by]) if by in _NAMED else None
    chosen = (
        select(
            *measures.client_columns(asked.actor, on=asked.on, policy_number=policies.c.number),
            policies.c.line,
            policies.c.product,
            policies.c.inception_on,
            policies.c.cohort,
            _group(asked, policies.c.code, of).label("group"),
            policies.c.premium_fen,
            policies.c.received_fen,
        )
        .select_from(policies)
        .join(Client, Client.id == policies.c.client_id)
    )
    if of is not None:
        chosen = chosen.outerjoin(of, cast(of.id, String) == policies.c.code)
    return chosen.order_by(policies.c.cohort, policies.c.id)


def _capacity(asked: Asked) -> Select[*tuple[Any, ...]]:
    week = asked.day("from")
    whole = len(worked_days(calendar_of(asked.session, since=week), week))
    less = there_in_week(asked.session, actor=asked.actor, week=week)
    days: ColumnElement[int] = case(less, value=Staff.id, else_=whole) if less else literal(whole)
    of = of_bar(_by(asked), asked.about.get("code", ""))
    there = specialists(asked.actor, week, week + timedelta(days=DAYS - 1), *of).outerjoin(
        Team, Team.id == Staff.team_id
    )
    return there.with_only_columns(
        Staff.name.label("person"),
        Team.name.label("team"),
        Staff.weekly_capacity.label("weekly_cases"),
        days.label("days_there"),
        (Staff.weekly_capacity * days // FULL_WEEK).label("can_work"),
    )


def _of_terms(
    code: str, rows: measures.Rows, work: Work, *also: Column, unit: Unit = Unit.PERCENT
) -> Measure:
    return Measure(
        code,
        Permission.RENEWAL_READ,
        unit,
        Period.RANGE,
        _TABLES,
        (*CASE, *_GROUP, *also),
        rows,
        work,
        ("group",),
    )


def _mark(name: str) -> Column:
    return Column(name, ColumnKind.MARK)


def _number(name: str) -> Column:
    return Column(name, ColumnKind.NUMBER)


_CLIENT = (Column("client_number", ColumnKind.CLIENT), Column("client_name", ColumnKind.NAME))

measures.register(
    _of_terms(
        "renewals.rate_policies", _policies, measures.share("is_renewed"), _mark("is_renewed")
    ),
    _of_terms(
        "renewals.rate_in_time",
        _in_time,
        measures.share("is_in_time"),
        Column("closed_on", ColumnKind.DAY),
        _mark("is_in_time"),
    ),
    _of_terms(
        "renewals.rate_premium",
        _premium,
        measures.part_of("renewed_premium_fen", "premium_fen"),
        Column("renewed_premium_fen", ColumnKind.MONEY),
    ),
    Measure(
        "renewals.rate_clients",
        Permission.RENEWAL_READ,
        Unit.PERCENT,
        Period.RANGE,
        _TABLES,
        (
            *_CLIENT,
            Column("month"),
            Column("team"),
            *_GROUP,
            _number("cases"),
            _number("renewed"),
            _mark("is_renewed"),
        ),
        _clients,
        measures.share("is_renewed"),
        ("group",),
    ),
    _of_terms(
        "renewals.contact_rate",
        _contacted,
        measures.share("is_contacted"),
        _number("contacts"),
        _mark("is_contacted"),
    ),
    _of_terms(
        "renewals.reach_rate",
        _reached,
        measures.share("is_reached"),
        _number("effective_contacts"),
        _mark("is_reached"),
    ),
    _of_terms(
        "renewals.effective_contacts",
        _effective,
        measures.part_of("effective_contacts", "contacts"),
        _number("effective_contacts"),
        _number("contacts"),
    ),
    _of_terms(
        "renewals.first_contact",
        _first,
        measures.mean("first_contact_minutes"),
        Column("opened_on", ColumnKind.DAY),
        _number("first_contact_minutes"),
        unit=Unit.WORKING_HOUR,
    ),
    Measure(
        "renewals.persistency",
        Permission.RENEWAL_READ,
        Unit.PERCENT,
        Period.RANGE,
        ("policy", "instalment", "policy_event", "client", "client_standing"),
        (
            *_CLIENT,
            Column("policy_number"),
            Column("line", ColumnKind.CODE, Line),
            Column("product"),
            Column("inception_on", ColumnKind.DAY),
            Column("cohort"),
            *_GROUP,
            Column("premium_fen", ColumnKind.MONEY),
            Column("received_fen", ColumnKind.MONEY),
        ),
        _persistency,
        measures.part_of("received_fen", "premium_fen"),
        ("group",),
    ),
    Measure(
        "renewals.week_capacity",
        Permission.RENEWAL_READ,
        Unit.CASE,
        Period.RANGE,
        ("staff", "staff_leave", "calendar_day", "team"),
        (
            Column("person"),
            Column("team"),
            _number("weekly_cases"),
            _number("days_there"),
            _number("can_work"),
        ),
        _capacity,
        measures.total("can_work"),
    ),
)
