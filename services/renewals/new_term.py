"""The new term of a renewal: a policy of its own that names the one before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from db.models import ClosingStep, Policy, PolicyEvent
from services.errors import BusinessError
from services.renewals.working import OpenCase
from terms.closings import StepState
from terms.policies import PolicyEventKind, PolicyStatus

NUMBER_LIMIT = 60


class StepsStillOpen(BusinessError):
    """The closing has steps that are neither done nor unnecessary (R85). Data: ``steps``."""

    code: ClassVar[str] = "closing_steps_open"


class PolicyNumberNeeded(BusinessError):
    """A new term is written under its policy number, of at most 60 characters."""

    code: ClassVar[str] = "policy_number_needed"


class PolicyNumberTaken(BusinessError):
    """The insurer has another policy of this number. Data: ``number``."""

    code: ClassVar[str] = "policy_number_taken"


class TermDatesWrong(BusinessError):
    """A new term begins after the old one began, and ends after it begins."""

    code: ClassVar[str] = "term_dates_wrong"


class TermThereAlready(BusinessError):
    """The term was renewed already, with another policy. Data: ``number``."""

    code: ClassVar[str] = "term_there_already"


@dataclass(frozen=True, slots=True)
class NewTerm:
    """What the insurer issued."""

    number: str
    inception_on: date
    expiry_on: date
    insurer: str
    product: str
    cover: Mapping[str, int | str] | None = None
    """None: what was proposed, else what was covered before."""


def refuse_open_steps(session: Session, case: OpenCase) -> None:
    """A closing that was begun is finished first.

    Raises:
        StepsStillOpen
    """
    steps = session.scalars(
        select(ClosingStep.kind)
        .where(ClosingStep.renewal_id == case.renewal.id, ClosingStep.state == StepState.OPEN)
        .order_by(ClosingStep.position)
    ).all()
    if steps:
        raise StepsStillOpen(steps=tuple(step.value for step in steps))


def following(session: Session, case: OpenCase) -> Policy | None:
    """The policy that names this case's one as the term before."""
    return session.scalar(
        select(Policy)
        .where(
            Policy.previous_id == case.renewal.policy_id,
            Policy.client_id == case.renewal.client_id,
        )
        .order_by(Policy.inception_on, Policy.id)
        .limit(1)
    )


def write_term(
    session: Session, case: OpenCase, term: NewTerm, *, premium_fen: int, at: datetime
) -> Policy:
    """Write the new term as a policy linked to the old one, and say so in the client's log.

    Raises:
        PolicyNumberNeeded, PolicyNumberTaken, TermDatesWrong, TermThereAlready
    """
    before = session.get_one(Policy, case.renewal.policy_id)
    number, insurer = term.number.strip(), term.insurer.strip() or before.insurer
    if not 0 < len(number) <= NUMBER_LIMIT:
        raise PolicyNumberNeeded
    if not before.inception_on < term.inception_on < term.expiry_on:
        raise TermDatesWrong
    there = following(session, case)
    if there is not None:
        raise TermThereAlready(number=there.number)
    same = exists().where(Policy.insurer == insurer, Policy.number == number)
    if session.scalar(select(same)):
        raise PolicyNumberTaken(number=number)
    cover = term.cover if term.cover is not None else case.renewal.proposed_cover or before.cover
    policy = Policy(
        client_id=before.client_id,
        number=number,
        line=before.line,
        product=term.product.strip() or before.product,
        insurer=insurer,
        inception_on=term.inception_on,
        expiry_on=term.expiry_on,
        premium_fen=premium_fen,
        sum_insured_fen=before.sum_insured_fen,
        payment_mode=before.payment_mode,
        cooling_off_days=before.cooling_off_days,
        status=PolicyStatus.IN_FORCE,
        previous_id=before.id,
        agent_id=before.agent_id,
        cover=dict(cover),
        created_at=at,
        updated_at=at,
    )
    session.add(policy)
    session.flush()
    session.add(
        PolicyEvent(
            client_id=policy.client_id,
            policy_id=policy.id,
            kind=PolicyEventKind.RENEWED,
            happened_on=case.on,
        )
    )
    return policy
