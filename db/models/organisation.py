"""The company and its people: profile, branches, departments, teams, staff and their leave."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, RowId, Versioned
from db.types import coded
from terms import people as words
from terms.policies import Line


class CompanyProfile(Versioned, Base):
    """The one company of this database (id 1)."""

    __tablename__ = "company_profile"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    kind: Mapped[words.CompanyKind] = mapped_column(coded(words.CompanyKind))
    name: Mapped[str] = mapped_column(String(120))
    licence_number: Mapped[str | None] = mapped_column(String(60))
    is_demo: Mapped[bool] = mapped_column(default=False)
    set_up_at: Mapped[datetime | None]
    """When the first-run guide was closed; null while it is still shown."""


class Branch(Identified, Versioned, Base):
    __tablename__ = "branch"

    name: Mapped[str] = mapped_column(String(80), unique=True)
    province: Mapped[str] = mapped_column(String(40))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"), index=True)


class Department(Identified, Base):
    __tablename__ = "department"
    __table_args__ = (UniqueConstraint("branch_id", "kind"),)

    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id"))
    kind: Mapped[words.Department] = mapped_column(coded(words.Department))
    name: Mapped[str] = mapped_column(String(80))


class Team(Identified, Versioned, Base):
    __tablename__ = "team"

    name: Mapped[str] = mapped_column(String(80), unique=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branch.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)


class Staff(Identified, Versioned, Base):
    """A member of staff; signs in with ``username``, is switched off by ``in_service_to``."""

    __tablename__ = "staff"

    username: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"), index=True)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)
    registration_number: Mapped[str | None] = mapped_column(String(40))
    weekly_capacity: Mapped[int] = mapped_column(default=150)
    """Renewal cases a week this person can work."""
    in_service_from: Mapped[date]
    in_service_to: Mapped[date | None]
    locale: Mapped[words.Locale] = mapped_column(coded(words.Locale), default=words.Locale.ZH)
    auth_source: Mapped[words.AuthSource] = mapped_column(
        coded(words.AuthSource), default=words.AuthSource.PASSWORD
    )
    password_hash: Mapped[str | None] = mapped_column(String(100))
    must_change_password: Mapped[bool] = mapped_column(default=True)
    password_changed_at: Mapped[datetime | None]
    is_demo: Mapped[bool] = mapped_column(default=False)


class StaffRole(Base):
    __tablename__ = "staff_role"

    staff_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[words.Role] = mapped_column(coded(words.Role), primary_key=True)


class StaffLine(Base):
    """A product line the member of staff is authorised for."""

    __tablename__ = "staff_line"

    staff_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True
    )
    line: Mapped[Line] = mapped_column(coded(Line), primary_key=True)


class StaffLanguage(Base):
    __tablename__ = "staff_language"

    staff_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True
    )
    language: Mapped[words.Language] = mapped_column(coded(words.Language), primary_key=True)


class StaffLeave(Identified, Versioned, Base):
    """Days of leave, both ends included."""

    __tablename__ = "staff_leave"
    __table_args__ = (Index(None, "staff_id", "from_on", "to_on"),)

    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    kind: Mapped[words.LeaveKind] = mapped_column(coded(words.LeaveKind))
    from_on: Mapped[date]
    to_on: Mapped[date]
    substitute_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
