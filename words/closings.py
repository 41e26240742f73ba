"""How a renewal comes to its end, in words."""

from datetime import date
from typing import cast

from services import closings, renewals
from services.errors import BusinessError
from services.notifications import Notice, NotificationKind
from terms.closings import ConflictKind, ConflictState, StepKind, StepState, StepWay, WinBackState
from words import N_, _, formats, labels, ngettext, notifications
from words.errors import says
from words.marks import Mark

labels.name_members(
    StepKind,
    {
        "payment": N_("Premium paid"),
        "signature": N_("Contract signed"),
        "documents": N_("Documents complete"),
        "delivery": N_("Policy handed over"),
    },
)
labels.name_members(StepWay, {"online": N_("online"), "offline": N_("at a place")})
labels.name_members(
    StepState,
    {"open": N_("Open"), "done": N_("Done"), "not_needed": N_("Not needed")},
    {"done": Mark("green", "check"), "open": Mark("orange", "pending")},
)
labels.name_members(
    ConflictKind,
    {
        "closed_otherwise": N_("The case was closed otherwise"),
        "other_policy": N_("The case was renewed with another policy"),
        "several": N_("Several policies or cases would fit"),
    },
)
labels.name_members(
    ConflictState,
    {
        "open": N_("To be decided"),
        "accepted": N_("Taken as the new term"),
        "left": N_("Left as it was"),
    },
)
labels.name_members(
    WinBackState,
    {"open": N_("To be won back"), "won": N_("Won back"), "given_up": N_("Given up")},
    {"won": Mark("green", "check"), "given_up": Mark("gray", "close")},
)


def step_name(kind: StepKind) -> str:
    """What a step of the closing is called."""
    return labels.label(kind)


def result(state: WinBackState) -> str:
    """How winning a client back stands."""
    return labels.label(state)


def conflict_said(kind: ConflictKind) -> str:
    """What contradicts what."""
    return labels.label(kind)


def _steps_open(error: BusinessError) -> str:
    steps = cast("tuple[str, ...]", error.data["steps"])
    return _("Still to be done before the case can be closed as renewed: {steps}.").format(
        steps=formats.listing([step_name(StepKind(step)) for step in steps])
    )


def _settled(error: BusinessError) -> str:
    settled_on = error.data.get("settled_on")
    return _("This was brought to an end on {day}. Nothing was changed.").format(
        day=formats.day(settled_on if isinstance(settled_on, date) else None)
    )


def _not_yours(error: BusinessError) -> str:
    name = error.data.get("name")
    if not name:
        return _("Nobody was asked to win this client back yet. Ask your lead for it.")
    return _("This client is {name}'s to win back.").format(name=name)


def _given(notice: Notice) -> str:
    n = int(notice.data.get("n", 1))
    return ngettext(
        "{who} asks you to win back {n} client.", "{who} asks you to win back {n} clients.", n
    ).format(n=n, who=notice.by_name or _("The system"))


notifications.says(NotificationKind.WIN_BACK_GIVEN, _given, icon="undo")
says(renewals.StepsStillOpen, _steps_open)
says(renewals.PolicyNumberNeeded, N_("Enter the number of the new policy, then save again."))
says(
    renewals.PolicyNumberTaken,
    N_("The insurer has a policy {number} already. Check the number, then save again."),
)
says(
    renewals.TermDatesWrong,
    N_("A new term begins after the old one began and ends after it begins. Check both days."),
)
says(
    renewals.TermThereAlready,
    N_("Policy {number} renews this term already. Close the case without a new number."),
)
says(
    renewals.CompetitorTooLong,
    N_("The competitor's name has at most {limit} characters. Shorten it, then save again."),
)
says(closings.PlanNameNeeded, N_("Give the plan a short name, then save again."))
says(closings.TooManyPlans, N_("A case has at most {limit} plans. Take one away first."))
says(closings.PlanGone, N_("This plan or document is no longer there. Load the case again."))
says(
    closings.PlanIsChosen,
    N_("The client chose this plan. Mark another one as chosen first."),
)
says(closings.StepGone, N_("This step is no longer part of the case. Load it again."))
says(closings.OwnerUnfit, N_("Choose somebody in service whom you lead. Nothing was changed."))
says(closings.ConflictSettled, N_("Somebody decided this before. Load the list again."))
says(closings.LostSettled, _settled)
says(closings.NotYourLostCase, _not_yours)
