"""Where the lines of my day come from: one select per source, all with the same columns.

A later chapter joins by adding a function here and to ``SOURCES``, and its kind to ``rows``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
)

from db.models import (
    Approval,
    Client,
    ImportRun,
    LostCase,
    Policy,
    Promise,
    Referral,
    Renewal,
    RenewalConflict,
    ServicePlan,
    ServicePlanItem,
    Suspension,
)
from db.planning import constant
from db.types import UtcDateTime
from services import closings, plans
from services.access import may_open
from services.actor import Actor
from services.approvals import waits_for
from services.overview.rows import DayKind
from services.permissions import Permission
from services.renewals.scope import visible_cases
from services.working_calendar import end_of_day, start_of_day
from terms.closings import WinBackState
from terms.instalments import SuspensionState
from terms.intake import ImportState
from terms.referrals import ReferralState
from terms.renewals import PromiseKind, PromiseState, RenewalKind

WEEK_DAYS = 7
IMPORT_DAYS = 7
"""An import with refused rows stands in the list for a week."""


@dataclass(frozen=True, slots=True)
class Day:
    """Whose day, which day, and how many lines of a source are wanted at most."""

    actor: Actor
    on: date
    at: datetime
    limit: int | None
    """None: all of them."""
    zone: ZoneInfo

    @property
    def starts(self) -> datetime:
        return start_of_day(self.on, self.zone)

    @property
    def ends(self) -> datetime:
        return end_of_day(self.on, self.zone)


Source = Callable[[Day], Select[*tuple[Any, ...]] | None]
"""None where the source has nothing for such an actor."""


def _columns(**given: Any) -> list[Any]:
    """The columns of a line, in one order; what a source does not give is null."""
    kinds: dict[str, Any] = {
        "kind": String(),
        "due_at": UtcDateTime(),
        "due_on": Date(),
        "client_number": String(),
        "client_name": String(),
        "line": Renewal.line.type,
        "what": String(),
        "things": BigInteger(),
        "amount_fen": BigInteger(),
        "policy_number": String(),
        "case_due_on": Date(),
    }
    return [given.get(name, literal(None, kind)).label(name) for name, kind in kinds.items()]


def _is_open(day: Day, client_id: Any) -> ColumnElement[bool]:
    """Whether the client may still be opened: an open promise may outlive the access."""
    return exists().where(Client.id == client_id, may_open(day.actor, on=day.on))


def promises(day: Day) -> Select[*tuple[Any, ...]] | None:
    """What I told a client I would do by the end of today, kept appointments aside."""
    if day.actor.staff_id is None:
        return None
    chosen = (
        select(Promise.id, Promise.due_at)
        .where(
            Promise.staff_id == day.actor.staff_id,
            Promise.state == constant(PromiseState.OPEN),
            Promise.due_at < day.ends,
            _is_open(day, Promise.client_id),
        )
        .order_by(Promise.due_at)
        .limit(day.limit)
        .subquery()
    )
    kind = case(
        (Promise.kind == PromiseKind.APPOINTMENT, DayKind.APPOINTMENT.value),
        else_=DayKind.PROMISE.value,
    )
    return (
        select(
            *_columns(
                kind=kind,
                due_at=Promise.due_at,
                client_number=Client.number,
                client_name=Client.name,
                line=Renewal.line,
                what=Promise.what,
                things=literal(1, BigInteger()),
                amount_fen=Renewal.at_risk_fen,
                policy_number=Policy.number,
                case_due_on=Renewal.due_on,
            )
        )
        .join_from(chosen, Promise, Promise.id == chosen.c.id)
        .join(Client, Client.id == Promise.client_id)
        .outerjoin(Renewal, and_(Renewal.id == Promise.renewal_id, Renewal.is_open))
        .outerjoin(Policy, Policy.id == Renewal.policy_id)
    )


def renewals_due(day: Day) -> Select[*tuple[Any, ...]] | None:
    """My cases due within a week or past their day, not yet called today nor agreed for a time."""
    if day.actor.staff_id is None or not day.actor.may(Permission.RENEWAL_WORK):
        return None
    chosen = (
        select(Renewal.id)
        .where(
            Renewal.assignee_id == day.actor.staff_id,
            Renewal.is_open,
            Renewal.due_on <= day.on + timedelta(days=WEEK_DAYS),
            Renewal.next_at.is_(None),
            or_(Renewal.last_contact_at.is_(None), Renewal.last_contact_at < day.starts),
        )
        .order_by(Renewal.at_risk_fen.desc(), Renewal.id.desc())
        .limit(day.limit)
        .subquery()
    )
    kind = case(
        (Renewal.due_on >= day.on, DayKind.RENEWAL_SOON.value),
        (Renewal.kind == RenewalKind.INSTALMENT, DayKind.INSTALMENT_GRACE.value),
        else_=DayKind.RENEWAL_OVERDUE.value,
    )
    return (
        select(
            *_columns(
                kind=kind,
                due_on=Renewal.due_on,
                client_number=Client.number,
                client_name=Client.name,
                line=Renewal.line,
                things=literal(1, BigInteger()),
                amount_fen=Renewal.at_risk_fen,
                policy_number=Policy.number,
                case_due_on=Renewal.due_on,
            )
        )
        .join_from(chosen, Renewal, Renewal.id == chosen.c.id)
        .join(Client, Client.id == Renewal.client_id)
        .join(Policy, Policy.id == Renewal.policy_id)
    )


def suspensions(day: Day) -> Select[*tuple[Any, ...]] | None:
    """Of my clients' suspended policies: notices to send, answers that are due within a week.

    Who leads has those of clients without an owner.
    """
    if day.actor.staff_id is None or not day.actor.may(Permission.INSTALMENT_WORK):
        return None
    mine = Client.owner_id == day.actor.staff_id
    if day.actor.may(Permission.RENEWAL_LEAD):
        mine = or_(mine, Client.owner_id.is_(None))
    waits = and_(
        Suspension.state == SuspensionState.APPLIED,
        Suspension.answer_due_on <= day.on + timedelta(days=WEEK_DAYS),
    )
    unsent = Suspension.notice_sent_on.is_(None)
    chosen = (
        select(Suspension.id)
        .join(Client, Client.id == Suspension.client_id)
        .where(Suspension.is_open, or_(unsent, waits), mine, may_open(day.actor, on=day.on))
        .order_by(Suspension.next_due_on, Suspension.id)
        .limit(day.limit)
        .subquery()
    )
    is_notice = and_(
        unsent,
        or_(
            Suspension.state != SuspensionState.APPLIED,
            Suspension.notice_due_on <= Suspension.answer_due_on,
        ),
    )
    return (
        select(
            *_columns(
                kind=case(
                    (is_notice, DayKind.SUSPENSION_NOTICE.value),
                    else_=DayKind.REINSTATEMENT_ANSWER.value,
                ),
                due_on=case((is_notice, Suspension.notice_due_on), else_=Suspension.answer_due_on),
                client_number=Client.number,
                client_name=Client.name,
                line=Policy.line,
                things=literal(1, BigInteger()),
            )
        )
        .join_from(chosen, Suspension, Suspension.id == chosen.c.id)
        .join(Client, Client.id == Suspension.client_id)
        .join(Policy, Policy.id == Suspension.policy_id)
    )


def unassigned(day: Day) -> Select[*tuple[Any, ...]] | None:
    """For who leads: the cases nobody has yet, as one line."""
    if not day.actor.may(Permission.RENEWAL_LEAD):
        return None
    return (
        select(
            *_columns(
                kind=literal(DayKind.UNASSIGNED.value, String()),
                due_on=func.min(Renewal.due_on),
                things=func.count(),
                amount_fen=func.sum(Renewal.at_risk_fen),
            )
        )
        .where(Renewal.is_open, Renewal.assignee_id.is_(None), visible_cases(day.actor))
        .having(func.count() > 0)
    )


def referrals(day: Day) -> Select[*tuple[Any, ...]] | None:
    """Questions I am to answer, and those I asked that are answered or late (R90)."""
    if day.actor.staff_id is None or not day.actor.may(Permission.CLIENT_READ):
        return None
    me = day.actor.staff_id
    open_, answered = ReferralState.OPEN, ReferralState.ANSWERED
    late = and_(Referral.state == open_, Referral.due_on < day.on)
    chosen = (
        select(Referral.id)
        .where(
            or_(
                and_(Referral.to_staff_id == me, Referral.state == open_),
                and_(Referral.asked_by_id == me, Referral.state == answered),
                and_(Referral.asked_by_id == me, late),
            ),
            _is_open(day, Referral.client_id),
        )
        .order_by(Referral.due_on, Referral.id)
        .limit(day.limit)
        .subquery()
    )
    kind = case(
        (Referral.to_staff_id == me, DayKind.REFERRAL.value),
        (Referral.state == answered, DayKind.REFERRAL_ANSWERED.value),
        else_=DayKind.REFERRAL_LATE.value,
    )
    return (
        select(
            *_columns(
                kind=kind,
                due_on=case((Referral.state == answered, literal(day.on)), else_=Referral.due_on),
                client_number=Client.number,
                client_name=Client.name,
                what=cast(Referral.question, String()),
                things=literal(1, BigInteger()),
            )
        )
        .join_from(chosen, Referral, Referral.id == chosen.c.id)
        .join(Client, Client.id == Referral.client_id)
    )


def conflicts(day: Day) -> Select[*tuple[Any, ...]] | None:
    """For who leads: imported policies that contradict their cases, as one line."""
    if not day.actor.may(Permission.RENEWAL_LEAD):
        return None
    return (
        select(
            *_columns(
                kind=literal(DayKind.CONFLICTS.value, String()),
                due_on=literal(day.on),
                things=func.count(),
            )
        )
        .select_from(RenewalConflict)
        .join(Renewal, Renewal.id == RenewalConflict.renewal_id)
        .where(*closings.waiting(day.actor))
        .having(func.count() > 0)
    )


def imports(day: Day) -> Select[*tuple[Any, ...]] | None:
    """My imports of the last days that left rows out."""
    if day.actor.staff_id is None or not day.actor.may(Permission.IMPORT_RUN):
        return None
    return select(
        *_columns(
            kind=literal(DayKind.IMPORT_REFUSED.value, String()),
            what=ImportRun.file_name,
            things=ImportRun.refused,
        )
    ).where(
        ImportRun.requested_by_id == day.actor.staff_id,
        ImportRun.state == ImportState.APPLIED,
        ImportRun.refused > 0,
        ImportRun.finished_at >= day.starts - timedelta(days=IMPORT_DAYS),
    )


def decisions(day: Day) -> Select[*tuple[Any, ...]] | None:
    """What waits for my decision, as one line; due when the first of it runs out."""
    if day.actor.staff_id is None or not day.actor.may(Permission.APPROVAL_READ):
        return None
    return (
        select(
            *_columns(
                kind=literal(DayKind.APPROVALS.value, String()),
                due_at=func.min(Approval.expires_at, type_=UtcDateTime()),
                things=func.count(),
            )
        )
        .select_from(Approval)
        .outerjoin(Client, Client.id == Approval.client_id)
        .where(*waits_for(day.actor, on=day.on, at=day.at))
        .having(func.count() > 0)
    )


def plan_items(day: Day) -> Select[*tuple[Any, ...]] | None:
    """What service plans have me do within a week, or had me do before."""
    if day.actor.staff_id is None or not day.actor.may(Permission.PLAN_EXECUTE):
        return None
    chosen = (
        select(ServicePlanItem.id)
        .join(ServicePlan, ServicePlan.id == ServicePlanItem.plan_id)
        .where(*plans.mine(day.actor, on=day.on, within_days=plans.SOON_DAYS))
        .join(Client, Client.id == ServicePlanItem.client_id)
        .order_by(ServicePlanItem.ends_on, ServicePlanItem.id)
        .limit(day.limit)
        .subquery()
    )
    return (
        select(
            *_columns(
                kind=literal(DayKind.PLAN_ITEM.value, String()),
                due_on=ServicePlanItem.ends_on,
                client_number=Client.number,
                client_name=Client.name,
                what=func.coalesce(ServicePlanItem.content, cast(ServicePlanItem.kind, String())),
                things=literal(1, BigInteger()),
            )
        )
        .join_from(chosen, ServicePlanItem, ServicePlanItem.id == chosen.c.id)
        .join(Client, Client.id == ServicePlanItem.client_id)
    )


def win_backs(day: Day) -> Select[*tuple[Any, ...]] | None:
    """Lost clients I am to call again by today (R92)."""
    if day.actor.staff_id is None or not day.actor.may(Permission.RENEWAL_READ):
        return None
    chosen = (
        select(LostCase.id)
        .where(
            LostCase.owner_id == day.actor.staff_id,
            LostCase.state == WinBackState.OPEN,
            LostCase.due_on <= day.on,
            _is_open(day, LostCase.client_id),
        )
        .order_by(LostCase.due_on, LostCase.id)
        .limit(day.limit)
        .subquery()
    )
    return (
        select(
            *_columns(
                kind=literal(DayKind.WIN_BACK.value, String()),
                due_on=LostCase.due_on,
                client_number=Client.number,
                client_name=Client.name,
                line=LostCase.line,
                what=LostCase.competitor,
                things=literal(1, BigInteger()),
                amount_fen=LostCase.premium_fen,
            )
        )
        .join_from(chosen, LostCase, LostCase.id == chosen.c.id)
        .join(Client, Client.id == LostCase.client_id)
    )


SOURCES: tuple[Source, ...] = (
    promises,
    renewals_due,
    suspensions,
    plan_items,
    win_backs,
    referrals,
    unassigned,
    conflicts,
    imports,
    decisions,
)
