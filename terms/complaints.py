"""Words about complaints; the chapter is to come, its nouns are laid now."""

from enum import StrEnum


class ComplaintState(StrEnum):
    RECEIVED = "received"
    TRIAGED = "triaged"
    INVESTIGATING = "investigating"
    PROPOSING = "proposing"
    WAITING = "waiting"
    DECIDED = "decided"
    NOTIFIED = "notified"
    FOLLOWING_UP = "following_up"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"


class Dispute(StrEnum):
    CLAIMS = "claims"
    SALES = "sales"
    SURRENDER = "surrender"
    SERVICE = "service"
    PREMIUM = "premium"
    OTHER = "other"


class ComplaintChannel(StrEnum):
    HOTLINE = "hotline"
    MAILBOX = "mailbox"
    ONLINE = "online"
    COUNTER = "counter"
    REGULATOR = "regulator"
    OTHER = "other"
