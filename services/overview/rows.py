"""One line of my day."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from terms.policies import Line


class DayKind(StrEnum):
    """What a line of the day is; ``words.renewals.day_item`` says it in words."""

    APPOINTMENT = "appointment"
    PROMISE = "promise"
    RENEWAL_SOON = "renewal_soon"
    RENEWAL_OVERDUE = "renewal_overdue"
    INSTALMENT_GRACE = "instalment_grace"
    SUSPENSION_NOTICE = "suspension_notice"
    REINSTATEMENT_ANSWER = "reinstatement_answer"
    UNASSIGNED = "unassigned"
    IMPORT_REFUSED = "import_refused"
    APPROVALS = "approvals"
    PLAN_ITEM = "plan_item"
    WIN_BACK = "win_back"
    REFERRAL = "referral"
    REFERRAL_ANSWERED = "referral_answered"
    REFERRAL_LATE = "referral_late"
    CONFLICTS = "conflicts"


@dataclass(frozen=True, slots=True)
class DayItem:
    """Something due from me: when, for whom, what, and where it is done."""

    kind: DayKind
    due_at: datetime | None
    """The instant, where one was agreed."""
    due_on: date
    is_late: bool
    client_number: str | None
    client_name: str | None
    line: Line | None
    what: str | None
    """The promise's own words, or the file of an import."""
    count: int
    """How many things this one line stands for; 1 for most."""
    amount_fen: int | None
    """Money at risk of a renewal."""
    page: str
    """The screen's address without its slash: ``renewals``, ``client``, ``import``."""
    query: tuple[tuple[str, str], ...]
    """The address's parameters, e.g. ``(("case", "17"),)``."""


@dataclass(frozen=True, slots=True)
class DayCounts:
    """How many things are due from me, and how many of them are late."""

    due: int
    late: int
