"""What clients say 普遍性问题: objections and refusals several people hear, for lead and manager.

``heard`` counts what the people an actor leads recorded in a period beside the period before
(R87, R89); each line opens to its ``contacts``. ``tell_weekly`` tells leads and managers once a
week, on its first working morning, when there is something to read.
"""

from services.voices.queries import VoiceContact, VoiceRow, contacts, heard
from services.voices.telling import tell_weekly

__all__ = ["VoiceContact", "VoiceRow", "contacts", "heard", "tell_weekly"]
