"""What every act on an instalment shares: may the actor, is it as they saw it, what undoes it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import (
    Client,
    ClientAccess,
    Document,
    FormalDemand,
    Instalment,
    Policy,
    PolicyEvent,
    Promise,
    Renewal,
    Suspension,
)
from services import audit, undo
from services.access import require_client
from services.actor import Actor
from services.clients.rules import printable
from services.errors import BusinessError, ChangedMeanwhile, NotFound
from services.permissions import Permission
from services.renewals import instalment_rules as rules
from services.renewals.extraction import UNPAID
from services.renewals.rules import LossTable
from services.renewals.working import OpenCase, close
from services.rule_tables import rules as rules_in_force
from terms.policies import InstalmentStatus, PolicyEventKind
from terms.renewals import RenewalState
from terms.undo import UndoKind


class InstalmentPaid(BusinessError):
    """The instalment is paid. Data: ``paid_on``."""

    code: ClassVar[str] = "instalment_paid"


class DemandedAlready(BusinessError):
    """The 30 days run from the first demand. Data: ``demanded_on``."""

    code: ClassVar[str] = "instalment_demanded_already"


class CoverSuspended(BusinessError):
    """Cover is suspended already. Data: ``suspended_on``."""

    code: ClassVar[str] = "cover_suspended"


class DayOutOfPlace(BusinessError):
    """A recorded day lies in the future or before what it follows. Data: ``first``, ``last``."""

    code: ClassVar[str] = "day_out_of_place"


class ProofMissing(BusinessError):
    """A demand or a notice is recorded with its proof."""

    code: ClassVar[str] = "proof_missing"


class NoticeSentAlready(BusinessError):
    """Data: ``sent_on``."""

    code: ClassVar[str] = "notice_sent_already"


class SuspensionOver(BusinessError):
    """The suspension is over: reinstated, ended or set aside. Data: ``state``."""

    code: ClassVar[str] = "suspension_over"


class NotThisStep(BusinessError):
    """The suspension does not wait for this step. Data: ``state``."""

    code: ClassVar[str] = "suspension_other_step"


class ReinstatementTooLate(BusinessError):
    """The time for reinstatement is over. Data: ``until``."""

    code: ClassVar[str] = "reinstatement_too_late"


class RefusalTooLate(BusinessError):
    """Nobody refused within the time, so the application is accepted. Data: ``answer_due_on``."""

    code: ClassVar[str] = "refusal_too_late"


class AnswerReasonNeeded(BusinessError):
    """A refusal has its reason."""

    code: ClassVar[str] = "answer_reason_needed"


class ReinstatementNeeded(BusinessError):
    """Money after the end of grace alone brings no cover back. Data: ``suspended_on``."""

    code: ClassVar[str] = "reinstatement_needed"


class PaymentTooSmall(BusinessError):
    """Less than is unpaid. Data: ``needed_fen``."""

    code: ClassVar[str] = "payment_too_small"


def pay(
    session: Session, instalment: Instalment, *, paid_on: date, paid_fen: int, at: datetime
) -> None:
    """The instalment is paid; part of the operation that says so."""
    instalment.status = InstalmentStatus.PAID
    instalment.paid_on, instalment.paid_fen = paid_on, paid_fen
    instalment.updated_at = at
    session.flush()


@dataclass(slots=True)
class Work:
    """An instalment somebody may work on, as they saw it."""

    session: Session
    actor: Actor
    on: date
    at: datetime
    client: Client
    policy: Policy
    instalment: Instalment
    suspension: Suspension | None

    @classmethod
    def of_instalment(
        cls,
        session: Session,
        actor: Actor,
        instalment_id: int,
        on: date,
        at: datetime,
        seen_version: int,
    ) -> "Work":
        work = cls._load(session, actor, session.get(Instalment, instalment_id), on, at)
        if work.instalment.status is InstalmentStatus.PAID:
            raise InstalmentPaid(paid_on=work.instalment.paid_on)
        if work.instalment.version != seen_version:
            raise ChangedMeanwhile(at=work.instalment.updated_at)
        return work

    @classmethod
    def of_suspension(
        cls,
        session: Session,
        actor: Actor,
        suspension_id: int,
        on: date,
        at: datetime,
        seen_version: int,
    ) -> "Work":
        held = session.get(Suspension, suspension_id)
        instalment = session.get(Instalment, held.instalment_id) if held else None
        work = cls._load(session, actor, instalment, on, at)
        if not work.held.is_open:
            raise SuspensionOver(state=work.held.state.value)
        if work.held.version != seen_version:
            raise ChangedMeanwhile(at=work.held.updated_at)
        return work

    @classmethod
    def _load(
        cls,
        session: Session,
        actor: Actor,
        instalment: Instalment | None,
        on: date,
        at: datetime,
    ) -> "Work":
        actor.require(Permission.INSTALMENT_WORK)
        if instalment is None:
            raise NotFound(kind="instalment")
        require_client(session, actor=actor, client_id=instalment.client_id, on=on)
        return cls(
            session,
            actor,
            on,
            at,
            session.get_one(Client, instalment.client_id),
            session.get_one(Policy, instalment.policy_id),
            instalment,
            session.scalar(select(Suspension).where(Suspension.instalment_id == instalment.id)),
        )

    @property
    def held(self) -> Suspension:
        assert self.suspension is not None
        return self.suspension

    def check_day(self, day: date, *, first: date) -> None:
        if not first <= day <= self.on:
            raise DayOutOfPlace(first=first, last=self.on)

    def proof(self, reference: str, document_id: int | None) -> str:
        said = printable(reference).strip()[: rules.REFERENCE_LIMIT]
        if not said:
            raise ProofMissing
        if document_id is not None:
            there = self.session.get(Document, document_id)
            if there is None or there.client_id != self.client.id or there.removed_at is not None:
                raise ProofMissing
        return said

    def lapse_rule(self) -> rules.LapseRule:
        known = rules_in_force(self.session, ("renewal.lapse",), on=self.on)
        return rules.LapseRule.of(known["renewal.lapse"])

    def figure_next(self) -> None:
        held = self.held
        held.next_due_on = rules.next_due_on(
            held.state,
            notice_due_on=held.notice_due_on,
            notice_sent_on=held.notice_sent_on,
            answer_due=held.answer_due_on,
            reinstatable_until=held.reinstatable_until,
        )
        held.updated_at = self.at

    def happened(self, kind: PolicyEventKind, on: date, note: str | None) -> None:
        self.session.add(
            PolicyEvent(
                client_id=self.policy.client_id,
                policy_id=self.policy.id,
                kind=kind,
                happened_on=on,
                note=note,
            )
        )

    def _unpaid(self, paid_on: date) -> list[Instalment]:
        return list(
            self.session.scalars(
                select(Instalment)
                .where(
                    Instalment.policy_id == self.policy.id,
                    Instalment.status.in_(UNPAID),
                    Instalment.due_on <= paid_on,
                )
                .order_by(Instalment.due_on)
            )
        )

    def arrears_fen(self, paid_on: date) -> int:
        """All that fell due and is unpaid: reinstatement asks for the whole."""
        return sum(one.premium_fen for one in self._unpaid(paid_on))

    def pay_arrears(self, paid_on: date, paid_fen: int) -> None:
        """What is paid beyond the premiums (interest) stands with the first of them."""
        unpaid = self._unpaid(paid_on)
        over = paid_fen - sum(one.premium_fen for one in unpaid)
        for place, one in enumerate(unpaid):
            extra = over if place == 0 else 0
            pay(
                self.session,
                one,
                paid_on=paid_on,
                paid_fen=one.premium_fen + extra,
                at=self.at,
            )

    def close_case(self, paid_fen: int, zone: ZoneInfo) -> None:
        """The open case of this instalment is done."""
        renewal = self.session.scalar(
            select(Renewal).where(Renewal.instalment_id == self.instalment.id, Renewal.is_open)
        )
        if renewal is None:
            return
        renewal.renewed_premium_fen = paid_fen
        case = OpenCase(renewal, self.client, self.on, (), 0, LossTable({}, ((0, 0),)))
        close(
            self.session,
            case,
            actor=self.actor,
            state=RenewalState.RENEWED,
            event="renewal:renewed",
            at=self.at,
            zone=zone,
            premium_fen=paid_fen,
        )

    @contextmanager
    def taken_down(self, act: str) -> Iterator[int]:
        """Take down what happens inside, so that it can be undone; yields the batch."""
        recording = undo.begin(
            self.session,
            actor=self.actor,
            kind=UndoKind.INSTALMENT,
            reference=self.client.number,
            detail={"act": act, "policy": self.policy.number},
            at=self.at,
            on=self.on,
        )
        policy_id = self.policy.id
        cases = select(Renewal.id).where(Renewal.policy_id == policy_id)
        with (
            recording.changes(Policy, Policy.id == policy_id),
            recording.changes(Instalment, Instalment.policy_id == policy_id),
            recording.changes(FormalDemand, FormalDemand.policy_id == policy_id),
            recording.changes(Suspension, Suspension.policy_id == policy_id),
            recording.changes(PolicyEvent, PolicyEvent.policy_id == policy_id),
            recording.changes(Renewal, Renewal.policy_id == policy_id),
            recording.changes(Promise, Promise.renewal_id.in_(cases)),
            recording.changes(ClientAccess, ClientAccess.client_id == self.policy.client_id),
        ):
            yield recording.batch_id

    def audit(
        self, event: str, model: type[Instalment | Suspension], row_id: int, **detail: Any
    ) -> None:
        self.session.flush()
        audit.record(
            self.session,
            actor=self.actor,
            event=event,
            subject=model.__tablename__,
            subject_id=row_id,
            client_id=self.policy.client_id,
            at=self.at,
            detail=detail,
        )
