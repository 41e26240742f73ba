"""What of an address a view keeps, and how many there may be."""

from collections.abc import Mapping

from services.permissions import Permission
from terms.people import Scope
from terms.saved_views import ViewPage

NAME_LIMIT = 40
VALUE_LIMIT = 80
MOST_VIEWS = 30
"""Views of one person on one screen."""
MOST_PINNED = 6
"""Views that stand above one list."""

FILTERS: Mapping[ViewPage, tuple[str, ...]] = {
    ViewPage.CLIENTS: (
        "q",
        "owner",
        "team",
        "branch",
        "line",
        "expires",
        "below",
        "stage",
        "type",
    ),
    ViewPage.RENEWALS: ("view", "show", "person", "week", "state", "stage", "reason")
    + ("type", "tier", "line", "insured", "window", "group"),
}
"""The parameters of a screen's address that narrow it; where a page begins, and which row is open,
is no part of a view."""

SEARCH = "q"
"""The parameter somebody types a text into; it may name a client."""

PERMISSIONS: Mapping[ViewPage, Permission] = {
    ViewPage.CLIENTS: Permission.CLIENT_READ,
    ViewPage.RENEWALS: Permission.RENEWAL_READ,
}

_WIDTH = list(Scope)


def kept(page: ViewPage, parameters: Mapping[str, str]) -> dict[str, str]:
    """What of the address's ``parameters`` a view of ``page`` keeps."""
    return {
        name: parameters[name][:VALUE_LIMIT]
        for name in FILTERS[page]
        if parameters.get(name, "").strip()
    }


def plain_name(name: str) -> str:
    """``name`` on one line without control characters, cut to what fits."""
    whole = " ".join(name.split())
    return "".join(letter for letter in whole if letter.isprintable())[:NAME_LIMIT].strip()


def scopes_up_to(scope: Scope) -> tuple[Scope, ...]:
    """With whom somebody of ``scope`` may share, nobody first."""
    return tuple(_WIDTH[: _WIDTH.index(scope) + 1])
