"""The order of turns among people of whom the allocation ledger says nothing yet."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, RowId


class AllocationTurn(Base):
    """A lot drawn once for each specialist, before their first case; the lowest goes first."""

    __tablename__ = "allocation_turn"

    staff_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True
    )
    drawn: Mapped[int] = mapped_column(BigInteger)
    drawn_at: Mapped[datetime]
