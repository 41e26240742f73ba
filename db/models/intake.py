"""Imports: the run, its rows until they are applied, and saved mappings."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, RowId, Versioned
from db.types import Encrypted, coded
from terms import intake as words


class ImportRun(Identified, Versioned, Base):
    """One file coming in: uploaded, checked (dry run), staged, applied."""

    __tablename__ = "import_run"

    kind: Mapped[words.ImportKind] = mapped_column(coded(words.ImportKind))
    file_name: Mapped[str] = mapped_column(String(200))
    file_path: Mapped[str] = mapped_column(String(300))
    file_sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[words.ImportState] = mapped_column(coded(words.ImportState))
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    rows: Mapped[int] = mapped_column(default=0)
    rows_done: Mapped[int] = mapped_column(default=0)
    """Progress: rows checked, staged or applied so far in this state."""
    created: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    same: Mapped[int] = mapped_column(default=0)
    warnings: Mapped[int] = mapped_column(default=0)
    duplicates: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    failure: Mapped[dict[str, Any] | None]
    """Why it failed: ``{"code": …, …}``."""


class ImportRow(Base):
    """One row of the file as it was read, and what becomes of it."""

    __tablename__ = "import_row"
    __table_args__ = (Index(None, "run_id", "outcome"),)

    run_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("import_run.id", ondelete="CASCADE"), primary_key=True
    )
    row: Mapped[int] = mapped_column(primary_key=True)
    """The line in the file, the header being 1."""
    outcome: Mapped[words.RowOutcome] = mapped_column(coded(words.RowOutcome))
    client_id: Mapped[int | None] = mapped_column(RowId)
    policy_id: Mapped[int | None] = mapped_column(RowId)
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Field names that change (never their personal values)."""
    problems: Mapped[list[Any]] = mapped_column(default=list)
    """``[{"column":…, "code":…, "level": "warning"|"refused", …}]``."""
    values: Mapped[str | None] = mapped_column(Encrypted)
    """The row's cells as JSON; dropped when the import is applied, kept for refused rows."""


class ImportMapping(Identified, Versioned, Base):
    """Which column means what, saved by name."""

    __tablename__ = "import_mapping"
    __table_args__ = (UniqueConstraint("kind", "name"),)

    kind: Mapped[words.ImportKind] = mapped_column(coded(words.ImportKind))
    name: Mapped[str] = mapped_column(String(80))
    columns: Mapped[dict[str, Any]] = mapped_column(default=dict)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
