"""Tiers: what is known of every client in numbers, the points it makes, and how they moved."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, RowId, Versioned
from db.types import Encrypted, Money, coded
from terms.tiering import CreditGrade, PassStage, ReceptionClass, Tier, TierAxis


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
    lines_rule_id: Mapped[int] = mapped_column(ForeignKey("rule.id"))
    reception_rule_id: Mapped[int] = mapped_column(ForeignKey("rule.id"))
    credit_rule_id: Mapped[int] = mapped_column(ForeignKey("rule.id"))
    clients: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    is_full: Mapped[bool] = mapped_column(default=True)
    """Over all clients; else over those whose data changed since the pass before."""
    stage: Mapped[PassStage] = mapped_column(coded(PassStage, 12))


class ClientStanding(Base):
    """Where a client stands: the facts, the points they make, the tiers; one row a client.

    A null fact is not known. ``parts`` are the points per factor in the order of the rule's
    factors, ``12,0,-,5``: ``-`` is a factor whose fact is not known. They add up to the score.
    """

    __tablename__ = "client_standing"
    __table_args__ = (
        Index(None, "value_tier", "risk_tier", "client_id"),
        Index(None, "stars", "client_id"),
        Index(None, "value_score", "premium_fen", "client_id"),
        Index(None, "value_could", "value_by_rule", "client_id"),
        Index(None, "team_id", "client_id"),
        Index(None, "branch_id", "client_id"),
        Index(None, "run_id"),
    )

    client_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("client.id", ondelete="CASCADE"), primary_key=True
    )
    run_id: Mapped[int] = mapped_column(RowId, ForeignKey("tier_run.id"))
    """The pass that last changed anything here."""
    mark: Mapped[int | None] = mapped_column(BigInteger)
    """A number made of all the columns below, so that a pass sees at once what it would change."""
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"))
    """Whose the client was when the pass read it; what ``TierCount`` adds up by."""
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
    value_by_rule: Mapped[Tier] = mapped_column(coded(Tier, 8))
    """What the points say; ``value_tier`` is this one unless a person's decision holds."""
    value_parts: Mapped[str] = mapped_column(String(240))
    risk_score: Mapped[int] = mapped_column(SmallInteger)
    risk_tier: Mapped[Tier] = mapped_column(coded(Tier, 8))
    risk_could: Mapped[Tier] = mapped_column(coded(Tier, 8))
    risk_by_rule: Mapped[Tier] = mapped_column(coded(Tier, 8))
    risk_parts: Mapped[str] = mapped_column(String(240))
    stars: Mapped[int | None] = mapped_column(SmallInteger)
    """1 to 5; null where nothing is known of the client's income."""
    stars_by_rule: Mapped[int | None] = mapped_column(SmallInteger)
    reception: Mapped[ReceptionClass] = mapped_column(coded(ReceptionClass, 8))
    reception_by_rule: Mapped[ReceptionClass] = mapped_column(coded(ReceptionClass, 8))
    """What stars and value tier make, those that hold."""
    credit_score: Mapped[int] = mapped_column(SmallInteger)
    """Points against the client: the more, the worse."""
    credit: Mapped[CreditGrade] = mapped_column(coded(CreditGrade, 8))
    credit_by_rule: Mapped[CreditGrade] = mapped_column(coded(CreditGrade, 8))


class TierChange(Identified, Base):
    """A client went from one class to another: on whose day, by which pass."""

    __tablename__ = "tier_change"
    __table_args__ = (Index(None, "client_id", "id"), Index(None, "run_id", "axis"))

    client_id: Mapped[int] = mapped_column(RowId, ForeignKey("client.id", ondelete="CASCADE"))
    run_id: Mapped[int] = mapped_column(RowId, ForeignKey("tier_run.id"))
    axis: Mapped[TierAxis] = mapped_column(coded(TierAxis, 12))
    before: Mapped[str | None] = mapped_column(String(8))
    after: Mapped[str | None] = mapped_column(String(8))
    """A class of the axis, stars as a number; null: not known."""
    before_score: Mapped[int | None]
    after_score: Mapped[int | None]


class TierOverride(Identified, Versioned, Base):
    """What a person decided a client's class is, beside what the rule says (R29).

    Holds from ``from_on`` until ``until_on``, both included, unless ended before.
    """

    __tablename__ = "tier_override"
    __table_args__ = (Index(None, "client_id", "axis", "from_on"), Index(None, "until_on"))

    client_id: Mapped[int] = mapped_column(RowId, ForeignKey("client.id", ondelete="CASCADE"))
    axis: Mapped[TierAxis] = mapped_column(coded(TierAxis, 12))
    held: Mapped[str] = mapped_column(String(8))
    """A class of the axis, stars as a number."""
    reason: Mapped[str] = mapped_column(Encrypted)
    from_on: Mapped[date]
    until_on: Mapped[date]
    approval_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("approval.id"), index=True)
    """Null: taken over from another system."""
    ended_at: Mapped[datetime | None]


class StarDisclosure(Identified, Versioned, Base):
    """A client's stars may be told to the client (R30), from ``from_on`` until ``until_on``, both
    included, unless ended before."""

    __tablename__ = "star_disclosure"
    __table_args__ = (Index(None, "client_id", "until_on"),)

    client_id: Mapped[int] = mapped_column(RowId, ForeignKey("client.id", ondelete="CASCADE"))
    reason: Mapped[str] = mapped_column(Encrypted)
    from_on: Mapped[date]
    until_on: Mapped[date]
    approval_id: Mapped[int] = mapped_column(RowId, ForeignKey("approval.id"), index=True)
    ended_at: Mapped[datetime | None]


class TierCount(Base):
    """How many clients stand where, by whose they are: what the passes add up for the screens.

    ``team_id`` and ``branch_id`` 0 are none, ``stars`` 0 is not known.
    """

    __tablename__ = "tier_count"

    branch_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    team_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value_tier: Mapped[Tier] = mapped_column(coded(Tier, 8), primary_key=True)
    is_open: Mapped[bool] = mapped_column(primary_key=True)
    """What is not known could still change the value tier."""
    risk_tier: Mapped[Tier] = mapped_column(coded(Tier, 8), primary_key=True)
    stars: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    clients: Mapped[int]
    premium_fen: Mapped[int] = mapped_column(Money)
    income_fen: Mapped[int] = mapped_column(Money)


class TierScoreCount(Base):
    """How many clients have which score, by whose they are."""

    __tablename__ = "tier_score_count"

    branch_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    team_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    axis: Mapped[TierAxis] = mapped_column(coded(TierAxis, 12), primary_key=True)
    score: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    clients: Mapped[int]


class TierMissingCount(Base):
    """Of how many clients a fact is not known that could change their value tier, by whose they
    are."""

    __tablename__ = "tier_missing_count"

    branch_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    team_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    factor: Mapped[str] = mapped_column(String(80), primary_key=True)
    value_could: Mapped[Tier] = mapped_column(coded(Tier, 8), primary_key=True)
    """The tier it could bring, together with what else is not known."""
    clients: Mapped[int]


class TierConcentration(Base):
    """How a column of numbers is spread over the clients who have it.

    Of all clients (both ids 0), of a branch (``team_id`` 0) or of a team (``branch_id`` 0).
    """

    __tablename__ = "tier_concentration"

    column: Mapped[str] = mapped_column(String(80), primary_key=True)
    """``premium``, ``income``, or a column the company imported: ``extra:<its name>``."""
    branch_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    team_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    as_of: Mapped[datetime]
    clients: Mapped[int]
    total: Mapped[int] = mapped_column(Money)
    """The sum in hundredths: of money fen."""
    top: Mapped[int] = mapped_column(Money)
    """What the fifth of the clients who have most of it hold."""
    curve: Mapped[list[Any]]
    """What each twentieth more of the clients holds of the sum, in ten-thousandths, from those
    who have most: 21 numbers from 0 to 10,000."""


class TierDue(Identified, Base):
    """A client whose data changed: the next pass looks at it (R46). One line a change."""

    __tablename__ = "tier_due"

    client_id: Mapped[int] = mapped_column(RowId)


class TierDraft(Identified, Versioned, Base):
    """Rules of tiers somebody tries out before they are asked for: scales and stars together."""

    __tablename__ = "tier_draft"

    name: Mapped[str] = mapped_column(String(80))
    value: Mapped[dict[str, Any]]
    """Rule key → the value it would have."""
    why: Mapped[str] = mapped_column(Text, default="")
    effective_from: Mapped[date | None]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    asked_number: Mapped[str | None] = mapped_column(String(20))
    """The request it waits in, or was decided by."""


class TierPublication(Identified, Base):
    """Rules of tiers that were published together; until they are taken back."""

    __tablename__ = "tier_publication"
    __table_args__ = (Index(None, "effective_from"),)

    name: Mapped[str] = mapped_column(String(80))
    effective_from: Mapped[date]
    rules: Mapped[dict[str, Any]]
    """Rule key → [row of the version, row of the one it follows]."""
    shown: Mapped[dict[str, Any]]
    """The movements that were shown when it was asked for: axis → rows of counts."""
    approval_id: Mapped[int] = mapped_column(RowId, ForeignKey("approval.id"), index=True)
    published_at: Mapped[datetime]
    run_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("tier_run.id"), index=True)
    """The pass that first went by it."""
    undone_at: Mapped[datetime | None]
    undone_by_run_id: Mapped[int | None] = mapped_column(
        RowId, ForeignKey("tier_run.id"), index=True
    )
