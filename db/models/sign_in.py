"""Sessions, sign-in attempts and drafts: rows that come and go, outside the audit (law 4)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, RowId
from db.types import Encrypted


class SignInSession(Base):
    """A signed-in browser; the cookie holds an opaque token, the row its SHA-256."""

    __tablename__ = "sign_in_session"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    """The absolute limit; the idle limit counts from ``last_seen_at``."""
    idle_minutes: Mapped[int] = mapped_column(default=60)
    """The idle limit in force when the session began."""
    revoked_at: Mapped[datetime | None]
    revoked_why: Mapped[str | None] = mapped_column(String(40))
    address: Mapped[str | None] = mapped_column(String(64))
    browser: Mapped[str | None] = mapped_column(String(200))


class SignInTicket(Base):
    """A one-time, short-lived ticket that the browser turns into its session cookie."""

    __tablename__ = "sign_in_ticket"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    token: Mapped[str] = mapped_column(Encrypted)
    """The session token the cookie will hold."""
    expires_at: Mapped[datetime]


class SignInAttempt(Identified, Base):
    """Every try, of known and unknown names; five failures in fifteen minutes lock the name."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index(None, "username", "tried_at"),)

    username: Mapped[str] = mapped_column(String(80))
    tried_at: Mapped[datetime]
    succeeded: Mapped[bool]
    address: Mapped[str | None] = mapped_column(String(64))


class Draft(Base):
    """What somebody typed and did not save yet; the last two seconds may be missing."""

    __tablename__ = "draft"

    staff_id: Mapped[int] = mapped_column(RowId, ForeignKey("staff.id"), primary_key=True)
    form: Mapped[str] = mapped_column(String(40), primary_key=True)
    subject: Mapped[str] = mapped_column(String(60), primary_key=True)
    body: Mapped[str] = mapped_column(Encrypted)
    """A JSON object of field → value."""
    updated_at: Mapped[datetime]
