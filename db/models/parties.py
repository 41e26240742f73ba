"""Parties: the persons and organisations behind clients, with how to reach them.

Policyholders, insured, beneficiaries and a group's contact persons are all parties; what a party
is to a client stands in ``client_party``, to a policy in ``policy_party``.
Phone, ID number, e-mail, address and account are encrypted; ``*_index`` columns find an exact
value (or a phone's last four digits) through the keyed blind index.
"""

from datetime import date

from sqlalchemy import ForeignKey, Index, LargeBinary, String, false
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Identified, RowId, Versioned
from db.types import Encrypted, coded
from terms import clients as words


class Party(Identified, Versioned, Base):
    __tablename__ = "party"

    kind: Mapped[words.PartyKind] = mapped_column(coded(words.PartyKind))
    name: Mapped[str | None] = mapped_column(String(120))
    sex: Mapped[words.Sex | None] = mapped_column(coded(words.Sex))
    birth_on: Mapped[date | None]
    occupation: Mapped[str | None] = mapped_column(String(80))
    id_type: Mapped[words.IdType | None] = mapped_column(coded(words.IdType))
    id_number: Mapped[str | None] = mapped_column(Encrypted)
    id_index: Mapped[bytes | None] = mapped_column(LargeBinary(16), index=True)
    region: Mapped[str | None] = mapped_column(String(80))
    """Province and city, for filters; the full address is encrypted in ``party_address``."""


class PartyPhone(Identified, Base):
    __tablename__ = "party_phone"

    party_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("party.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[words.PhoneKind] = mapped_column(coded(words.PhoneKind))
    number: Mapped[str] = mapped_column(Encrypted)
    number_index: Mapped[bytes] = mapped_column(LargeBinary(16), index=True)
    last_four_index: Mapped[bytes] = mapped_column(LargeBinary(16), index=True)
    is_primary: Mapped[bool] = mapped_column(default=True)


class PartyEmail(Identified, Base):
    __tablename__ = "party_email"

    party_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("party.id", ondelete="CASCADE"), index=True
    )
    address: Mapped[str] = mapped_column(Encrypted)
    address_index: Mapped[bytes] = mapped_column(LargeBinary(16), index=True)
    is_imported: Mapped[bool] = mapped_column(default=False, server_default=false())
    """It came from a file, and a later file may replace it; what a person typed stays."""


class PartyAddress(Identified, Base):
    __tablename__ = "party_address"

    party_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("party.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[words.AddressKind] = mapped_column(coded(words.AddressKind))
    address: Mapped[str] = mapped_column(Encrypted)
    is_imported: Mapped[bool] = mapped_column(default=False, server_default=false())
    """As in ``PartyEmail``."""


class PartyAccount(Identified, Base):
    """A bank account; sensitive (rules §6)."""

    __tablename__ = "party_account"
    __table_args__ = (Index(None, "number_index"),)

    party_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("party.id", ondelete="CASCADE"), index=True
    )
    bank: Mapped[str | None] = mapped_column(String(80))
    number: Mapped[str] = mapped_column(Encrypted)
    number_index: Mapped[bytes] = mapped_column(LargeBinary(16))
