"""Column types: instants in UTC, money in fen, personal values encrypted, enums by value."""

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Enum, LargeBinary, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

from db.crypto import current_cipher

Money = BigInteger
"""Money as an integer number of fen (1/100 CNY); column names end in ``_fen``."""


class UtcDateTime(TypeDecorator[datetime]):
    """An instant, stored as UTC and read back timezone-aware on both databases.

    SQLite drops the zone of a ``datetime``; without this clocks would be eight hours wrong.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive instant {value!r}: instants carry their zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class SavedAt(UtcDateTime):
    """The instant of a save. Setting it is a change although it be the instant of the save before:
    two saves within one tick of the clock, or while it stands still, are two versions."""

    cache_ok = True

    def compare_values(self, x: Any, y: Any) -> bool:
        return False


class Json(TypeDecorator[Any]):
    """Structured values: ``JSONB`` on PostgreSQL, JSON text on SQLite."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(JSONB() if dialect.name == "postgresql" else JSON())


class Encrypted(TypeDecorator[Any]):
    """Text encrypted in the column with the current field key (AES-256-GCM), see ``db.crypto``."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        return None if value is None else current_cipher().encrypt(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else current_cipher().decrypt(bytes(value))


class Sealed(TypeDecorator[bytes]):
    """Bytes that ``FieldCipher.encrypt_bytes`` made, such as a wrapped key: stored as they are, and
    found by the rotation of field keys."""

    impl = LargeBinary
    cache_ok = True


class EncryptedJson(Encrypted):
    """An object of texts encrypted as one JSON document; an empty one is no bytes at all."""

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        if not value:
            return b""
        return current_cipher().encrypt(json.dumps(value, ensure_ascii=False))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        if value is None:
            return None
        return json.loads(current_cipher().decrypt(bytes(value))) if value else {}


def plain_order(length: int) -> String:
    """Text compared by code point on both databases, so that a prefix is a range of an index."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def coded(enum: type[StrEnum], length: int = 24) -> Enum:
    """A column of one of ``enum``'s values, stored by value with a check constraint."""
    return Enum(
        enum,
        native_enum=False,
        create_constraint=True,
        length=length,
        name=enum.__name__.lower(),
        values_callable=lambda e: [member.value for member in e],
    )
