"""Questions to other departments, in words."""

from services import referrals
from services.errors import BusinessError
from services.notifications import NotificationKind
from terms.referrals import ReferralKind, ReferralState
from words import N_, _, labels, notifications
from words.errors import says
from words.marks import ON_TRACK, WAITING, Mark

labels.name_members(
    ReferralKind,
    {
        "claim_doubt": N_("Doubt about a claim"),
        "new_need": N_("New need"),
        "other": N_("Other question"),
    },
)
labels.name_members(
    ReferralState,
    {"open": N_("To be answered"), "answered": N_("Answered"), "closed": N_("Read")},
    {"open": Mark("orange", "schedule"), "answered": ON_TRACK, "closed": WAITING},
)


def kind_name(kind: ReferralKind) -> str:
    """What such a question is called."""
    return labels.label(kind)


def _not_yours(error: BusinessError) -> str:
    return _("This is for {name} to do. Nothing was changed.").format(
        name=error.data.get("name") or _("somebody else")
    )


says(
    referrals.ReferralTextNeeded,
    N_("Write 1 to {limit} characters, then save again."),
)
says(referrals.ColleagueUnfit, N_("Choose a colleague in service other than yourself."))
says(referrals.NotYoursToAnswer, _not_yours)
says(referrals.ReferralSettled, N_("This went on meanwhile. Load the file again."))
notifications.says(
    NotificationKind.REFERRAL_ASKED, N_("{who} asks you about {client}."), icon="contact_support"
)
notifications.says(
    NotificationKind.REFERRAL_ANSWERED,
    N_("{who} answered your question about {client}."),
    icon="mark_chat_read",
)
