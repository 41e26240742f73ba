"""Motor quotes: not promised earlier than province and insurer allow (rules §3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.models import Branch, Policy, Renewal
from services.errors import BusinessError
from services.rule_tables import rule
from terms.policies import Line
from terms.renewals import RenewalKind

RULE = "renewal.motor_quote_days"


class QuoteTooEarly(BusinessError):
    """The insurer does not quote yet. Data: ``from_on``, ``days``, ``province``, ``insurer``."""

    code: ClassVar[str] = "quote_too_early"


@dataclass(frozen=True, slots=True)
class QuoteDays:
    """Rule ``renewal.motor_quote_days``: days before the end of cover."""

    default: int
    places: Mapping[tuple[str, str], int]

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> "QuoteDays":
        return cls(
            int(value["default"]),
            {
                (_place(one["province"]), one["insurer"].strip()): int(one["days"])
                for one in value["places"]
            },
        )

    def days(self, province: str | None, insurer: str) -> int:
        """Days before the end of cover from which ``insurer`` quotes in ``province``."""
        return self.places.get((_place(province or ""), insurer.strip()), self.default)

    def from_on(self, due_on: date, *, province: str | None, insurer: str) -> date:
        """The first day a quote may be promised."""
        return due_on - timedelta(days=self.days(province, insurer))


def _place(province: str) -> str:
    """A province without what is said after its name: ``广东省`` is ``广东``."""
    return province.strip().removesuffix("省").removesuffix("市")


def provinces(session: Session) -> dict[int, str]:
    """The province of every branch."""
    return {id: name for id, name in session.execute(select(Branch.id, Branch.province))}


def quote_from(
    session: Session,
    *,
    line: Line,
    kind: RenewalKind,
    due_on: date,
    branch_id: int | None,
    insurer: str,
    on: date,
) -> date | None:
    """The first day a quote may be promised for a case; None where there is no such day."""
    if line is not Line.MOTOR or kind is not RenewalKind.TERM:
        return None
    days = QuoteDays.of(rule(session, RULE, on))
    province = None
    if days.places and branch_id is not None:
        province = session.scalar(select(Branch.province).where(Branch.id == branch_id))
    return days.from_on(due_on, province=province, insurer=insurer)


def refuse_early_quote(session: Session, *, renewal: Renewal, on: date) -> None:
    """Refuse to quote motor cover before the insurer does there.

    Raises:
        QuoteTooEarly
    """
    if renewal.line is not Line.MOTOR or renewal.kind is not RenewalKind.TERM:
        return
    insurer = session.scalar(select(Policy.insurer).where(Policy.id == renewal.policy_id)) or ""
    from_on = quote_from(
        session,
        line=renewal.line,
        kind=renewal.kind,
        due_on=renewal.due_on,
        branch_id=renewal.branch_id,
        insurer=insurer,
        on=on,
    )
    if from_on is not None and on < from_on:
        raise QuoteTooEarly(from_on=from_on, days=(renewal.due_on - from_on).days, insurer=insurer)
