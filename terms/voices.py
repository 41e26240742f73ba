"""Words about what clients say."""

from enum import StrEnum


class VoiceKind(StrEnum):
    OBJECTION = "objection"
    REFUSAL = "refusal"
