"""How a renewal ends: the plans a client chose from, the steps of the closing, lost clients."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, RowId, Versioned
from db.models.policies import of_policy
from db.types import Money, coded
from terms import closings as words
from terms.policies import Line


class RenewalPlan(Identified, Versioned, Base):
    """One way to renew that was put before the client (R83)."""

    __tablename__ = "renewal_plan"
    __table_args__ = (
        ForeignKeyConstraint(["renewal_id"], ["renewal.id"]),
        Index(None, "renewal_id"),
        Index(None, "client_id"),
        Index(
            None,
            "document_id",
            sqlite_where=text("document_id IS NOT NULL"),
            postgresql_where=text("document_id IS NOT NULL"),
        ),
    )

    client_id: Mapped[int] = mapped_column(RowId, ForeignKey("client.id"))
    renewal_id: Mapped[int] = mapped_column(RowId)
    name: Mapped[str] = mapped_column(String(80))
    insurer: Mapped[str] = mapped_column(String(80))
    product: Mapped[str] = mapped_column(String(120))
    premium_fen: Mapped[int] = mapped_column(Money)
    cover: Mapped[dict[str, Any]] = mapped_column(default=dict)
    document_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("document.id"))
    """The quote as the insurer wrote it, in the client's documents."""
    is_chosen: Mapped[bool] = mapped_column(default=False)
    offered_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class ClosingStep(Identified, Versioned, Base):
    """One thing to be done until the case may be closed as renewed (R85)."""

    __tablename__ = "closing_step"
    __table_args__ = (UniqueConstraint("renewal_id", "kind"), Index(None, "client_id"))

    client_id: Mapped[int] = mapped_column(RowId, ForeignKey("client.id"))
    renewal_id: Mapped[int] = mapped_column(RowId, ForeignKey("renewal.id"))
    position: Mapped[int] = mapped_column(SmallInteger)
    """Where it stands in the list, from 1."""
    kind: Mapped[words.StepKind] = mapped_column(coded(words.StepKind))
    state: Mapped[words.StepState] = mapped_column(coded(words.StepState))
    way: Mapped[words.StepWay | None] = mapped_column(coded(words.StepWay))
    location: Mapped[str | None] = mapped_column(String(120))
    """Where it happens, if not online."""
    due_at: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(String(200))
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class LostCase(Identified, Versioned, Base):
    """A case that was lost, and who is to win the client back by when (R92)."""

    __tablename__ = "lost_case"
    __table_args__ = (
        UniqueConstraint("renewal_id"),
        Index(None, "client_id"),
        Index(None, "state", "due_on", "id"),
        Index(None, "team_id", "state", "due_on", "id"),
        Index(None, "branch_id", "state", "due_on", "id"),
        Index(None, "owner_id", "state", "due_on", "id"),
    )

    client_id: Mapped[int] = mapped_column(RowId, ForeignKey("client.id"))
    renewal_id: Mapped[int] = mapped_column(RowId, ForeignKey("renewal.id"))
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    line: Mapped[Line] = mapped_column(coded(Line))
    lost_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(40))
    """A code of rule ``renewal.refusal_reasons``."""
    competitor: Mapped[str | None] = mapped_column(String(80))
    competitor_premium_fen: Mapped[int | None] = mapped_column(Money)
    premium_fen: Mapped[int] = mapped_column(Money)
    """What the client paid us for the term that ended."""
    state: Mapped[words.WinBackState] = mapped_column(coded(words.WinBackState))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    assigned_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    due_on: Mapped[date]
    """When the client is to be called again."""
    settled_on: Mapped[date | None]
    note: Mapped[str | None] = mapped_column(String(200))


class RenewalConflict(Identified, Versioned, Base):
    """An imported policy that would renew a case but contradicts what we know of it."""

    __tablename__ = "renewal_conflict"
    __table_args__ = (
        of_policy(),
        UniqueConstraint("renewal_id", "policy_id"),
        Index(None, "client_id"),
        Index(None, "policy_id"),
        Index(None, "state", "id"),
        Index(None, "run_id"),
    )

    client_id: Mapped[int] = mapped_column(RowId, ForeignKey("client.id"))
    renewal_id: Mapped[int] = mapped_column(RowId, ForeignKey("renewal.id"))
    policy_id: Mapped[int] = mapped_column(RowId)
    """The policy that came."""
    run_id: Mapped[int] = mapped_column(RowId, ForeignKey("import_run.id"))
    kind: Mapped[words.ConflictKind] = mapped_column(coded(words.ConflictKind))
    state: Mapped[words.ConflictState] = mapped_column(coded(words.ConflictState))
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
