"""Saved views in words: with whom they are shared, and what is refused."""

from services import saved_views
from services.saved_views import ViewRow
from terms.people import Scope
from terms.saved_views import ViewPage
from words import N_, _, labels
from words.errors import says

labels.name_members(ViewPage, {"clients": N_("Clients"), "renewals": N_("Renewal queue")})

SHARED_WITH = {
    Scope.OWN: N_("Only me"),
    Scope.TEAM: N_("My team"),
    Scope.BRANCH: N_("My branch"),
    Scope.ALL: N_("Everybody"),
}


def shared_with(scope: Scope) -> str:
    """With whom, as its owner chooses it."""
    return _(SHARED_WITH[scope])


def view_name(row: ViewRow) -> str:
    """``车险快到期``; with its owner where it is a colleague's, or where two have one name."""
    if row.is_mine and not row.has_namesake:
        return row.name
    owner = _("mine") if row.is_mine else row.owner
    return _("{name} · {owner}").format(name=row.name, owner=owner)


says(saved_views.ViewNameMissing, N_("Give the view a name."))
says(
    saved_views.ViewNameTaken,
    N_("You have a view “{name}” here already. Replace it, or choose another name."),
)
says(
    saved_views.ViewSaysNothing,
    N_("No filter is set, so there is nothing to keep. Set one first."),
)
says(
    saved_views.ViewsFull,
    N_("There are {limit} already, and that is the most. Take one away first."),
)
says(
    saved_views.ViewNotYours,
    N_("This view is {owner}'s. Save it under a name of your own to change it."),
)
says(
    saved_views.ViewSearches,
    N_(
        "This view searches for a text, which may name a client, so it stays yours. Take the"
        " search away to share it."
    ),
)
