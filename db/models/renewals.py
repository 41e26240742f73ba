"""Renewals: one row per term (续保) or instalment (续期) that falls due, its ledger, and targets.

The partial indexes hold open cases only, in the order of the queue: first what was promised for a
time, then by money at risk.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, RowId, Versioned
from db.models.policies import of_policy
from db.types import Money, coded
from terms import renewals as words
from terms.policies import Line


def of_open_cases(name: str, *columns: str, also: str = "") -> Index:
    """An index over open cases only; the condition as each database's queries say it.

    ``is_open`` is its last column: SQLite looks the condition up in the row otherwise.
    """
    return Index(
        name,
        *columns,
        "is_open",
        sqlite_where=text("is_open = 1" + also),
        postgresql_where=text("is_open" + also),
    )


class Renewal(Identified, Versioned, Base):
    """A case: this term (or instalment) falls due on ``due_on`` and somebody works it."""

    __tablename__ = "renewal"
    __table_args__ = (
        of_policy(),
        ForeignKeyConstraint(["instalment_id"], ["instalment.id"]),
        UniqueConstraint("policy_id", "kind", "due_on"),
        of_open_cases(
            "ix_renewal_queue",
            *("assignee_id", "at_risk_fen", "id", "due_on", "next_at", "last_contact_at", "kind"),
            "pinned_at",
        ),
        of_open_cases(
            "ix_renewal_appointment",
            "assignee_id",
            "next_at",
            "id",
            "due_on",
            "kind",
            "at_risk_fen",
            "pinned_at",
        ),
        of_open_cases(
            "ix_renewal_pinned",
            *("assignee_id", "pinned_at", "id"),
            also=" AND pinned_at IS NOT NULL",
        ),
        of_open_cases(
            "ix_renewal_person_due", *("assignee_id", "due_on", "id", "branch_id", "team_id")
        ),
        of_open_cases(
            "ix_renewal_team_due",
            *("team_id", "due_on", "state", "premium_fen", "assignee_id", "at_risk_fen"),
        ),
        of_open_cases(
            "ix_renewal_branch_due",
            *("branch_id", "due_on", "state", "premium_fen", "assignee_id", "at_risk_fen"),
            "team_id",
        ),
        of_open_cases("ix_renewal_open_due", "due_on", "state", "premium_fen"),
        of_open_cases("ix_renewal_open_day", "due_on", "id"),
        of_open_cases("ix_renewal_unallocated", "team_id", "id", also=" AND assignee_id IS NULL"),
        of_open_cases(
            "ix_renewal_unallocated_branch",
            *("branch_id", "due_on", "id"),
            also=" AND assignee_id IS NULL",
        ),
        Index(
            "ix_renewal_due",
            *("due_on", "reached", "state", "team_id", "branch_id", "assignee_id", "premium_fen"),
        ),
        Index(
            "ix_renewal_refused",
            *("due_on", "refusal_reason", "team_id", "branch_id", "assignee_id", "premium_fen"),
            sqlite_where=text("refusal_reason IS NOT NULL"),
            postgresql_where=text("refusal_reason IS NOT NULL"),
        ),
        Index(
            None,
            "instalment_id",
            sqlite_where=text("instalment_id IS NOT NULL"),
            postgresql_where=text("instalment_id IS NOT NULL"),
        ),
        Index(None, "client_id", "due_on"),
        Index(None, "team_id", "closed_on", "state"),
        Index(None, "assignee_id", "closed_on", "state"),
    )

    client_id: Mapped[int] = mapped_column(RowId, ForeignKey("client.id"))
    policy_id: Mapped[int] = mapped_column(RowId)
    instalment_id: Mapped[int | None] = mapped_column(RowId)
    kind: Mapped[words.RenewalKind] = mapped_column(coded(words.RenewalKind))
    line: Mapped[Line] = mapped_column(coded(Line))
    due_on: Mapped[date]
    """Last day of cover, or the instalment's due day."""
    opened_on: Mapped[date]
    """The business day it was extracted for."""
    state: Mapped[words.RenewalState] = mapped_column(coded(words.RenewalState))
    is_open: Mapped[bool]
    reached: Mapped[words.RenewalState] = mapped_column(
        coded(words.RenewalState),
        default=words.RenewalState.EXTRACTED,
        server_default=words.RenewalState.EXTRACTED.value,
    )
    """The furthest of extracted, contacted, quoted, agreed, renewed it ever reached: the funnel."""
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    assigned_at: Mapped[datetime | None]
    premium_fen: Mapped[int] = mapped_column(Money)
    """Premium of the term that ends, or of the instalment."""
    proposed_premium_fen: Mapped[int | None] = mapped_column(Money)
    quoted_on: Mapped[date | None]
    """The day the proposed premium was quoted."""
    proposed_cover: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at_risk_fen: Mapped[int] = mapped_column(Money, default=0)
    """Money at risk: what a contact can still save; recomputed each morning and at each contact."""
    probability: Mapped[int | None] = mapped_column(SmallInteger)
    """Per cent that it renews, as the model in force says; null where none is. For the house's own
    order of work: never for pay, price, or anything a client sees."""
    probability_reasons: Mapped[list[Any] | None]
    """``[factor, +1 or -1, amount]``, the strongest first."""
    next_at: Mapped[datetime | None]
    """The next appointment, copied from the open promise."""
    pinned_at: Mapped[datetime | None]
    """Since when it stands on top of its assignee's queue, while it is open; null where it is not
    pinned."""
    pinned_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0)
    """Attempts in a row that did not reach the client; reaching them sets it to 0."""
    contacts: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    """All contacts of the case, reached or not."""
    effective_contacts: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    """Contacts that reached the client."""
    first_contact_minutes: Mapped[int | None]
    """Working minutes from the day it was opened to its first contact (rule
    ``calendar.working_hours``)."""
    last_contact_at: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    """When its holder was told that nobody touched it; null once it is given anew."""
    last_outcome: Mapped[words.ContactOutcome | None] = mapped_column(coded(words.ContactOutcome))
    last_intention: Mapped[words.Intention | None] = mapped_column(coded(words.Intention))
    refusal_reason: Mapped[str | None] = mapped_column(String(40))
    closed_on: Mapped[date | None]
    closing_note: Mapped[str | None] = mapped_column(Text)
    renewed_policy_id: Mapped[int | None] = mapped_column(RowId)
    renewed_premium_fen: Mapped[int | None] = mapped_column(Money)


class RenewalAllocation(Identified, Base):
    """The allocation ledger: every time a case was given to somebody, and why."""

    __tablename__ = "renewal_allocation"
    __table_args__ = (
        Index(
            "ix_renewal_allocation_given",
            *("staff_id", "allocated_on", "id", "effort", "premium_fen"),
        ),
        Index(
            "ix_renewal_allocation_taken",
            *("from_staff_id", "allocated_on", "effort", "premium_fen"),
            sqlite_where=text("from_staff_id IS NOT NULL"),
            postgresql_where=text("from_staff_id IS NOT NULL"),
        ),
        Index(None, "allocated_on", "id", "staff_id"),
        Index(
            "ix_renewal_allocation_cover",
            *("from_staff_id", "until_on"),
            sqlite_where=text("until_on IS NOT NULL AND returned_on IS NULL"),
            postgresql_where=text("until_on IS NOT NULL AND returned_on IS NULL"),
        ),
        Index(None, "renewal_id", "id"),
        Index(None, "client_id"),
    )

    client_id: Mapped[int] = mapped_column(RowId, ForeignKey("client.id"))
    renewal_id: Mapped[int] = mapped_column(RowId, ForeignKey("renewal.id"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    from_staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    allocated_on: Mapped[date]
    cause: Mapped[words.AllocationCause] = mapped_column(coded(words.AllocationCause))
    reason: Mapped[str | None] = mapped_column(String(200))
    effort: Mapped[int] = mapped_column(SmallInteger, default=10, server_default="10")
    """What the case weighed when it was given, in tenths of an ordinary case."""
    premium_fen: Mapped[int] = mapped_column(Money, default=0, server_default="0")
    """The case's premium when it was given."""
    why: Mapped[words.AllocationWhy | None] = mapped_column(coded(words.AllocationWhy))
    """Why this person; null where somebody moved it by hand."""
    choices: Mapped[int | None] = mapped_column(SmallInteger)
    """How many people could have had it."""
    stands: Mapped[int | None]
    """The month's effort of the person after it, of what they could do so far, in % × 100."""
    next_stands: Mapped[int | None]
    """Where the lowest of the others would have stood with it."""
    until_on: Mapped[date | None]
    """The last day of a cover."""
    returned_on: Mapped[date | None]
    """When the cover ended; null while it lasts."""
    by_staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class Target(Identified, Versioned, Base):
    """What a team or a person is to reach in a month (R161)."""

    __tablename__ = "target"
    __table_args__ = (UniqueConstraint("team_id", "staff_id", "month_on", "measure"),)

    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    month_on: Mapped[date]
    """The first day of the month."""
    measure: Mapped[words.TargetMeasure] = mapped_column(coded(words.TargetMeasure))
    value: Mapped[int]
    """Per cent ×100 for rates, fen for money, a count for contacts."""
