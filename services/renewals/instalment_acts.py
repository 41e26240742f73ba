"""What people record of an instalment: demand, notice, application, answer, payment.

Every act can be taken back (``docs/undo.md``); it is found by the client's number.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from db.models import FormalDemand, Instalment, Suspension
from services.actor import Actor
from services.clients.rules import printable
from services.renewals import instalment_rules as rules
from services.renewals.instalment_working import (
    AnswerReasonNeeded,
    CoverSuspended,
    DayOutOfPlace,
    DemandedAlready,
    NoticeSentAlready,
    NotThisStep,
    PaymentTooSmall,
    RefusalTooLate,
    ReinstatementNeeded,
    ReinstatementTooLate,
    SuspensionOver,
    Work,
    pay,
)
from services.rule_tables import rules as rules_in_force
from services.working_calendar import SHANGHAI
from terms.instalments import NoticeMeans, SuspensionState
from terms.policies import PolicyEventKind, PolicyStatus

MOST_AGREED_DAYS = 366
"""A contract's own grace is no longer than this."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What an act left."""

    policy_number: str
    batch_id: int
    """What takes it back."""
    grace_ends_on: date | None = None
    answer_due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """The notice of suspension as it was sent, with its proof."""

    sent_on: date
    means: NoticeMeans
    reference: str
    document_id: int | None = None


def record_demand(
    session: Session,
    *,
    actor: Actor,
    instalment_id: int,
    demand: rules.FormalDemand,
    on: date,
    at: datetime,
    seen_version: int,
) -> Recorded:
    """Record the insurer's formal demand 催告: grace ends 30 days after it at the latest.

    Only a ``FormalDemand`` is taken; a contact, a reminder or a notice is none, and the type
    refuses it before anything is read.

    Raises:
        NotPermitted, NotFound, ChangedMeanwhile, InstalmentPaid
        DemandedAlready: the first demand counts.
        CoverSuspended: there is nothing left to demand grace from.
        DayOutOfPlace: it lies in the future, or before the policy.
        ProofMissing: the document is not in the client's file.

    Audit: ``renewal:demand`` with the day, the means and the proof.
    """
    if not isinstance(demand, rules.FormalDemand):
        raise TypeError("only a FormalDemand is a demand")
    work = Work.of_instalment(session, actor, instalment_id, on, at, seen_version)
    if work.instalment.demanded_on is not None:
        raise DemandedAlready(demanded_on=work.instalment.demanded_on)
    if work.suspension is not None and work.suspension.is_open:
        raise CoverSuspended(suspended_on=work.suspension.suspended_on)
    work.check_day(demand.delivered_on, first=work.policy.inception_on)
    reference = work.proof(demand.reference, demand.document_id)
    with work.taken_down("demand") as batch_id:
        session.add(
            FormalDemand(
                client_id=work.policy.client_id,
                policy_id=work.policy.id,
                instalment_id=instalment_id,
                demanded_on=demand.delivered_on,
                means=demand.means,
                reference=reference,
                document_id=demand.document_id,
                recorded_by_id=actor.staff_id,
                recorded_at=at,
                created_at=at,
                updated_at=at,
            )
        )
        work.instalment.demanded_on = demand.delivered_on
        work.instalment.updated_at = at
        work.happened(PolicyEventKind.DEMANDED, demand.delivered_on, reference)
    known = rules_in_force(session, ("renewal.grace_days",), on=on)
    grace = rules.grace(
        work.instalment.due_on,
        demanded_on=demand.delivered_on,
        agreed_until=work.instalment.grace_ends_on,
        rule=rules.GraceRule.of(known["renewal.grace_days"]),
    )
    work.audit(
        "renewal:demand",
        Instalment,
        instalment_id,
        demanded_on=demand.delivered_on.isoformat(),
        means=demand.means.value,
        reference=reference,
    )
    return Recorded(work.policy.number, batch_id, grace_ends_on=grace.ends_on)


def record_agreed_grace(
    session: Session,
    *,
    actor: Actor,
    instalment_id: int,
    until: date | None,
    on: date,
    at: datetime,
    seen_version: int,
) -> Recorded:
    """Record the last day of grace as the contract says it; it stands in the place of the law's.

    Args:
        until: from the due day to a year after it; None goes back to the law's periods.

    Raises:
        NotPermitted, NotFound, ChangedMeanwhile, InstalmentPaid, DayOutOfPlace
        CoverSuspended: grace is over already.

    Audit: ``renewal:agreed_grace`` with the day before and after.
    """
    work = Work.of_instalment(session, actor, instalment_id, on, at, seen_version)
    instalment = work.instalment
    if work.suspension is not None and work.suspension.is_open:
        raise CoverSuspended(suspended_on=work.suspension.suspended_on)
    last = instalment.due_on + timedelta(days=MOST_AGREED_DAYS)
    if until is not None and not instalment.due_on <= until <= last:
        raise DayOutOfPlace(first=instalment.due_on, last=last)
    before = instalment.grace_ends_on
    with work.taken_down("agreed_grace") as batch_id:
        instalment.grace_ends_on = until
        instalment.updated_at = at
    known = rules_in_force(session, ("renewal.grace_days",), on=on)
    grace = rules.grace(
        instalment.due_on,
        demanded_on=instalment.demanded_on,
        agreed_until=until,
        rule=rules.GraceRule.of(known["renewal.grace_days"]),
    )
    work.audit(
        "renewal:agreed_grace",
        Instalment,
        instalment_id,
        before=before.isoformat() if before else None,
        after=until.isoformat() if until else None,
    )
    return Recorded(work.policy.number, batch_id, grace_ends_on=grace.ends_on)


def record_notice(
    session: Session,
    *,
    actor: Actor,
    suspension_id: int,
    notice: Notice,
    on: date,
    at: datetime,
    seen_version: int,
) -> Recorded:
    """Record that the notice of suspension was sent, with its proof.

    Raises:
        NotPermitted, NotFound, ChangedMeanwhile, SuspensionOver
        NoticeSentAlready, DayOutOfPlace, ProofMissing

    Audit: ``renewal:notice`` with the day, the means and the proof.
    """
    work = Work.of_suspension(session, actor, suspension_id, on, at, seen_version)
    held = work.held
    if held.notice_sent_on is not None:
        raise NoticeSentAlready(sent_on=held.notice_sent_on)
    work.check_day(notice.sent_on, first=held.suspended_on)
    reference = work.proof(notice.reference, notice.document_id)
    with work.taken_down("notice") as batch_id:
        held.notice_sent_on = notice.sent_on
        held.notice_means = notice.means
        held.notice_reference = reference
        held.notice_document_id = notice.document_id
        work.figure_next()
        work.happened(PolicyEventKind.NOTICE_SENT, notice.sent_on, reference)
    work.audit(
        "renewal:notice",
        Suspension,
        suspension_id,
        sent_on=notice.sent_on.isoformat(),
        means=notice.means.value,
        reference=reference,
    )
    return Recorded(work.policy.number, batch_id)


def record_application(
    session: Session,
    *,
    actor: Actor,
    suspension_id: int,
    applied_on: date,
    on: date,
    at: datetime,
    seen_version: int,
) -> Recorded:
    """Record the client's application for reinstatement; the insurer has 30 days to refuse.

    Raises:
        NotPermitted, NotFound, ChangedMeanwhile, SuspensionOver, DayOutOfPlace
        NotThisStep: an application waits or was accepted already.
        ReinstatementTooLate: the two years were over on that day.

    Audit: ``renewal:application`` with the day and the last day for the answer.
    """
    work = Work.of_suspension(session, actor, suspension_id, on, at, seen_version)
    held = work.held
    if held.state not in (SuspensionState.SUSPENDED, SuspensionState.REFUSED):
        raise NotThisStep(state=held.state.value)
    first = held.suspended_on
    if held.state is SuspensionState.REFUSED and held.answered_on is not None:
        first = held.answered_on
    work.check_day(applied_on, first=first)
    if applied_on > held.reinstatable_until:
        raise ReinstatementTooLate(until=held.reinstatable_until)
    with work.taken_down("application") as batch_id:
        held.state = SuspensionState.APPLIED
        held.applied_on = applied_on
        held.answer_due_on = rules.answer_due_on(applied_on, work.lapse_rule())
        held.answered_on = held.answer_note = None
        held.is_deemed = False
        work.figure_next()
        work.happened(PolicyEventKind.REINSTATEMENT_APPLIED, applied_on, None)
    work.audit(
        "renewal:application",
        Suspension,
        suspension_id,
        applied_on=applied_on.isoformat(),
        answer_due_on=held.answer_due_on.isoformat(),
    )
    return Recorded(work.policy.number, batch_id, answer_due_on=held.answer_due_on)


def answer_application(
    session: Session,
    *,
    actor: Actor,
    suspension_id: int,
    is_accepted: bool,
    answered_on: date,
    note: str | None = None,
    on: date,
    at: datetime,
    seen_version: int,
) -> Recorded:
    """Record the insurer's answer. Accepted: cover is back on the day the premium is paid.

    Raises:
        NotPermitted, NotFound, ChangedMeanwhile, SuspensionOver, DayOutOfPlace
        NotThisStep: no application waits.
        RefusalTooLate: the refusal came after the last day; silence had accepted.
        AnswerReasonNeeded: a refusal without its reason.

    Audit: ``renewal:answer`` with the day and the answer.
    """
    work = Work.of_suspension(session, actor, suspension_id, on, at, seen_version)
    held = work.held
    if held.state is not SuspensionState.APPLIED or held.applied_on is None:
        raise NotThisStep(state=held.state.value)
    work.check_day(answered_on, first=held.applied_on)
    if not is_accepted and held.answer_due_on and answered_on > held.answer_due_on:
        raise RefusalTooLate(answer_due_on=held.answer_due_on)
    said = printable(note or "").strip()[: rules.NOTE_LIMIT] or None
    if not is_accepted and said is None:
        raise AnswerReasonNeeded
    with work.taken_down("answer") as batch_id:
        held.state = SuspensionState.ACCEPTED if is_accepted else SuspensionState.REFUSED
        held.answered_on = answered_on
        held.answer_note = said
        work.figure_next()
        work.happened(
            PolicyEventKind.REINSTATEMENT_ACCEPTED
            if is_accepted
            else PolicyEventKind.REINSTATEMENT_REFUSED,
            answered_on,
            said,
        )
    work.audit(
        "renewal:answer",
        Suspension,
        suspension_id,
        answered_on=answered_on.isoformat(),
        state=held.state.value,
    )
    return Recorded(work.policy.number, batch_id)


def record_payment(
    session: Session,
    *,
    actor: Actor,
    instalment_id: int,
    paid_on: date,
    paid_fen: int,
    on: date,
    at: datetime,
    seen_version: int,
    zone: ZoneInfo = SHANGHAI,
) -> Recorded:
    """Record that the premium came in.

    Inside grace the instalment is paid and its case closes; a suspension that was written
    meanwhile is set aside. After grace it needs an accepted reinstatement, and all that fell due
    until then: cover is back from the day of payment.

    Raises:
        NotPermitted, NotFound, ChangedMeanwhile, InstalmentPaid, DayOutOfPlace
        PaymentTooSmall, ReinstatementNeeded
        SuspensionOver: the policy ended.

    Audit: ``renewal:payment`` with the day and the amount.
    """
    work = Work.of_instalment(session, actor, instalment_id, on, at, seen_version)
    instalment, held = work.instalment, work.suspension
    work.check_day(paid_on, first=work.policy.inception_on)
    if held is not None and not held.is_open:
        raise SuspensionOver(state=held.state.value)
    known = rules_in_force(session, ("renewal.grace_days",), on=on)
    ends_on = (
        held.grace_ended_on
        if held is not None
        else rules.grace(
            instalment.due_on,
            demanded_on=instalment.demanded_on,
            agreed_until=instalment.grace_ends_on,
            rule=rules.GraceRule.of(known["renewal.grace_days"]),
        ).ends_on
    )
    in_time = paid_on <= ends_on
    if not in_time and (held is None or held.state is not SuspensionState.ACCEPTED):
        raise ReinstatementNeeded(suspended_on=ends_on + timedelta(days=1))
    needed = instalment.premium_fen if in_time else work.arrears_fen(paid_on)
    if paid_fen < needed:
        raise PaymentTooSmall(needed_fen=needed)
    with work.taken_down("payment") as batch_id:
        if in_time:
            pay(session, instalment, paid_on=paid_on, paid_fen=paid_fen, at=at)
        else:
            work.pay_arrears(paid_on, paid_fen)
            work.happened(PolicyEventKind.REINSTATED, paid_on, None)
        if held is not None:
            held.state = SuspensionState.SET_ASIDE if in_time else SuspensionState.REINSTATED
            held.is_open, held.closed_on, held.updated_at = False, on, at
        if work.policy.status in (PolicyStatus.SUSPENDED, PolicyStatus.GRACE):
            work.policy.status = PolicyStatus.IN_FORCE
            work.policy.updated_at = at
        work.close_case(paid_fen, zone)
    work.audit(
        "renewal:payment",
        Instalment,
        instalment_id,
        paid_on=paid_on.isoformat(),
        premium_fen=paid_fen,
    )
    return Recorded(work.policy.number, batch_id)
