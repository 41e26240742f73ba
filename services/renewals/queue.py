"""A specialist's queue: what is pinned, what is promised for today at its time, then by money at
risk, then what waits.

Late join: the ids of a page come from one covering index per group, in the index's own order and
no further than the page needs; the wide rows are joined to those ids only.

Statements are built once, over plain columns, and given their values when they run: building
them costs more than the database takes to answer.

The case's assignee is its reader: an assigned case is itself a reason to open the client
(``client_access``), so the queue needs no second filter.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import CTE

from db.base import RowId
from db.models import Client, Contact, Instalment, Policy, Renewal, Staff
from db.planning import ONE_PLAN
from db.types import Money, UtcDateTime
from services.actor import Actor
from services.permissions import Permission
from services.renewals import instalment_rules, motor_quotes, rules
from services.renewals.cases import EVERYTHING, conditions
from services.renewals.pinning import pinners
from services.renewals.queue_conditions import (
    ENDS,
    NOW,
    STAFF,
    STARTS,
    group_of,
    in_view,
    waits,
    works,
)
from services.renewals.rows import CaseFilter, QueueCounts, QueueKey, QueueRow
from services.rule_tables import rules as rules_in_force
from services.working_calendar import SHANGHAI, end_of_day, start_of_day
from terms.policies import Line
from terms.renewals import QueueGroup, QueueView, RenewalKind

_R, _C, _P = Renewal.__table__.c, Client.__table__.c, Policy.__table__.c
_I, _T, _S = Instalment.__table__.c, Contact.__table__.c, Staff.__table__.c
"""Plain columns: the rows become ``QueueRow``, so nothing of the object mapper is needed."""

_LIMIT = bindparam("page_limit", type_=Integer())
_AFTER_AT = bindparam("after_at", type_=UtcDateTime())
_AFTER_RISK = bindparam("after_risk", type_=Money())
_AFTER_ID = bindparam("after_id", type_=RowId)

_GROUPS = tuple(QueueGroup)

_ROW = (
    _R.id,
    _R.version,
    _R.client_id,
    _C.number.label("client_number"),
    _C.name.label("client_name"),
    _R.line,
    _P.product,
    _R.kind,
    _R.due_on,
    _I.grace_ends_on,
    _I.demanded_on,
    _R.branch_id,
    _P.insurer,
    _R.premium_fen,
    _R.at_risk_fen,
    _R.proposed_premium_fen,
    _R.state,
    _R.next_at,
    _R.attempts,
    _R.assigned_at,
    _R.last_contact_at,
    _R.last_intention,
    _R.refusal_reason,
    _R.probability,
    _R.pinned_at,
    _R.pinned_by_id,
)
_FIRST = (QueueGroup.PINNED, QueueGroup.APPOINTMENT)
"""Groups in the order of a time; the others go by money at risk."""


def queue(
    session: Session,
    *,
    actor: Actor,
    on: date,
    at: datetime,
    view: QueueView = QueueView.ALL,
    where: CaseFilter = EVERYTHING,
    after: QueueKey | None = None,
    limit: int = 50,
    zone: ZoneInfo = SHANGHAI,
) -> tuple[QueueRow, ...]:
    """A page of the actor's own open cases in the order they should be called.

    First what is pinned, the longest pinned first; then appointments due by the end of ``on`` by
    their time; then by money at risk; last what was agreed for later or already called today.

    Args:
        view: which pill is chosen.
        where: the classes of cases asked for (R77).
        after: the ``key`` of the last row of the page before; None for the first page.

    Raises:
        NotPermitted: the actor lacks ``renewal:read``.
    """
    actor.require(Permission.RENEWAL_READ)
    first = QueueGroup.PINNED if after is None else after.group
    found = session.execute(
        _page(view, first, after is not None, where),
        {
            **_day(actor, on, zone),
            "page_limit": limit + 1,
            "after_at": _time_of(after) if after else None,
            "after_risk": after.at_risk_fen if after else None,
            "after_id": after.id if after else None,
        },
    ).all()
    tops = view is QueueView.ALL and where == EVERYTHING and first in _FIRST
    return _rows(session, found, actor=actor, tops=tops, on=on, at=at, zone=zone)[:limit]


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
    found = session.execute(_one_row(), {**_day(actor, on, zone), "renewal": renewal_id}).all()
    rows = _rows(session, found, actor=actor, tops=False, on=on, at=at, zone=zone)
    return rows[0] if rows else None


def queue_counts(
    session: Session, *, actor: Actor, on: date, at: datetime, zone: ZoneInfo = SHANGHAI
) -> QueueCounts:
    """The pills over the actor's queue and the line of the day.

    Raises:
        NotPermitted: the actor lacks ``renewal:read``.
    """
    actor.require(Permission.RENEWAL_READ)
    counted = session.execute(_counts(), {**_day(actor, on, zone), "now": at}).one()
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


def _day(actor: Actor, on: date, zone: ZoneInfo) -> dict[str, Any]:
    """The values every statement of this module takes."""
    return {
        "staff": actor.own_id,
        "on": on,
        "in_a_week": on + timedelta(days=rules.WEEK_DAYS),
        "starts": start_of_day(on, zone),
        "ends": end_of_day(on, zone),
    }


@lru_cache(maxsize=500)
def _page(
    view: QueueView, first: QueueGroup, is_further: bool, where: CaseFilter
) -> Select[*tuple[Any, ...]]:
    """The rows of one page; each group is asked only for what the groups before it left over."""
    loose = _R.pinned_at.is_(None)
    of_group = {
        QueueGroup.PINNED: _R.pinned_at.is_not(None),
        QueueGroup.APPOINTMENT: and_(_R.next_at < ENDS, loose),
        QueueGroup.WORK: and_(works(), loose),
        QueueGroup.WAITING: and_(waits(), loose),
    }
    times = {QueueGroup.PINNED: _R.pinned_at, QueueGroup.APPOINTMENT: _R.next_at}
    narrowing = [] if where == EVERYTHING else conditions(where)
    if (pill := in_view(view)) is not None:
        narrowing.append(pill)
    parts: list[CTE] = []
    for group, condition in of_group.items():
        if group < first:
            continue
        left: Any = _LIMIT
        for part in parts:
            left = left - select(func.count()).select_from(part).scalar_subquery()
        chosen = select(
            literal(int(group)).label("grp"),
            _R.id,
            _R.at_risk_fen,
            times.get(group, literal(None, UtcDateTime())).label("at"),
        ).where(_R.assignee_id == STAFF, _R.is_open, condition)
        chosen = chosen.where(*narrowing)
        if is_further and group is first:
            chosen = chosen.where(_behind(group))
        if group in times:
            chosen = chosen.order_by(times[group], _R.id)
        else:
            chosen = chosen.order_by(_R.at_risk_fen.desc(), _R.id.desc())
        parts.append(chosen.limit(left).cte(group.name.lower()).prefix_with("MATERIALIZED"))
    page = union_all(*(select(part) for part in parts)).cte("page")
    rows = _wide(
        select(page.c.grp, *_ROW).join_from(page, Renewal.__table__, _R.id == page.c.id)
    ).order_by(
        page.c.grp,
        page.c.at,
        case((page.c.at.is_not(None), page.c.id)),
        page.c.at_risk_fen.desc(),
        page.c.id.desc(),
    )
    return rows.execution_options(**ONE_PLAN) if where == EVERYTHING else rows


@cache
def _one_row() -> Select[*tuple[Any, ...]]:
    pinned = case((_R.pinned_at.is_not(None), int(QueueGroup.PINNED)), else_=group_of())
    return _wide(select(pinned.label("grp"), *_ROW).select_from(Renewal.__table__)).where(
        _R.id == bindparam("renewal", type_=Integer()),
        _R.assignee_id == STAFF,
        _R.is_open,
    )


@cache
def _counts() -> Select[*tuple[Any, ...]]:
    def how_many(condition: ColumnElement[bool] | None) -> ColumnElement[int]:
        return func.count() if condition is None else func.count(case((condition, 1)))

    done = (
        select(func.count(_T.renewal_id.distinct()))
        .where(
            _T.staff_id == STAFF,
            _T.happened_at >= STARTS,
            _T.happened_at < ENDS,
        )
        .scalar_subquery()
    )
    capacity = select(_S.weekly_capacity).where(_S.id == STAFF).scalar_subquery()
    group = group_of()
    counts = select(
        *(how_many(in_view(view)).label(view.value) for view in QueueView),
        how_many(group == QueueGroup.APPOINTMENT).label("today"),
        how_many(group != QueueGroup.WAITING).label("workable"),
        func.coalesce(func.sum(_R.at_risk_fen), 0).label("recoverable"),
        func.min(case((_R.next_at >= NOW, _R.next_at))).label("next_at"),
        done.label("done"),
        capacity.label("capacity"),
    ).where(_R.assignee_id == STAFF, _R.is_open)
    return counts.execution_options(**ONE_PLAN)


def _time_of(key: QueueKey) -> datetime | None:
    return key.pinned_at if key.group is QueueGroup.PINNED else key.next_at


def _behind(group: QueueGroup) -> ColumnElement[bool]:
    if group in _FIRST:
        time = _R.pinned_at if group is QueueGroup.PINNED else _R.next_at
        return tuple_(time, _R.id) > tuple_(_AFTER_AT, _AFTER_ID)
    return tuple_(_R.at_risk_fen, _R.id) < tuple_(_AFTER_RISK, _AFTER_ID)


def _wide(chosen: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return (
        chosen.join(Client.__table__, _C.id == _R.client_id)
        .join(Policy.__table__, _P.id == _R.policy_id)
        .outerjoin(Instalment.__table__, _I.id == _R.instalment_id)
    )


def _rows(
    session: Session,
    found: Sequence[Any],
    *,
    actor: Actor,
    tops: bool,
    on: date,
    at: datetime,
    zone: ZoneInfo,
) -> tuple[QueueRow, ...]:
    if not found:
        return ()
    known = rules_in_force(
        session, ("renewal.windows", "renewal.grace_days", motor_quotes.RULE), on=on
    )
    windows = rules.Windows.of(known["renewal.windows"])
    grace_rule = instalment_rules.GraceRule.of(known["renewal.grace_days"])
    quote_days = motor_quotes.QuoteDays.of(known[motor_quotes.RULE])
    provinces = motor_quotes.provinces(session) if quote_days.places else {}
    names = pinners(session, {row.pinned_by_id for row in found} - {actor.staff_id, None})
    day = {"starts": start_of_day(on, zone), "ends": end_of_day(on, zone)}
    places = [
        rules.Place(_GROUPS[row.grp], row.at_risk_fen, row.id, row.pinned_at) for row in found
    ]
    rows: list[QueueRow] = []
    for above, (
        grp,
        id,
        version,
        client_id,
        client_number,
        client_name,
        line,
        product,
        kind,
        due_on,
        grace_ends_on,
        demanded_on,
        branch_id,
        insurer,
        premium_fen,
        at_risk_fen,
        proposed_premium_fen,
        state,
        next_at,
        attempts,
        assigned_at,
        last_contact_at,
        last_intention,
        refusal_reason,
        probability,
        pinned_at,
        pinned_by_id,
    ) in zip(rules.why_above(places), found, strict=True):
        group = stands = _GROUPS[grp]
        if group is QueueGroup.PINNED:
            stands = rules.appointment_group(next_at, last_contact_at, **day)
        days_left = (due_on - on).days
        grace_left = None
        if kind is RenewalKind.INSTALMENT and days_left < 0:
            ends = instalment_rules.grace(
                due_on, demanded_on=demanded_on, agreed_until=grace_ends_on, rule=grace_rule
            )
            grace_left = (ends.ends_on - on).days
        quote_from = None
        if line is Line.MOTOR and kind is RenewalKind.TERM:
            quote_from = quote_days.from_on(
                due_on, province=provinces.get(branch_id), insurer=insurer
            )
        reason = rules.why(
            rules.CaseFacts(
                group=stands,
                kind=kind,
                state=state,
                days_left=days_left,
                grace_left=grace_left,
                premium_fen=premium_fen,
                proposed_premium_fen=proposed_premium_fen,
                next_at=next_at,
                attempts=attempts,
                last_contact_at=last_contact_at,
                last_intention=last_intention,
                refusal_reason=refusal_reason,
                assigned_at=assigned_at,
                is_top=tops and group is QueueGroup.WORK,
            ),
            windows=windows,
            on=on,
            at=at,
            zone=zone,
        )
        tops = tops and group in _FIRST
        step = rules.next_step(reason)
        if group is QueueGroup.PINNED:
            reason = rules.pinned(reason, pinned_at=pinned_at, by_name=names.get(pinned_by_id))
        rows.append(
            QueueRow(
                id=id,
                version=version,
                group=group,
                client_id=client_id,
                client_number=client_number,
                client_name=client_name,
                line=line,
                product=product,
                kind=kind,
                due_on=due_on,
                days_left=days_left,
                grace_left=grace_left,
                premium_fen=premium_fen,
                at_risk_fen=at_risk_fen,
                proposed_premium_fen=proposed_premium_fen,
                state=state,
                next_at=next_at,
                attempts=attempts,
                last_contact_at=last_contact_at,
                why=reason,
                next_step=step,
                quote_from=quote_from,
                probability=probability,
                pinned_at=pinned_at,
                above=above,
            )
        )
    return tuple(rows)
