"""What stands out in a member's day: decisions from numbers alone."""

from dataclasses import dataclass

from terms.renewal_days import StandsOut

USUAL_AT_LEAST = 4
"""Contacts a day from which half of the usual number says something."""
CONTACTS_AT_LEAST = 5
"""Contacts from which the share that reached anybody says something."""
POINTS_BELOW = 10


@dataclass(frozen=True, slots=True)
class DayFacts:
    """One person's day and what it is measured by."""

    is_there: bool
    """A working day, in service and not on leave."""
    is_over: bool
    open_cases: int
    contacts: int
    reached: int
    usual: float
    """Contacts a working day over the ten working days before."""
    first: int
    first_on_time: int
    clients: int
    clients_renewed: int
    all_contacts: int
    all_reached: int
    all_clients: int
    all_renewed: int
    fewest: int
    """The small-sample rule: no rate of fewer clients."""


def stands_out(day: DayFacts) -> StandsOut | None:
    """The weightiest thing of the day; None where nothing stands out."""
    worked = day.is_there and day.is_over
    if worked and day.open_cases and not day.contacts:
        return StandsOut.NO_CONTACT
    if worked and day.usual >= USUAL_AT_LEAST and 2 * day.contacts < day.usual:
        return StandsOut.FEW_CONTACTS
    if day.first and 2 * (day.first - day.first_on_time) >= day.first:
        return StandsOut.FIRST_LATE
    if (
        day.contacts >= CONTACTS_AT_LEAST
        and 2 * day.reached * day.all_contacts < day.all_reached * day.contacts
    ):
        return StandsOut.FEW_REACHED
    if day.clients >= day.fewest and day.clients and day.all_clients:
        points = 100 * day.all_renewed / day.all_clients - 100 * day.clients_renewed / day.clients
        if points >= POINTS_BELOW:
            return StandsOut.LOW_RATE
    return None
