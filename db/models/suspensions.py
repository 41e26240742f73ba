"""Instalments that were not paid: formal demands, suspended cover, reinstatement."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, RowId, Versioned
from db.models.policies import of_policy
from db.types import coded
from terms import instalments as words


def _while_open(name: str, *columns: str, also: str = "") -> Index:
    return Index(
        name,
        *columns,
        sqlite_where=text("is_open = 1" + also),
        postgresql_where=text("is_open" + also),
    )


class FormalDemand(Identified, Versioned, Base):
    """A formal demand 催告 for one instalment, with the proof that it was delivered."""

    __tablename__ = "formal_demand"
    __table_args__ = (
        of_policy(),
        ForeignKeyConstraint(["instalment_id"], ["instalment.id"]),
        UniqueConstraint("instalment_id"),
        Index(None, "client_id"),
        Index(None, "policy_id"),
        Index(None, "document_id"),
        Index(None, "recorded_by_id"),
    )

    client_id: Mapped[int] = mapped_column(RowId, ForeignKey("client.id"))
    policy_id: Mapped[int] = mapped_column(RowId)
    instalment_id: Mapped[int] = mapped_column(RowId)
    demanded_on: Mapped[date]
    """The day it was delivered."""
    means: Mapped[words.DemandMeans] = mapped_column(coded(words.DemandMeans))
    reference: Mapped[str] = mapped_column(String(80))
    """The proof of delivery: the letter's number, the receipt's, the notary's deed."""
    document_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("document.id"))
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    recorded_at: Mapped[datetime]


class Suspension(Identified, Versioned, Base):
    """Cover suspended 效力中止 for an unpaid instalment, from its first day without cover on."""

    __tablename__ = "suspension"
    __table_args__ = (
        of_policy(),
        ForeignKeyConstraint(["instalment_id"], ["instalment.id"]),
        UniqueConstraint("instalment_id"),
        Index(None, "client_id"),
        Index(None, "policy_id"),
        Index(None, "notice_document_id"),
        _while_open("ix_suspension_next", "next_due_on", "id", "client_id"),
        _while_open(
            "ix_suspension_unsent",
            *("notice_due_on", "id", "client_id"),
            also=" AND notice_sent_on IS NULL",
        ),
        _while_open("ix_suspension_state", "state", "next_due_on", "id", "client_id"),
        _while_open("ix_suspension_ending", "reinstatable_until", "id", "client_id"),
    )

    client_id: Mapped[int] = mapped_column(RowId, ForeignKey("client.id"))
    policy_id: Mapped[int] = mapped_column(RowId)
    instalment_id: Mapped[int] = mapped_column(RowId)
    state: Mapped[words.SuspensionState] = mapped_column(coded(words.SuspensionState))
    is_open: Mapped[bool]
    basis: Mapped[words.GraceBasis] = mapped_column(coded(words.GraceBasis))
    grace_ended_on: Mapped[date]
    """The last day of grace."""
    suspended_on: Mapped[date]
    """The first day without cover: the day after grace."""
    notice_due_on: Mapped[date]
    notice_is_provisional: Mapped[bool] = mapped_column(default=False)
    """The official calendar did not reach that far when the day was counted."""
    notice_sent_on: Mapped[date | None]
    notice_means: Mapped[words.NoticeMeans | None] = mapped_column(coded(words.NoticeMeans))
    notice_reference: Mapped[str | None] = mapped_column(String(80))
    notice_document_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("document.id"))
    reinstatable_until: Mapped[date]
    """The last day on which reinstatement can be agreed."""
    applied_on: Mapped[date | None]
    answer_due_on: Mapped[date | None]
    answered_on: Mapped[date | None]
    is_deemed: Mapped[bool] = mapped_column(default=False)
    """Accepted because nobody answered in time."""
    answer_note: Mapped[str | None] = mapped_column(String(200))
    next_due_on: Mapped[date]
    """The clock that runs out next: the notice, the answer, or reinstatement itself."""
    closed_on: Mapped[date | None]
