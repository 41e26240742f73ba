"""A member's day in words: what stands out, with its numbers."""

from services.renewals import MemberDaily
from terms.renewal_days import StandsOut
from words import N_, _, formats, labels, ngettext

labels.name_members(
    StandsOut,
    {
        "no_contact": N_("No contact"),
        "few_contacts": N_("Few contacts"),
        "first_late": N_("First contacts late"),
        "few_reached": N_("Few reached"),
        "low_rate": N_("Low renewal rate"),
    },
)


def sentence(one: MemberDaily) -> str:
    """What stands out in somebody's day; a dash where nothing does."""
    done = one.worked
    match one.stands_out:
        case StandsOut.NO_CONTACT:
            said = ngettext(
                "No contact, {n} open case", "No contact, {n} open cases", one.open_cases
            ).format(n=f"{one.open_cases:,}")
        case StandsOut.FEW_CONTACTS:
            said = _("{n} contacts, usually {usual}").format(
                n=done.contacts, usual=formats.number(round(one.usual, 1))
            )
        case StandsOut.FIRST_LATE:
            said = _("{late} of {all} first contacts late").format(
                late=done.first - done.first_on_time, all=done.first
            )
        case StandsOut.FEW_REACHED:
            said = _("{n} of {all} contacts reached").format(n=done.reached, all=done.contacts)
        case StandsOut.LOW_RATE:
            said = _("Renewal rate {rate}").format(
                rate=formats.percent(one.clients_renewed / one.clients)
            )
        case _:
            return "–"
    return f"▲ {said}"
