"""The clock of an instalment 续期 without a database: grace, suspension, notice, reinstatement.

The law, and what we decided where it leaves room:

- Insurance Law art. 36: cover is suspended when the premium is unpaid *more than* 30 days after
  the insurer's demand **or** more than 60 days after it was due, unless the contract says
  otherwise. Two periods joined by *or*: the earlier one ends grace. A demand therefore shortens
  grace and never lengthens it.
- A demand before the due day demands nothing that is due yet: its 30 days run from the due day.
- What the contract says stands in the place of both periods: a demand does not shorten it.
- A day is not counted on which a period begins (Civil Code 201); the last day ends at 24:00, so
  cover is suspended from the day after. A period of years ends on the same date, or on the last
  day of the month that lacks it (Civil Code 202).
- The notice of suspension goes out within 10 working days of the suspension.
- Insurance Law art. 37: within two years of the suspension cover can be reinstated by agreement.
  Supreme People's Court, third interpretation of the Insurance Law, art. 8: an application the
  insurer does not expressly refuse within 30 days is accepted; cover is back from the day the
  premium is paid.

Every number comes from rules ``renewal.grace_days`` and ``renewal.lapse``.
"""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from services.working_calendar import Deadline, WorkingCalendar
from terms.instalments import DemandMeans, GraceBasis, InstalmentStage, SuspensionState

REFERENCE_LIMIT = 80
NOTE_LIMIT = 200
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class GraceRule:
    """Rule ``renewal.grace_days``, in natural days."""

    after_due: int
    after_demand: int

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> "GraceRule":
        return cls(int(value["after_due"]), int(value["after_demand"]))


@dataclass(frozen=True, slots=True)
class LapseRule:
    """Rule ``renewal.lapse``: working days, years, natural days."""

    notice_days: int
    reinstatement_years: int
    answer_days: int

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> "LapseRule":
        return cls(
            int(value["notice_days"]),
            int(value["reinstatement_years"]),
            int(value["answer_days"]),
        )


@dataclass(frozen=True, slots=True)
class FormalDemand:
    """A formal demand 催告, made only from a means that leaves proof, and that proof.

    Anything else (a channel of ordinary contact, a word that happens to be spelt alike) is no
    demand and is refused here, whoever calls.

    Args:
        delivered_on: the day it reached the policyholder.
        reference: the number of the letter, the receipt or the deed; not empty.
        document_id: the paper in the client's file, where it is there.

    Raises:
        TypeError: ``means`` is no ``DemandMeans``.
        ValueError: there is no proof.
    """

    delivered_on: date
    means: DemandMeans
    reference: str
    document_id: int | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.means, DemandMeans):
            raise TypeError(f"{self.means!r} delivers no formal demand")
        if not self.reference.strip():
            raise ValueError("a formal demand has its proof of delivery")


@dataclass(frozen=True, slots=True)
class Grace:
    """The last day of grace, and what it follows from."""

    ends_on: date
    basis: GraceBasis


def grace(
    due_on: date, *, demanded_on: date | None, agreed_until: date | None, rule: GraceRule
) -> Grace:
    """Grace of an instalment due on ``due_on``.

    Args:
        demanded_on: the day a formal demand was delivered.
        agreed_until: the last day of grace as the contract says it.
    """
    if agreed_until is not None:
        return Grace(agreed_until, GraceBasis.AGREED)
    by_due = due_on + timedelta(days=rule.after_due)
    if demanded_on is not None:
        by_demand = max(demanded_on, due_on) + timedelta(days=rule.after_demand)
        if by_demand < by_due:
            return Grace(by_demand, GraceBasis.AFTER_DEMAND)
    return Grace(by_due, GraceBasis.AFTER_DUE)


def years_after(day: date, years: int) -> date:
    """The same date ``years`` later; 29 February becomes the 28th where there is none."""
    year = day.year + years
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


@dataclass(frozen=True, slots=True)
class Lapse:
    """The days that follow from the end of grace."""

    suspended_on: date
    """The first day without cover."""
    notice_due: Deadline
    reinstatable_until: date


def lapse(grace_ends_on: date, *, rule: LapseRule, calendar: WorkingCalendar) -> Lapse:
    """What an unpaid instalment leads to once its grace ended on ``grace_ends_on``."""
    suspended_on = grace_ends_on + _DAY
    return Lapse(
        suspended_on=suspended_on,
        notice_due=calendar.add_working_days(suspended_on, rule.notice_days),
        reinstatable_until=years_after(suspended_on, rule.reinstatement_years),
    )


def answer_due_on(applied_on: date, rule: LapseRule) -> date:
    """The last day on which the insurer can refuse an application made on ``applied_on``."""
    return applied_on + timedelta(days=rule.answer_days)


def deemed_on(answer_due: date) -> date:
    """The day an unanswered application counts as accepted."""
    return answer_due + _DAY


@dataclass(frozen=True, slots=True)
class InstalmentFacts:
    """What is known of one instalment."""

    due_on: date
    paid_on: date | None = None
    demanded_on: date | None = None
    agreed_until: date | None = None
    applied_on: date | None = None
    answered_on: date | None = None
    is_refused: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an instalment stands on a day, with every clock that runs."""

    stage: InstalmentStage
    grace: Grace
    grace_left: int | None = None
    """Days of grace left; 0 on its last day; None outside grace."""
    lapse: Lapse | None = None
    """From the day cover is suspended on."""
    answer_due_on: date | None = None
    is_deemed: bool = False
    """Accepted because nobody answered."""


def standing(
    facts: InstalmentFacts,
    *,
    on: date,
    grace_rule: GraceRule,
    lapse_rule: LapseRule,
    calendar: WorkingCalendar,
) -> Standing:
    """Where the instalment stands at the end of the day ``on``.

    The morning's pass stores what this says; both read the same functions.
    """
    ends = grace(
        facts.due_on,
        demanded_on=facts.demanded_on,
        agreed_until=facts.agreed_until,
        rule=grace_rule,
    )
    paid_on = facts.paid_on if facts.paid_on is not None and facts.paid_on <= on else None
    if paid_on is not None and paid_on <= ends.ends_on:
        return Standing(InstalmentStage.PAID, ends)
    if on <= facts.due_on and on <= ends.ends_on:
        return Standing(InstalmentStage.DUE, ends)
    if on <= ends.ends_on:
        return Standing(InstalmentStage.GRACE, ends, grace_left=(ends.ends_on - on).days)
    follows = lapse(ends.ends_on, rule=lapse_rule, calendar=calendar)
    state, due, is_deemed = _answer(facts, on, lapse_rule)
    if paid_on is not None and state is SuspensionState.ACCEPTED:
        return Standing(InstalmentStage.REINSTATED, ends, None, follows, due, is_deemed)
    waits = state in (SuspensionState.APPLIED, SuspensionState.ACCEPTED)
    if on > follows.reinstatable_until and not waits:
        return Standing(InstalmentStage.ENDED, ends, None, follows, due)
    return Standing(InstalmentStage(state.value), ends, None, follows, due, is_deemed)


def _answer(
    facts: InstalmentFacts, on: date, rule: LapseRule
) -> tuple[SuspensionState, date | None, bool]:
    """The state the application leaves, its last day for an answer, whether it is deemed."""
    if facts.applied_on is None or facts.applied_on > on:
        return SuspensionState.SUSPENDED, None, False
    due = answer_due_on(facts.applied_on, rule)
    answered = facts.answered_on is not None and facts.answered_on <= on
    if answered and facts.is_refused and facts.answered_on is not None and facts.answered_on <= due:
        return SuspensionState.REFUSED, due, False
    if answered and not facts.is_refused:
        return SuspensionState.ACCEPTED, due, False
    if on > due:
        return SuspensionState.ACCEPTED, due, True
    return SuspensionState.APPLIED, due, False


def next_due_on(
    state: SuspensionState,
    *,
    notice_due_on: date,
    notice_sent_on: date | None,
    answer_due: date | None,
    reinstatable_until: date,
) -> date:
    """The clock of a suspension that runs out next."""
    running = [reinstatable_until]
    if notice_sent_on is None:
        running.append(notice_due_on)
    if state is SuspensionState.APPLIED and answer_due is not None:
        running.append(answer_due)
    return min(running)
