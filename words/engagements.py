"""Engagements and the ten working days in words."""

from services import engagements
from services.engagements import Clock, StageCard
from services.errors import BusinessError
from terms.service import (
    Blocked,
    ClockState,
    ItemSource,
    ItemState,
    PlanState,
    ServiceKind,
    StageClock,
    TeamField,
    TeamRole,
    Timing,
)
from words import N_, _, formats, labels, ngettext
from words.errors import says
from words.labels import label
from words.marks import AT_RISK, ON_TRACK, OVERDUE, WAITING, Mark

labels.name_members(
    StageClock,
    {
        "team": N_("Service team"),
        "file": N_("Client file"),
        "star": N_("Star rating"),
        "plan": N_("Service plan"),
    },
)
labels.name_members(
    ClockState,
    {
        "late": N_("Past its day"),
        "due": N_("Running"),
        "done": N_("Done"),
        "done_late": N_("Done late"),
    },
    {
        "late": OVERDUE,
        "due": WAITING,
        "done": ON_TRACK,
        "done_late": Mark("orange", "check_circle"),
    },
)
labels.name_members(
    Blocked,
    {
        "no_manager": N_("no client manager"),
        "no_deputy": N_("no deputy"),
        "no_member": N_("no further member"),
        "somebody_left": N_("somebody of the team has left"),
        "papers_missing": N_("papers are missing"),
        "no_income": N_("no income known to rate by"),
        "star_not_confirmed": N_("the client manager has not confirmed the star"),
        "no_plan": N_("no plan begun"),
        "no_opinion": N_("client relations have given no opinion"),
        "no_handler": N_("an item has no handler in service"),
        "waits_for_approval": N_("a change waits for approval"),
        "not_opened": N_("written, not opened"),
    },
)
labels.name_members(
    TeamRole,
    {"manager": N_("Client manager"), "deputy": N_("Deputy"), "member": N_("Member")},
)
labels.name_members(
    TeamField,
    {
        "market": N_("Market development"),
        "life": N_("Life business"),
        "non_life": N_("Non-life business"),
        "client_relations": N_("Client relations"),
        "other": N_("Other field"),
    },
)
labels.name_members(
    ServiceKind,
    {
        "needs_talk": N_("Talk about needs"),
        "phone_visit": N_("Phone visit"),
        "site_visit": N_("On-site visit"),
        "consultation": N_("Consultation"),
        "meeting": N_("Regular meeting"),
        "handbook": N_("Client handbook"),
        "policy_review": N_("Policy check-up"),
        "risk_survey": N_("Risk survey"),
        "risk_reminder": N_("Risk reminder"),
        "claim_support": N_("Help with claims"),
        "insurer_review": N_("Insurer's service reviewed"),
        "training": N_("Lecture or training"),
        "return_visit": N_("Return visit"),
        "client_review": N_("Client review"),
        "renewal_proposal": N_("Renewal proposal"),
        "care": N_("Birthday and festival care"),
        "other": N_("Other service"),
    },
)
labels.name_members(
    PlanState,
    {"draft": N_("Plan in preparation"), "open": N_("Plan in force"), "closed": N_("Plan closed")},
    {"draft": WAITING, "open": ON_TRACK, "closed": Mark("gray", "stop_circle")},
)
labels.name_members(
    ItemState,
    {"planned": N_("Planned"), "done": N_("Carried out"), "dropped": N_("Taken out")},
)
labels.name_members(
    ItemSource,
    {
        "standard": N_("Standard"),
        "added": N_("Added"),
        "risk": N_("Risk tier"),
    },
)
labels.name_members(
    Timing,
    {
        "late": N_("Past its day"),
        "due": N_("Due soon"),
        "ahead": N_("To come"),
        "done": N_("Carried out"),
        "done_late": N_("Carried out late"),
        "dropped": N_("Taken out"),
    },
    {
        "late": OVERDUE,
        "due": AT_RISK,
        "ahead": WAITING,
        "done": ON_TRACK,
        "done_late": Mark("orange", "check_circle"),
        "dropped": Mark("gray", "block"),
    },
)

SIGNS = {
    ClockState.LATE: ("red", "▲"),
    ClockState.DUE: ("gray", "○"),
    ClockState.DONE: ("green", "✓"),
    ClockState.DONE_LATE: ("orange", "✓"),
}
"""Colour and sign of a clock; never colour alone."""


def sign_of(clock: Clock) -> tuple[str, str]:
    """Colour and sign; a clock on its last day stands out."""
    if clock.state is ClockState.DUE and clock.days_left <= 1:
        return "orange", "◆"
    return SIGNS[clock.state]


def clock_said(clock: Clock) -> str:
    """Where the clock stands: ``2 working days left, by 11-24``."""
    day = formats.short_day(clock.ends.on)
    if clock.done_on is not None:
        done = formats.short_day(clock.done_on)
        if clock.state is ClockState.DONE_LATE:
            return _("done {day}, late by {n}").format(
                day=done, n=formats.days((clock.done_on - clock.ends.on).days)
            )
        return _("done {day}").format(day=done)
    if clock.state is ClockState.LATE:
        said = ngettext(
            "{n} working day late, was due {day}",
            "{n} working days late, was due {day}",
            -clock.days_left,
        ).format(n=-clock.days_left, day=day)
    elif clock.days_left == 0:
        said = _("last day today")
    else:
        said = ngettext(
            "{n} working day left, until {day}",
            "{n} working days left, until {day}",
            clock.days_left,
        ).format(n=clock.days_left, day=day)
    if clock.ends.is_provisional:
        return _("{said} (provisional)").format(said=said)
    return said


def blocked_said(clock: Clock) -> str:
    """What the clock waits for; empty where it is done."""
    return formats.listing([label(each) for each in clock.blocked])


def stage_said(card: StageCard) -> str:
    """What a prospect waits for (R13)."""
    if card.stage in engagements.BEFORE_ENGAGEMENT:
        return _(
            "No written engagement: the client stays a prospect, and quotes, service plan and star"
            " wait for it."
        )
    return _("No engagement is recorded here: record it to set up team, file, star and plan.")


def _invalid(error: BusinessError) -> str:
    match error.data.get("problem"):
        case "future":
            return _("The day of signing cannot lie ahead. What you typed is still here.")
        case "before_start":
            return _("The engagement cannot end before it was signed.")
        case "too_many":
            return _("At most {limit} promises: a plan has to keep each of them.").format(
                limit=error.data.get("limit")
            )
        case "missing":
            return _("Write down what they see to: nobody serves without duties.")
    return _("One of the texts is too long: at most {limit} characters.").format(
        limit=error.data.get("limit")
    )


def _role_taken(error: BusinessError) -> str:
    role = error.data["role"]
    assert isinstance(role, TeamRole)
    return _("{name} is {role} already: change their part first.").format(
        name=error.data.get("name"), role=label(role)
    )


says(
    engagements.EngagementMissing,
    N_(
        "This client is a prospect: record the written engagement first, in the client's file under"
        " “Service”. What you typed is still here."
    ),
)
says(engagements.EngagementInvalid, _invalid)
says(
    engagements.EngagementNumberTaken,
    N_("Another engagement has the number {number} already. What you typed is still here."),
)
says(engagements.NoEngagement, N_("There is no engagement in force: record one first."))
says(engagements.TeamRoleTaken, _role_taken)
says(engagements.ColleagueGone, N_("{name} has left the company. Choose somebody else."))
says(
    engagements.StarUnknown,
    N_(
        "Nothing is known of this client's income, so there is no star to confirm. Have the income"
        " entered or imported first."
    ),
)


def papers_said(papers: engagements.Papers) -> str:
    """How complete the papers are, and from when the file counts as built."""
    return _("{percent}% there; counts as built from {needed}%").format(
        percent=papers.percent, needed=papers.needed_percent
    )


def cell_said(clock: Clock) -> str:
    """A clock in a cell of a table: sign and days."""
    _colour, sign = sign_of(clock)
    if clock.done_on is not None:
        return f"{sign} {formats.short_day(clock.done_on)}"
    if clock.state is ClockState.LATE:
        said = ngettext("{n} day late", "{n} days late", -clock.days_left)
        said = said.format(n=-clock.days_left)
    elif clock.days_left == 0:
        said = _("today")
    else:
        said = formats.short_day(clock.ends.on)
    return f"{sign} {said}" + (" ?" if clock.ends.is_provisional else "")


def stage_waits(clocks: tuple[Clock, ...]) -> str:
    """What the most urgent open clock waits for."""
    open_ones = sorted(
        (each for each in clocks if not each.is_done), key=lambda each: each.days_left
    )
    for clock in open_ones:
        said = blocked_said(clock)
        if said:
            return _("{clock}: {waits}").format(clock=label(clock.clock), waits=said)
    return "–"
