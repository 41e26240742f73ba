"""The day's extraction (R76): what falls due becomes a case, what ran out is closed.

Every step is one statement over all policies; nothing is read into Python.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Insert,
    and_,
    case,
    exists,
    false,
    func,
    insert,
    literal,
    not_,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session

from db.models import Client, ClientAccess, Instalment, Policy, Promise, Renewal
from db.types import Json, Money, UtcDateTime
from db.written import written
from services import audit
from services.access import visible_clients
from services.actor import Actor
from services.permissions import Permission
from services.renewals import rules
from services.renewals.instalment_rules import GraceRule
from services.renewals.rows import Extraction
from services.renewals.scope import visible_cases
from services.rule_tables import rules as rules_in_force
from terms.clients import AccessReason
from terms.policies import InstalmentStatus, Line, PolicyStatus
from terms.renewals import (
    OPEN_STATES,
    Intention,
    PromiseState,
    RenewalKind,
    RenewalState,
)

LONG_TERM = tuple(line for line in Line if line.is_long_term)
RENEWABLE = (PolicyStatus.IN_FORCE, PolicyStatus.EXPIRED)
OVER = (PolicyStatus.SURRENDERED, PolicyStatus.ENDED)
NOTHING_DUE = (*OVER, PolicyStatus.SUSPENDED, PolicyStatus.LAPSED)
"""While cover is suspended no further instalment is called for."""
UNPAID = (InstalmentStatus.DUE, InstalmentStatus.GRACE, InstalmentStatus.UNPAID)


def extract(session: Session, *, actor: Actor, on: date, at: datetime) -> Extraction:
    """Open a case for all that falls due inside the windows of ``on``, and close what ran out.

    A term (续保) is due from ``overdue_days`` before ``on`` to the prepare window after it,
    unless a later term names it as the one before; an instalment (续期) from its grace period
    on. One open case per term; a second call on the same day opens none. Team and branch are
    the client's. Closed as lapsed: what is past its days; as withdrawn: what was surrendered,
    ended or paid. Money at risk is recomputed for the open cases where it changed; that raises
    no version, as nobody decides from it what they typed.

    Args:
        on: any date, working day or not.

    Raises:
        NotPermitted: the actor lacks ``renewal:allocate``; outside the whole company only
            clients of the actor's scope are looked at.

    Audit: ``renewal:extract`` with the counts, also when nothing changed.
    """
    actor.require(Permission.RENEWAL_ALLOCATE)
    day = _Day.read(session, actor, on, at)
    lapsed = _close(session, day, day.ran_out(), RenewalState.LAPSED)
    withdrawn = _close(session, day, _needs_nothing(), RenewalState.WITHDRAWN)
    due = sum(
        session.scalar(select(func.count()).select_from(table).join(Client).where(condition)) or 0
        for table, condition in ((Policy, day.terms_due()), (Instalment, day.instalments_due()))
    )
    created = written(session, _open_terms(day)) + written(session, _open_instalments(day))
    refigured = _refigure(session, day)
    audit.record(
        session,
        actor=actor,
        event="renewal:extract",
        subject=Renewal.__tablename__,
        subject_id=None,
        at=at,
        detail={
            "on": on.isoformat(),
            "due": due,
            "created": created,
            "lapsed": lapsed,
            "withdrawn": withdrawn,
            "refigured": refigured,
        },
    )
    return Extraction(due=due, created=created, lapsed=lapsed, withdrawn=withdrawn)


class _Day:
    """One extraction: whose, for which day, by which rules."""

    def __init__(self, actor: Actor, on: date, at: datetime, known: Mapping[str, Any]) -> None:
        self.actor, self.on, self.at = actor, on, at
        self.windows = rules.Windows.of(known["renewal.windows"])
        self.grace = GraceRule.of(known["renewal.grace_days"])
        self.loss = rules.LossTable.of(known["renewal.loss_share"], known["renewal.urgency"])
        self.opens_to = on + timedelta(days=self.windows.prepare)
        self.terms_from = on - timedelta(days=self.windows.overdue_days)

    @classmethod
    def read(cls, session: Session, actor: Actor, on: date, at: datetime) -> "_Day":
        keys = (
            "renewal.windows",
            "renewal.grace_days",
            "renewal.loss_share",
            "renewal.urgency",
        )
        return cls(actor, on, at, rules_in_force(session, keys, on=on))

    def terms_due(self) -> ColumnElement[bool]:
        """Terms inside the window that nothing renewed yet; on ``policy`` and ``client``."""
        later = Policy.__table__.alias("later")
        return and_(
            Policy.expiry_on.between(self.terms_from, self.opens_to),
            Policy.status.in_(RENEWABLE),
            Policy.line.not_in(LONG_TERM),
            ~exists().where(later.c.previous_id == Policy.id),
            visible_clients(self.actor, on=self.on),
        )

    def instalments_due(self) -> ColumnElement[bool]:
        """Unpaid instalments inside the window or their grace; on ``instalment``, ``client``."""
        return and_(
            Instalment.status.in_(UNPAID),
            Instalment.due_on <= self.opens_to,
            self.in_grace(),
            visible_clients(self.actor, on=self.on),
        )

    def in_grace(self) -> ColumnElement[bool]:
        return in_grace(self.grace, on=self.on)

    def ran_out(self) -> ColumnElement[bool]:
        """Open cases whose days after the end are over."""
        graceless = exists().where(Instalment.id == Renewal.instalment_id, not_(self.in_grace()))
        return or_(
            and_(Renewal.kind == RenewalKind.TERM, Renewal.due_on < self.terms_from),
            and_(Renewal.kind == RenewalKind.INSTALMENT, Renewal.due_on < self.on, graceless),
        )


def in_grace(rule: GraceRule, *, on: date) -> ColumnElement[bool]:
    """Whether grace of an ``instalment`` lasts on ``on``: ``instalment_rules.grace`` in SQL."""
    by_demand = on - timedelta(days=rule.after_demand)
    return case(
        (Instalment.grace_ends_on.is_not(None), Instalment.grace_ends_on >= on),
        else_=and_(
            Instalment.due_on >= on - timedelta(days=rule.after_due),
            or_(
                Instalment.demanded_on.is_(None),
                Instalment.demanded_on >= by_demand,
                Instalment.due_on >= by_demand,
            ),
        ),
    )


def _needs_nothing() -> ColumnElement[bool]:
    """Open cases of policies that are over, and of instalments that were paid."""
    return or_(
        exists().where(Policy.id == Renewal.policy_id, Policy.status.in_(OVER)),
        exists().where(
            Instalment.id == Renewal.instalment_id, Instalment.status == InstalmentStatus.PAID
        ),
    )


def _close(session: Session, day: _Day, which: ColumnElement[bool], state: RenewalState) -> int:
    """Close cases as ``state``, cancel their appointments and end the access they gave."""
    closed = written(
        session,
        update(Renewal)
        .where(Renewal.is_open, which, visible_cases(day.actor))
        .values(
            state=state,
            is_open=false(),
            closed_on=day.on,
            next_at=None,
            at_risk_fen=0,
            version=Renewal.version + 1,
            updated_at=day.at,
        ),
    )
    if not closed:
        return 0
    now_closed = (Renewal.state == state, Renewal.closed_on == day.on)
    written(
        session,
        update(Promise)
        .where(
            Promise.state == PromiseState.OPEN,
            Promise.renewal_id.in_(select(Renewal.id).where(*now_closed)),
        )
        .values(
            state=PromiseState.CANCELLED,
            settled_at=day.at,
            version=Promise.version + 1,
            updated_at=day.at,
        ),
    )
    other = Renewal.__table__.alias("other")
    written(
        session,
        update(ClientAccess)
        .where(
            ClientAccess.reason == AccessReason.ASSIGNED_CASE,
            ClientAccess.until.is_(None),
            tuple_(ClientAccess.staff_id, ClientAccess.client_id).in_(
                select(Renewal.assignee_id, Renewal.client_id).where(
                    Renewal.assignee_id.is_not(None), *now_closed
                )
            ),
            ~exists().where(
                other.c.client_id == ClientAccess.client_id,
                other.c.assignee_id == ClientAccess.staff_id,
                other.c.is_open,
            ),
        )
        .values(until=day.on),
    )
    return closed


def _open_terms(day: _Day) -> Insert:
    known = exists().where(
        Renewal.policy_id == Policy.id,
        Renewal.kind == RenewalKind.TERM,
        or_(Renewal.due_on == Policy.expiry_on, Renewal.is_open),
    )
    return _opening(
        select(
            Policy.client_id,
            Policy.id,
            literal(None, Money),
            literal(RenewalKind.TERM, Renewal.kind.type),
            Policy.line,
            Policy.expiry_on,
            *_fresh(day, Policy.premium_fen, Policy.expiry_on),
        )
        .join(Client, Client.id == Policy.client_id)
        .where(day.terms_due(), ~known),
    )


def _open_instalments(day: _Day) -> Insert:
    known = exists().where(
        Renewal.policy_id == Instalment.policy_id,
        Renewal.kind == RenewalKind.INSTALMENT,
        Renewal.due_on == Instalment.due_on,
    )
    return _opening(
        select(
            Instalment.client_id,
            Instalment.policy_id,
            Instalment.id,
            literal(RenewalKind.INSTALMENT, Renewal.kind.type),
            Policy.line,
            Instalment.due_on,
            *_fresh(day, Instalment.premium_fen, Instalment.due_on),
        )
        .join(Policy, Policy.id == Instalment.policy_id)
        .join(Client, Client.id == Instalment.client_id)
        .where(day.instalments_due(), Policy.status.not_in(NOTHING_DUE), ~known),
    )


_OPENED = (
    *("client_id", "policy_id", "instalment_id", "kind", "line", "due_on"),
    *("premium_fen", "at_risk_fen", "opened_on", "state", "reached", "is_open"),
    *("branch_id", "team_id", "proposed_cover", "attempts", "version", "created_at", "updated_at"),
)


def _opening(found: Any) -> Insert:
    return insert(Renewal).from_select(_OPENED, found, include_defaults=False)


def _fresh(day: _Day, premium_fen: Any, due_on: Any) -> tuple[Any, ...]:
    """The columns every new case has alike, in the order of ``_OPENED``."""
    extracted = literal(RenewalState.EXTRACTED, Renewal.state.type)
    fresh = case(
        (due_on < day.on, day.loss.share(RenewalState.EXTRACTED, None, is_overdue=True)),
        else_=day.loss.share(RenewalState.EXTRACTED, None, is_overdue=False),
    )
    at_risk = _figured(day.loss, premium_fen, due_on, fresh, on=day.on)
    return (
        premium_fen,
        at_risk,
        literal(day.on),
        extracted,
        extracted,
        literal(True),
        Client.branch_id,
        Client.team_id,
        literal({}, Json()),
        literal(0),
        literal(1),
        literal(day.at, UtcDateTime()),
        literal(day.at, UtcDateTime()),
    )


def _refigure(session: Session, day: _Day) -> int:
    """Recompute money at risk of the open cases, writing only where it changed."""
    return refigure(session, actor=day.actor, on=day.on, at=day.at)


def refigure(session: Session, *, actor: Actor, on: date, at: datetime) -> int:
    """Recompute money at risk of the open cases of the actor's scope, writing only where it
    changed; no version rises. The caller records why.

    Returns:
        Cases changed.
    """
    known = rules_in_force(session, ("renewal.loss_share", "renewal.urgency"), on=on)
    loss = rules.LossTable.of(known["renewal.loss_share"], known["renewal.urgency"])
    figure = at_risk_in_sql(loss, on=on)
    return written(
        session,
        update(Renewal)
        .where(Renewal.is_open, Renewal.at_risk_fen != figure, visible_cases(actor))
        .values(at_risk_fen=figure, updated_at=at),
    )


def at_risk_in_sql(loss: rules.LossTable, *, on: date) -> ColumnElement[int]:
    """``rules.at_risk_fen`` of an open case as an expression; whole numbers all through."""

    def share(*, is_overdue: bool) -> ColumnElement[int]:
        def of(state: RenewalState, intention: Intention | None = None) -> int:
            return loss.share(state, intention, is_overdue=is_overdue)

        def by_model(state: RenewalState) -> ColumnElement[int]:
            least = loss.shares["overdue"] if is_overdue else 0
            return _likely_lost(loss, state, least)

        return case(
            (Renewal.state == RenewalState.AGREED, of(RenewalState.AGREED)),
            *(
                (Renewal.last_intention == each, of(RenewalState.CONTACTED, each))
                for each in Intention
            ),
            *((Renewal.state == each, by_model(each)) for each in sorted(OPEN_STATES)),
            else_=0,
        )

    lost = case((Renewal.due_on < on, share(is_overdue=True)), else_=share(is_overdue=False))
    return _figured(loss, Renewal.premium_fen, Renewal.due_on, lost, on=on)


def _likely_lost(loss: rules.LossTable, state: RenewalState, least: int) -> ColumnElement[int]:
    """What ``LossTable.share`` makes of a case nobody has said anything about."""
    by_table = loss.share(state, None, is_overdue=False)
    fresh = loss.share(RenewalState.EXTRACTED, None, is_overdue=False)
    lost: ColumnElement[int] = 100 - Renewal.probability  # type: ignore[assignment]
    if fresh:
        lost = (2 * lost * by_table + fresh) // (2 * fresh)
    found = case((lost > 100, 100), (lost < least, least), else_=lost)
    return case((Renewal.probability.is_(None), max(by_table, least)), else_=found)


def _figured(
    loss: rules.LossTable, premium_fen: Any, due_on: Any, lost: Any, *, on: date
) -> ColumnElement[int]:
    urgency = case(
        *((due_on <= on + timedelta(days=limit), percent) for limit, percent in loss.bands),
        else_=loss.last,
    )
    figure: ColumnElement[int] = (premium_fen * lost * urgency + 5_000) // 10_000
    return figure
