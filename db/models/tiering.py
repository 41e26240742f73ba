"""Tiers: what is known of every client in numbers, the points it makes, and how they moved."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, RowId
from db.types import Money, coded
from terms.tiering import Tier, TierAxis


class TierRun(Identified, Base):
    """One pass over the clients: which versions of the rules, on whose day, and what it changed."""

    __tablename__ = "tier_run"
    __table_args__ = (Index(None, "on", "id"),)

    on: Mapped[date]
    """The day the data are of and the rules in force on."""
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    value_rule_id: Mapped[int] = mapped_column(ForeignKey("rule.id"))
    risk_rule_id: Mapped[int] = mapped_column(ForeignKey("rule.id"))
    star_rule_id: Mapped[int] = mapped_column(ForeignKey("rule.id"))
    clients: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)


class ClientStanding(Base):
    """Where a client stands: the facts, the points they make, the tiers; one row a client.

    A null fact is not known. ``parts`` are the points per factor in the order of the rule's
    factors, ``12,0,-,5``: ``-`` is a factor whose fact is not known. They add up to the score.
    """

    __tablename__ = "client_standing"
    __table_args__ = (
        Index(None, "value_tier", "risk_tier", "client_id"),
        Index(None, "stars", "client_id"),
        Index(None, "value_score", "client_id"),
        Index(None, "run_id"),
    )

    client_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("client.id", ondelete="CASCADE"), primary_key=True
    )
    run_id: Mapped[int] = mapped_column(RowId, ForeignKey("tier_run.id"))
    """The pass that last changed anything here."""
    premium_fen: Mapped[int] = mapped_column(Money)
    realised_fen: Mapped[int | None] = mapped_column(Money)
    expected_fen: Mapped[int | None] = mapped_column(Money)
    """Income of the service year; null where the ledger holds nothing of this client."""
    lines: Mapped[int] = mapped_column(SmallInteger)
    tenure: Mapped[int | None] = mapped_column(SmallInteger)
    needs: Mapped[int] = mapped_column(SmallInteger)
    household: Mapped[int] = mapped_column(SmallInteger)
    gaps: Mapped[int] = mapped_column(SmallInteger)
    attitude: Mapped[int | None] = mapped_column(SmallInteger)
    claims: Mapped[int] = mapped_column(SmallInteger)
    claims_ratio: Mapped[int | None]
    """Per cent; null where there was no premium to compare with."""
    complaints: Mapped[int] = mapped_column(SmallInteger)
    late: Mapped[int] = mapped_column(SmallInteger)
    value_score: Mapped[int] = mapped_column(SmallInteger)
    value_tier: Mapped[Tier] = mapped_column(coded(Tier, 8))
    value_could: Mapped[Tier] = mapped_column(coded(Tier, 8))
    value_parts: Mapped[str] = mapped_column(String(120))
    risk_score: Mapped[int] = mapped_column(SmallInteger)
    risk_tier: Mapped[Tier] = mapped_column(coded(Tier, 8))
    risk_could: Mapped[Tier] = mapped_column(coded(Tier, 8))
    risk_parts: Mapped[str] = mapped_column(String(120))
    stars: Mapped[int | None] = mapped_column(SmallInteger)
    """1 to 5; null where nothing is known of the client's income."""


class TierChange(Identified, Base):
    """A client went from one class to another: on whose day, by which pass."""

    __tablename__ = "tier_change"
    __table_args__ = (Index(None, "client_id", "id"), Index(None, "run_id", "axis"))

    client_id: Mapped[int] = mapped_column(RowId, ForeignKey("client.id", ondelete="CASCADE"))
    run_id: Mapped[int] = mapped_column(RowId, ForeignKey("tier_run.id"))
    axis: Mapped[TierAxis] = mapped_column(coded(TierAxis, 12))
    before: Mapped[str | None] = mapped_column(String(8))
    after: Mapped[str | None] = mapped_column(String(8))
    """A ``Tier``, or stars as a number; null: not known."""
    before_score: Mapped[int | None]
    after_score: Mapped[int | None]
