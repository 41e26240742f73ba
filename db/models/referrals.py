"""A client's question handed to another department, with the day its answer is due (R90)."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, RowId, Versioned
from db.types import coded
from terms import referrals as words


class Referral(Identified, Versioned, Base):
    __tablename__ = "referral"
    __table_args__ = (
        Index(None, "client_id", "id"),
        Index(None, "to_staff_id", "state", "due_on"),
        Index(None, "asked_by_id", "state", "due_on"),
        Index(
            None,
            "renewal_id",
            sqlite_where=text("renewal_id IS NOT NULL"),
            postgresql_where=text("renewal_id IS NOT NULL"),
        ),
    )

    client_id: Mapped[int] = mapped_column(RowId, ForeignKey("client.id"))
    renewal_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("renewal.id"))
    """The case it came up in."""
    kind: Mapped[words.ReferralKind] = mapped_column(coded(words.ReferralKind))
    question: Mapped[str] = mapped_column(Text)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime]
    to_staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    due_on: Mapped[date]
    """The last working day for the answer; rule ``renewal.referral_days``."""
    is_provisional: Mapped[bool] = mapped_column(default=False)
    """The day lies past the official calendar."""
    state: Mapped[words.ReferralState] = mapped_column(coded(words.ReferralState))
    answer: Mapped[str | None] = mapped_column(String(2000))
    answered_at: Mapped[datetime | None]
