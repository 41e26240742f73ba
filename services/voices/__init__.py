"""What clients say 普遍性问题: objections and refusals several people hear, for lead and manager.

``heard`` counts what the people an actor leads recorded in a period beside the period before
(R87, R89), by line, product or team; each line opens to its ``contacts``. ``market`` lists what
clients told about other offers and prices, newest first. ``tell_weekly`` tells leads and managers
once a week, on its first working morning, when there is something to read.
"""

from services.voices.queries import (
    EVERYTHING,
    VoiceChoices,
    VoiceContact,
    VoiceFilter,
    VoiceRow,
    choices,
    contacts,
    heard,
    market,
    market_count,
)
from services.voices.telling import tell_weekly

__all__ = [
    "EVERYTHING",
    "VoiceChoices",
    "VoiceContact",
    "VoiceFilter",
    "VoiceRow",
    "choices",
    "contacts",
    "heard",
    "market",
    "market_count",
    "tell_weekly",
]
