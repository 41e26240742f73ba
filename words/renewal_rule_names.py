"""What the rules of renewals and their parts are called on the screen."""

from collections.abc import Mapping

from words import N_

NAMES: Mapping[str, str] = {
    "renewal.windows": N_("Renewal windows"),
    "renewal.motor_quote_days": N_("Earliest motor quote"),
    "renewal.grace_days": N_("Grace period"),
    "renewal.lapse": N_("Suspension and reinstatement"),
    "renewal.forbidden_words": N_("Forbidden words"),
    "renewal.persistency_exclusions": N_("Left out of persistency"),
    "renewal.refusal_reasons": N_("Reasons for not renewing"),
    "renewal.attempts_before_unreachable": N_("Calls before “unreachable”"),
    "renewal.registration_required": N_("Only registered staff get cases"),
    "renewal.loss_share": N_("Likely loss if nobody calls"),
    "renewal.urgency": N_("What a call still changes"),
    "renewal.objections": N_("Objections"),
    "renewal.attempts_apart": N_("Calls count once per half day"),
    "renewal.referral_days": N_("Answers of other departments"),
    "renewal.closing_steps": N_("Steps of a closing"),
    "renewal.win_back": N_("When a lost client is called again"),
    "renewal.effort": N_("Effort of a case"),
    "renewal.untouched_hours": N_("Untouched cases"),
    "renewal.insured_bands": N_("Bands of sums insured"),
    "renewal.probability": N_("Renewal probability"),
}

HELP: Mapping[str, str] = {
    "renewal.windows": N_(
        "Days before expiry from which a policy is prepared, called, quoted and reminded; days "
        "after it until an unanswered case is closed."
    ),
    "renewal.motor_quote_days": N_(
        "No motor quote is promised earlier than this before expiry; by province and insurer."
    ),
    "renewal.grace_days": N_(
        "How long an unpaid instalment stays in force: after its due day, or after a formal demand."
    ),
    "renewal.lapse": N_(
        "The notice when cover is suspended, how long it can be reinstated, and by when an "
        "application must be answered."
    ),
    "renewal.forbidden_words": N_(
        "What is never said or sent to a client, with commas between; refused words stop a script "
        "and a message, the others are shown."
    ),
    "renewal.persistency_exclusions": N_(
        "Policies that count neither in the premium of a cohort nor in what it paid."
    ),
    "renewal.refusal_reasons": N_("The reasons a specialist chooses from when a client refuses."),
    "renewal.attempts_before_unreachable": N_(
        "Failed calls in a row before a case may be closed as “cannot be reached”."
    ),
    "renewal.registration_required": N_(
        "Whether the daily allocation passes over specialists without a registration number."
    ),
    "renewal.effort": N_(
        "What a case weighs by line, value tier and stage when it is given; the allocation levels "
        "the sum over the month. And how many open cases anybody may have."
    ),
    "renewal.untouched_hours": N_(
        "Working hours inside the contact window without any contact: then the holder is told, "
        "and later the case is given to somebody else."
    ),
    "renewal.insured_bands": N_(
        "Cases are filtered and grouped by these before they are given out; each band begins at "
        "its amount in ¥10,000."
    ),
    "renewal.loss_share": N_(
        "Share of the premium that is likely lost if nobody calls, by state and last intention; "
        "it orders the queue."
    ),
    "renewal.objections": N_(
        "What a specialist chooses from when a client objects, also while still thinking."
    ),
    "renewal.attempts_apart": N_(
        "When on, a second failed call of the same half day is no further attempt."
    ),
    "renewal.referral_days": N_("Working days in which another department answers a question."),
    "renewal.closing_steps": N_(
        "What has to be done between the client's yes and the end of the case."
    ),
    "renewal.win_back": N_(
        "Days after a loss until the client stands in the list of those to be won back."
    ),
    "renewal.probability": N_(
        "Decided cases the model must be made from; with fewer no probability is shown."
    ),
    "renewal.urgency": N_(
        "Share of that loss a call can still avert, by days left; past due counts as −1."
    ),
}

_EFFORT = {
    "lines": N_("By line"),
    "lines.line": N_("Line"),
    "lines.tenths": N_("Tenths of an ordinary case"),
    "tiers": N_("By value tier"),
    "tiers.low": N_("Low tier"),
    "tiers.mid": N_("Mid tier"),
    "tiers.high": N_("High tier"),
    "stages": N_("By stage"),
    "stages.prepare": N_("Prepare"),
    "stages.contact": N_("Contact"),
    "stages.quote": N_("Quote"),
    "stages.remind": N_("Remind"),
    "stages.due": N_("Due now"),
    "stages.overdue": N_("Overdue"),
    "ceiling": N_("Open cases at most, of what fits the prepare window"),
}

_STATES = {
    "extracted": N_("To be allocated"),
    "allocated": N_("Allocated"),
    "contacted": N_("Contacted"),
    "quoted": N_("Quoted"),
    "agreed": N_("Agreed to renew"),
    "renews": N_("Said: renews"),
    "thinking": N_("Said: thinking"),
    "refuses": N_("Said: refuses"),
    "overdue": N_("Past due, at least"),
}

PARTS: Mapping[str, Mapping[str, str]] = {
    "renewal.windows": {
        "prepare": N_("Prepare from"),
        "contact": N_("Contact from"),
        "quote": N_("Quote from"),
        "reminders": N_("Reminders at"),
        "overdue_days": N_("Close after"),
    },
    "renewal.motor_quote_days": {
        "default": N_("Everywhere else"),
        "places": N_("By province and insurer"),
        "places.province": N_("Province"),
        "places.insurer": N_("Insurer"),
        "places.days": N_("Days before expiry"),
    },
    "renewal.grace_days": {
        "after_due": N_("After the due day"),
        "after_demand": N_("After a formal demand"),
    },
    "renewal.lapse": {
        "notice_days": N_("Notice of suspension within"),
        "reinstatement_years": N_("Reinstatement within"),
        "answer_days": N_("Application answered within"),
    },
    "renewal.forbidden_words": {
        "category": N_("Category"),
        "lines": N_("Lines"),
        "weight": N_("What it does"),
        "words": N_("Words"),
    },
    "renewal.probability": {"fewest": N_("Decided cases at least")},
    "renewal.loss_share": _STATES,
    "renewal.referral_days": {
        "claim_doubt": N_("Doubt about a claim"),
        "new_need": N_("New need"),
        "other": N_("Other question"),
    },
    "renewal.closing_steps": {"term": N_("For a new term"), "instalment": N_("For an instalment")},
    "renewal.win_back": {
        "days": N_("Otherwise after"),
        "by_reason": N_("By reason"),
        "by_reason.reason": N_("Reason"),
        "by_reason.days": N_("Days after the loss"),
    },
    "renewal.effort": _EFFORT,
    "renewal.untouched_hours": {
        "warn": N_("Warn after"),
        "recall": N_("Recall after"),
    },
    "renewal.insured_bands": {"from": N_("Bands begin at, ¥10,000")},
    "renewal.urgency": {"up_to": N_("Up to days left"), "percent": N_("Still averted")},
}
