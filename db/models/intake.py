"""Imports: the run, its rows, what they become until they are applied, and saved mappings.

The ``staged_*`` tables hold, in the form of the tables they go to, what an import will write:
filled in chunks outside of any long transaction, applied by ``INSERT … SELECT`` and emptied.
A null in them means "leave as it is": a blank cell never erases.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, RowId, Versioned
from db.types import Encrypted, EncryptedJson, Money, coded
from terms import intake as words
from terms.clients import (
    ClientType,
    IdType,
    LifecycleStage,
    PhoneKind,
    RiskLevel,
    SearchKind,
    Sex,
)
from terms.people import Language
from terms.policies import Line, PaymentMode, PolicyStatus
from terms.renewals import ContactChannel


class ImportRun(Identified, Versioned, Base):
    """One file coming in: uploaded, checked (dry run), staged, applied."""

    __tablename__ = "import_run"

    kind: Mapped[words.ImportKind] = mapped_column(coded(words.ImportKind))
    file_name: Mapped[str] = mapped_column(String(200))
    file_path: Mapped[str] = mapped_column(String(300))
    file_sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[words.ImportState] = mapped_column(coded(words.ImportState))
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    preview: Mapped[str | None] = mapped_column(Encrypted)
    """Columns with sample cells for the mapping screen, as JSON; dropped when applied."""
    is_attended: Mapped[bool] = mapped_column(default=False)
    """The command that started it works on it itself; the worker leaves it alone."""
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
    __table_args__ = (Index(None, "run_id", "outcome"), {"sqlite_with_rowid": False})

    run_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("import_run.id", ondelete="CASCADE"), primary_key=True
    )
    row: Mapped[int] = mapped_column(primary_key=True)
    """The line in the file, the header being 1."""
    outcome: Mapped[words.RowOutcome] = mapped_column(coded(words.RowOutcome))
    client_id: Mapped[int | None] = mapped_column(RowId)
    policy_id: Mapped[int | None] = mapped_column(RowId)
    duplicate_of: Mapped[int | None] = mapped_column(RowId)
    """The earlier line that is equal to this one apart from the client number."""
    has_warning: Mapped[bool] = mapped_column(default=False)
    changes: Mapped[list[Any]] = mapped_column(default=list)
    """Field names that change (never their personal values)."""
    problems: Mapped[list[Any]] = mapped_column(default=list)
    """``[{"column":…, "code":…, "level": "warning"|"refused", …}]``."""
    values: Mapped[str | None] = mapped_column(Encrypted)
    """The cells of a row with problems, as JSON; kept for refused rows only when applied."""
    seen_client: Mapped[int | None]
    """The version of the stored client the row was first compared with."""
    seen_policy: Mapped[int | None]
    before: Mapped[str | None] = mapped_column(Encrypted)
    """What the changed fields held before, as JSON, so that an import can be undone."""


class _Staged:
    """A row that waits to be applied; ids below zero are given out when it is."""

    run_id: Mapped[int] = mapped_column(RowId, primary_key=True)
    row: Mapped[int] = mapped_column(RowId, primary_key=True)
    is_new: Mapped[bool]
    client_id: Mapped[int] = mapped_column(RowId)

    __table_args__ = ({"sqlite_with_rowid": False},)


class StagedClient(_Staged, Base):
    """A client with its party as an import will make or change it."""

    __tablename__ = "staged_client"

    party_id: Mapped[int] = mapped_column(RowId)
    number: Mapped[str] = mapped_column(String(40))
    client_type: Mapped[ClientType] = mapped_column(coded(ClientType))
    name: Mapped[str | None] = mapped_column(String(120))
    sex: Mapped[Sex | None] = mapped_column(coded(Sex))
    birth_on: Mapped[date | None]
    occupation: Mapped[str | None] = mapped_column(String(80))
    id_type: Mapped[IdType | None] = mapped_column(coded(IdType))
    id_number: Mapped[str | None] = mapped_column(Encrypted)
    id_index: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    region: Mapped[str | None] = mapped_column(String(80))
    phone: Mapped[str | None] = mapped_column(Encrypted)
    phone_kind: Mapped[PhoneKind | None] = mapped_column(coded(PhoneKind))
    phone_index: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    last_four_index: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    email: Mapped[str | None] = mapped_column(Encrypted)
    email_index: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    address: Mapped[str | None] = mapped_column(Encrypted)
    owner_id: Mapped[int | None] = mapped_column(RowId)
    team_id: Mapped[int | None] = mapped_column(RowId)
    branch_id: Mapped[int | None] = mapped_column(RowId)
    stage: Mapped[LifecycleStage | None] = mapped_column(coded(LifecycleStage))
    client_since_on: Mapped[date | None]
    preferred_channel: Mapped[ContactChannel | None] = mapped_column(coded(ContactChannel))
    preferred_time: Mapped[str | None] = mapped_column(String(40))
    preferred_language: Mapped[Language | None] = mapped_column(coded(Language))
    do_not_contact: Mapped[bool | None]
    risk_preference: Mapped[RiskLevel | None] = mapped_column(coded(RiskLevel))
    risk_tolerance: Mapped[RiskLevel | None] = mapped_column(coded(RiskLevel))
    needs: Mapped[str | None] = mapped_column(Text)
    special_circumstances: Mapped[str | None] = mapped_column(Text)
    completeness: Mapped[int]
    extra: Mapped[dict[str, Any]] = mapped_column(EncryptedJson)
    """The whole of the client's ``extra`` as it will be."""
    extra_numbers: Mapped[dict[str, Any]]
    seen_version: Mapped[int | None]
    """The version of the client this was decided from; null for a new one."""


class StagedTerm(Base):
    """How a staged client's name will be found."""

    __tablename__ = "staged_term"
    __table_args__ = ({"sqlite_with_rowid": False},)

    run_id: Mapped[int] = mapped_column(RowId, primary_key=True)
    client_id: Mapped[int] = mapped_column(RowId, primary_key=True)
    kind: Mapped[SearchKind] = mapped_column(coded(SearchKind, 10), primary_key=True)
    term: Mapped[str] = mapped_column(String(20), primary_key=True)


class StagedPolicy(_Staged, Base):
    """A policy as an import will make or change it."""

    __tablename__ = "staged_policy"

    policy_id: Mapped[int] = mapped_column(RowId)
    number: Mapped[str] = mapped_column(String(60))
    insurer: Mapped[str | None] = mapped_column(String(80))
    line: Mapped[Line | None] = mapped_column(coded(Line))
    product: Mapped[str | None] = mapped_column(String(120))
    inception_on: Mapped[date | None]
    expiry_on: Mapped[date | None]
    premium_fen: Mapped[int | None] = mapped_column(Money)
    sum_insured_fen: Mapped[int | None] = mapped_column(Money)
    payment_mode: Mapped[PaymentMode | None] = mapped_column(coded(PaymentMode))
    cooling_off_days: Mapped[int | None]
    status: Mapped[PolicyStatus | None] = mapped_column(coded(PolicyStatus))
    agent_id: Mapped[int | None] = mapped_column(RowId)
    next_due_on: Mapped[date | None]
    """The instalment that will be made; null where there is none, or it is there already."""
    due_fen: Mapped[int | None] = mapped_column(Money)
    previous_number: Mapped[str | None] = mapped_column(String(60))
    """The number of the policy this one renews, where the file says it."""
    extra: Mapped[dict[str, Any]] = mapped_column(EncryptedJson)
    seen_version: Mapped[int | None]
    """The version of the policy this was decided from; null for a new one."""


class ImportMapping(Identified, Versioned, Base):
    """Which column means what, saved by name; each person's names are their own."""

    __tablename__ = "import_mapping"
    __table_args__ = (UniqueConstraint("kind", "name", "owner_id"),)

    kind: Mapped[words.ImportKind] = mapped_column(coded(words.ImportKind))
    name: Mapped[str] = mapped_column(String(80))
    columns: Mapped[dict[str, Any]] = mapped_column(default=dict)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
