"""Complaints, minimal: enough for the client file and the renewal brief to know of them."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, RowId, Versioned
from db.models.policies import of_policy
from db.types import coded
from terms import complaints as words
from terms.policies import Line


class Complaint(Identified, Versioned, Base):
    __tablename__ = "complaint"
    __table_args__ = (
        of_policy(),
        Index(None, "client_id", "received_at"),
        Index(None, "state", "received_at"),
    )

    client_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("client.id"))
    policy_id: Mapped[int | None] = mapped_column(RowId, index=True)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    received_at: Mapped[datetime]
    channel: Mapped[words.ComplaintChannel] = mapped_column(coded(words.ComplaintChannel))
    dispute: Mapped[words.Dispute] = mapped_column(coded(words.Dispute))
    line: Mapped[Line | None] = mapped_column(coded(Line))
    product: Mapped[str | None] = mapped_column(String(120))
    about_staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"))
    state: Mapped[words.ComplaintState] = mapped_column(coded(words.ComplaintState))
    summary: Mapped[str] = mapped_column(Text)
    closed_on: Mapped[date | None]
