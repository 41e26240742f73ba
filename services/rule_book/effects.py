"""What a change of a rule touches today, counted in SQL before anybody is asked to approve it.

The counts are of the whole company: whoever may edit rules reads all of it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from db.models import (
    AccessEntry,
    Approval,
    Client,
    Instalment,
    Policy,
    Renewal,
    SignInAttempt,
    SignInSession,
    Staff,
    StaffRole,
)
from services.renewals.extraction import LONG_TERM, RENEWABLE, UNPAID, at_risk_in_sql
from services.renewals.rules import LossTable
from services.rule_tables import rule
from services.working_calendar import SHANGHAI, start_of_day
from terms.approvals import ApprovalState
from terms.clients import ClientType
from terms.people import Role
from terms.renewals import RenewalKind, RenewalState


class EffectCode(StrEnum):
    """What is counted; ``words.rule_book`` says it."""

    CASES_MOVE = "cases_move"
    POLICIES_EARLIER = "policies_earlier"
    POLICIES_LATER = "policies_later"
    CASES_CLOSE = "cases_close"
    INSTALMENTS_IN = "instalments_in"
    INSTALMENTS_OUT = "instalments_out"
    MONEY_REFIGURED = "money_refigured"
    REASON_USED = "reason_used"
    UNREACHABLE_NOW = "unreachable_now"
    UNREACHABLE_LATER = "unreachable_later"
    NOT_REGISTERED = "not_registered"
    FILES_REFIGURED = "files_refigured"
    SESSIONS_KEEP = "sessions_keep"
    NAMES_LOCKED = "names_locked"
    ENTRIES_FORGOTTEN = "entries_forgotten"
    REQUESTS_KEEP = "requests_keep"


@dataclass(frozen=True, slots=True)
class Effect:
    """One count of what a change touches."""

    code: EffectCode
    count: int
    of: int | None = None
    """Out of how many."""
    what: str | None = None
    """A code of the rule's own words, e.g. a refusal reason or a client type."""
    before_fen: int | None = None
    after_fen: int | None = None


@dataclass(frozen=True, slots=True)
class _Moment:
    """The day the change takes effect, and the instant it is looked at."""

    session: Session
    on: date
    at: datetime

    def count(self, *where: Any, of: Any) -> int:
        return self.session.scalar(select(func.count()).select_from(of).where(*where)) or 0


Counting = Callable[[_Moment, Any, Any], Iterator[Effect]]


def effects(
    session: Session, *, key: str, before: Any, after: Any, on: date, at: datetime
) -> tuple[Effect, ...]:
    """What changing rule ``key`` from ``before`` to ``after`` touches, as the data stands at
    ``at`` and by the day ``on``; nothing for rules nothing goes by yet."""
    counting = COUNTED.get(key)
    if counting is None:
        return ()
    return tuple(counting(_Moment(session, on, at), before, after))


def _windows(here: _Moment, old: Any, new: Any) -> Iterator[Effect]:
    def stage(windows: Mapping[str, Any]) -> ColumnElement[str]:
        left = here.on
        steps = [
            (Renewal.due_on < left, "overdue"),
            (Renewal.due_on <= left + timedelta(days=max(windows["reminders"], default=0)), "near"),
            (Renewal.due_on <= left + timedelta(days=windows["quote"]), "quote"),
            (Renewal.due_on <= left + timedelta(days=windows["contact"]), "contact"),
        ]
        return case(*steps, else_="prepare")

    moves = case((stage(old) != stage(new), 1), else_=0)
    row = here.session.execute(
        select(func.count(), func.coalesce(func.sum(moves), 0))
        .select_from(Renewal)
        .where(Renewal.is_open)
    ).one()
    yield Effect(EffectCode.CASES_MOVE, int(row[1]), of=row[0])
    near, far = sorted((old["prepare"], new["prepare"]))
    if near != far:
        later = aliased(Policy)
        found = here.count(
            Policy.expiry_on > here.on + timedelta(days=near),
            Policy.expiry_on <= here.on + timedelta(days=far),
            Policy.status.in_(RENEWABLE),
            Policy.line.not_in(LONG_TERM),
            ~exists().where(later.previous_id == Policy.id),
            of=Policy,
        )
        earlier = new["prepare"] > old["prepare"]
        yield Effect(EffectCode.POLICIES_EARLIER if earlier else EffectCode.POLICIES_LATER, found)
    if new["overdue_days"] < old["overdue_days"]:
        yield Effect(
            EffectCode.CASES_CLOSE,
            here.count(
                Renewal.is_open,
                Renewal.kind == RenewalKind.TERM,
                Renewal.due_on < here.on - timedelta(days=new["overdue_days"]),
                of=Renewal,
            ),
        )


def _grace(here: _Moment, old: Any, new: Any) -> Iterator[Effect]:
    short, long = sorted((old["after_due"], new["after_due"]))
    if short == long:
        return
    found = here.count(
        Instalment.status.in_(UNPAID),
        Instalment.grace_ends_on.is_(None),
        Instalment.due_on >= here.on - timedelta(days=long),
        Instalment.due_on < here.on - timedelta(days=short),
        of=Instalment,
    )
    longer = new["after_due"] > old["after_due"]
    yield Effect(EffectCode.INSTALMENTS_IN if longer else EffectCode.INSTALMENTS_OUT, found)


def _loss_share(here: _Moment, old: Any, new: Any) -> Iterator[Effect]:
    urgency = rule(here.session, "renewal.urgency", here.on)
    yield _refigured(here, LossTable.of(old, urgency), LossTable.of(new, urgency))


def _urgency(here: _Moment, old: Any, new: Any) -> Iterator[Effect]:
    shares = rule(here.session, "renewal.loss_share", here.on)
    yield _refigured(here, LossTable.of(shares, old), LossTable.of(shares, new))


def _refigured(here: _Moment, old: LossTable, new: LossTable) -> Effect:
    before, after = at_risk_in_sql(old, on=here.on), at_risk_in_sql(new, on=here.on)
    row = here.session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(case((before != after, 1), else_=0)), 0),
            func.coalesce(func.sum(before), 0),
            func.coalesce(func.sum(after), 0),
        )
        .select_from(Renewal)
        .where(Renewal.is_open)
    ).one()
    return Effect(
        EffectCode.MONEY_REFIGURED,
        int(row[1]),
        of=row[0],
        before_fen=int(row[2]),
        after_fen=int(row[3]),
    )


def _refusal_reasons(here: _Moment, old: Any, new: Any) -> Iterator[Effect]:
    for reason in old:
        if reason not in new:
            found = here.count(
                Renewal.state == RenewalState.LOST,
                Renewal.refusal_reason == reason,
                Renewal.closed_on >= here.on - timedelta(days=365),
                of=Renewal,
            )
            yield Effect(EffectCode.REASON_USED, found, what=reason)


def _attempts(here: _Moment, old: Any, new: Any) -> Iterator[Effect]:
    few, many = sorted((old, new))
    found = here.count(
        Renewal.is_open, Renewal.attempts >= few, Renewal.attempts < many, of=Renewal
    )
    yield Effect(EffectCode.UNREACHABLE_NOW if new < old else EffectCode.UNREACHABLE_LATER, found)


def _registration(here: _Moment, _old: Any, new: Any) -> Iterator[Effect]:
    if not new:
        return
    found = here.count(
        Staff.registration_number.is_(None),
        or_(Staff.in_service_to.is_(None), Staff.in_service_to >= here.on),
        exists().where(StaffRole.staff_id == Staff.id, StaffRole.role == Role.SPECIALIST),
        of=Staff,
    )
    yield Effect(EffectCode.NOT_REGISTERED, found)


def _file_items(here: _Moment, old: Any, new: Any) -> Iterator[Effect]:
    for kind in ClientType:
        if set(old[kind.value]) != set(new[kind.value]):
            found = here.count(Client.client_type == kind, of=Client)
            yield Effect(EffectCode.FILES_REFIGURED, found, what=kind.value)


def _sessions(here: _Moment, _old: Any, _new: Any) -> Iterator[Effect]:
    found = here.count(
        SignInSession.revoked_at.is_(None), SignInSession.expires_at > here.at, of=SignInSession
    )
    yield Effect(EffectCode.SESSIONS_KEEP, found)


def _lockout(here: _Moment, _old: Any, new: Any) -> Iterator[Effect]:
    later = aliased(SignInAttempt)
    wrong = (
        select(SignInAttempt.username)
        .where(
            SignInAttempt.succeeded.is_(False),
            SignInAttempt.tried_at > here.at - timedelta(minutes=new["minutes"]),
            ~exists().where(
                and_(
                    later.username == SignInAttempt.username,
                    later.succeeded.is_(True),
                    later.tried_at > SignInAttempt.tried_at,
                )
            ),
        )
        .group_by(SignInAttempt.username)
        .having(func.count() >= new["failures"])
    )
    yield Effect(EffectCode.NAMES_LOCKED, here.count(of=wrong.subquery()))


def _access_log(here: _Moment, old: Any, new: Any) -> Iterator[Effect]:
    if new >= old:
        return
    before = here.on.replace(year=here.on.year - new, day=min(here.on.day, 28))
    found = here.count(AccessEntry.happened_at < start_of_day(before, SHANGHAI), of=AccessEntry)
    yield Effect(EffectCode.ENTRIES_FORGOTTEN, found)


def _requests(here: _Moment, _old: Any, _new: Any) -> Iterator[Effect]:
    found = here.count(Approval.state == ApprovalState.WAITING, of=Approval)
    yield Effect(EffectCode.REQUESTS_KEEP, found)


COUNTED: Mapping[str, Counting] = {
    "renewal.windows": _windows,
    "renewal.grace_days": _grace,
    "renewal.loss_share": _loss_share,
    "renewal.urgency": _urgency,
    "renewal.refusal_reasons": _refusal_reasons,
    "renewal.attempts_before_unreachable": _attempts,
    "renewal.registration_required": _registration,
    "client.file_items": _file_items,
    "people.session": _sessions,
    "people.lockout": _lockout,
    "privacy.access_log_years": _access_log,
    "approvals.times": _requests,
}
