"""What figures, their rows and tables are called; one entry of ``SAID`` for each definition."""

from services.overview import DayKind
from words import N_, labels
from words import measure_units as _units  # noqa: F401 - what they count, and how
from words.probability_measure_names import COLUMNS as MODEL_COLUMNS
from words.probability_measure_names import MODEL_FIGURES
from words.renewal_measure_names import COLUMNS as RENEWAL_COLUMNS
from words.renewal_measure_names import RENEWAL_RATES, Said
from words.renewal_measure_names import TABLES as RENEWAL_TABLES

labels.name_members(
    DayKind,
    {
        "appointment": N_("Appointment"),
        "promise": N_("Promise"),
        "renewal_soon": N_("Renewal due within 7 days"),
        "renewal_overdue": N_("Renewal past its day"),
        "instalment_grace": N_("Instalment in grace"),
        "suspension_notice": N_("Notice of suspension to send"),
        "reinstatement_answer": N_("Answer to a reinstatement"),
        "unassigned": N_("Cases nobody has yet"),
        "import_refused": N_("Refused rows of an import"),
        "plan_item": N_("Item of a service plan"),
    },
)

TABLES = {
    "approval": N_("requests for approval"),
    "renewal_allocation": N_("allocation ledger"),
    "staff_leave": N_("days of leave"),
    "claim": N_("claim files"),
    "client": N_("client files"),
    "client_relation": N_("relations of clients"),
    "client_access": N_("who may open which client"),
    "complaint": N_("complaint files"),
    "contact": N_("contact log"),
    "duplicate_pair": N_("pairs that may be one client"),
    "import_row": N_("rows of imports"),
    "import_run": N_("imports"),
    "policy": N_("policy files"),
    "promise": N_("promises"),
    "service_plan": N_("service plans"),
    "service_plan_item": N_("items of service plans"),
    "renewal": N_("renewal case files"),
    "renewal_model_reading": N_("what the probability said of decided cases"),
    "branch": N_("branches"),
    "client_standing": N_("standings of clients"),
    "staff": N_("staff"),
    "team": N_("teams"),
    "tier_change": N_("history of tiers"),
    "tier_run": N_("passes over the clients"),
}

COLUMNS = {
    "after": N_("Now"),
    "amount": N_("Amount"),
    "before": N_("Before"),
    "branch": N_("Branch"),
    "factor": N_("Not known"),
    "is_rated": N_("Rated by income"),
    "risk_score": N_("Risk points"),
    "risk_tier": N_("Risk tier"),
    "score": N_("Points"),
    "top_amount": N_("Held in the top fifth"),
    "value_score": N_("Value points"),
    "value_tier": N_("Value tier"),
    "amount_fen": N_("Amount, yuan"),
    "approval_kind": N_("What is asked for"),
    "approval_number": N_("Request number"),
    "asked_at": N_("Asked at"),
    "asked_by": N_("Asked by"),
    "assignee": N_("With"),
    "at_risk_fen": N_("To save, yuan"),
    "band": N_("How certain"),
    "capacity": N_("Can work in the contact window"),
    "case_kind": N_("Kind"),
    "cost_fen": N_("Cost, yuan"),
    "claim_number": N_("Claim number"),
    "claim_status": N_("State"),
    "client_name": N_("Client"),
    "client_number": N_("Client number"),
    "client_type": N_("Type"),
    "closed_on": N_("Closed on"),
    "complaint_number": N_("Complaint number"),
    "complaint_state": N_("State"),
    "completeness": N_("File, %"),
    "day_kind": N_("What"),
    "dispute": N_("Dispute"),
    "due_at": N_("Agreed for"),
    "done_on": N_("Done on"),
    "due_on": N_("Due on"),
    "ends_on": N_("Finish by"),
    "equals_line": N_("Equals line"),
    "expires_at": N_("Runs out at"),
    "expiry_on": N_("Expires on"),
    "file_line": N_("File line"),
    "found_at": N_("Found at"),
    "handler": N_("Handler"),
    "has_warning": N_("Has a warning"),
    "inception_on": N_("Cover from"),
    "is_appointment": N_("Promised for today"),
    "is_done": N_("Contacted today"),
    "is_in_window": N_("In the contact window"),
    "person": N_("Specialist"),
    "effort": N_("Effort, tenths"),
    "month_percent": N_("Month, % of capacity so far"),
    "square": N_("Its square"),
    "given_as": N_("Given as"),
    "is_on_time": N_("Done by its last day"),
    "is_workable": N_("Can be worked today"),
    "item_state": N_("State"),
    "late_things": N_("Late"),
    "line": N_("Line"),
    "other_name": N_("The other"),
    "other_number": N_("Number of the other"),
    "outcome": N_("Becomes"),
    "owner": N_("Owner"),
    "policy_number": N_("Policy number"),
    "policy_status": N_("State"),
    "premium_fen": N_("Premium, yuan"),
    "product": N_("Product"),
    "reached": N_("Furthest stage"),
    "received_at": N_("Received at"),
    "refusal_reason": N_("Reason"),
    "reported_on": N_("Reported on"),
    "service": N_("Service"),
    "settled_on": N_("Settled on"),
    "stage": N_("Stage"),
    "state": N_("State"),
    "team": N_("Team"),
    "things": N_("Things"),
    "weekly_capacity": N_("Cases a week"),
}

COLUMNS |= RENEWAL_COLUMNS | MODEL_COLUMNS
TABLES |= RENEWAL_TABLES


_OPEN_MINE = N_("open cases that are mine")
_OF_CLIENT_IN_FORCE = N_(
    "policies of the client in force or in grace whose cover has not ended; a life policy without"
    " an end counts"
)

SAID: dict[str, Said] = {
    **RENEWAL_RATES,
    **MODEL_FIGURES,
    "approvals.waiting": Said(
        N_("Waiting for my decision"),
        N_(
            "Requests that somebody else has asked for, that I may decide by my own right or in the"
            " place of a colleague on leave, and that have not run out."
        ),
        N_("open requests I may decide"),
    ),
    "clients.claims": Said(
        N_("Claims"),
        N_("Every claim the client ever reported, whatever became of it."),
        N_("claims of the client"),
    ),
    "clients.complaints": Said(
        N_("Complaints"),
        N_("Every complaint of the client; one about yourself is not counted for you."),
        N_("complaints of the client"),
    ),
    "clients.found": Said(
        N_("Clients found"),
        N_("Clients you may open that fit the filters and the search, each once."),
        N_("clients of my scope that fit"),
    ),
    "clients.open_complaints": Said(
        N_("Open complaints"),
        N_("Complaints of the client that are not closed yet."),
        N_("complaints of the client without a closing day"),
    ),
    "clients.policies": Said(
        N_("Policies in force"),
        N_("What the client is covered by today."),
        _OF_CLIENT_IN_FORCE,
    ),
    "clients.premium": Said(
        N_("Premium in force"),
        N_("What the client pays for one term of everything in force today."),
        N_("premium of one term of the policies in force"),
    ),
    "clients.together": Said(
        N_("Premium in force together"),
        N_(
            "Premium in force of the client and of all it belongs with as family or group, each"
            " client once; those you may not open are left out."
        ),
        N_("premium of one term of the policies in force"),
    ),
    "duplicates.pairs": Said(
        N_("Possible duplicates"),
        N_(
            "Pairs of clients that may be one and on which nobody has decided; you may open both of"
            " each."
        ),
        N_("open pairs of clients of my scope"),
    ),
    "intake.changed": Said(
        N_("Changed"),
        N_("Rows that change something already stored."),
        N_("rows whose client or policy is known and differs"),
    ),
    "intake.created": Said(
        N_("New"),
        N_("Rows that bring in a client or a policy not stored yet."),
        N_("rows whose client or policy is not known"),
    ),
    "intake.duplicates": Said(
        N_("Look-alikes"),
        N_("Rows that equal an earlier line in everything but the client number; they come in."),
        N_("rows taken over that equal an earlier line"),
    ),
    "intake.refused": Said(
        N_("Refused"),
        N_("Rows that stay outside, each with its reason."),
        N_("rows that cannot be taken over"),
    ),
    "intake.same": Said(
        N_("Unchanged"),
        N_("Rows that say what is stored already."),
        N_("rows that change nothing"),
    ),
    "intake.warnings": Said(
        N_("With a warning"),
        N_("Rows that are taken over although a cell is odd."),
        N_("rows taken over with at least one odd cell"),
    ),
    "overview.due": Said(
        N_("Things due from me"),
        N_(
            "Promises for today or earlier, renewals due within 7 days or past their day and not"
            " called today, items of service plans due within 7 days, cases of the team nobody has,"
            " rows my imports refused in 7 days."
        ),
        N_("things of all lines; a line may stand for several"),
    ),
    "overview.late": Said(
        N_("Late"),
        N_("Of the things due from me, those whose time or day has passed."),
        N_("things whose agreed time, or day where none was agreed, lies before now"),
    ),
    "plans.cost": Said(
        N_("Cost of the plan"),
        N_("What the items of a client's newest plan cost; dropped ones cost nothing."),
        N_("cost of every item that was not dropped"),
    ),
    "plans.mine": Said(
        N_("My plan items"),
        N_("Items of open service plans that I handle, late or with a last day within 30 days."),
        N_("planned items of mine with a last day up to 30 days ahead"),
    ),
    "plans.on_time": Said(
        N_("Plans on time"),
        N_("Items of service plans that were done by their last day, of those due in the period."),
        N_("items done by their last day"),
        N_("items with a last day in the period that are done, or past it"),
    ),
    "renewals.done_today": Said(
        N_("Done today"),
        N_("Cases this person has contacted today, each once, reached or not."),
        N_("cases with a contact of the person today"),
    ),
    "renewals.due_by_week": Said(
        N_("Open cases by week"),
        N_("Open cases of my scope by the week they fall due (Monday to Sunday) and their state."),
        N_("open cases of my scope"),
    ),
    "renewals.funnel": Said(
        N_("How far cases came"),
        N_(
            "Cases of my scope due in the period, open or closed, by the furthest stage they"
            " reached; whoever came further counts in every stage before."
        ),
        N_("cases that reached the stage or a later one"),
        N_("all cases due in the period"),
    ),
    "renewals.funnel_premium": Said(
        N_("Premium by stage"),
        N_("Premium of the ending term of the cases of the funnel."),
        N_("premium of the ending term or of the instalment"),
    ),
    "renewals.evenness": Said(
        N_("Evenness of the month"),
        N_(
            "Jain's index: 100% where everybody carries the same part of what they can; where of "
            "n people one carried all, it would be 1 ÷ n."
        ),
        N_("(sum of everybody's month in %)²"),
        N_("number of people × sum of the squares of their months in %"),
    ),
    "renewals.given_today": Said(
        N_("Given today"),
        N_("Cases given to somebody today, by the allocation or by hand; each giving counts."),
        N_("lines of the allocation ledger of today"),
    ),
    "renewals.load": Said(
        N_("Load"),
        N_("How full a person is: over 100% means more cases than can be worked in time."),
        N_("open cases of the person due within the contact window, overdue ones included"),
        N_("cases a week the person can work × days of the contact window ÷ 7"),
    ),
    "renewals.my_cases": Said(
        N_("My open cases"),
        N_("Renewal cases given to me that are not closed, of the kind chosen above the list."),
        _OPEN_MINE,
    ),
    "renewals.my_done_today": Said(
        N_("Done today"),
        N_("Cases I have contacted today, each once, beside my portion of the day."),
        N_("cases with a contact of mine today"),
        N_(
            "done + what can still be worked today, at most a fifth of my cases a week, at least"
            " what is promised for today"
        ),
    ),
    "renewals.my_to_save": Said(
        N_("Premium to save"),
        N_(
            "What my calls can still save: premium × the share likely lost if nobody calls × what a"
            " contact now still changes. Both shares are rules."
        ),
        N_("money at risk of my open cases"),
    ),
    "renewals.premium_by_week": Said(
        N_("Premium by week"),
        N_("Premium of the ending term of the open cases of my scope, by the week they fall due."),
        N_("premium of the ending term or of the instalment"),
    ),
    "renewals.refusal_premium": Said(
        N_("Premium by reason"),
        N_("Premium of the cases whose client said no, by reason."),
        N_("premium of the ending term or of the instalment"),
    ),
    "renewals.refusals": Said(
        N_("Why clients say no"),
        N_(
            "Cases of my scope due in the period, open or closed, with a refusal reason, by that"
            " reason."
        ),
        N_("cases with the reason"),
        N_("all cases due in the period that have a reason"),
    ),
    "renewals.team_cases": Said(
        N_("Open cases"),
        N_("Open cases of the specialists I lead, and those nobody has yet."),
        N_("open cases of the people shown"),
    ),
    "renewals.team_due_week": Said(
        N_("Due in 7 days"),
        N_("Open cases due today or within 7 days, and all that are past their day."),
        N_("open cases of the people shown due by then"),
    ),
    "renewals.team_premium": Said(
        N_("Premium of open cases"),
        N_("Premium of the ending term of the open cases."),
        N_("premium of the ending term or of the instalment"),
    ),
    "renewals.team_to_save": Said(
        N_("Premium to save"),
        N_(
            "What calls can still save: premium × the share likely lost if nobody calls × what a"
            " contact now still changes. Both shares are rules."
        ),
        N_("money at risk of the open cases"),
    ),
    "renewals.waiting": Said(
        N_("Waiting for me"),
        N_("My open cases but those agreed for a later day; the number beside the menu."),
        N_("open cases of mine without an appointment after today"),
    ),
    "tiers.by_branch": Said(
        N_("Clients by branch and value tier"),
        N_("Clients of my scope by the branch the last pass found them in and their value tier."),
        N_("clients of my scope that have a tier"),
    ),
    "tiers.by_team": Said(
        N_("Clients by team and value tier"),
        N_("Clients of my scope by the team the last pass found them in and their value tier."),
        N_("clients of my scope that have a tier"),
    ),
    "tiers.listed": Said(
        N_("Clients of these tiers"),
        N_("Clients of my scope that have the classes and the place chosen on the screen."),
        N_("clients of my scope that fit"),
    ),
    "tiers.matrix": Said(
        N_("Clients by value and risk"),
        N_("Clients of my scope by value tier and risk tier, as the last pass left them."),
        N_("clients of my scope that have a tier"),
    ),
    "tiers.missing": Said(
        N_("Missing facts that could change a tier"),
        N_(
            "Facts that are not known of clients whose value tier could be higher if they were;"
            " a client counts once for each fact."
        ),
        N_("facts not known, of clients whose tier could change"),
    ),
    "tiers.moved": Said(
        N_("Clients who moved"),
        N_(
            "Clients of my scope whose class is another than before the first day; who moved and"
            " came back has not moved, who is new has not either."
        ),
        N_("clients whose class differs from the one before the period"),
    ),
    "tiers.near": Said(
        N_("Clients near a limit"),
        N_(
            "Clients of my scope who miss a limit between value tiers, or are above it, by no"
            " more points than the rule says."
        ),
        N_("clients whose points are so near a limit"),
    ),
    "tiers.rated": Said(
        N_("Clients with stars"),
        N_(
            "Share of the clients of my scope whose income of the service year is known, so that"
            " they have stars. Files do not say how many."
        ),
        N_("clients whose stars are known"),
        N_("all clients of my scope that have a tier"),
    ),
    "tiers.scores": Said(
        N_("Clients by points"),
        N_("Clients of my scope by their points on the chosen axis."),
        N_("clients of my scope that have a tier"),
    ),
    "tiers.top_fifth": Said(
        N_("Held by the top fifth"),
        N_(
            "What part of the sum of a column the fifth of the clients who have most of it hold;"
            " a part of a client is counted whole, who has no number is left out."
        ),
        N_("sum of the column over the fifth who have most of it"),
        N_("sum of the column over all who have a number"),
    ),
}
