"""How often each chapter changed: what every open screen is told by."""

from sqlalchemy import SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, RowId


class ChangeCounter(Base):
    """Committed transactions that changed a chapter; the sum over its shards only rises.

    Several rows per chapter, so that two people who save at once do not wait for one another.
    """

    __tablename__ = "change_counter"

    chapter: Mapped[str] = mapped_column(String(24), primary_key=True)
    shard: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    n: Mapped[int] = mapped_column(RowId, default=0)
