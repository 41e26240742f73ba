"""The source notes of the rules a company starts with, marked for translation."""

from words import N_

SOURCES = (
    N_(
        "Our own design: effort of a case in tenths of an ordinary one, which the daily "
        "allocation levels over the month"
    ),
    N_("Our own design: working hours inside the contact window without any contact"),
    N_("Our own design: decided cases a model of renewal probability has to be made from"),
    N_(
        "Our own design: where bands of sums insured begin, in ¥10,000; cases are filtered and "
        "grouped by them before they are given out"
    ),
    N_(
        "Rules §3: no rebates, no threat of legal action for life premiums; the other words are "
        "our own design"
    ),
    N_(
        "Our own design: bits for and against one person (Fellegi and Sunter), learnt on the "
        "FEBRL sets 1 and 2, phones and IDs set by hand"
    ),
    N_("Our own design: sums from which a pair is called sure, and doubtful"),
    N_("Rules §3"),
    N_("Rules §3: per province × insurer, earliest motor quote"),
    N_("Insurance Law art. 36"),
    N_("R84; rules §3"),
    N_("Rules §7: policies that stay out of a cohort of persistency"),
    N_("Rules §3; R80"),
    N_("Our own design: allocate only to specialists with a registration number on file"),
    N_(
        "Our own design: per cent of the premium likely lost if nobody calls, by state "
        "and the last intention"
    ),
    N_(
        "Our own design: [days left up to, per cent a contact now still changes]; days "
        "past due fall under -1"
    ),
    N_("Company practice"),
    N_("R2–R5, R7: the items a complete file holds"),
    N_("Our own design: a share of fewer is shown as a count of a count, not in per cent"),
    N_("Rules §6"),
    N_("Company practice: wrong passwords before a name is locked"),
    N_("Company practice: days an act can be taken back; what it replaced is dropped after them"),
    N_("R16, R27, R49, R54: working days, all from the written engagement"),
    N_(
        "R31, R33, R58, rules §1: a leadership group from this star on; under these months the "
        "standard is a reference; the cost limit is our own design"
    ),
    N_(
        "R16, R19: the papers of a business file; from which share on the formal file counts as "
        "built is our own design"
    ),
    N_("R14: texts to begin with; have them confirmed by legal"),
    N_("R13: no quote to a prospect before the written engagement"),
    N_("R32, R35, R51, R66: services of a year by star; contents and costs our own design"),
    N_("R36: measures of a year by risk tier; how often is our own design"),
    N_("R23: premium, contribution and growth potential; weights and cut-offs our own design"),
    N_("R24: preference, tolerance and claims record; weights and cut-offs our own design"),
    N_(
        "R35, R36, R38: what serving a client takes in a year, and what there is; all our own "
        "design"
    ),
    N_(
        "R26, R28: income of one service year from which a client has so many stars, in fen; the "
        "amounts our own design"
    ),
    N_("R38: four classes of reception; which stars and value tier make which, our own design"),
    N_("R42: points against the client; factors, weights and cut-offs our own design"),
    N_("R29: days a person's decision about a class holds at most; the number our own design"),
    N_("Our own design: within so many points a client is near a limit between tiers (R37)"),
    N_("Our own design: lines a client usually holds; those missing are gaps in cover"),
    N_("Rules §2: cost per person by class of reception, in fen"),
    N_("Rules §2: [guests up to, companions]"),
    N_(
        "Insurance Law art. 36, 37; its third judicial interpretation art. 8; rules §3: notice in "
        "working days, answer in natural days"
    ),
    N_(
        "Complaint measures 2020 No. 3; rules §4: natural days, the reply of individual "
        "life business in working days"
    ),
    N_("Complaint measures 2020 No. 3; rules §4"),
    N_(
        "Rules §5: notice in natural days, deregistration in working days; silence is "
        "consent only in a WeCom transfer"
    ),
    N_("Rules §6: working days to answer a request about personal data"),
    N_(
        "Rules §6: years after the contract's end (up to one year, longer), and of "
        "identity and transaction data"
    ),
    N_("Rules §7: CSAT and NPS"),
    N_("Rules §7: three raters; the shares are our own"),
    N_("Rules, Calendar: warn when the official days end within these days"),
    N_("R86: what a client objects to, also while still thinking"),
    N_("R80; our own design: a second failed call of the same half day is no further attempt"),
    N_("R90; our own design: working days in which another department answers"),
    N_("R85: payment, contract and documents are watched until they are done"),
    N_("R92; our own design: 305 days is two months before a term bought elsewhere ends"),
    N_("Our own design: working days until a reminder, and until a request runs out"),
)
"""The source notes of the rules a company starts with; ``services.rule_tables``."""
