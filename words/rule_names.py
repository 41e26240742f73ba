"""What each rule and each of its parts is called."""

from collections.abc import Mapping

from words import N_
from words import renewal_rule_names as renewals

NAMES: Mapping[str, str] = {
    **renewals.NAMES,
    "client.file_items": N_("What a complete file holds"),
    "tiering.value": N_("Value tier: points and limits"),
    "tiering.risk": N_("Risk tier: points and limits"),
    "tiering.stars": N_("Income of a service year by stars"),
    "tiering.reception": N_("Class of reception by stars and value"),
    "tiering.credit": N_("Credit grade: points and limits"),
    "tiering.override_days": N_("How long a person's decision about a class holds"),
    "tiering.service": N_("What serving a client takes"),
    "tiering.usual_lines": N_("Lines a client usually holds"),
    "tiering.near": N_("Near a limit between tiers"),
    "reception.classes": N_("Reception cost by class"),
    "reception.companions": N_("Companions at a reception"),
    "duplicates.weights": N_("Possible duplicates: weights"),
    "duplicates.bands": N_("Possible duplicates: limits"),
    "engagement.clocks": N_("Clocks from the engagement on"),
    "engagement.file_checklist": N_("Papers of a business file"),
    "engagement.templates": N_("Texts of engagements"),
    "engagement.required": N_("No quote before the engagement"),
    "service_plan.limits": N_("Limits of service plans"),
    "plans.standards": N_("Service standards by star"),
    "plans.risk_measures": N_("Measures by risk tier"),
    "complaint.clocks": N_("Complaint clocks"),
    "complaint.major": N_("Major complaints"),
    "handover.clocks": N_("Handover clocks"),
    "satisfaction.bands": N_("Satisfied, promoters, detractors"),
    "performance.raters": N_("Weights of the three raters"),
    "measures.small_sample": N_("Small samples"),
    "undo.keep_days": N_("How long an act can be undone"),
    "privacy.access_log_years": N_("Keeping the access log"),
    "privacy.rights": N_("Answering requests about personal data"),
    "privacy.retention": N_("Keeping client data"),
    "people.session": N_("Length of a sign-in"),
    "people.lockout": N_("Locking after wrong passwords"),
    "calendar.working_hours": N_("Working hours"),
    "calendar.coverage_warning": N_("Warning before the calendar ends"),
    "approvals.times": N_("Reminders and end of requests"),
}

HELP: Mapping[str, str] = {
    **renewals.HELP,
    "client.file_items": N_("Items counted for the completeness of a client file."),
    "tiering.value": N_(
        "Points by factor, what share of them a client has from which value on (money in yuan, "
        "tenure in months), and from how many points a client is mid and high."
    ),
    "tiering.risk": N_(
        "As for the value tier; the more points, the more risk. Attitude: 1 middling, 2 risky."
    ),
    "tiering.stars": N_(
        "From which income of one service year a client has two to five stars; what pays for "
        "several years is spread by days."
    ),
    "tiering.reception": N_(
        "The better of the two counts; without known stars the value tier alone."
    ),
    "tiering.credit": N_(
        "Points against the client: few make good credit, many poor credit, which asks for a "
        "stronger review. A share may fall: a longer tenure speaks for the client."
    ),
    "tiering.override_days": N_(
        "At most so many days; then the class goes by the rule again, by itself."
    ),
    "tiering.service": N_(
        "Service time and reception of a client in a year by tier, hours a person has for clients "
        "in a year, and the company's reception budget: what a draft of tier rules is held to."
    ),
    "tiering.usual_lines": N_("By type of client; what is missing counts as a gap in cover."),
    "tiering.near": N_(
        "Clients who miss a limit, or are above it, by no more than this stand among the "
        "candidates."
    ),
    "reception.classes": N_("Cost per person that is usual for each class of reception, in yuan."),
    "reception.companions": N_("How many of ours go along, by the number of guests."),
    "duplicates.weights": N_(
        "How much a likeness speaks for (+) or against (−) two records being one person."
    ),
    "duplicates.bands": N_("From which sum of weights a pair counts as sure, and as doubtful."),
    "engagement.clocks": N_(
        "Working days from the written engagement, all counted from the same day."
    ),
    "engagement.file_checklist": N_(
        "Papers asked for by type of client, and from which share of them on the formal file "
        "counts as built."
    ),
    "engagement.templates": N_(
        "What a new engagement begins with; {client}, {company} and {day} are filled in."
    ),
    "engagement.required": N_("Whether a prospect without a written engagement can be quoted to."),
    "service_plan.limits": N_(
        "From which star a leadership group is suggested, under how many months the standard "
        "is only a reference, and how much of a year's income a plan may cost."
    ),
    "plans.standards": N_(
        "What a client of a star is served at least in a year: how often, by which channel, by "
        "whom, and what one costs in yuan."
    ),
    "plans.risk_measures": N_(
        "What a plan holds on top, by the client's risk tier; it is put in by itself."
    ),
    "complaint.clocks": N_("The legal clocks of a complaint and the call after its solution."),
    "complaint.major": N_(
        "How many complainants in person make a complaint a major one, and how many may speak "
        "for them."
    ),
    "handover.clocks": N_(
        "Notice to policyholders, deregistration of a leaver, and when silence counts as consent "
        "in a WeCom transfer."
    ),
    "satisfaction.bands": N_(
        "Which answers count as satisfied (of 5), as promoter and as detractor (of 10)."
    ),
    "performance.raters": N_("How much each rater counts in the monthly review; 100 in all."),
    "measures.small_sample": N_(
        "Under this number of cases a share is shown as a count, not in per cent."
    ),
    "undo.keep_days": N_("Days in which an act can be taken back as a whole."),
    "privacy.access_log_years": N_("How long it is kept who saw what."),
    "privacy.rights": N_(
        "By when a request for a copy, a correction or a deletion must be answered."
    ),
    "privacy.retention": N_(
        "Years after the end of a contract, and for identity and transaction data."
    ),
    "people.session": N_("After how long without work, and at the latest, one signs in again."),
    "people.lockout": N_("How many wrong passwords lock a user name, and for how long."),
    "calendar.working_hours": N_("The working day that clocks in working hours count in."),
    "calendar.coverage_warning": N_(
        "How long before the end of the official days a warning is given."
    ),
    "approvals.times": N_(
        "Working days until a request is reminded of (0: never), and until it runs out."
    ),
}

_LIKENESS = {
    "id_number": N_("ID number"),
    "phone": N_("Phone"),
    "email": N_("E-mail"),
    "name": N_("Name"),
    "company_name": N_("Company name"),
    "birth_on": N_("Birth date"),
    "address": N_("Address"),
    "sex": N_("Sex"),
    "same": N_("The same"),
    "sounds_same": N_("Sounds the same"),
    "close": N_("Nearly the same"),
    "partly": N_("Partly the same"),
    "different": N_("Different"),
}

_SCALE = {
    "factors": N_("Factors"),
    "factors.factor": N_("Factor"),
    "factors.points": N_("Points at most"),
    "steps": N_("Steps"),
    "steps.factor": N_("Factor"),
    "steps.at": N_("From"),
    "steps.percent": N_("Share of the points"),
    "mid": N_("Mid from"),
    "high": N_("High from"),
}

PARTS: Mapping[str, Mapping[str, str]] = {
    **renewals.PARTS,
    "client.file_items": {"individual": N_("Individual"), "group": N_("Group")},
    "tiering.value": _SCALE,
    "tiering.risk": _SCALE,
    "tiering.stars": {
        "two": N_("Two stars from"),
        "three": N_("Three stars from"),
        "four": N_("Four stars from"),
        "five": N_("Five stars from"),
    },
    "tiering.reception": {
        "one": N_("1 star"),
        "two": N_("2 stars"),
        "three": N_("3 stars"),
        "four": N_("4 stars"),
        "five": N_("5 stars"),
        "low": N_("Low tier"),
        "mid": N_("Mid tier"),
        "high": N_("High tier"),
    },
    "tiering.credit": {
        **_SCALE,
        "mid": N_("Fair credit from"),
        "high": N_("Poor credit from"),
    },
    "tiering.override_days": {"days": N_("At most")},
    "tiering.service": {
        "tiers": N_("By tier"),
        "tiers.tier": N_("Tier"),
        "tiers.value_minutes": N_("Service by value tier, minutes"),
        "tiers.risk_minutes": N_("Follow-up by risk tier, minutes"),
        "tiers.reception": N_("Reception by value tier"),
        "hours": N_("Hours of a person for clients, a year"),
        "budget": N_("Reception budget, a year"),
    },
    "tiering.usual_lines": {"individual": N_("Individual"), "group": N_("Group")},
    "tiering.near": {"points": N_("Points to the limit")},
    "reception.classes": {
        "A": N_("A · senior management"),
        "B": N_("B · department director"),
        "C": N_("C · department"),
        "D": N_("D · supervisor or owner"),
    },
    "reception.companions": {"guests": N_("Guests up to"), "companions": N_("Companions")},
    "duplicates.weights": _LIKENESS,
    "duplicates.bands": {"sure": N_("Sure from"), "doubtful": N_("Doubtful from")},
    "engagement.clocks": {
        "team": N_("Service team"),
        "file": N_("Client file"),
        "star": N_("Star rating"),
        "plan": N_("Service plan"),
    },
    "engagement.file_checklist": {
        "individual": N_("Individual"),
        "group": N_("Group"),
        "percent": N_("Counts as built from"),
    },
    "engagement.templates": {
        "authorisation_letter": N_("Authorisation letter"),
        "engagement_agreement": N_("Engagement agreement"),
        "cooperation_agreement": N_("Cooperation agreement"),
        "other_written": N_("Other written engagement"),
    },
    "plans.standards": {
        "stars": N_("Stars"),
        "kind": N_("Service"),
        "channel": N_("Channel"),
        "times": N_("Times a year"),
        "role": N_("By whom"),
        "cost_fen": N_("Cost of one"),
    },
    "plans.risk_measures": {
        "tier": N_("Risk tier"),
        "kind": N_("Service"),
        "channel": N_("Channel"),
        "times": N_("Times a year"),
    },
    "service_plan.limits": {
        "leadership_star": N_("Leadership group from"),
        "reference_months": N_("Reference only under"),
        "cost_percent": N_("Cost of a plan at most"),
    },
    "complaint.clocks": {
        "decide": N_("Decide and inform"),
        "complex": N_("Complex case, in all"),
        "especially_complex": N_("Especially complex, on top"),
        "life_reply": N_("Individual life: reply or progress"),
        "apply_for_review": N_("Client applies for review"),
        "review": N_("Review decided"),
        "follow_up": N_("Follow-up call after solving"),
    },
    "complaint.major": {
        "complainants": N_("Complainants in person from"),
        "representatives": N_("Representatives at most"),
    },
    "handover.clocks": {
        "notice_days": N_("Notice to policyholders"),
        "deregistration_days": N_("Deregistration of a leaver"),
        "silence_hours": N_("Silence is consent after (WeCom)"),
    },
    "satisfaction.bands": {
        "satisfied_from": N_("Satisfied from"),
        "promoter_from": N_("Promoter from"),
        "detractor_to": N_("Detractor up to"),
    },
    "performance.raters": {
        "self": N_("Self"),
        "team_lead": N_("Team lead"),
        "client": N_("Client"),
    },
    "measures.small_sample": {"fewest": N_("Fewest cases for a share")},
    "undo.keep_days": {
        "import": N_("Import"),
        "bulk_edit": N_("Bulk edit"),
        "reassign": N_("Reassignment"),
        "merge": N_("Merge of clients"),
        "instalment": N_("What was recorded of an instalment"),
        "closing": N_("A case closed, by whoever closed it"),
        "closing_lead": N_("A case closed, by who leads them"),
    },
    "privacy.rights": {"answer_days": N_("Answer within")},
    "privacy.retention": {
        "short_years": N_("Contracts up to one year"),
        "long_years": N_("Longer contracts"),
        "identity_years": N_("Identity and transactions"),
    },
    "people.session": {
        "idle_minutes": N_("Without work"),
        "absolute_minutes": N_("At the latest"),
    },
    "people.lockout": {"failures": N_("Wrong passwords"), "minutes": N_("Locked for")},
    "calendar.working_hours": {
        "start": N_("Begins"),
        "break_start": N_("Break begins"),
        "break_end": N_("Break ends"),
        "end": N_("Ends"),
    },
    "calendar.coverage_warning": {"days": N_("Warn before")},
    "approvals.times": {
        "default": N_("Everything else"),
        "rule_publication": N_("Publish a rule"),
        "rule_withdrawal": N_("Take back a rule"),
        "calendar_notice": N_("Calendar notice"),
        "tier_override": N_("Decide a class by hand"),
        "star_disclosure": N_("Tell a client their stars"),
        "plan_change": N_("Change of a service plan"),
        "script": N_("Approval of a script"),
        "remind_days": N_("Remind after"),
        "expire_days": N_("Runs out after"),
    },
}
