"""Words of a member's day, as the lead who looks after them reads it (R160)."""

from enum import StrEnum


class StandsOut(StrEnum):
    """What to speak with somebody about first; in the order of weight."""

    NO_CONTACT = "no_contact"
    """There on a working day that is over, with open cases, and no contact recorded."""
    FEW_CONTACTS = "few_contacts"
    """Fewer than half of their own usual number, on a day that is over."""
    FIRST_LATE = "first_late"
    """Half of the first contacts or more came late."""
    FEW_REACHED = "few_reached"
    """The share of contacts that reached anybody is less than half of everybody's."""
    LOW_RATE = "low_rate"
    """The renewal rate of three months is at least ten points below everybody's."""
