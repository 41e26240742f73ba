"""The declarative base every model shares, with names for all constraints."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Constraint, Date, Integer, MetaData, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from db.types import Json, SavedAt, UtcDateTime


def _check_name(constraint: Constraint, table: Table) -> str:
    """An enum's check is named for its column, so that two columns may hold one enum."""
    columns = list(constraint.columns) if isinstance(constraint, CheckConstraint) else []
    return columns[0].name if columns else str(constraint.name)


NAMING: dict[str, Any] = {
    "check": _check_name,
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(check)s%(constraint_name).0s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

RowId = BigInteger().with_variant(Integer(), "sqlite")
"""Row ids: 64 bits on both databases (SQLite's INTEGER PRIMARY KEY is the rowid)."""


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        int: RowId,
        datetime: UtcDateTime(),
        date: Date(),
        dict[str, Any]: Json(),
        list[Any]: Json(),
    }


class Identified:
    """A row with a surrogate id; people see the business number, never this."""

    id: Mapped[int] = mapped_column(RowId, primary_key=True)


class Versioned:
    """Optimistic locking (law 7) and when the row was made and last changed, UTC.

    Operations set ``created_at`` and ``updated_at`` from their ``at``; bulk statements raise
    ``version`` themselves.
    """

    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(SavedAt)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}
