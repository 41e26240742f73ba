"""Service plans: what is done for a client, by when, by whom, for how much; and its versions."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, RowId, Versioned
from db.types import Money, coded
from terms import service as words
from terms.renewals import ContactChannel


def of_plan() -> ForeignKeyConstraint:
    """``(client_id, plan_id)`` → the plan, checked at commit."""
    return ForeignKeyConstraint(
        ["client_id", "plan_id"],
        ["service_plan.client_id", "service_plan.id"],
        deferrable=True,
        initially="DEFERRED",
    )


class ServicePlan(Identified, Versioned, Base):
    """R51 to R63: the plan of one engagement; it takes effect when it is opened."""

    __tablename__ = "service_plan"
    __table_args__ = (
        UniqueConstraint("client_id", "id"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        ForeignKeyConstraint(
            ["client_id", "engagement_id"],
            ["engagement.client_id", "engagement.id"],
            deferrable=True,
            initially="DEFERRED",
        ),
        Index(None, "client_id", "state"),
        Index(None, "client_id", "engagement_id"),
        Index(None, "state", "id"),
    )

    client_id: Mapped[int] = mapped_column(RowId, ForeignKey("client.id"))
    engagement_id: Mapped[int] = mapped_column(RowId)
    state: Mapped[words.PlanState] = mapped_column(coded(words.PlanState))
    number: Mapped[int] = mapped_column(SmallInteger, default=0)
    """Its latest version; 0 while it is a draft."""
    stars: Mapped[int | None] = mapped_column(SmallInteger)
    """The star whose standard it began with; null where none was known."""
    standard_on: Mapped[date]
    """The day whose version of rule ``plans.standards`` it is held to."""
    is_reference: Mapped[bool] = mapped_column(default=False, server_default=false())
    """R33: under a year or consulting work; the standard binds nobody."""
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    theme: Mapped[str | None] = mapped_column(String(200))
    """R62: the focus of the year."""
    goal: Mapped[str | None] = mapped_column(String(400))
    """R55: securing the renewal, developing needs."""
    needs_talk_on: Mapped[date | None]
    """R52: when the client was asked."""
    opinion: Mapped[str | None] = mapped_column(Text)
    """R56: what client relations say of it."""
    opinion_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    opinion_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    disclosed_at: Mapped[datetime | None]
    """R60: when the colleagues were shown it."""
    disclosed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    agreed_on: Mapped[date | None]
    """R57: when the client agreed to it, where they were asked."""


class ServicePlanItem(Identified, Versioned, Base):
    """R53: content, expected start and finish, handler, cost; and what became of it."""

    __tablename__ = "service_plan_item"
    __table_args__ = (
        of_plan(),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("cost_fen >= 0", name="cost_not_negative"),
        Index(None, "client_id", "plan_id"),
        Index(
            "ix_service_plan_item_open_handler",
            "handler_id",
            "ends_on",
            sqlite_where=text("state = 'planned'"),
            postgresql_where=text("state = 'planned'"),
        ),
        Index(None, "ends_on", "id", "state", "client_id", "done_on"),
        Index(None, "promise_id"),
        Index(None, "contact_id"),
        Index(None, "document_id"),
    )

    client_id: Mapped[int] = mapped_column(RowId, ForeignKey("client.id"))
    plan_id: Mapped[int] = mapped_column(RowId)
    kind: Mapped[words.ServiceKind] = mapped_column(coded(words.ServiceKind))
    source: Mapped[words.ItemSource] = mapped_column(coded(words.ItemSource))
    content: Mapped[str | None] = mapped_column(String(200))
    """More than its kind says."""
    channel: Mapped[ContactChannel] = mapped_column(coded(ContactChannel))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    cost_fen: Mapped[int] = mapped_column(Money, default=0)
    state: Mapped[words.ItemState] = mapped_column(coded(words.ItemState))
    promise_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("engagement_promise.id"))
    """The promise of the engagement it keeps (R15)."""
    done_on: Mapped[date | None]
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    contact_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("contact.id"))
    """What was done and how the client took it stands in the client log."""
    document_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("document.id"))
    """Evidence."""


class ServicePlanVersion(Identified, Base):
    """R61: one change of an open plan and what it changed; rows are added, never changed."""

    __tablename__ = "service_plan_version"
    __table_args__ = (of_plan(), UniqueConstraint("client_id", "plan_id", "number"))

    client_id: Mapped[int] = mapped_column(RowId, ForeignKey("client.id"))
    plan_id: Mapped[int] = mapped_column(RowId)
    number: Mapped[int] = mapped_column(SmallInteger)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """Null: the system, for measures of a risk tier."""
    why: Mapped[str | None] = mapped_column(String(400))
    approval_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("approval.id"), index=True)
    changes: Mapped[list[Any]]
    """``[item's kind and content, field, before, after]`` of everything that differs."""
