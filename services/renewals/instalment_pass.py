"""The morning's pass over unpaid instalments: grace, suspension, acceptance by silence, the end.

Set-based and idempotent: a day that was missed is made up by the next pass, with the dates the
missed days would have written. Every date comes from ``instalment_rules``, once per combination of
due day, demand and agreed grace that occurs; the rows are written by one statement for each.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    case,
    exists,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.orm import Session, aliased

from db import due
from db.models import Client, Instalment, Policy, PolicyEvent, Suspension
from db.types import UtcDateTime
from db.written import written
from services import audit
from services.access import visible_clients
from services.actor import Actor
from services.permissions import Permission
from services.renewals import instalment_rules as rules
from services.renewals.extraction import LONG_TERM, UNPAID, in_grace
from services.renewals.instalment_telling import KEYS, ring
from services.rule_tables import rules as rules_in_force
from services.working_calendar import WorkingCalendar, calendar_of
from terms.instalments import SuspensionState
from terms.people import Scope
from terms.policies import InstalmentStatus, PolicyEventKind, PolicyStatus

RUNNING = (PolicyStatus.IN_FORCE, PolicyStatus.GRACE, PolicyStatus.SUSPENDED)


@dataclass(frozen=True, slots=True)
class ClocksMoved:
    """What one pass moved."""

    into_grace: int
    suspended: int
    deemed: int
    """Applications accepted because nobody answered in time."""
    ended: int
    settled: int
    """Suspensions closed because the premium or the policy's end came with the core system."""


@dataclass(frozen=True, slots=True)
class _Pass:
    session: Session
    actor: Actor
    on: date
    at: datetime
    grace_rule: rules.GraceRule
    lapse_rule: rules.LapseRule

    def mine(self, client_id: Any) -> ColumnElement[bool]:
        if self.actor.scope is Scope.ALL:
            return true()
        clients = select(Client.id).where(visible_clients(self.actor, on=self.on))
        condition: ColumnElement[bool] = client_id.in_(clients)
        return condition

    def written(self, statement: Any) -> int:
        return written(self.session, statement)

    @property
    def stamp(self) -> dict[str, Any]:
        return {"updated_at": self.at}


def follow_instalments(session: Session, *, actor: Actor, on: date, at: datetime) -> ClocksMoved:
    """Bring every unpaid instalment and suspended policy to the day ``on``.

    Any day, working or not: the periods are natural days. A second call moves nothing. Whoever
    owns the clients concerned is told by the bell of notices and answers that are due soon.

    Raises:
        NotPermitted: the actor lacks ``renewal:allocate``; outside the whole company only clients
            of the actor's scope are looked at.

    Audit: ``renewal:clocks`` with the counts, also when nothing moved.
    """
    actor.require(Permission.RENEWAL_ALLOCATE)
    known = rules_in_force(session, KEYS, on=on)
    day = _Pass(
        session,
        actor,
        on,
        at,
        rules.GraceRule.of(known["renewal.grace_days"]),
        rules.LapseRule.of(known["renewal.lapse"]),
    )
    calendar = calendar_of(session)
    settled = _settle(day)
    into_grace = _into_grace(day)
    suspended = _suspend(day, calendar)
    deemed = _deem(day)
    ended = _end(day)
    session.expire_all()
    moved = ClocksMoved(into_grace, suspended, deemed, ended, settled)
    audit.record(
        session,
        actor=actor,
        event="renewal:clocks",
        subject=Suspension.__tablename__,
        subject_id=None,
        at=at,
        detail={
            "on": on.isoformat(),
            "into_grace": into_grace,
            "suspended": suspended,
            "deemed": deemed,
            "ended": ended,
            "settled": settled,
        },
    )
    ring(session, on=on, at=at, calendar=calendar)
    return moved


def _settle(day: _Pass) -> int:
    """Close what the core system settled: paid, or the policy over."""
    paid = exists().where(
        Instalment.id == Suspension.instalment_id,
        Instalment.status == InstalmentStatus.PAID,
    )
    in_time = exists().where(
        Instalment.id == Suspension.instalment_id,
        Instalment.status == InstalmentStatus.PAID,
        Instalment.paid_on <= Suspension.grace_ended_on,
    )
    over = exists().where(
        Policy.id == Suspension.policy_id,
        Policy.status.not_in(RUNNING),
    )
    paid_policies = select(Suspension.policy_id).where(
        Suspension.is_open, day.mine(Suspension.client_id), paid
    )
    day.written(
        update(Policy)
        .where(Policy.id.in_(paid_policies), Policy.status == PolicyStatus.SUSPENDED)
        .values(status=PolicyStatus.IN_FORCE, version=Policy.version + 1, **day.stamp)
    )
    return day.written(
        update(Suspension)
        .where(Suspension.is_open, day.mine(Suspension.client_id), or_(paid, over))
        .values(
            state=case(
                (in_time, SuspensionState.SET_ASIDE.value),
                (paid, SuspensionState.REINSTATED.value),
                else_=SuspensionState.ENDED.value,
            ),
            is_open=false(),
            closed_on=day.on,
            version=Suspension.version + 1,
            **day.stamp,
        )
    )


def _overdue(day: _Pass) -> tuple[ColumnElement[bool], ...]:
    return (
        Instalment.status.in_(UNPAID),
        Instalment.due_on < day.on,
        day.mine(Instalment.client_id),
    )


def _into_grace(day: _Pass) -> int:
    """Instalments and policies that entered grace, and policies that left it by payment.

    What follows from dates alone raises no version: nobody decides from it what they typed.
    """
    moved = day.written(
        update(Instalment)
        .where(
            Instalment.status == InstalmentStatus.DUE,
            Instalment.due_on < day.on,
            day.mine(Instalment.client_id),
            in_grace(day.grace_rule, on=day.on),
            exists().where(
                Policy.id == Instalment.policy_id,
                Policy.status.in_((PolicyStatus.IN_FORCE, PolicyStatus.GRACE)),
            ),
        )
        .values(status=InstalmentStatus.GRACE, **day.stamp)
    )
    unpaid = select(Instalment.policy_id).where(Instalment.status == InstalmentStatus.GRACE)
    day.written(
        update(Policy)
        .where(
            Policy.status == PolicyStatus.IN_FORCE,
            Policy.id.in_(unpaid),
            day.mine(Policy.client_id),
        )
        .values(status=PolicyStatus.GRACE, **day.stamp)
    )
    overdue = exists().where(
        Instalment.policy_id == Policy.id,
        Instalment.status.in_(UNPAID),
        Instalment.due_on < day.on,
    )
    has_any = exists().where(Instalment.policy_id == Policy.id)
    day.written(
        update(Policy)
        .where(
            Policy.status == PolicyStatus.GRACE,
            Policy.line.in_(LONG_TERM),
            day.mine(Policy.client_id),
            has_any,
            ~overdue,
        )
        .values(status=PolicyStatus.IN_FORCE, **day.stamp)
    )
    return moved


def _suspend(day: _Pass, calendar: WorkingCalendar) -> int:
    """A suspension for the first instalment of each policy whose grace ran out."""
    earlier = aliased(Instalment)
    known = aliased(Suspension)
    ran_out = (
        *_overdue(day),
        ~in_grace(day.grace_rule, on=day.on),
        exists().where(Policy.id == Instalment.policy_id, Policy.status.in_(RUNNING)),
        ~exists().where(known.instalment_id == Instalment.id),
        ~exists().where(known.policy_id == Instalment.policy_id, known.is_open),
        ~exists().where(
            earlier.policy_id == Instalment.policy_id,
            earlier.status.in_(UNPAID),
            earlier.due_on < Instalment.due_on,
            ~exists().where(known.instalment_id == earlier.id),
        ),
    )
    dates = (Instalment.due_on, Instalment.demanded_on, Instalment.grace_ends_on)
    keys = day.session.execute(select(*dates).where(*ran_out).distinct()).all()
    for due_on, demanded_on, agreed_until in keys:
        grace = rules.grace(
            due_on, demanded_on=demanded_on, agreed_until=agreed_until, rule=day.grace_rule
        )
        follows = rules.lapse(grace.ends_on, rule=day.lapse_rule, calendar=calendar)
        row: dict[str, Any] = {
            "client_id": Instalment.client_id,
            "policy_id": Instalment.policy_id,
            "instalment_id": Instalment.id,
            "state": literal(SuspensionState.SUSPENDED, Suspension.state.type),
            "is_open": true(),
            "basis": literal(grace.basis, Suspension.basis.type),
            "grace_ended_on": literal(grace.ends_on),
            "suspended_on": literal(follows.suspended_on),
            "notice_due_on": literal(follows.notice_due.on),
            "notice_is_provisional": literal(follows.notice_due.is_provisional),
            "reinstatable_until": literal(follows.reinstatable_until),
            "is_deemed": false(),
            "next_due_on": literal(min(follows.notice_due.on, follows.reinstatable_until)),
            "version": literal(1),
            "created_at": literal(day.at, UtcDateTime()),
            "updated_at": literal(day.at, UtcDateTime()),
        }
        found = (
            select(*row.values())
            .where(
                *ran_out,
                Instalment.due_on == due_on,
                Instalment.demanded_on.is_not_distinct_from(demanded_on),
                Instalment.grace_ends_on.is_not_distinct_from(agreed_until),
            )
            .order_by(Instalment.id)
        )
        day.written(insert(Suspension).from_select(list(row), found, include_defaults=False))
    if not keys:
        return 0
    fresh = (
        Suspension.is_open,
        Suspension.created_at == day.at,
        Suspension.version == 1,
        Suspension.state == SuspensionState.SUSPENDED,
    )
    day.written(
        update(Instalment)
        .where(
            Instalment.id.in_(select(Suspension.instalment_id).where(*fresh)),
            Instalment.status != InstalmentStatus.UNPAID,
        )
        .values(status=InstalmentStatus.UNPAID, version=Instalment.version + 1, **day.stamp)
    )
    day.written(
        update(Policy)
        .where(
            Policy.id.in_(select(Suspension.policy_id).where(*fresh)),
            Policy.status != PolicyStatus.SUSPENDED,
        )
        .values(status=PolicyStatus.SUSPENDED, version=Policy.version + 1, **day.stamp)
    )
    _happened(day, PolicyEventKind.SUSPENDED, Suspension.suspended_on, *fresh)
    clients = day.session.scalars(select(Suspension.client_id).where(*fresh).distinct()).all()
    due.mark(day.session, clients)
    return day.session.scalar(select(func.count()).select_from(Suspension).where(*fresh)) or 0


def _deem(day: _Pass) -> int:
    """Applications nobody answered in time count as accepted."""
    silent = (
        Suspension.is_open,
        Suspension.state == SuspensionState.APPLIED,
        Suspension.answer_due_on < day.on,
        day.mine(Suspension.client_id),
    )
    days = day.session.scalars(select(Suspension.answer_due_on).where(*silent).distinct()).all()
    count = 0
    for answer_due in days:
        if answer_due is None:
            continue
        of_day = (*silent, Suspension.answer_due_on == answer_due)
        accepted_on = rules.deemed_on(answer_due)
        _happened(
            day,
            PolicyEventKind.REINSTATEMENT_ACCEPTED,
            literal(accepted_on),
            *of_day,
        )
        count += day.written(
            update(Suspension)
            .where(*of_day)
            .values(
                state=SuspensionState.ACCEPTED,
                is_deemed=true(),
                answered_on=accepted_on,
                next_due_on=_NEXT_UNANSWERED,
                version=Suspension.version + 1,
                **day.stamp,
            )
        )
    return count


_NEXT_UNANSWERED = case(
    (
        and_(
            Suspension.notice_sent_on.is_(None),
            Suspension.notice_due_on < Suspension.reinstatable_until,
        ),
        Suspension.notice_due_on,
    ),
    else_=Suspension.reinstatable_until,
)


def _end(day: _Pass) -> int:
    """Policies whose time for reinstatement ran out, unless an application is on its way."""
    over = (
        Suspension.is_open,
        Suspension.state.in_((SuspensionState.SUSPENDED, SuspensionState.REFUSED)),
        Suspension.reinstatable_until < day.on,
        day.mine(Suspension.client_id),
    )
    policies = select(Suspension.policy_id).where(*over)
    clients = day.session.scalars(select(Suspension.client_id).where(*over).distinct()).all()
    if not clients:
        return 0
    days = day.session.scalars(select(Suspension.reinstatable_until).where(*over).distinct())
    for until in days.all():
        _happened(
            day,
            PolicyEventKind.ENDED,
            literal(until + timedelta(days=1)),
            *over,
            Suspension.reinstatable_until == until,
        )
    day.written(
        update(Policy)
        .where(Policy.id.in_(policies), Policy.status.in_(RUNNING))
        .values(status=PolicyStatus.ENDED, version=Policy.version + 1, **day.stamp)
    )
    due.mark(day.session, clients)
    return day.written(
        update(Suspension)
        .where(*over)
        .values(
            state=SuspensionState.ENDED,
            is_open=false(),
            closed_on=day.on,
            version=Suspension.version + 1,
            **day.stamp,
        )
    )


def _happened(day: _Pass, kind: PolicyEventKind, on: Any, *which: Any) -> None:
    """An event of every policy of the suspensions ``which``, unless it stands there already."""
    row: dict[str, Any] = {
        "client_id": Suspension.client_id,
        "policy_id": Suspension.policy_id,
        "kind": literal(kind, PolicyEvent.kind.type),
        "happened_on": on,
    }
    stands = exists().where(
        PolicyEvent.policy_id == Suspension.policy_id,
        PolicyEvent.kind == kind,
        PolicyEvent.happened_on == on,
    )
    day.written(
        insert(PolicyEvent).from_select(
            list(row), select(*row.values()).where(*which, ~stands), include_defaults=False
        )
    )
