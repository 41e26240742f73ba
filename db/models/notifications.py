"""What the bell tells: one row per person and occasion, and the hours they want to be left."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, RowId


class Notification(Identified, Base):
    """One thing told to one person; its words are made when it is read."""

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("staff_id", "occasion"),
        Index(None, "staff_id", "shows_at"),
        Index(None, "client_id"),
    )

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    kind: Mapped[str] = mapped_column(String(40))
    """A ``NotificationKind``; one that is no longer told stays readable as *something new*."""
    occasion: Mapped[str] = mapped_column(String(80))
    """Names what happened, e.g. ``approval:42:asked``; nobody is told of it twice."""
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Numbers and counts for the sentence; nothing personal."""
    client_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("client.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    """Who caused it; null for the system."""
    page: Mapped[str | None] = mapped_column(String(60))
    """The screen it opens, and its address's parameters."""
    query: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]
    shows_at: Mapped[datetime]
    """``at``, or the end of the quiet hours it fell into."""
    read_at: Mapped[datetime | None]


class QuietHours(Base):
    """When a person's bell stays silent; no row: never."""

    __tablename__ = "quiet_hours"

    staff_id: Mapped[int] = mapped_column(RowId, ForeignKey("staff.id"), primary_key=True)
    from_minute: Mapped[int] = mapped_column(SmallInteger)
    """Minutes after midnight of the business's zone; from after to means over midnight."""
    to_minute: Mapped[int] = mapped_column(SmallInteger)
    also_days_off: Mapped[bool] = mapped_column(default=False)
    """Whether days the working calendar does not work are quiet as a whole."""
