"""Policies and the money around them: instalments, events, income ledger, claims.

Rows that hang on a policy refer to ``(client_id, policy_id)``, so none can point at another
client's policy (law 8).
"""

from datetime import date
from typing import Any

from sqlalchemy import (
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, RowId, Versioned
from db.types import EncryptedJson, Money, coded
from terms import policies as words
from terms.clients import PartyRole


def of_policy() -> ForeignKeyConstraint:
    """``(client_id, policy_id)`` → the policy, checked at commit."""
    return ForeignKeyConstraint(
        ["client_id", "policy_id"],
        ["policy.client_id", "policy.id"],
        deferrable=True,
        initially="DEFERRED",
    )


class Policy(Identified, Versioned, Base):
    """One term of one contract; a renewal's new term is a policy of its own."""

    __tablename__ = "policy"
    __table_args__ = (
        UniqueConstraint("client_id", "id"),
        UniqueConstraint("insurer", "number"),
        Index(None, "number"),
        Index("ix_policy_expiry", "expiry_on", "client_id", "status", "line"),
        Index("ix_policy_of_client", "client_id", "expiry_on", "status", "line"),
        Index("ix_policy_inception", "inception_on", "line", "client_id"),
        Index("ix_policy_line", "line", "client_id", "status"),
        Index(
            "ix_policy_previous_id",
            "previous_id",
            sqlite_where=text("previous_id IS NOT NULL"),
            postgresql_where=text("previous_id IS NOT NULL"),
        ),
    )

    client_id: Mapped[int] = mapped_column(RowId, ForeignKey("client.id"))
    number: Mapped[str] = mapped_column(String(60))
    line: Mapped[words.Line] = mapped_column(coded(words.Line))
    product: Mapped[str] = mapped_column(String(120))
    insurer: Mapped[str] = mapped_column(String(80), default="")
    inception_on: Mapped[date]
    expiry_on: Mapped[date | None]
    """The last day of cover; null where the contract has none (whole life)."""
    premium_fen: Mapped[int] = mapped_column(Money)
    """Premium of one term (or of one year of instalments)."""
    sum_insured_fen: Mapped[int | None] = mapped_column(Money)
    payment_mode: Mapped[words.PaymentMode] = mapped_column(coded(words.PaymentMode))
    cooling_off_days: Mapped[int | None] = mapped_column(Integer)
    status: Mapped[words.PolicyStatus] = mapped_column(coded(words.PolicyStatus))
    previous_id: Mapped[int | None] = mapped_column(RowId)
    """The term this one renews."""
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    cover: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What is covered: item → amount in fen or text, for the comparison of terms."""
    extra: Mapped[dict[str, Any]] = mapped_column(EncryptedJson, default=dict)


class PolicyParty(Base):
    """Insured and beneficiaries of a policy."""

    __tablename__ = "policy_party"
    __table_args__ = (of_policy(), Index(None, "client_id", "policy_id"), Index(None, "party_id"))

    policy_id: Mapped[int] = mapped_column(RowId, primary_key=True)
    party_id: Mapped[int] = mapped_column(RowId, ForeignKey("party.id"), primary_key=True)
    role: Mapped[PartyRole] = mapped_column(coded(PartyRole), primary_key=True)
    client_id: Mapped[int] = mapped_column(RowId, ForeignKey("client.id"))
    share_percent: Mapped[int | None]


class Instalment(Identified, Versioned, Base):
    """One premium falling due under a long-term contract (续期)."""

    __tablename__ = "instalment"
    __table_args__ = (
        of_policy(),
        UniqueConstraint("policy_id", "due_on"),
        Index(None, "status", "due_on"),
        Index(None, "client_id", "due_on"),
    )

    client_id: Mapped[int] = mapped_column(RowId, ForeignKey("client.id"))
    policy_id: Mapped[int] = mapped_column(RowId)
    due_on: Mapped[date]
    premium_fen: Mapped[int] = mapped_column(Money)
    paid_on: Mapped[date | None]
    paid_fen: Mapped[int | None] = mapped_column(Money)
    demanded_on: Mapped[date | None]
    """The day of a formal demand 催告; a service reminder is not one."""
    grace_ends_on: Mapped[date | None]
    status: Mapped[words.InstalmentStatus] = mapped_column(coded(words.InstalmentStatus))


class PolicyEvent(Identified, Base):
    __tablename__ = "policy_event"
    __table_args__ = (of_policy(), Index(None, "client_id", "happened_on"))

    client_id: Mapped[int] = mapped_column(RowId, ForeignKey("client.id"))
    policy_id: Mapped[int] = mapped_column(RowId, index=True)
    kind: Mapped[words.PolicyEventKind] = mapped_column(coded(words.PolicyEventKind))
    happened_on: Mapped[date]
    note: Mapped[str | None] = mapped_column(String(200))


class Income(Identified, Base):
    """The income ledger: commission or fees, realised and expected kept apart (R26, R28, R34)."""

    __tablename__ = "income"
    __table_args__ = (
        of_policy(),
        Index(None, "client_id", "booked_on"),
        Index(None, "booked_on", "kind"),
    )

    client_id: Mapped[int] = mapped_column(RowId, ForeignKey("client.id"))
    policy_id: Mapped[int | None] = mapped_column(RowId, index=True)
    kind: Mapped[words.IncomeKind] = mapped_column(coded(words.IncomeKind))
    booked_on: Mapped[date]
    amount_fen: Mapped[int] = mapped_column(Money)
    service_from: Mapped[date | None]
    service_to: Mapped[date | None]
    """The service period the amount pays for, both days included."""


class Claim(Identified, Versioned, Base):
    __tablename__ = "claim"
    __table_args__ = (of_policy(), Index(None, "client_id", "reported_on"))

    client_id: Mapped[int] = mapped_column(RowId, ForeignKey("client.id"))
    policy_id: Mapped[int | None] = mapped_column(RowId, index=True)
    number: Mapped[str] = mapped_column(String(60), unique=True)
    reported_on: Mapped[date]
    settled_on: Mapped[date | None]
    amount_fen: Mapped[int] = mapped_column(Money)
    status: Mapped[words.ClaimStatus] = mapped_column(coded(words.ClaimStatus))
    note: Mapped[str | None] = mapped_column(String(200))
