"""Words about what clients say."""

from enum import StrEnum


class VoiceKind(StrEnum):
    OBJECTION = "objection"
    REFUSAL = "refusal"


class VoiceBy(StrEnum):
    """What the lines of what is heard may be broken down by."""

    LINE = "line"
    PRODUCT = "product"
    TEAM = "team"
