"""Reading the clocks of instalments: of one client, of one case, of all suspended policies."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    tuple_,
)
from sqlalchemy.orm import Session

from db.base import RowId
from db.models import Client, FormalDemand, Instalment, Policy, Staff, Suspension
from services.access import client_id_by_number, may_open
from services.actor import Actor
from services.permissions import Permission
from services.renewals import instalment_rules as rules
from services.renewals.extraction import NOTHING_DUE, UNPAID
from services.renewals.instalment_rows import (
    InstalmentClock,
    SuspendedCounts,
    SuspendedKey,
    SuspendedRow,
)
from services.renewals.instalment_telling import KEYS
from services.rule_tables import rules as rules_in_force
from services.working_calendar import calendar_of
from terms.instalments import ClockShown, InstalmentStage, SuspensionState

AHEAD_DAYS = 30
"""An instalment's clock is shown from this many days before it is due."""
ENDING_DAYS = 90
"""Reinstatement ends soon inside this many days."""


def clocks_of(
    session: Session, *, actor: Actor, number: str, on: date
) -> tuple[InstalmentClock, ...]:
    """The client's unpaid instalments that are due, in grace or suspended, the most pressing
    first.

    Raises:
        NotPermitted: the actor lacks ``client:read``.
        NotFound: there is no such client, or it is not the actor's.
    """
    actor.require(Permission.CLIENT_READ)
    client_id = client_id_by_number(session, actor=actor, number=number, on=on)
    due = and_(
        Suspension.id.is_(None),
        Policy.status.not_in(NOTHING_DUE),
        Instalment.due_on <= on + timedelta(days=AHEAD_DAYS),
    )
    of_client = _clocked(Instalment.client_id == client_id, or_(Suspension.is_open, due))
    found = _clocks(session, on, of_client)
    return tuple(sorted(found, key=lambda clock: (_rank(clock.stage), clock.due_on)))


def clock_of(session: Session, *, instalment_id: int, on: date) -> InstalmentClock | None:
    """The clock of one instalment; None once it is paid. The caller has let the actor in."""
    return next(iter(_clocks(session, on, _OF_ONE, instalment=instalment_id)), None)


def suspended(
    session: Session,
    *,
    actor: Actor,
    on: date,
    show: ClockShown = ClockShown.ALL,
    after: SuspendedKey | None = None,
    limit: int = 50,
) -> tuple[SuspendedRow, ...]:
    """Suspended policies of the actor's clients, the clock that runs out first on top.

    Args:
        after: the ``key`` of the last row of the page before.

    Raises:
        NotPermitted: the actor lacks ``renewal:read`` or ``client:read``.
    """
    actor.require(Permission.RENEWAL_READ)
    actor.require(Permission.CLIENT_READ)
    asked: Select[*tuple[Any, ...]] = (
        select(
            Suspension.id,
            Client.number,
            Client.name,
            Staff.name,
            Policy.number,
            Policy.product,
            Instalment.premium_fen,
            Suspension.state,
            Suspension.suspended_on,
            Suspension.notice_due_on,
            Suspension.notice_is_provisional,
            Suspension.notice_sent_on,
            Suspension.reinstatable_until,
            Suspension.answer_due_on,
            Suspension.is_deemed,
            Suspension.next_due_on,
        )
        .join(Client, Client.id == Suspension.client_id)
        .join(Policy, Policy.id == Suspension.policy_id)
        .join(Instalment, Instalment.id == Suspension.instalment_id)
        .outerjoin(Staff, Staff.id == Client.owner_id)
        .where(Suspension.is_open, may_open(actor, on=on), *_shown(show, on))
        .order_by(Suspension.next_due_on, Suspension.id)
        .limit(limit)
    )
    if after is not None:
        place = tuple_(Suspension.next_due_on, Suspension.id)
        asked = asked.where(place > tuple_(after.next_due_on, after.id))
    return tuple(SuspendedRow(*row) for row in session.execute(asked))


def suspended_counts(session: Session, *, actor: Actor, on: date) -> SuspendedCounts:
    """The pills over the list.

    Raises:
        NotPermitted: the actor lacks ``renewal:read``.
    """
    actor.require(Permission.RENEWAL_READ)
    counted: Select[*tuple[Any, ...]] = select(
        *(
            func.count(case((and_(*_shown(show, on)), 1))) if _shown(show, on) else func.count()
            for show in ClockShown
        )
    ).where(
        Suspension.is_open,
        exists().where(Client.id == Suspension.client_id, may_open(actor, on=on)),
    )
    return SuspendedCounts(*session.execute(counted).one())


def _shown(show: ClockShown, on: date) -> tuple[ColumnElement[bool], ...]:
    match show:
        case ClockShown.ALL:
            return ()
        case ClockShown.NOTICE:
            return (Suspension.notice_sent_on.is_(None),)
        case ClockShown.ANSWER:
            return (Suspension.state == SuspensionState.APPLIED,)
        case ClockShown.PAYMENT:
            return (Suspension.state == SuspensionState.ACCEPTED,)
        case ClockShown.ENDING:
            return (Suspension.reinstatable_until <= on + timedelta(days=ENDING_DAYS),)


_ORDER = (
    InstalmentStage.APPLIED,
    InstalmentStage.ACCEPTED,
    InstalmentStage.SUSPENDED,
    InstalmentStage.REFUSED,
    InstalmentStage.GRACE,
    InstalmentStage.DUE,
)


def _rank(stage: InstalmentStage) -> int:
    return _ORDER.index(stage) if stage in _ORDER else len(_ORDER)


def _clocked(*which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Unpaid instalments, with what their clocks go by on the day ``on``."""
    arrears = (
        select(func.coalesce(func.sum(_OTHER.c.premium_fen), 0))
        .where(
            _OTHER.c.policy_id == Instalment.policy_id,
            _OTHER.c.status.in_(UNPAID),
            _OTHER.c.due_on <= bindparam("on", type_=Date()),
        )
        .scalar_subquery()
    )
    return (
        select(Instalment, Policy.number, Policy.product, FormalDemand, Suspension, arrears)
        .join(Policy, Policy.id == Instalment.policy_id)
        .outerjoin(FormalDemand, FormalDemand.instalment_id == Instalment.id)
        .outerjoin(Suspension, Suspension.instalment_id == Instalment.id)
        .where(*which, Instalment.status.in_(UNPAID))
        .order_by(Instalment.due_on)
        .limit(100)
    )


_OTHER = Instalment.__table__.alias("other")
_OF_ONE = _clocked(Instalment.id == bindparam("instalment", type_=RowId))


def _clocks(
    session: Session, on: date, clocked: Select[*tuple[Any, ...]], **given: int
) -> list[InstalmentClock]:
    rows = session.execute(clocked, {"on": on, **given}).all()
    if not rows:
        return []
    known = rules_in_force(session, KEYS, on=on)
    grace_rule = rules.GraceRule.of(known["renewal.grace_days"])
    lapse_rule = rules.LapseRule.of(known["renewal.lapse"])
    return [
        _clock(
            session,
            on,
            *row,
            grace_rule=grace_rule,
            lapse_rule=lapse_rule,
        )
        for row in rows
    ]


def _clock(
    session: Session,
    on: date,
    instalment: Instalment,
    number: str,
    product: str,
    demand: FormalDemand | None,
    held: Suspension | None,
    arrears_fen: int,
    *,
    grace_rule: rules.GraceRule,
    lapse_rule: rules.LapseRule,
) -> InstalmentClock:
    grace = rules.grace(
        instalment.due_on,
        demanded_on=instalment.demanded_on,
        agreed_until=instalment.grace_ends_on,
        rule=grace_rule,
    )
    common: dict[str, Any] = {
        "instalment_id": instalment.id,
        "version": instalment.version,
        "policy_number": number,
        "product": product,
        "due_on": instalment.due_on,
        "premium_fen": instalment.premium_fen,
        "demanded_on": instalment.demanded_on,
        "demand_means": demand.means if demand else None,
        "demand_reference": demand.reference if demand else None,
        "arrears_fen": int(arrears_fen),
    }
    if held is None:
        common |= {"grace_ends_on": grace.ends_on, "grace_basis": grace.basis}
        if on <= grace.ends_on:
            is_due = on <= instalment.due_on
            stage = InstalmentStage.DUE if is_due else InstalmentStage.GRACE
            left = None if is_due else (grace.ends_on - on).days
            return InstalmentClock(stage=stage, grace_left=left, **common)
        follows = rules.lapse(
            grace.ends_on, rule=lapse_rule, calendar=calendar_of(session, since=grace.ends_on)
        )
        return InstalmentClock(
            stage=InstalmentStage.SUSPENDED,
            grace_left=None,
            suspended_on=follows.suspended_on,
            notice_due_on=follows.notice_due.on,
            notice_is_provisional=follows.notice_due.is_provisional,
            reinstatable_until=follows.reinstatable_until,
            **common,
        )
    over = held.state is SuspensionState.SET_ASIDE
    return InstalmentClock(
        stage=InstalmentStage.GRACE if over else InstalmentStage(held.state.value),
        grace_left=None,
        grace_ends_on=held.grace_ended_on,
        grace_basis=held.basis,
        suspension_id=held.id,
        suspension_version=held.version,
        suspended_on=held.suspended_on,
        notice_due_on=held.notice_due_on,
        notice_is_provisional=held.notice_is_provisional,
        notice_sent_on=held.notice_sent_on,
        notice_means=held.notice_means,
        notice_reference=held.notice_reference,
        reinstatable_until=held.reinstatable_until,
        applied_on=held.applied_on,
        answer_due_on=held.answer_due_on,
        answered_on=held.answered_on,
        is_deemed=held.is_deemed,
        answer_note=held.answer_note,
        **common,
    )
