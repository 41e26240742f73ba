"""Words about scripts 话术: what is said to a client, at which point, about which doubt."""

from enum import StrEnum


class ScriptStage(StrEnum):
    """Where the talk stands; the order of the library."""

    FIRST_CONTACT = "first_contact"
    FOLLOW_UP = "follow_up"
    QUOTE = "quote"
    OBJECTION = "objection"
    CLOSING = "closing"
    UNCOVERED = "uncovered"
    """A term that ended without a new one (脱保)."""
    INSTALMENT = "instalment"
    """An instalment falls due (续期)."""
    GRACE = "grace"
    REINSTATEMENT = "reinstatement"
    WIN_BACK = "win_back"


class Objection(StrEnum):
    """What a client holds against renewing (R86)."""

    PRICE = "price"
    FINANCES = "finances"
    CLAUSES = "clauses"
    SERVICE = "service"
    CLAIM = "claim"
    ELSEWHERE = "elsewhere"
    NO_NEED = "no_need"
    LATER = "later"


class WordCategory(StrEnum):
    """Why a word is forbidden."""

    GUARANTEED_RETURN = "guaranteed_return"
    REBATE = "rebate"
    LEGAL_THREAT = "legal_threat"
    EXAGGERATION = "exaggeration"
    DISPARAGEMENT = "disparagement"
    PRESSURE = "pressure"
    SURRENDER = "surrender"


class WordScope(StrEnum):
    """The lines a forbidden word holds for."""

    EVERY = "every"
    LONG_TERM = "long_term"
    """Life, annuity and critical illness."""
    TERM = "term"
    """Everything that is renewed term by term."""


class WordWeight(StrEnum):
    """What a forbidden word does to the text it stands in."""

    REFUSED = "refused"
    """The text is not approved and not sent."""
    WARNED = "warned"


class ScriptState(StrEnum):
    """Where a script of the library stands."""

    IN_FORCE = "in_force"
    DRAFTED = "drafted"
    """Never approved yet."""
    WITHDRAWN = "withdrawn"
