"""A specialist's queue: promised for today at its time, then by money at risk, then what waits.

Late join: the ids of a page come from one covering index per group, in the index's own order and
no further than the page needs; the wide rows are joined to those ids only.

The case's assignee is its reader: an assigned case is itself a reason to open the client
(``client_access``), so the queue needs no second filter.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import CTE

from db.models import Client, Contact, Instalment, Policy, Renewal, Staff
from db.types import UtcDateTime
from services.actor import Actor
from services.permissions import Permission
from services.renewals import rules
from services.renewals.rows import QueueCounts, QueueKey, QueueRow, Why
from services.rule_tables import rules as rules_in_force
from services.working_calendar import SHANGHAI, end_of_day, start_of_day
from terms.renewals import QueueGroup, QueueView, RenewalKind

_ROW = (
    Renewal.id,
    Renewal.version,
    Renewal.client_id,
    Client.number.label("client_number"),
    Client.name.label("client_name"),
    Renewal.line,
    Policy.product,
    Renewal.kind,
    Renewal.due_on,
    Instalment.grace_ends_on,
    Renewal.premium_fen,
    Renewal.at_risk_fen,
    Renewal.proposed_premium_fen,
    Renewal.state,
    Renewal.next_at,
    Renewal.attempts,
    Renewal.assigned_at,
    Renewal.last_contact_at,
    Renewal.last_intention,
    Renewal.refusal_reason,
)


def queue(
    session: Session,
    *,
    actor: Actor,
    on: date,
    at: datetime,
    view: QueueView = QueueView.ALL,
    after: QueueKey | None = None,
    limit: int = 50,
    zone: ZoneInfo = SHANGHAI,
) -> tuple[QueueRow, ...]:
    """A page of the actor's own open cases in the order they should be called.

    First appointments due by the end of ``on``, in the order of their time; then by money at
    risk; last what was agreed for a later day or already called today.

    Args:
        view: which pill is chosen.
        after: the ``key`` of the last row of the page before; None for the first page.

    Raises:
        NotPermitted: the actor lacks ``renewal:read``.
    """
    actor.require(Permission.RENEWAL_READ)
    starts, ends = start_of_day(on, zone), end_of_day(on, zone)
    page = _page_of_ids(actor.own_id, _in_view(view, on), starts, ends, after, limit)
    found = session.execute(
        _wide(select(page.c.grp, *_ROW).join_from(page, Renewal, Renewal.id == page.c.id)).order_by(
            page.c.grp,
            case((page.c.grp == QueueGroup.APPOINTMENT, page.c.next_at)),
            case((page.c.grp == QueueGroup.APPOINTMENT, page.c.id)),
            page.c.at_risk_fen.desc(),
            page.c.id.desc(),
        )
    ).all()
    tops = view is QueueView.ALL and (after is None or after.group is QueueGroup.APPOINTMENT)
    return _rows(session, found, tops=tops, on=on, at=at, zone=zone)


def queue_row(
    session: Session,
    *,
    actor: Actor,
    renewal_id: int,
    on: date,
    at: datetime,
    zone: ZoneInfo = SHANGHAI,
) -> QueueRow | None:
    """One row of the actor's queue again; None when it is closed or no longer theirs."""
    actor.require(Permission.RENEWAL_READ)
    starts, ends = start_of_day(on, zone), end_of_day(on, zone)
    found = session.execute(
        _wide(select(_group(starts, ends), *_ROW).select_from(Renewal)).where(
            Renewal.id == renewal_id, Renewal.assignee_id == actor.own_id, Renewal.is_open
        )
    ).all()
    rows = _rows(session, found, tops=False, on=on, at=at, zone=zone)
    return rows[0] if rows else None


def queue_counts(
    session: Session, *, actor: Actor, on: date, at: datetime, zone: ZoneInfo = SHANGHAI
) -> QueueCounts:
    """The pills over the actor's queue and the line of the day.

    Raises:
        NotPermitted: the actor lacks ``renewal:read``.
    """
    actor.require(Permission.RENEWAL_READ)
    starts, ends = start_of_day(on, zone), end_of_day(on, zone)

    def how_many(condition: ColumnElement[bool] | None) -> ColumnElement[int]:
        return func.count() if condition is None else func.count(case((condition, 1)))

    done = (
        select(func.count(Contact.renewal_id.distinct()))
        .where(
            Contact.staff_id == actor.own_id,
            Contact.happened_at >= starts,
            Contact.happened_at < ends,
        )
        .scalar_subquery()
    )
    capacity = select(Staff.weekly_capacity).where(Staff.id == actor.own_id).scalar_subquery()
    group = _group(starts, ends)
    counted = session.execute(
        select(
            *(how_many(_in_view(view, on)).label(view.value) for view in QueueView),
            how_many(group == QueueGroup.APPOINTMENT).label("today"),
            how_many(group != QueueGroup.WAITING).label("workable"),
            func.coalesce(func.sum(Renewal.at_risk_fen), 0).label("recoverable"),
            func.min(case((Renewal.next_at >= at, Renewal.next_at))).label("next_at"),
            done.label("done"),
            capacity.label("capacity"),
        ).where(Renewal.assignee_id == actor.own_id, Renewal.is_open)
    ).one()
    return QueueCounts(
        all=counted.all,
        appointment=counted.appointment,
        week=counted.week,
        uncovered=counted.uncovered,
        grace=counted.grace,
        done_today=counted.done,
        planned_today=rules.planned_today(
            done=counted.done,
            workable=counted.workable,
            appointments=counted.today,
            weekly_capacity=counted.capacity or 0,
        ),
        recoverable_fen=int(counted.recoverable),
        next_at=counted.next_at,
    )


def _in_view(view: QueueView, on: date) -> ColumnElement[bool] | None:
    match view:
        case QueueView.ALL:
            return None
        case QueueView.APPOINTMENT:
            return Renewal.next_at.is_not(None)
        case QueueView.WEEK:
            return Renewal.due_on.between(on, on + timedelta(days=rules.WEEK_DAYS))
        case QueueView.UNCOVERED:
            return and_(Renewal.kind == RenewalKind.TERM, Renewal.due_on < on)
        case QueueView.GRACE:
            return and_(Renewal.kind == RenewalKind.INSTALMENT, Renewal.due_on < on)


def _waits(starts: datetime, ends: datetime) -> ColumnElement[bool]:
    called = and_(Renewal.next_at.is_(None), Renewal.last_contact_at >= starts)
    return or_(Renewal.next_at >= ends, called)


def _works(starts: datetime) -> ColumnElement[bool]:
    never = Renewal.last_contact_at.is_(None)
    return and_(Renewal.next_at.is_(None), or_(never, Renewal.last_contact_at < starts))


def _group(starts: datetime, ends: datetime) -> ColumnElement[int]:
    """``rules.appointment_group`` in SQL."""
    return case(
        (Renewal.next_at < ends, int(QueueGroup.APPOINTMENT)),
        (_waits(starts, ends), int(QueueGroup.WAITING)),
        else_=int(QueueGroup.WORK),
    ).label("grp")


def _page_of_ids(
    assignee_id: int,
    in_view: ColumnElement[bool] | None,
    starts: datetime,
    ends: datetime,
    after: QueueKey | None,
    limit: int,
) -> CTE:
    """The ids of one page; each group is asked only for what the groups before it left over."""
    first = QueueGroup.APPOINTMENT if after is None else after.group
    conditions = {
        QueueGroup.APPOINTMENT: Renewal.next_at < ends,
        QueueGroup.WORK: _works(starts),
        QueueGroup.WAITING: _waits(starts, ends),
    }
    parts: list[CTE] = []
    for group, condition in conditions.items():
        if group < first:
            continue
        left: Any = bindparam(None, limit)
        for part in parts:
            left = left - select(func.count()).select_from(part).scalar_subquery()
        chosen = select(
            literal(int(group)).label("grp"),
            Renewal.id,
            Renewal.at_risk_fen,
            Renewal.next_at if group is QueueGroup.APPOINTMENT else _no_time(),
        ).where(Renewal.assignee_id == assignee_id, Renewal.is_open, condition)
        if in_view is not None:
            chosen = chosen.where(in_view)
        if after is not None and group is first:
            chosen = chosen.where(_behind(after))
        if group is QueueGroup.APPOINTMENT:
            chosen = chosen.order_by(Renewal.next_at, Renewal.id)
        else:
            chosen = chosen.order_by(Renewal.at_risk_fen.desc(), Renewal.id.desc())
        parts.append(chosen.limit(left).cte(group.name.lower()).prefix_with("MATERIALIZED"))
    return union_all(*(select(part) for part in parts)).cte("page")


def _no_time() -> ColumnElement[Any]:
    return literal(None, UtcDateTime()).label("next_at")


def _behind(after: QueueKey) -> ColumnElement[bool]:
    if after.group is QueueGroup.APPOINTMENT:
        return tuple_(Renewal.next_at, Renewal.id) > tuple_(
            literal(after.next_at, UtcDateTime()), after.id
        )
    return tuple_(Renewal.at_risk_fen, Renewal.id) < tuple_(after.at_risk_fen, after.id)


def _wide(chosen: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return (
        chosen.join(Client, Client.id == Renewal.client_id)
        .join(Policy, Policy.id == Renewal.policy_id)
        .outerjoin(Instalment, Instalment.id == Renewal.instalment_id)
    )


def _rows(
    session: Session,
    found: Sequence[Row[Any]],
    *,
    tops: bool,
    on: date,
    at: datetime,
    zone: ZoneInfo,
) -> tuple[QueueRow, ...]:
    if not found:
        return ()
    known = rules_in_force(session, ("renewal.windows", "renewal.grace_days"), on=on)
    windows = rules.Windows.of(known["renewal.windows"])
    grace_days = int(known["renewal.grace_days"]["after_due"])
    rows: list[QueueRow] = []
    for row in found:
        group = QueueGroup(row.grp)
        days_left = (row.due_on - on).days
        grace_left = None
        if row.kind is RenewalKind.INSTALMENT and days_left < 0:
            ends = rules.grace_ends_on(row.due_on, known=row.grace_ends_on, grace_days=grace_days)
            grace_left = (ends - on).days
        is_top = tops and group is QueueGroup.WORK
        tops = tops and group is QueueGroup.APPOINTMENT
        reason = rules.why(
            rules.CaseFacts(
                group=group,
                kind=row.kind,
                state=row.state,
                days_left=days_left,
                grace_left=grace_left,
                premium_fen=row.premium_fen,
                proposed_premium_fen=row.proposed_premium_fen,
                next_at=row.next_at,
                attempts=row.attempts,
                last_contact_at=row.last_contact_at,
                last_intention=row.last_intention,
                refusal_reason=row.refusal_reason,
                assigned_at=row.assigned_at,
                is_top=is_top,
            ),
            windows=windows,
            on=on,
            at=at,
            zone=zone,
        )
        rows.append(_row(row, group, days_left, grace_left, reason))
    return tuple(rows)


def _row(
    row: Row[Any], group: QueueGroup, days_left: int, grace_left: int | None, reason: Why
) -> QueueRow:
    return QueueRow(
        id=row.id,
        version=row.version,
        group=group,
        client_id=row.client_id,
        client_number=row.client_number,
        client_name=row.client_name,
        line=row.line,
        product=row.product,
        kind=row.kind,
        due_on=row.due_on,
        days_left=days_left,
        grace_left=grace_left,
        premium_fen=row.premium_fen,
        at_risk_fen=row.at_risk_fen,
        proposed_premium_fen=row.proposed_premium_fen,
        state=row.state,
        next_at=row.next_at,
        attempts=row.attempts,
        last_contact_at=row.last_contact_at,
        why=reason,
        next_step=rules.next_step(reason),
    )
