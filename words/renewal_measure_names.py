"""What the figures of the renewals' analysis are called; ``words.measure_names`` takes them in."""

from dataclasses import dataclass

from words import N_


@dataclass(frozen=True, slots=True)
class Said:
    """A figure in words, marked for translation."""

    name: str
    meaning: str
    numerator: str
    denominator: str = ""


_DUE = N_("terms that fell due in the period; what was withdrawn before its end is left out")

RENEWAL_RATES: dict[str, Said] = {
    "renewals.contact_rate": Said(
        N_("Contact rate"),
        N_("Share of the terms due whose client was called or written to at least once."),
        N_("terms with a contact, reached or not"),
        _DUE,
    ),
    "renewals.effective_contacts": Said(
        N_("Effective contacts"),
        N_("Share of all contacts that reached the client, over the terms due in the period."),
        N_("contacts that reached the client"),
        N_("all contacts of these terms"),
    ),
    "renewals.first_contact": Said(
        N_("Time to first contact"),
        N_(
            "Working time from the day a case was opened to its first contact, on average. Working"
            " hours and working days are those of the rules; a make-up day counts, a break does"
            " not."
        ),
        N_("working minutes to the first contact"),
        N_("terms due in the period with a contact"),
    ),
    "renewals.member_contacts": Said(
        N_("Contacts"),
        N_("Contacts this person recorded on these days, of renewals or of anything else."),
        N_("contacts of the person"),
    ),
    "renewals.member_first": Said(
        N_("First contacts on time"),
        N_(
            "Share of the cases this person contacted for the first time on the day that had not"
            " yet lain untouched for longer than the rule “Untouched cases” warns after, as the"
            " day began; counted from when the case was given and its contact window opened (of an"
            " instalment: its first reminder)."
        ),
        N_("first contacts on time"),
        N_("first contacts of the person on the day"),
    ),
    "renewals.member_reached": Said(
        N_("Contacts that reached the client"),
        N_("Share of this person's contacts on these days that reached the client."),
        N_("contacts that reached the client"),
        N_("contacts of the person"),
    ),
    "renewals.member_renewed": Said(
        N_("Renewals closed"),
        N_("Cases of this person that were closed as renewed on these days."),
        N_("cases closed as renewed"),
    ),
    "renewals.member_overdue": Said(
        N_("Past their day"),
        N_("Open cases of this person whose cover has ended or whose instalment is past due."),
        N_("open cases of the person due before today"),
    ),
    "renewals.open_by_group": Said(
        N_("Open cases by group"),
        N_("Open cases of my scope, or those of one week or state, by what was chosen."),
        N_("open cases of my scope"),
    ),
    "renewals.persistency": Said(
        N_("Persistency"),
        N_(
            "Of the premium of the long-term policies whose cover began in a month, the part whose"
            " 13th (or 25th) month was paid by the end of grace. Lapsed policies stay in; what"
            " stays out is a rule; final two months after that month."
        ),
        N_("yearly premium of the policies that paid all of that month by the end of grace"),
        N_("yearly premium of the cohort's policies"),
    ),
    "renewals.rate_clients": Said(
        N_("Renewal rate by clients"),
        N_(
            "Clients who renewed ÷ clients with terms due. A client counts once a month, and has"
            " renewed with one of the month's terms."
        ),
        N_("clients of a month who renewed at least one term"),
        N_("clients with terms due, each once a month"),
    ),
    "renewals.rate_in_time": Said(
        N_("Renewed in time"),
        N_("Share of the terms due that were renewed on their last day or before: no gap."),
        N_("terms renewed by their last day of cover"),
        _DUE,
    ),
    "renewals.rate_policies": Said(
        N_("Renewal rate by policies"),
        N_("Terms renewed ÷ terms due. Open cases count as not renewed yet."),
        N_("terms renewed"),
        _DUE,
    ),
    "renewals.rate_premium": Said(
        N_("Renewal rate by premium"),
        N_(
            "Ending premium of the terms renewed ÷ ending premium of all terms due; what the new"
            " term costs does not count, so it is never over 100%."
        ),
        N_("ending premium of the terms renewed"),
        N_("ending premium of the terms due"),
    ),
    "renewals.reach_rate": Said(
        N_("Reached"),
        N_("Share of the terms due whose client was reached at least once."),
        N_("terms with a contact that reached the client"),
        _DUE,
    ),
    "renewals.refusal_rate": Said(
        N_("Refusals"),
        N_(
            "Share of the cases due in the period, open or closed, whose client gave a reason"
            " against it; of one reason, where one is chosen."
        ),
        N_("cases with the reason"),
        N_("all cases due in the period"),
    ),
    "renewals.week_capacity": Said(
        N_("Capacity of the week"),
        N_(
            "Cases the specialists of my scope can work in the week: cases a week × days there ÷ 5,"
            " whole cases of each. Holidays and leave are taken off, make-up days added."
        ),
        N_("cases each specialist can work in the week"),
    ),
}

COLUMNS = {
    "channel": N_("Channel"),
    "happened_at": N_("Contacted at"),
    "can_work": N_("Can work"),
    "cases": N_("Cases"),
    "cohort": N_("Cohort"),
    "contact_outcome": N_("Outcome"),
    "contacts": N_("Contacts"),
    "days_there": N_("Days there"),
    "effective_contacts": N_("Contacts that reached"),
    "first_contact_minutes": N_("Working minutes to the first contact"),
    "group": N_("Group"),
    "is_contacted": N_("Contacted"),
    "is_in_time": N_("Renewed in time"),
    "is_reached": N_("Reached"),
    "assigned_at": N_("Given at"),
    "is_on_time": N_("On time"),
    "is_refused": N_("Refused"),
    "is_renewed": N_("Renewed"),
    "month": N_("Month"),
    "opened_on": N_("Opened on"),
    "person": N_("Person"),
    "received_fen": N_("Premium kept, yuan"),
    "renewed": N_("Renewed"),
    "renewed_premium_fen": N_("Premium renewed, yuan"),
    "weekly_cases": N_("Cases a week"),
}
TABLES = {
    "calendar_day": N_("working calendar"),
    "instalment": N_("instalments"),
    "policy_event": N_("events of policies"),
    "staff_leave": N_("leave"),
}
