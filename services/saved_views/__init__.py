"""Saved views 常用视图: the filters of a list's address kept under a name.

``views_of`` gives what somebody may pick on a screen: their own views, those shared with their
team or branch or with all, and which of them they have pinned above the list. ``save_view`` keeps
what stands in the address; ``rename_view``, ``share_view``, ``pin_view`` and ``delete_view`` are
the other writers. A view is shared at most as widely as its owner sees; it opens to everybody
within their own scope, so sharing one shows nobody a client more. One that searches for a text
stays its owner's, since the text may name a client.
"""

from services.saved_views.operations import (
    ViewNameMissing,
    ViewNameTaken,
    ViewNotYours,
    ViewSaysNothing,
    ViewSearches,
    ViewsFull,
    delete_view,
    pin_view,
    rename_view,
    save_view,
    share_view,
)
from services.saved_views.queries import ViewRow, shareable_with, views_of
from services.saved_views.rules import FILTERS, MOST_PINNED, MOST_VIEWS, NAME_LIMIT, kept

__all__ = [
    "FILTERS",
    "MOST_PINNED",
    "MOST_VIEWS",
    "NAME_LIMIT",
    "ViewNameMissing",
    "ViewNameTaken",
    "ViewNotYours",
    "ViewRow",
    "ViewSaysNothing",
    "ViewSearches",
    "ViewsFull",
    "delete_view",
    "kept",
    "pin_view",
    "rename_view",
    "save_view",
    "share_view",
    "shareable_with",
    "views_of",
]
