"""What the figures of the renewal screens mean: the definition of each, as the select of its rows.

The screens read the same numbers by quicker statements; these are what those must agree with.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from db.models import Client, Contact, Policy, Renewal, Staff, StaffRole, Team
from services import measures
from services.measures import Asked, Column, ColumnKind, Measure, Sums, Work, Worked
from services.permissions import Permission
from services.renewals import rules
from services.renewals.breakdown import in_bar
from services.renewals.scope import led_by, visible_cases
from services.rule_tables import rule
from services.working_calendar import end_of_day, start_of_day
from terms.measures import Formula, Period, Unit
from terms.people import Role
from terms.policies import Line
from terms.renewal_analysis import Dimension
from terms.renewals import QueueView, RenewalKind, RenewalState

CASE = (
    Column("client_number", ColumnKind.CLIENT),
    Column("client_name", ColumnKind.NAME),
    Column("policy_number"),
    Column("line", ColumnKind.CODE, Line),
    Column("case_kind", ColumnKind.CODE, RenewalKind),
    Column("due_on", ColumnKind.DAY),
    Column("state", ColumnKind.CODE, RenewalState),
    Column("team"),
    Column("assignee"),
    Column("premium_fen", ColumnKind.MONEY),
    Column("at_risk_fen", ColumnKind.MONEY),
)
_TABLES = ("renewal", "client", "policy", "team", "staff")
_Holder = aliased(Staff)


def cases_of(asked: Asked, *where: Any, **more: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """Cases of a figure by due day, with the columns of ``CASE`` and ``more``."""
    named = measures.client_columns(asked.actor, on=asked.on, policy_number=Policy.number)
    return (
        select(
            *named,
            Renewal.line,
            Renewal.kind.label("case_kind"),
            Renewal.due_on,
            Renewal.state,
            Team.name.label("team"),
            _Holder.name.label("assignee"),
            Renewal.premium_fen,
            Renewal.at_risk_fen,
            *(column.label(name) for name, column in more.items()),
        )
        .select_from(Renewal)
        .outerjoin(Client, Client.id == Renewal.client_id)
        .outerjoin(Policy, Policy.id == Renewal.policy_id)
        .outerjoin(Team, Team.id == Renewal.team_id)
        .outerjoin(_Holder, _Holder.id == Renewal.assignee_id)
        .where(*where)
        .order_by(Renewal.due_on, Renewal.id)
    )


def _mine(asked: Asked) -> ColumnElement[bool]:
    return and_(Renewal.assignee_id == asked.actor.own_id, Renewal.is_open)


def _my_cases(asked: Asked) -> Select[*tuple[Any, ...]]:
    on, week = asked.on, asked.on + timedelta(days=rules.WEEK_DAYS)
    is_past = Renewal.due_on < on
    in_view: Mapping[QueueView, tuple[ColumnElement[bool], ...]] = {
        QueueView.ALL: (),
        QueueView.APPOINTMENT: (Renewal.next_at.is_not(None),),
        QueueView.WEEK: (Renewal.due_on >= on, Renewal.due_on <= week),
        QueueView.UNCOVERED: (Renewal.kind == RenewalKind.TERM, is_past),
        QueueView.GRACE: (Renewal.kind == RenewalKind.INSTALMENT, is_past),
    }
    view = QueueView(asked.about.get("view", QueueView.ALL.value))
    return cases_of(asked, _mine(asked), *in_view[view])


def _waiting(asked: Asked) -> Select[*tuple[Any, ...]]:
    ends = end_of_day(asked.on, asked.zone)
    return cases_of(asked, _mine(asked), or_(Renewal.next_at.is_(None), Renewal.next_at < ends))


def _contacted(asked: Asked, staff_id: int) -> Select[Any]:
    """The ids of the cases the person contacted on the day."""
    return select(Contact.renewal_id).where(
        Contact.staff_id == staff_id,
        Contact.happened_at >= start_of_day(asked.on, asked.zone),
        Contact.happened_at < end_of_day(asked.on, asked.zone),
        Contact.renewal_id.is_not(None),
    )


def _my_portion(asked: Asked) -> Select[*tuple[Any, ...]]:
    starts, ends = start_of_day(asked.on, asked.zone), end_of_day(asked.on, asked.zone)
    contacted = _contacted(asked, asked.actor.own_id)
    done = Renewal.id.in_(contacted)
    called = and_(Renewal.next_at.is_(None), Renewal.last_contact_at >= starts)
    waits = or_(Renewal.next_at >= ends, called)
    mine = _mine(asked)
    capacity = select(Staff.weekly_capacity).where(Staff.id == asked.actor.own_id)
    return cases_of(
        asked,
        Renewal.id.in_(union_all(select(Renewal.id).where(mine), contacted)),
        is_done=measures.mark(done),
        is_workable=measures.mark(and_(mine, or_(waits.is_(None), ~waits))),
        is_appointment=measures.mark(and_(mine, Renewal.next_at < ends)),
        weekly_capacity=capacity.scalar_subquery(),
    )


def _portion(sums: Sums) -> Worked:
    done = int(sums.of["is_done"])
    planned = rules.planned_today(
        done=done,
        workable=int(sums.of["is_workable"]),
        appointments=int(sums.of["is_appointment"]),
        weekly_capacity=int(sums.of["weekly_capacity"]),
    )
    return Worked(done, planned, sums.rows)


def _led(asked: Asked) -> tuple[ColumnElement[bool], ...]:
    """Open cases of the people the actor leads, or of the one in ``about``; and what nobody has."""
    scope = (and_(Renewal.is_open), visible_cases(asked.actor))
    person, team = asked.about.get("person"), asked.number("team")
    if person == "nobody":
        of_team = () if team is None else (Renewal.team_id == team,)
        return (*scope, Renewal.assignee_id.is_(None), *of_team)
    if person:
        return (*scope, Renewal.assignee_id == int(person))
    people = (
        select(Staff.id)
        .join(StaffRole, and_(StaffRole.staff_id == Staff.id, StaffRole.role == Role.SPECIALIST))
        .where(led_by(asked.actor))
    )
    return (*scope, or_(Renewal.assignee_id.is_(None), Renewal.assignee_id.in_(people)))


def _team_cases(asked: Asked) -> Select[*tuple[Any, ...]]:
    return cases_of(asked, *_led(asked))


def _team_week(asked: Asked) -> Select[*tuple[Any, ...]]:
    last = asked.on + timedelta(days=rules.WEEK_DAYS)
    return cases_of(asked, *_led(asked), Renewal.due_on <= last)


def _team_load(asked: Asked) -> Select[*tuple[Any, ...]]:
    windows = rules.Windows.of(rule(asked.session, "renewal.windows", asked.on))
    last = asked.on + timedelta(days=windows.contact)
    weekly = select(Staff.weekly_capacity).where(Staff.id == asked.number("person"))
    return cases_of(
        asked,
        *_led(asked),
        is_in_window=measures.mark(Renewal.due_on <= last),
        capacity=weekly.scalar_subquery() * literal(windows.contact) / literal(7.0),
    )


def _team_done(asked: Asked) -> Select[*tuple[Any, ...]]:
    person = asked.number("person") or 0
    is_led = literal(person).in_(select(Staff.id).where(led_by(asked.actor)))
    return cases_of(asked, is_led, Renewal.id.in_(_contacted(asked, person)))


def _bar(asked: Asked) -> tuple[ColumnElement[bool], ...]:
    """The bar of a breakdown, where the figure is of one."""
    given = asked.about.get("by")
    return (in_bar(Dimension(given), asked.about.get("code", "")),) if given else ()


def _open_in_scope(asked: Asked) -> Select[*tuple[Any, ...]]:
    return cases_of(asked, Renewal.is_open, visible_cases(asked.actor), *_bar(asked))


def _of_period(asked: Asked) -> Select[*tuple[Any, ...]]:
    due = Renewal.due_on.between(asked.day("from"), asked.day("to"))
    return cases_of(
        asked,
        due,
        visible_cases(asked.actor),
        *_bar(asked),
        reached=Renewal.reached,  # type: ignore[arg-type]
    )


def _refused(asked: Asked) -> Select[*tuple[Any, ...]]:
    due = Renewal.due_on.between(asked.day("from"), asked.day("to"))
    return cases_of(
        asked,
        due,
        visible_cases(asked.actor),
        *_bar(asked),
        Renewal.refusal_reason.is_not(None),
        refusal_reason=Renewal.refusal_reason,  # type: ignore[arg-type]
    )


def _of_cases(
    code: str,
    rows: measures.Rows,
    work: Work | None = None,
    *,
    permission: Permission = Permission.RENEWAL_READ,
    unit: Unit = Unit.CASE,
    period: Period = Period.NOW,
    also: tuple[Column, ...] = (),
    by: tuple[str, ...] = (),
    tables: tuple[str, ...] = _TABLES,
) -> Measure:
    chosen = work or measures.count()
    return Measure(code, permission, unit, period, tables, CASE + also, rows, chosen, by)


_LEAD = Permission.RENEWAL_LEAD
_RISK, _PREMIUM = measures.total("at_risk_fen"), measures.total("premium_fen")
_REACHED = (Column("reached", ColumnKind.CODE, RenewalState),)
_REASON = (Column("refusal_reason"),)
_WITH_CONTACTS = (*_TABLES, "contact")

measures.register(
    _of_cases("renewals.my_cases", _my_cases),
    _of_cases("renewals.waiting", _waiting),
    _of_cases("renewals.my_to_save", _my_cases, _RISK, unit=Unit.YUAN),
    _of_cases(
        "renewals.my_done_today",
        _my_portion,
        Work(
            Formula.OF_PLAN,
            _portion,
            "is_done",
            "weekly_capacity",
            also=("is_workable", "is_appointment"),
        ),
        period=Period.TODAY,
        tables=_WITH_CONTACTS,
        also=(
            Column("is_done", ColumnKind.MARK),
            Column("is_workable", ColumnKind.MARK),
            Column("is_appointment", ColumnKind.MARK),
            Column("weekly_capacity", ColumnKind.CONSTANT),
        ),
    ),
    _of_cases("renewals.team_cases", _team_cases, permission=_LEAD),
    _of_cases("renewals.team_to_save", _team_cases, _RISK, permission=_LEAD, unit=Unit.YUAN),
    _of_cases("renewals.team_premium", _team_cases, _PREMIUM, permission=_LEAD, unit=Unit.YUAN),
    _of_cases("renewals.team_due_week", _team_week, permission=_LEAD),
    _of_cases(
        "renewals.load",
        _team_load,
        measures.capacity_share("is_in_window", "capacity"),
        permission=_LEAD,
        unit=Unit.PERCENT,
        also=(
            Column("is_in_window", ColumnKind.MARK),
            Column("capacity", ColumnKind.CONSTANT),
        ),
    ),
    _of_cases(
        "renewals.done_today",
        _team_done,
        permission=_LEAD,
        period=Period.TODAY,
        tables=_WITH_CONTACTS,
    ),
    _of_cases("renewals.due_by_week", _open_in_scope, by=("week", "state")),
    _of_cases(
        "renewals.premium_by_week",
        _open_in_scope,
        _PREMIUM,
        unit=Unit.YUAN,
        by=("week", "state"),
    ),
    _of_cases("renewals.funnel", _of_period, period=Period.RANGE, also=_REACHED, by=("reached",)),
    _of_cases(
        "renewals.funnel_premium",
        _of_period,
        _PREMIUM,
        unit=Unit.YUAN,
        period=Period.RANGE,
        also=_REACHED,
        by=("reached",),
    ),
    _of_cases(
        "renewals.refusals", _refused, period=Period.RANGE, also=_REASON, by=("refusal_reason",)
    ),
    _of_cases(
        "renewals.refusal_premium",
        _refused,
        _PREMIUM,
        unit=Unit.YUAN,
        period=Period.RANGE,
        also=_REASON,
        by=("refusal_reason",),
    ),
)
