"""Words about imports, documents, messages and downloads."""

from enum import StrEnum


class ImportKind(StrEnum):
    STAFF = "staff"
    CLIENTS = "clients"
    POLICIES = "policies"
    BOOK = "book"


class ImportState(StrEnum):
    UPLOADED = "uploaded"
    CHECKING = "checking"
    CHECKED = "checked"
    STAGING = "staging"
    APPLYING = "applying"
    APPLIED = "applied"
    FAILED = "failed"
    CANCELLED = "cancelled"


class RowOutcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


class DocumentKind(StrEnum):
    ENGAGEMENT = "engagement"
    POLICY = "policy"
    CLAIM = "claim"
    IMPORT = "import"
    OTHER = "other"


class MessageState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


class AccessKind(StrEnum):
    """What an entry of the access log saw."""

    OPENED = "opened"
    REVEALED = "revealed"
    EXPORTED = "exported"
    SEARCHED = "searched"
