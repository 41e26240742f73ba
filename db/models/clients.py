"""Clients: who we serve, who may see them, what they agreed to, how they are found."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, RowId, Versioned
from db.types import EncryptedJson, coded, plain_order
from terms import clients as words
from terms.people import Language
from terms.renewals import ContactChannel
from terms.service import TeamField, TeamRole

_FILTERED = ("completeness", "stage", "client_type")
"""Carried by the list indexes, so that a filtered list reads no row it does not show."""


class Client(Identified, Versioned, Base):
    """An individual or a group we serve; ``party_id`` is the policyholder.

    ``name`` is the party's name, kept by the operations so that lists need no join; null where
    the company does not know it (the number is shown).
    """

    __tablename__ = "client"
    __table_args__ = (
        CheckConstraint("completeness BETWEEN 0 AND 100", name="completeness_percent"),
        Index(None, "name", "id"),
        Index("ix_client_owner", "owner_id", "id", *_FILTERED),
        Index("ix_client_team", "team_id", "id", *_FILTERED),
        Index("ix_client_branch", "branch_id", "id", *_FILTERED),
        Index("ix_client_thinnest", "completeness", "id", "stage", "client_type", "branch_id"),
    )

    number: Mapped[str] = mapped_column(plain_order(40), unique=True)
    client_type: Mapped[words.ClientType] = mapped_column(coded(words.ClientType))
    party_id: Mapped[int] = mapped_column(RowId, ForeignKey("party.id"), unique=True)
    name: Mapped[str | None] = mapped_column(plain_order(120))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branch.id"))
    stage: Mapped[words.LifecycleStage] = mapped_column(coded(words.LifecycleStage))
    client_since_on: Mapped[date | None]
    preferred_channel: Mapped[ContactChannel | None] = mapped_column(coded(ContactChannel))
    preferred_time: Mapped[str | None] = mapped_column(String(40))
    """``morning``, ``afternoon``, ``evening``, or a free note."""
    preferred_language: Mapped[Language | None] = mapped_column(coded(Language))
    do_not_contact: Mapped[bool] = mapped_column(default=False)
    risk_preference: Mapped[words.RiskLevel | None] = mapped_column(coded(words.RiskLevel))
    risk_tolerance: Mapped[words.RiskLevel | None] = mapped_column(coded(words.RiskLevel))
    needs: Mapped[str | None] = mapped_column(Text)
    """Needs profile (R3): product wishes, sum insured, term."""
    special_circumstances: Mapped[str | None] = mapped_column(Text)
    """R5: special needs, hobbies, circle."""
    completeness: Mapped[int] = mapped_column(SmallInteger, default=0)
    """Share of the required items present, in per cent (R7)."""
    verified_on: Mapped[date | None]
    extra: Mapped[dict[str, Any]] = mapped_column(EncryptedJson, default=dict)
    """Columns a company imported that have no place of their own; anything may stand in them."""
    extra_numbers: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """Those of ``extra`` that are amounts or counts, as numbers, for figures and tiers."""


class ClientParty(Base):
    """What a party is to a client: policyholder, insured, beneficiary, contact person."""

    __tablename__ = "client_party"
    __table_args__ = (Index(None, "party_id", "client_id"),)

    client_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("client.id", ondelete="CASCADE"), primary_key=True
    )
    party_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("party.id", ondelete="CASCADE"), primary_key=True
    )
    role: Mapped[words.PartyRole] = mapped_column(coded(words.PartyRole), primary_key=True)
    position: Mapped[str | None] = mapped_column(String(80))
    """A contact person's post in the group, or the relation to the policyholder."""


class ClientAccess(Base):
    """Law 6: the one narrow table that says who may open a client, and why."""

    __tablename__ = "client_access"
    __table_args__ = (Index(None, "client_id", "staff_id"), {"sqlite_with_rowid": False})

    staff_id: Mapped[int] = mapped_column(RowId, ForeignKey("staff.id"), primary_key=True)
    client_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("client.id", ondelete="CASCADE"), primary_key=True
    )
    reason: Mapped[words.AccessReason] = mapped_column(coded(words.AccessReason), primary_key=True)
    until: Mapped[date | None]
    """The last day it holds; null: until taken away."""


class ClientConsent(Identified, Base):
    """The consent ledger (rules §6): rows are added and withdrawn, never changed."""

    __tablename__ = "client_consent"
    __table_args__ = (Index(None, "client_id", "purpose", "given_at"),)

    client_id: Mapped[int] = mapped_column(RowId, ForeignKey("client.id", ondelete="CASCADE"))
    purpose: Mapped[words.ConsentPurpose] = mapped_column(coded(words.ConsentPurpose))
    notice_version: Mapped[str] = mapped_column(String(40))
    channel: Mapped[ContactChannel | None] = mapped_column(coded(ContactChannel))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class ClientSource(Base):
    """R6, R8: where a piece of information came from and when it was last verified."""

    __tablename__ = "client_source"

    client_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("client.id", ondelete="CASCADE"), primary_key=True
    )
    field: Mapped[str] = mapped_column(String(40), primary_key=True)
    channel: Mapped[words.SourceChannel] = mapped_column(coded(words.SourceChannel))
    recorded_at: Mapped[datetime]
    verified_on: Mapped[date | None]


class ClientRelation(Identified, Versioned, Base):
    """Two clients that belong together; stored once, from ``client_id`` to ``other_id``."""

    __tablename__ = "client_relation"
    __table_args__ = (
        UniqueConstraint("client_id", "other_id", "kind"),
        Index(None, "other_id"),
        CheckConstraint("client_id <> other_id", name="two_clients"),
    )

    client_id: Mapped[int] = mapped_column(RowId, ForeignKey("client.id", ondelete="CASCADE"))
    other_id: Mapped[int] = mapped_column(RowId, ForeignKey("client.id", ondelete="CASCADE"))
    kind: Mapped[words.RelationKind] = mapped_column(coded(words.RelationKind))
    note: Mapped[str | None] = mapped_column(String(120))


class ClientSearch(Base):
    """How a client is found: pinyin initials (every reading) and a group name's bigrams."""

    __tablename__ = "client_search"
    __table_args__ = ({"sqlite_with_rowid": False},)

    kind: Mapped[words.SearchKind] = mapped_column(coded(words.SearchKind, 10), primary_key=True)
    term: Mapped[str] = mapped_column(plain_order(20), primary_key=True)
    client_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("client.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Engagement(Identified, Versioned, Base):
    """R12, R13: the written engagement that makes a prospect a formal client."""

    __tablename__ = "engagement"
    __table_args__ = (
        UniqueConstraint("client_id", "id"),
        Index(
            "ix_engagement_in_stage",
            "signed_on",
            "client_id",
            sqlite_where=text("is_in_stage = 1"),
            postgresql_where=text("is_in_stage"),
        ),
        Index(None, "document_id"),
    )

    client_id: Mapped[int] = mapped_column(RowId, ForeignKey("client.id"))
    number: Mapped[str | None] = mapped_column(String(60), unique=True)
    kind: Mapped[words.EngagementKind] = mapped_column(coded(words.EngagementKind))
    signed_on: Mapped[date]
    ends_on: Mapped[date | None]
    ownership_clause: Mapped[str | None] = mapped_column(Text)
    """R116: what the contract says of whose client this is."""
    is_current: Mapped[bool] = mapped_column(default=True)
    text: Mapped[str | None] = mapped_column(Text)
    """R14: the company's template as it was adapted for this client."""
    insurer_terms: Mapped[str | None] = mapped_column(Text)
    """R63: what the insurer serves, and its time limits for claims, as agreed."""
    is_consulting: Mapped[bool] = mapped_column(default=False, server_default=false())
    """R33: consulting work; the star's standard is a reference then."""
    document_id: Mapped[int | None] = mapped_column(RowId, ForeignKey("document.id"))
    """R17: the archived original."""
    is_in_stage: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Its four clocks were started here and not all of them have their proof."""
    stars: Mapped[int | None] = mapped_column(SmallInteger)
    """R27: the rating the client manager confirmed; internal, as every star."""
    rated_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    rated_at: Mapped[datetime | None]


class EngagementPromise(Identified, Versioned, Base):
    """R15: a service promised in an engagement; items of the plan keep it."""

    __tablename__ = "engagement_promise"
    __table_args__ = (
        ForeignKeyConstraint(
            ["client_id", "engagement_id"],
            ["engagement.client_id", "engagement.id"],
            deferrable=True,
            initially="DEFERRED",
        ),
        Index(None, "client_id", "engagement_id"),
    )

    client_id: Mapped[int] = mapped_column(RowId, ForeignKey("client.id"))
    engagement_id: Mapped[int] = mapped_column(RowId)
    what: Mapped[str] = mapped_column(String(200))


class ServiceTeamMember(Identified, Versioned, Base):
    """R47 to R50: who serves a client, as what, and with which duties."""

    __tablename__ = "service_team_member"
    __table_args__ = (UniqueConstraint("client_id", "staff_id"), Index(None, "staff_id"))

    client_id: Mapped[int] = mapped_column(RowId, ForeignKey("client.id", ondelete="CASCADE"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    role: Mapped[TeamRole] = mapped_column(coded(TeamRole))
    field: Mapped[TeamField] = mapped_column(coded(TeamField))
    duties: Mapped[str] = mapped_column(String(200))
    in_leadership: Mapped[bool] = mapped_column(default=False, server_default=false())
    """R31: belongs to the leadership group."""
    joined_on: Mapped[date]
    left_on: Mapped[date | None]
    """The last day; null: serves on."""
