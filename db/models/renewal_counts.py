"""Counts of renewals kept for the analysis: a pass of the worker makes them each morning.

A figure over a year of a million clients would read millions of cases; these tables hold what it
adds up to, by month, by whose it is and by what it is broken down by. ``dimension`` ``all`` is the
whole; ``scope_id`` 0 is the company, or whoever has no team or branch; ``code`` is empty where the
case has none.
"""

from datetime import datetime

from sqlalchemy import SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base
from db.types import Money, coded
from terms.renewal_analysis import CountScope


class RenewalCount(Base):
    """What became of the terms that fell due in a month (续保), withdrawn ones left out."""

    __tablename__ = "renewal_count"

    scope: Mapped[CountScope] = mapped_column(coded(CountScope, 8), primary_key=True)
    scope_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    dimension: Mapped[str] = mapped_column(String(8), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    """The month they fell due, ``2026-11``."""
    code: Mapped[str] = mapped_column(String(120), primary_key=True)
    cases: Mapped[int]
    renewed: Mapped[int]
    in_time: Mapped[int]
    still_open: Mapped[int]
    clients: Mapped[int]
    """Clients with at least one of them."""
    clients_renewed: Mapped[int]
    """Of these, clients who renewed at least one."""
    premium_fen: Mapped[int] = mapped_column(Money)
    renewed_premium_fen: Mapped[int] = mapped_column(Money)
    """Ending premium of the renewed ones: never more than ``premium_fen``."""
    contacted: Mapped[int]
    reached: Mapped[int]
    contacts: Mapped[int]
    effective_contacts: Mapped[int]
    first_contacts: Mapped[int]
    first_minutes: Mapped[int]
    """Working minutes to the first contact, over ``first_contacts`` cases."""
    as_of: Mapped[datetime]


class PersistencyCount(Base):
    """What a month's long-term policies paid a year or two later (rules §7)."""

    __tablename__ = "persistency_count"

    scope: Mapped[CountScope] = mapped_column(coded(CountScope, 8), primary_key=True)
    scope_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    dimension: Mapped[str] = mapped_column(String(8), primary_key=True)
    months: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    """13 or 25."""
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    """The month their cover began: the cohort."""
    code: Mapped[str] = mapped_column(String(120), primary_key=True)
    policies: Mapped[int]
    kept: Mapped[int]
    premium_fen: Mapped[int] = mapped_column(Money)
    received_fen: Mapped[int] = mapped_column(Money)
    as_of: Mapped[datetime]
