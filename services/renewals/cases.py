"""What a lead sees: load per person, cases by filter; the menu's count."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    case,
    exists,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Session

from db.models import Client, Contact, Policy, Renewal, Staff, StaffLeave, StaffRole, Team
from services.access import may_open
from services.actor import Actor
from services.permissions import Permission
from services.renewals import rules
from services.renewals.breakdown import in_bar
from services.renewals.classes import class_conditions
from services.renewals.rows import CaseFilter, CaseKey, CaseRow, PersonLoad
from services.renewals.scope import led_by, visible_cases
from services.rule_tables import rule
from services.working_calendar import SHANGHAI, end_of_day, start_of_day
from terms.people import Role
from terms.renewals import RenewalKind, RenewalState

EVERYTHING = CaseFilter()


def open_count(session: Session, *, actor: Actor, on: date, zone: ZoneInfo = SHANGHAI) -> int:
    """Cases of the actor that want a call by the end of ``on``, for the menu: all open ones but
    those agreed for a later day."""
    if actor.staff_id is None or not actor.may(Permission.RENEWAL_READ):
        return 0
    later = Renewal.next_at >= end_of_day(on, zone)
    counted = select(func.count()).where(
        Renewal.assignee_id == actor.staff_id,
        Renewal.is_open,
        or_(Renewal.next_at.is_(None), ~later),
    )
    return session.scalar(counted) or 0


def own_marks(session: Session, *, staff_ids: Iterable[int]) -> dict[int, tuple[object, ...]]:
    """Per person a value that differs when their open cases did: one came, went, was contacted,
    pinned or got another appointment. One statement, answered from the queue's index."""
    ids = sorted(set(staff_ids))
    rows = session.execute(
        select(
            Renewal.assignee_id,
            func.count(),
            func.sum(Renewal.id),
            func.sum(Renewal.at_risk_fen),
            func.max(Renewal.last_contact_at),
            func.max(Renewal.next_at),
            func.count(Renewal.pinned_at),
            func.max(Renewal.pinned_at),
        )
        .where(Renewal.assignee_id.in_(ids), Renewal.is_open)
        .group_by(Renewal.assignee_id)
    )
    found = {row[0]: tuple(row[1:]) for row in rows if row[0] is not None}
    return {staff_id: found.get(staff_id, ()) for staff_id in ids}


def team_load(
    session: Session, *, actor: Actor, on: date, zone: ZoneInfo = SHANGHAI
) -> tuple[PersonLoad, ...]:
    """Every specialist the actor leads with their open cases, and per team what nobody has.

    Sorted by team, unassigned first, then by load.

    Raises:
        NotPermitted: the actor lacks ``renewal:lead``.
    """
    actor.require(Permission.RENEWAL_LEAD)
    windows = rules.Windows.of(rule(session, "renewal.windows", on))
    sums: defaultdict[int | None, list[Row[Any]]] = defaultdict(list)
    for row in session.execute(_sums(actor, on, windows.contact)):
        sums[row.assignee_id].append(row)
    people = session.execute(people_of(actor, on)).all()
    done = _done_today(session, [person.id for person in people], on, zone)
    teams = dict(session.execute(select(Team.id, Team.name)).all())
    loads = [_load(person, sums.get(person.id, []), windows.contact, done) for person in people]
    loads += [_nobody(row, teams) for row in sums.get(None, [])]
    return tuple(
        sorted(
            loads,
            key=lambda load: (
                load.team_name or "",
                load.staff_id is not None,
                -load.load_percent,
                -load.open_cases,
                load.name or "",
            ),
        )
    )


def assignees(session: Session, *, actor: Actor, on: date) -> tuple[PersonLoad, ...]:
    """Whom the actor may give cases to on that day, the least loaded first.

    Raises:
        NotPermitted: the actor lacks ``renewal:lead``.
    """
    fit = [load for load in team_load(session, actor=actor, on=on) if load.may_take]
    return tuple(sorted(fit, key=lambda load: (load.load_percent, load.open_cases)))


def team_queue(
    session: Session,
    *,
    actor: Actor,
    on: date,
    assignee_id: int | None = None,
    after: CaseKey | None = None,
    limit: int = 50,
) -> tuple[CaseRow, ...]:
    """Open cases of one person, or with ``assignee_id`` None those nobody has; by due day.

    Raises:
        NotPermitted: the actor lacks ``renewal:lead`` or ``client:read``.
    """
    actor.require(Permission.RENEWAL_LEAD)
    where = CaseFilter(assignee_id=assignee_id, unassigned=assignee_id is None)
    return case_list(session, actor=actor, on=on, where=where, after=after, limit=limit)


def case_list(
    session: Session,
    *,
    actor: Actor,
    on: date,
    where: CaseFilter = EVERYTHING,
    after: CaseKey | None = None,
    limit: int = 50,
) -> tuple[CaseRow, ...]:
    """Cases of the actor's scope by due day; what a clicked bar stands for.

    Raises:
        NotPermitted: the actor lacks ``renewal:read`` or ``client:read``.
    """
    actor.require(Permission.RENEWAL_READ)
    actor.require(Permission.CLIENT_READ)
    found = session.execute(_listed(actor, on, where, after, limit))
    return tuple(CaseRow(days_left=(row.due_on - on).days, **row._asdict()) for row in found)


@lru_cache(maxsize=256)
def _listed(
    actor: Actor, on: date, where: CaseFilter, after: CaseKey | None, limit: int
) -> Select[*tuple[Any, ...]]:
    chosen = select(Renewal.id).where(visible_cases(actor), *conditions(where))
    if after is not None:
        chosen = chosen.where(tuple_(Renewal.due_on, Renewal.id) > (after.due_on, after.id))
    page = chosen.order_by(Renewal.due_on, Renewal.id).limit(limit).cte("page")
    return _wide(page, actor, on)


def conditions(where: CaseFilter) -> list[ColumnElement[bool]]:
    """A filter as conditions on ``renewal``."""
    asked: list[ColumnElement[bool]] = []
    if where.only_open:
        asked.append(and_(Renewal.is_open))
    if where.due_from is not None:
        asked.append(Renewal.due_on >= where.due_from)
    if where.due_to is not None:
        asked.append(Renewal.due_on <= where.due_to)
    if where.states:
        asked.append(Renewal.state.in_(where.states))
    if where.reached is not None:
        asked.append(Renewal.reached.in_(rules.at_least(where.reached)))
    if where.is_refused:
        asked.append(Renewal.refusal_reason.is_not(None))
    if where.only_terms:
        asked += [Renewal.kind == RenewalKind.TERM, Renewal.state != RenewalState.WITHDRAWN]
    if where.dimension is not None:
        asked.append(in_bar(where.dimension, where.code))
    if where.unassigned:
        asked.append(Renewal.assignee_id.is_(None))
    equal: tuple[tuple[Any, object], ...] = (
        (Renewal.kind, where.kind),
        (Renewal.line, where.line),
        (Renewal.team_id, where.team_id),
        (Renewal.assignee_id, where.assignee_id),
        (Renewal.refusal_reason, where.refusal_reason),
    )
    asked += [column == value for column, value in equal if value is not None]
    return asked + class_conditions(where)


def _wide(page: Any, actor: Actor, on: date) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Renewal.id,
            Renewal.version,
            Renewal.client_id,
            Client.number.label("client_number"),
            Client.name.label("client_name"),
            Renewal.line,
            Policy.product,
            Renewal.kind,
            Renewal.due_on,
            Renewal.state,
            Renewal.premium_fen,
            Renewal.proposed_premium_fen,
            Renewal.at_risk_fen,
            Renewal.assignee_id,
            Staff.name.label("assignee_name"),
            Renewal.next_at,
            Renewal.attempts,
            Renewal.last_contact_at,
            Renewal.refusal_reason,
        )
        .join_from(page, Renewal, Renewal.id == page.c.id)
        .join(Client, Client.id == Renewal.client_id)
        .join(Policy, Policy.id == Renewal.policy_id)
        .outerjoin(Staff, Staff.id == Renewal.assignee_id)
        .where(may_open(actor, on=on))
        .order_by(Renewal.due_on, Renewal.id)
    )


def _sums(actor: Actor, on: date, contact_days: int) -> Select[*tuple[Any, ...]]:
    def how_many(days: int) -> ColumnElement[int]:
        return func.count(case((Renewal.due_on <= on + timedelta(days=days), 1)))

    return (
        select(
            Renewal.team_id,
            Renewal.assignee_id,
            func.count().label("open_cases"),
            how_many(rules.WEEK_DAYS).label("due_week"),
            how_many(contact_days).label("in_window"),
            func.sum(Renewal.premium_fen).label("premium_fen"),
            func.sum(Renewal.at_risk_fen).label("at_risk_fen"),
        )
        .where(Renewal.is_open, visible_cases(actor))
        .group_by(Renewal.team_id, Renewal.assignee_id)
    )


def people_of(actor: Actor, on: date) -> Select[*tuple[Any, ...]]:
    """The specialists the actor leads, with their team and whether they are there on the day."""
    away = exists().where(
        StaffLeave.staff_id == Staff.id, StaffLeave.from_on <= on, StaffLeave.to_on >= on
    )
    serves = and_(
        Staff.in_service_from <= on,
        or_(Staff.in_service_to.is_(None), Staff.in_service_to >= on),
    )
    return (
        select(
            Staff.id,
            Staff.name,
            Staff.team_id,
            Team.name.label("team_name"),
            Staff.weekly_capacity,
            case((away, True), else_=False).label("is_on_leave"),
            case((and_(serves, ~away), True), else_=False).label("may_take"),
            case((serves, True), else_=False).label("serves"),
        )
        .join(StaffRole, and_(StaffRole.staff_id == Staff.id, StaffRole.role == Role.SPECIALIST))
        .outerjoin(Team, Team.id == Staff.team_id)
        .where(led_by(actor))
    )


def _done_today(session: Session, staff_ids: list[int], on: date, zone: ZoneInfo) -> dict[int, int]:
    counted = (
        select(Contact.staff_id, func.count(Contact.renewal_id.distinct()))
        .where(
            Contact.staff_id.in_(staff_ids),
            Contact.happened_at >= start_of_day(on, zone),
            Contact.happened_at < end_of_day(on, zone),
        )
        .group_by(Contact.staff_id)
    )
    return dict(session.execute(counted).all())


def _load(row: Any, sums: list[Any], window_days: int, done: dict[int, int]) -> PersonLoad:
    in_window = sum(each.in_window for each in sums)
    return PersonLoad(
        staff_id=row.id,
        name=row.name,
        team_id=row.team_id,
        team_name=row.team_name,
        open_cases=sum(each.open_cases for each in sums),
        due_week=sum(each.due_week for each in sums),
        premium_fen=int(sum(each.premium_fen for each in sums)),
        at_risk_fen=int(sum(each.at_risk_fen for each in sums)),
        weekly_capacity=row.weekly_capacity,
        load_percent=rules.load_percent(
            cases=in_window, weekly_capacity=row.weekly_capacity, window_days=window_days
        ),
        in_window=in_window,
        window_capacity=row.weekly_capacity * window_days / 7,
        done_today=done.get(row.id, 0),
        is_on_leave=bool(row.is_on_leave),
        may_take=bool(row.may_take) and row.weekly_capacity > 0,
    )


def _nobody(row: Any, teams: dict[int, str]) -> PersonLoad:
    return PersonLoad(
        staff_id=None,
        name=None,
        team_id=row.team_id,
        team_name=teams.get(row.team_id),
        open_cases=row.open_cases,
        due_week=row.due_week,
        premium_fen=int(row.premium_fen),
        at_risk_fen=int(row.at_risk_fen),
        weekly_capacity=0,
        load_percent=0,
        in_window=row.in_window,
        window_capacity=0,
        done_today=0,
        is_on_leave=False,
        may_take=False,
    )
